"""How the desk shows texts with inline markup."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from ..inline import Element, Mark, coded, read
from ..segments import Segment

if TYPE_CHECKING:
    from ..terms import FoundTerm

register = template.Library()

NAMES = {
    "b": _("bold"), "strong": _("bold"), "i": _("italic"), "em": _("italic"), "sub": _("subscript"),
    "sup": _("superscript"), "a": _("link"), "code": _("code"),
}  # fmt: skip


OPENING = '<mark class="desk-glossary">'


@register.filter
def marked_up(segment: Segment, terms: Iterable[FoundTerm] = ()) -> SafeString:
    """The original, its markup as numbered marks that say what they stand for, with terms of the glossary marked."""
    text = read(segment.source)
    starts = {term.start: term for term in terms}
    ends = {term.end for term in terms}
    shown: list[str] = []
    position = 0
    is_open = False
    for part in text.parts:
        if isinstance(part, Mark):
            # A term may begin or end within markup: each of its pieces is marked by itself.
            shown.append(
                "</mark>" * is_open + _mark(segment, text.elements[part.number - 1], part) + OPENING * is_open
            )
            continue
        for character in part:
            if is_open and position in ends:
                shown.append("</mark>")
                is_open = False
            if position in starts:
                shown.append(OPENING)
                is_open = True
            shown.append(escape(character))
            position += 1
    shown.append("</mark>" * is_open)
    return mark_safe("".join(shown).replace("\n", "<br>"))


def _mark(segment: Segment, element: Element, part: Mark) -> str:
    meaning = str(NAMES.get(element.name, element.name))
    if address := segment.links.get(element.id):
        meaning = f"{meaning}: {address}"
    slash = "/" if part.closes else ""
    return format_html('<span class="desk-mark" title="{}">{}{}</span>', meaning, slash, part.number)


@register.filter
def coded_start(segment: Segment) -> str:
    """What the translator begins with: what is written, or what was right before the original changed."""
    return coded(segment.target or segment.old_target, segment.source)


@register.filter
def get(mapping: dict, key: object) -> object:
    return mapping.get(key)
