"""What waits for those who translate, and what became of what editors asked for, on the dashboard."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from hub.permissions import EDIT_ORIGINALS

from .models import LanguageVersion, State, TranslationRequest
from .people import locales_of
from .queue.ask import with_progress
from .queue.rows import OPEN_STATES, is_overdue, visible_to

SHOWN = 8
BEGUN = [State.OUTDATED, State.IN_PROGRESS, State.COMPLETE]


class WaitingTranslations(Component):
    """For translators: what they have, what is asked for in their languages, what is begun or outdated there."""

    order = 150
    template_name = "translation/dashboard/translations.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        in_mine = visible_to(user).filter(locale__in=locales_of(user))
        by_date: list[Any] = [F("due").asc(nulls_last=True), "-changed_at", "pk"]
        lists = [
            (
                _("Yours"),
                in_mine.filter(translator=user, state__in=OPEN_STATES).order_by(*by_date),
                [("translator", "me"), *(("state", state) for state in OPEN_STATES)],
            ),
            (
                _("Asked for in your languages"),
                in_mine.filter(translator=None, requested__isnull=False, requested__done_at=None).order_by(*by_date),
                [("locale", "mine"), ("translator", "nobody"), ("request", "any")],
            ),
            (
                _("Begun or outdated in your languages"),
                in_mine.filter(state__in=BEGUN).exclude(translator=user).order_by("-changed_at", "-pk"),
                [("locale", "mine"), *(("state", state) for state in BEGUN)],
            ),
        ]
        shown = [_list(*parts) for parts in lists]
        return {"lists": shown, "is_empty": not any(each["versions"] for each in shown)}


def _list(name: str, versions: QuerySet[LanguageVersion], query: list[tuple[str, Any]]) -> dict[str, Any]:
    """The first rows, and whether there are more behind the address."""
    rows: list[Any] = list(versions.select_related("locale", "source_locale")[: SHOWN + 1])
    today = timezone.localdate()
    for row in rows:
        row.is_overdue = is_overdue(row, today)
    return {
        "name": name,
        "versions": rows[:SHOWN],
        "has_more": len(rows) > SHOWN,
        "url": f"{reverse('translation_desk:queue')}?{urlencode(query)}",
    }


class RequestedTranslations(Component):
    """For editors: what they have asked for and is not published yet."""

    order = 151
    template_name = "translation/dashboard/requests.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        mine = TranslationRequest.objects.filter(requested_by=user, closed_at=None)
        return {"requests": list(with_progress(mine).order_by("-created_at", "-pk")[:SHOWN])}


def panels_for(user: Any) -> list[Component]:
    panels: list[Component] = []
    if user.has_perm("wagtail_localize.submit_translation"):
        panels.append(WaitingTranslations())
    if user.has_perm(EDIT_ORIGINALS):
        panels.append(RequestedTranslations())
    return panels
