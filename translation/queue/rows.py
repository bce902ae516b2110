"""Which versions somebody sees, and what a row says beside its own columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from hub.models import ThematicHubPage, Theme, content_models
from hub.models.links import restricted
from hub.models.themes import line

from ..models import LanguageVersion, RequestedVersion, State
from ..people import may_work_in

# What still has to be done by somebody.
OPEN_STATES = [State.MISSING, State.IN_PROGRESS, State.OUTDATED, State.COMPLETE]
# The order of a list by state: what needs most work comes first.
STATE_ORDER = [State.MISSING, State.IN_PROGRESS, State.OUTDATED, State.COMPLETE, State.PUBLISHED]


def visible_to(user: Any) -> QuerySet[LanguageVersion]:
    """Versions whose original the user may see: as an editor, or because everybody may."""
    versions = LanguageVersion.objects.all()
    paths = _paths_of(user)
    if any(len(path) == Page.steplen for path in paths):
        return versions
    pages = Page.objects.order_by().filter(Q(live=False) | Q(restricted()))
    for path in paths:
        pages = pages.exclude(path__startswith=path)
    return versions.exclude(original__in=pages.values("pk"))


def _paths_of(user: Any) -> list[str]:
    """The pages below which the user works."""
    return [page.path for page in PagePermissionPolicy().instances_with_direct_explore_permission(user)]


def with_themes(ids: Iterable[int]) -> Q:
    """Versions of works with any of these themes."""
    ids = list(ids)
    query = Q(pk__in=[])
    for model in content_models():
        query |= Q(original__in=model.objects.order_by().with_theme_ids(ids).values("pk"))
    return query


def kinds() -> dict[int, str]:
    """The names of the kinds of content, by content type, in the order of the names."""
    types = ContentType.objects.get_for_models(*content_models())
    names = [(content_type.pk, str(capfirst(model._meta.verbose_name))) for model, content_type in types.items()]
    return dict(sorted(names, key=lambda kind: kind[1]))


@dataclass(frozen=True)
class Hub:
    """A thematic hub: the work, with its name in the active language where it has one."""

    work: Any
    theme: int | None
    title: str


class Subjects:
    """All themes and hubs, and which of them works have. A work is in a hub if it has its theme or one below it."""

    @cached_property
    def themes(self) -> dict[int, Theme]:
        """In the order of the tree."""
        return {theme.pk: theme for theme in Theme.objects.tree()}

    @cached_property
    def _parents(self) -> dict[int, int | None]:
        return {pk: theme.parent_id for pk, theme in self.themes.items()}

    @cached_property
    def hubs(self) -> list[Hub]:
        """By name."""
        rows = ThematicHubPage.objects.values_list(
            "translation_key", "theme_id", "title", "translated_from", "locale__language_code"
        )
        found: dict[Any, Hub] = {}
        # The original comes before its translations, and the one in the active language last.
        for work, theme, title, _translated_from, language in sorted(
            rows, key=lambda row: (row[4] == get_language(), bool(row[3]), row[4])
        ):
            if work not in found or language == get_language():
                found[work] = Hub(work, theme, title)
        return sorted(found.values(), key=lambda hub: hub.title)

    def below(self, theme: int) -> set[int]:
        """The theme and all below it."""
        return {pk for pk in self.themes if theme in line(pk, self._parents)}

    def above(self, themes: Iterable[int]) -> set[int]:
        """The themes and all above them."""
        return {above for theme in themes for above in line(theme, self._parents)}

    def read(self, originals: Iterable[int] | None = None) -> dict[int, set[int]]:
        """The themes of works by their originals; of all works if none are given. A query for each kind of content."""
        found: dict[int, set[int]] = defaultdict(set)
        for model in content_models():
            themes = model._meta.get_field("themes")
            rows = themes.remote_field.through.objects.order_by()  # type: ignore[union-attr]
            column = themes.m2m_column_name()  # type: ignore[union-attr]
            if originals is not None:
                rows = rows.filter(**{f"{column}__in": originals})
            for original, theme in rows.values_list(column, "theme_id"):
                found[original].add(theme)
        return found

    def hubs_of(self, themes: Iterable[int]) -> list[Hub]:
        above = self.above(themes)
        return [hub for hub in self.hubs if hub.theme in above]


def fetch_for_rows(versions: list[Any], user: Any, subjects: Subjects) -> None:
    """Fetch what the cells of these rows show, in a fixed number of queries."""
    prefetch_related_objects(versions, "locale", "source_locale", "translator", _requests())
    names = kinds()
    themes = subjects.read({version.original_id for version in versions})
    today, starts = timezone.localdate(), user.has_perm("wagtail_localize.submit_translation")
    for version in versions:
        version.kind = names.get(version.content_type_id, "")
        version.is_locked = not may_work_in(user, version.locale_id)
        version.can_start = not version.page_id and not version.is_locked and starts
        version.is_overdue = is_overdue(version, today)
        ids = themes.get(version.original_id, set())
        version.hubs = [hub.title for hub in subjects.hubs_of(ids)]
        labels = [theme.label() for pk, theme in subjects.themes.items() if pk in ids]
        # A hub is often called as its theme is.
        version.themes = [label for label in labels if label not in version.hubs]


def _requests() -> Prefetch:
    return Prefetch(
        "requested", RequestedVersion.objects.filter(done_at=None).select_related("request"), to_attr="open_requests"
    )


def is_overdue(version: LanguageVersion, today: date) -> bool:
    return bool(version.due and version.due < today and version.state != State.PUBLISHED)
