from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranslationConfig(AppConfig):
    name = "translation"
    verbose_name = _("Translation")

    def ready(self) -> None:
        from wagtail.models import WorkflowState
        from wagtail_localize import models as localize
        from wagtail_localize import strings
        from wagtail_localize.locales.components import LOCALE_COMPONENTS
        from wagtail_localize.models import LocaleSynchronization, TranslationSource

        from hub.permissions import TRANSLATION_RULES

        from . import review_mails, signals, terms  # noqa: F401
        from .disclosure import marking
        from .omissions import without_omitted_blocks
        from .people import may_work_on
        from .publishing import publish_approved
        from .restrictions import share_restrictions

        terms.connect()
        review_mails.connect()
        WorkflowState.on_finish = publish_approved
        TRANSLATION_RULES.append(may_work_on)

        # Tree synchronisation would publish aliases of everything in a language before anybody translates it.
        LOCALE_COMPONENTS[:] = [item for item in LOCALE_COMPONENTS if item["model"] is not LocaleSynchronization]

        # Else the texts before and after H<sub>2</sub>O are two.
        strings.INLINE_TAGS += ["sub", "sup"]

        def sync_view_restrictions(source: Any, original: Any, translation: Any) -> None:
            share_restrictions([source.object_id])

        localize.ingest_segments = marking(without_omitted_blocks(localize.ingest_segments))
        # Its own would take from a translation every restriction that the original does not have.
        TranslationSource.sync_view_restrictions = sync_view_restrictions
