from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page
from wagtail_localize.models import StringTranslation


class TranslationReview(AbstractGroupApprovalTask):
    """A step of a workflow: somebody of the groups who has not translated any of it reads the translation."""

    class Meta:
        verbose_name = _("Review of a translation")
        verbose_name_plural = _("Reviews of translations")

    @classmethod
    def get_description(cls) -> Any:
        return _("Somebody of the chosen groups reads the translation, but nobody who has translated any of it.")

    def get_actions(self, obj: Page, user: Any) -> list[tuple[Any, ...]]:
        return [] if has_translated(user, obj) else super().get_actions(obj, user)


def has_translated(user: Any, page: Page) -> bool:
    """Whether any text of the translation is the user's."""
    return StringTranslation.objects.filter(
        context__object_id=page.translation_key, locale=page.locale_id, last_translated_by=user
    ).exists()
