"""How far each work is in each language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail_localize.models import Translation

from hub.models import ContentPage, content_models


class State(models.TextChoices):
    MISSING = "missing", _("Missing")
    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    OUTDATED = "outdated", _("Outdated")


@dataclass(frozen=True)
class Status:
    """A work in one language. An outdated version is live, and its original has changed since."""

    state: State
    page_id: int | None = None
    is_original: bool = False


def status_of(work: Page | UUID) -> dict[str, Status]:
    """The status of one work in each of `LANGUAGES`, by language code."""
    key = work.translation_key if isinstance(work, Page) else work
    return statuses([key])[key]


def statuses(works: Iterable[UUID]) -> dict[UUID, dict[str, Status]]:
    """The status of works (by translation key) in each of `LANGUAGES`, in a fixed number of queries."""
    keys = set(works)
    versions: dict[UUID, dict[str, ContentPage]] = {key: {} for key in keys}
    for model in content_models():
        pages = model.objects.filter(translation_key__in=keys).only(
            "translation_key", "live", "last_published_at", "translated_from", "edited_on", "locale__language_code"
        )
        for page in pages.select_related("locale"):
            versions[page.translation_key][page.language] = page
    changes = _changes(keys)
    return {
        key: {code: _status(code, versions[key], changes.get((key, code))) for code, _name in settings.LANGUAGES}
        for key in keys
    }


def _changes(keys: set[UUID]) -> dict[tuple[UUID, str], tuple[datetime, datetime | None]]:
    """(when the original's texts changed, when they were last put into the translation) by work and language."""
    rows = (
        Translation.objects.filter(source__object_id__in=keys, enabled=True)
        .annotate(
            written=Max(
                "source__translation_logs__created_at",
                filter=Q(source__translation_logs__locale=models.F("target_locale")),
            )
        )
        .values_list("source__object_id", "target_locale__language_code", "source__last_updated_at", "written")
    )
    return {(key, code): (changed, written) for key, code, changed, written in rows}


def _status(language: str, versions: dict[str, Any], change: tuple[datetime, datetime | None] | None) -> Status:
    page = versions.get(language)
    if page is None:
        return Status(State.MISSING)
    if not page.translated_from:
        return Status(State.LIVE if page.live else State.DRAFT, page.pk, is_original=True)
    if not page.live:
        return Status(State.DRAFT, page.pk)
    changed, written = change or _publications(versions, page)
    is_outdated = bool(changed and written and changed > written)
    return Status(State.OUTDATED if is_outdated else State.LIVE, page.pk)


def _publications(versions: dict[str, Any], page: Any) -> tuple[datetime | None, datetime | None]:
    """The same as `_changes` says, for a translation that was made without wagtail-localize."""
    original = versions.get(page.translated_from)
    return (original.edited_on if original else None), page.last_published_at
