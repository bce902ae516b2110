"""What waits for those who translate, on the dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, Q
from wagtail.admin.ui.components import Component
from wagtail_localize.models import Translation

from hub.languages import language_name
from hub.models import ContentPage, content_models

from .states import State, statuses

SHOWN = 20


class UnfinishedTranslations(Component):
    """Translations that are drafts or outdated, the latest first."""

    order = 150
    template_name = "translation/unfinished_translations.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        pages = [*_drafts(), *_outdated()]
        pages.sort(key=lambda page: (page.waits_since is not None, page.waits_since), reverse=True)
        rows = [
            {
                "page": page,
                "source": language_name(page.translated_from),
                "language": language_name(page.language),
                "state": State.OUTDATED if page.live else State.DRAFT,
            }
            for page in pages
            if page.permissions_for_user(user).can_edit()
        ]
        return {"rows": rows[:SHOWN]}


def _drafts() -> Iterable[ContentPage]:
    for model in content_models():
        pages = _translations(model).filter(live=False).annotate(waits_since=F("latest_revision_created_at"))
        yield from pages.order_by(F("waits_since").desc(nulls_last=True))[:SHOWN]


def _outdated() -> Iterable[ContentPage]:
    """Live translations whose original has changed since. `statuses` decides; the queries look for candidates."""
    changes = _changed_sources() | _changed_originals()
    outdated = {
        status.page_id: changes[key]
        for key, versions in statuses(changes).items()
        for status in versions.values()
        if status.state == State.OUTDATED
    }
    for model in content_models():
        for page in _translations(model).filter(pk__in=outdated):
            page.waits_since = outdated[page.pk]
            yield page


def _changed_sources() -> dict[UUID, Any]:
    """When works changed that have a version older than that."""
    written = Max(
        "source__translation_logs__created_at", filter=Q(source__translation_logs__locale=F("target_locale"))
    )
    changed = (
        Translation.objects.filter(enabled=True)
        .annotate(written=written)
        .filter(source__last_updated_at__gt=F("written"))
        .order_by("-source__last_updated_at")
    )
    return dict(changed.values_list("source__object_id", "source__last_updated_at")[:SHOWN])


def _changed_originals() -> dict[UUID, Any]:
    """The same for translations that were made without wagtail-localize."""
    found: dict[UUID, Any] = {}
    for model in content_models():
        original = model.objects.filter(
            translation_key=OuterRef("translation_key"),
            locale__language_code=OuterRef("translated_from"),
            edited_on__gt=OuterRef("last_published_at"),
        )
        followed = Translation.objects.filter(
            source__object_id=OuterRef("translation_key"), target_locale=OuterRef("locale"), enabled=True
        )
        pages = model.objects.filter(Exists(original), ~Exists(followed), live=True).exclude(translated_from="")
        found |= dict(
            model.objects.filter(translation_key__in=pages.values("translation_key"), translated_from="")
            .order_by("-edited_on")
            .values_list("translation_key", "edited_on")[:SHOWN]
        )
    return found


def _translations(model: type[ContentPage]) -> Any:
    return model.objects.exclude(translated_from="").select_related("locale").defer_streamfields()
