"""The rooms of the desk, as tabs on each of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Tab:
    """`key` is that of a saved view, which can be deleted."""

    label: Any
    url: str
    is_current: bool = False
    key: int | None = None


TABS: list[tuple[str, Any]] = [
    ("queue", _("Queue")),
    ("matrix", _("Matrix")),
    ("coverage", _("Coverage")),
    ("requests", _("Requests")),
    ("jobs", _("Jobs")),
    ("upload", _("Upload")),
    ("memory_files", _("Memory")),
    ("glossary_files", _("Glossary")),
]


def desk_tabs(request: HttpRequest, current: str) -> list[Tab]:
    return [Tab(label, reverse(f"translation_desk:{name}"), name == current) for name, label in TABS]
