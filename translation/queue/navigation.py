"""The rooms of the desk, as tabs on each of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

TRANSLATE = "wagtail_localize.submit_translation"


@dataclass(frozen=True)
class Tab:
    """`key` is that of a saved view, which can be deleted."""

    label: Any
    url: str
    is_current: bool = False
    key: int | None = None


# The address of each, and the permission that it takes besides working at the desk.
TABS: list[tuple[str, Any, str]] = [
    ("translation_desk:queue", _("Queue"), ""),
    ("translation_desk:matrix", _("Matrix"), ""),
    ("translation_desk:coverage", _("Coverage"), ""),
    ("translation_desk:requests", _("Requests"), ""),
    ("translation_desk:jobs", _("Jobs"), ""),
    ("translation_desk:upload", _("Upload"), TRANSLATE),
    ("translation_desk:memory", _("Memory"), TRANSLATE),
    ("glossary:index", _("Glossary"), "translation.view_concept"),
]


def desk_tabs(request: HttpRequest, current: str = "") -> list[Tab]:
    """The rooms open to the user; `current` is the name of an address."""
    return [
        Tab(label, reverse(name), name == current)
        for name, label, permission in TABS
        if not permission or request.user.has_perm(permission)
    ]
