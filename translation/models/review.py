from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState
from wagtail_localize.models import StringSegment, StringTranslation


class TranslationReview(AbstractGroupApprovalTask):
    """A step of a workflow: somebody of the groups who has not translated any of it reads the translation.

    While it is read, those who have translated it wait. Whoever reads it may correct it, and what is approved is the
    translation as it is then.
    """

    class Meta:
        verbose_name = _("Review of a translation")
        verbose_name_plural = _("Reviews of translations")

    @classmethod
    def get_description(cls) -> Any:
        return _("Somebody of the chosen groups reads the translation, but nobody who has translated any of it.")

    def get_actions(self, obj: Page, user: Any) -> list[tuple[Any, ...]]:
        return super().get_actions(obj, user) if may_review(user, obj) else []

    def locked_for_user(self, obj: Page, user: Any) -> bool:
        return super().locked_for_user(obj, user) or not may_review(user, obj)


def may_review(user: Any, page: Page) -> bool:
    """Whether the page's language is the user's, and what waits for review somebody else's."""
    # Models are read before what says who may do what.
    from ..people import may_work_on

    page = page.specific
    if not getattr(page, "translated_from", ""):
        return True
    return may_work_on(user, page) and not has_translated(user, page)


def has_translated(user: Any, page: Page) -> bool:
    """Whether the user has handed the translation in, or written any of its texts as it is now.

    What somebody has only corrected while it was being reviewed does not count.
    """
    state = page.current_workflow_state
    if state and state.requested_by_id == user.pk:
        return True
    in_use = StringSegment.objects.filter(
        source__object_id=page.translation_key, string=OuterRef("translation_of"), context=OuterRef("context")
    )
    written = StringTranslation.objects.filter(
        Exists(in_use), context__object_id=page.translation_key, locale=page.locale_id, last_translated_by=user
    ).values_list("updated_at", flat=True)
    times = list(written)
    if not times or state is None:
        return bool(times)
    reviews = list(
        TaskState.objects.filter(workflow_state=state, task__in=TranslationReview.objects.values("pk")).values_list(
            "started_at", "finished_at"
        )
    )
    return any(not any(begun <= at and (ended is None or at <= ended) for begun, ended in reviews) for at in times)
