"""What the readers' templates say in the reader's language: addresses, languages, dates, themes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache, partial
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from babel.numbers import format_decimal
from babel.units import format_unit
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from .. import dates, languages, marks
from ..addresses import address
from ..models.themes import theme_tree

register = template.Library()


# Addresses


register.filter(address)


@register.filter
def host(url: str) -> str:
    """What a reader recognises of a web address: its host, without www."""
    return urlsplit(url).netloc.removeprefix("www.")


@register.simple_tag
def external() -> SafeString:
    """What stands behind the words of a link to another website."""
    return format_html('{}<span class="unseen">{}</span>\n', EXTERNAL, _("(another website)"))


@register.simple_tag
def linked_title(page: Any, css: str, heading: str = "") -> SafeString:
    """The title of a page in a list, as a link in a heading."""
    return format_html(
        '<{0} class="{1}"{2}><a href="{3}">{4}</a></{0}>',
        heading or "h3",
        css,
        lang_attribute(page),
        address(page),
        page.title,
    )


@register.simple_tag
def kicker(page: Any) -> SafeString:
    """What stands above the title of a page: its kind, its date, and its language if that is not the reader's."""
    date, code = page.dateline, other_language(page)
    return format_html(
        '<p class="kicker"><span class="kind">{}</span>{}{}</p>\n',
        page.kind_label,
        format_html(' <time datetime="{}">{}</time>', dates.iso(date.moment), date.words) if date else "",
        format_html(' <span class="in-language">{}</span>', languages.language_name(code)) if code else "",
    )


@register.simple_tag(takes_context=True)
def link_target(context: template.Context, link: Any) -> Any:
    """The page that a link block leads to, in the page's language where it exists in it. None for other addresses."""
    page = link.get("page")
    if not page:
        return None
    links = context.get("links")
    return links.targets.get(page.pk) if links else (page if page.live else None)


EXTERNAL = mark_safe(  # our own drawing
    '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
    '<path d="M8 5h11v11h-2V8.4L6.4 19 5 17.6 15.6 7H8z"/></svg>'
)
LINK = re.compile(r'<a(?= )[^>]*? linktype="(page|document)"[^>]*>')
LINKED_ID = re.compile(r' id="(\d+)"')


@register.simple_tag(takes_context=True)
def rich_text(context: template.Context, value: Any) -> SafeString:
    """A rich text as HTML. Its links lead to pages in the page's language where they can. Nothing is looked up."""
    source = getattr(value, "source", value) or ""
    links = context.get("links")
    if links is not None:

        def opened(link: re.Match[str]) -> str:
            pk = LINKED_ID.search(link[0])
            if link[1] == "document":
                document = links.documents.get(int(pk[1])) if pk else None
                return format_html('<a href="{}">', document.url) if document else "<a>"
            target = links.targets.get(int(pk[1])) if pk else None
            if target is None:
                return "<a>"
            code = target.locale.language_code
            other = format_html(' hreflang="{}"', code) if code != get_language() else ""
            return format_html('<a href="{}"{}>', address(target), other)

        source = LINK.sub(opened, source)
    return mark_safe(expand_db_html(source))  # cleaned by Wagtail when it was written


@register.simple_tag(takes_context=True)
def cell_text(context: template.Context, cell: Any) -> Any:
    """What a cell of a table says."""
    if cell.value is None:
        return ""
    formats: dict[str, Callable[[Any], Any]] = {"rich_text": partial(rich_text, context), "number": number}
    return formats.get(cell.block.name, str)(cell.value)


@register.simple_tag
def search_url(**filters: Any) -> str:
    """The search of the active language with these filters. Several values of one are separated by commas."""
    query = urlencode({name: value.split(",") for name, value in filters.items() if value}, doseq=True)
    return f"/{get_language()}/search/" + (f"?{query}" if query else "")


@register.filter
def summary(page: Any) -> str:
    """What a page is about, in a sentence or two."""
    names = ("search_description", "lead", "introduction", "hero_lead", "index_summary")
    return next((str(text) for name in names if (text := getattr(page, name, ""))), "")


@register.simple_tag(takes_context=True)
def description(context: template.Context) -> str:
    """What is shown is about, in a sentence or two. A view that shows no page says it as `description`."""
    theme = context.get("theme")
    return context.get("description") or summary(context.get("page")) or (theme.description() if theme else "")


# Languages, countries, numbers


@register.filter
def language_name(code: str) -> str:
    return languages.language_name(code)


@register.filter
def language_names(codes: list[str]) -> str:
    return ", ".join(languages.language_name(code) for code in codes or [])


@register.filter
def own_name(code: str) -> str:
    return languages.own_name(code)


@register.filter
def country_name(code: str) -> str:
    return languages.country_name(code)


@register.filter
def other_language(page: Any) -> str:
    """The language of something if it is not the reader's, else nothing. Takes anything with a locale or language."""
    locale = getattr(page, "locale", None)
    code = locale.language_code if locale else getattr(page, "language", "")
    return code if code and code != get_language() else ""


@register.simple_tag
def lang_attribute(page: Any) -> SafeString:
    """` lang="de"` on what is in another language than the page around it."""
    code = other_language(page)
    return format_html(' lang="{}"', code) if code else mark_safe("")


@register.filter
def number(value: float) -> str:
    # Most numbers of a page are small, and every language of the network writes those alike.
    if isinstance(value, int) and 0 <= value < 1000:
        return str(value)
    return format_decimal(value, locale=languages.cldr())


@register.filter
def file_size(size: int | None) -> str:
    """Bytes in the unit that a reader thinks in: 1.4 MB."""
    if not size:
        return ""
    for unit, factor in (("megabyte", 1_000_000), ("kilobyte", 1_000)):
        if size >= factor:
            digits = 1 if unit == "megabyte" and size < 10_000_000 else 0
            return format_unit(
                round(size / factor, digits), f"digital-{unit}", length="short", locale=languages.cldr()
            )
    return format_unit(size, "digital-byte", length="short", locale=languages.cldr())


# Dates


@register.filter
def day(value: date | datetime | None, length: dates.Length = "long") -> str:
    return dates.format_day(value, length) if value else ""


@register.filter
def month_name(value: date | datetime, length: Literal["short", "full"] = "short") -> str:
    return dates.format_part(value, dates.MONTH if length == "short" else dates.FULL_MONTH)


@register.filter
def month_and_year(value: date | datetime) -> str:
    return dates.format_part(value, dates.MONTH_OF_YEAR)


@register.filter
def weekday(value: date | datetime, length: Literal["short", "full"] = "short") -> str:
    return dates.format_part(value, dates.WEEKDAY if length == "short" else dates.FULL_WEEKDAY)


@register.filter
def time_of_day(value: Any) -> str:
    return dates.format_time(datetime.combine(date.min, value) if not isinstance(value, datetime) else value)


register.filter("iso", dates.iso)


# Themes


@register.simple_tag
def mark(theme: Any) -> SafeString:
    """The drawn mark of a theme, in its colour. It only decorates: the label stands beside it."""
    return _drawn(getattr(theme, "rank", 0))


@cache
def _drawn(rank: int) -> SafeString:
    return format_html(
        '<svg class="mark theme-{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        marks.colour(rank),
        mark_safe(marks.mark(rank)),  # our own drawings
    )


@register.filter
def theme_class(theme: Any) -> str:
    """The class that gives a theme's colour to what carries it."""
    return f"theme-{marks.colour(getattr(theme, 'rank', 0))}"


@register.simple_tag
def theme_link(theme: Any) -> SafeString:
    """A theme of something, as a link with its mark."""
    url, css = theme.get_absolute_url(), theme_class(theme)
    return format_html('<a class="tag {}" href="{}">{}{}</a>', css, url, mark(theme), theme.label())


@register.simple_tag
def main_themes() -> list[Any]:
    """The main themes with labels."""
    return [theme for theme in theme_tree() if theme.depth == 0]
