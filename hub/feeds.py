"""Atom feeds of content (RFC 4287), one per language, in pages that lead to each other (RFC 5005)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import uuid5

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import EmptyPage, Paginator
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe
from wagtail.models import Page

from .addresses import address
from .full_text import full_text
from .models import ContentPage, ThematicHubPage, Theme, content_models
from .models.links import read_text_links, readable
from .templatetags.frame import site_facts
from .templatetags.pictures import picture_url

FEED_SIZE = 20
FRESH_FOR = 300  # seconds that readers and proxies may keep a feed
PICTURE = ("width-1280|format-webp", "image/webp")
MEDIA = "http://search.yahoo.com/mrss/"  # https://www.rssboard.org/media-rss
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def xml_text(text: str) -> str:
    """The text without the characters that XML cannot carry."""
    return NOT_XML.sub("", text)


class AtomFeed(Atom1Feed):
    """Django's Atom, with full text, pictures, the language of each entry and links to the other pages of the feed."""

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:media": MEDIA}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for rel, href in self.feed["paging"]:
            handler.addQuickElement("link", "", {"rel": rel, "href": href, "type": "application/atom+xml"})

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})
        if item["picture"]:
            url, media_type = item["picture"], PICTURE[1]
            handler.addQuickElement("link", "", {"rel": "enclosure", "href": url, "type": media_type})
            handler.startElement("media:content", {"url": url, "type": media_type, "medium": "image"})
            if item["picture_alt"]:
                handler.addQuickElement("media:description", item["picture_alt"], {"type": "plain"})
            handler.endElement("media:content")

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=self.feed["changed"])


@dataclass(frozen=True)
class Head:
    """What a feed says of itself.

    `url` and `path` are the addresses of the page that it follows and of its own, without the host; `parameters`
    belong to the latter. `changed` (aware) counts while the feed has no entries.
    """

    title: str
    url: str
    path: str
    subtitle: str = ""
    identity: str = ""
    parameters: Sequence[tuple[str, str]] = ()
    changed: datetime = LONG_AGO

    @classmethod
    def of(cls, page: Any, path: str) -> Head:
        """The head of the feed that follows a page."""
        return cls(
            title=page.title,
            subtitle=getattr(page, "lead", "") or getattr(page, "introduction", ""),
            url=address(page),
            path=path,
            identity=f"urn:uuid:{uuid5(page.translation_key, f'feed {page.language}')}",
            changed=page.last_published_at or LONG_AGO,
        )

    def at(self, number: int) -> str:
        """The full address of a page of the feed."""
        pairs = [*self.parameters, *([("page", str(number))] if number > 1 else [])]
        return settings.BASE_URL + self.path + (f"?{urlencode(pairs)}" if pairs else "")


def feed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that answers with a feed: it is read only, may be kept for a while, and is sent only if it is new."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=FRESH_FOR)
        return response

    return require_safe(conditional_page(inner))


def page_asked(request: HttpRequest) -> int:
    """The page of a feed that is asked for. Raises Http404 for what is not a number above 0."""
    raw = request.GET.get("page", "1")
    if not (raw.isascii() and raw.isdigit() and 0 < len(raw) < 8 and int(raw)):
        raise Http404
    return int(raw)


def feed_of(request: HttpRequest, head: Head, pages: Any) -> HttpResponse:
    """The feed of a query of pages, the first published last before the others. Raises Http404 beyond its end."""
    newest = pages.order_by(F("first_published_at").desc(nulls_last=True), "-pk").values_list("pk", flat=True)
    paginator = Paginator(newest, FEED_SIZE)
    try:
        asked = paginator.page(page_asked(request))
    except EmptyPage as error:
        raise Http404 from error
    return answer(request, head, entries_for(asked.object_list), number=asked.number, last=paginator.num_pages)


def entries_for(ids: Any) -> list[Any]:
    """Content pages in the order of their ids, as feeds need them. The queries depend on the types alone."""
    order = list(ids)
    types = dict(Page.objects.filter(pk__in=order).values_list("pk", "content_type"))
    found: dict[int, Any] = {}
    for type_id in sorted(set(types.values())):
        model: Any = ContentType.objects.get_for_id(type_id).model_class()
        if model and issubclass(model, ContentPage):
            pages = model.objects.for_feeds().filter(pk__in=[pk for pk in order if types.get(pk) == type_id])
            found |= {page.pk: page for page in pages}
    entries = [found[pk] for pk in order if pk in found]
    read_text_links(entries)
    return entries


def answer(request: HttpRequest, head: Head, pages: Sequence[Any], *, number: int, last: int) -> HttpResponse:
    """Page `number` of `last` of a feed."""
    paging = [("first", 1), ("last", last), ("previous", number - 1), ("next", number + 1)]
    site = xml_text(site_facts({"request": request}).name)
    language = get_language() or settings.LANGUAGE_CODE
    result = AtomFeed(
        title=xml_text(head.title),
        subtitle=xml_text(head.subtitle) or None,
        description="",
        link=settings.BASE_URL + head.url,
        language=language,
        feed_url=head.at(number),
        feed_guid=head.identity or head.at(1),
        author_name=site,
        author_link=f"{settings.BASE_URL}/{language}/",
        paging=[(rel, head.at(to)) for rel, to in paging if 1 <= to <= last],
        changed=head.changed,
    )
    for page in pages:
        add_entry(result, page, request)
    response = HttpResponse(content_type=result.content_type)
    result.write(response, "utf-8")
    response["Last-Modified"] = http_date(result.latest_post_date().timestamp())
    return response


def add_entry(feed: AtomFeed, page: Any, request: HttpRequest) -> None:
    published = page.first_published_at
    with override(page.language):
        categories = [xml_text(theme.label()) for theme in page.themes.all()]
    feed.add_item(
        title=xml_text(page.title),
        link=settings.BASE_URL + address(page),
        description=escape(xml_text(page.lead)),  # Django says that it is HTML
        content=xml_text(full_text(page, request)),
        language=page.language,
        unique_id=f"urn:uuid:{page.translation_key}",
        pubdate=published,
        updateddate=page.edited_on or published or page.latest_revision_created_at or LONG_AGO,
        author_name=xml_text(page.submitted_by.name) if page.submitted_by else None,
        categories=categories,
        picture=settings.BASE_URL + picture_url(page.image, PICTURE[0]) if page.image else "",
        picture_alt=xml_text(page.image_alt),
    )


def under(language: str, *themes: Theme) -> Any:
    """Public pages of all types of content in a language, with any of the themes or of their sub-themes."""
    ids = Theme.objects.descendant_ids(*themes)
    condition = Q(pk__in=[])
    for model in content_models():
        condition |= Q(pk__in=model.objects.with_theme_ids(ids).order_by().values("pk"))
    return readable(Page.objects.filter(condition, locale__language_code=language))


@feed
def hub_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything under a hub's theme."""
    hubs = ThematicHubPage.objects.for_readers(get_language() or "").select_related("theme", "locale")
    hub = get_object_or_404(hubs, slug=slug)
    pages = under(hub.language, *([hub.theme] if hub.theme else [])).exclude(pk=hub.pk)
    return feed_of(request, Head.of(hub, request.path), pages)


@feed
def theme_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything under a theme."""
    theme = get_object_or_404(Theme.objects.named().prefetch_related("labels"), slug=slug)
    head = Head(
        title=f"{_('Themes')} · {theme.label()}",
        subtitle=theme.description(),
        url=reverse("theme", args=[theme.slug]),
        path=request.path,
    )
    return feed_of(request, head, under(get_language() or "", theme))
