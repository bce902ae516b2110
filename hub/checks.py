"""House rules that `manage.py check` holds the code to."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from .models import content_models


@register
def content_is_complete(**kwargs: Any) -> list[CheckMessage]:
    """Every type of content says what kinds of work it holds and how these are called."""
    return [
        Error(f"{model.__name__} has no kind_labels.", hint="Map each kind to a label.", id="hub.E001")
        for model in content_models()
        if not getattr(model, "kind_labels", None)
    ]
