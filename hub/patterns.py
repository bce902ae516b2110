"""The pattern page: everything that the readers' pages are made of, for who works on them. Only with DEBUG."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from .marks import COLOURS, MARKS
from .sections import sections_for

COLOUR_NAMES = [
    *("paper", "raised", "tint", "ink", "soft", "line", "strong-line", "accent", "accent-deep", "on-accent"),
    *("thread", "good", "good-tint", "alert", "alert-tint", "focus"),
]
STEPS = ("5", "4", "3", "2", "1", "0", "-1")


class ShownTheme(NamedTuple):
    """Stands for a theme of a rank, and names its colour."""

    rank: int
    slug: str = "climate"

    def label(self) -> str:
        return f"--theme-{self.rank % COLOURS}"

    def get_absolute_url(self) -> str:
        return reverse("theme", args=[self.slug])


@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    themes = [ShownTheme(rank) for rank in range(len(MARKS))]
    context: dict[str, Any] = {
        "colours": COLOUR_NAMES,
        "steps": STEPS,
        "themes": themes,
        "sections": sections_for(language=get_language() or "", size=2),
        "years": [SimpleNamespace(year=2021 + n, works=n * n, height=4 * n * n) for n in range(6)],
        "figures": [{"number": "24", "text": "languages"}, {"number": "312", "text": "member cities"}],
        "quote": {
            "text": "The plan got better on the day the finance department sat at the table.",
            "attribution": "A mayor",
        },
        "long_word": "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle",
    }
    return render(request, "hub/patterns.html", context)
