"""How the desk shows texts with inline markup."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from ..inline import Mark, coded, read
from ..segments import Segment

register = template.Library()

NAMES = {
    "b": _("bold"), "strong": _("bold"), "i": _("italic"), "em": _("italic"), "sub": _("subscript"),
    "sup": _("superscript"), "a": _("link"), "code": _("code"),
}  # fmt: skip


@register.filter
def marked_up(segment: Segment) -> SafeString:
    """The original, its markup as numbered marks that say what they stand for."""
    text = read(segment.source)
    shown = []
    for part in text.parts:
        if isinstance(part, Mark):
            element = text.elements[part.number - 1]
            meaning = NAMES.get(element.name, element.name)
            if address := segment.links.get(element.id):
                meaning = f"{meaning}: {address}"
            slash = "/" if part.closes else ""
            shown.append(format_html('<span class="desk-mark" title="{}">{}{}</span>', meaning, slash, part.number))
        else:
            shown.append(format_html("{}", part))
    return mark_safe("".join(shown).replace("\n", "<br>"))


@register.filter
def coded_target(segment: Segment) -> str:
    return coded(segment.target, segment.source)


@register.filter
def get(mapping: dict, key: str) -> object:
    return mapping.get(key)
