from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranslationConfig(AppConfig):
    name = "translation"
    verbose_name = _("Translation")

    def ready(self) -> None:
        from wagtail_localize.locales.components import LOCALE_COMPONENTS
        from wagtail_localize.models import LocaleSynchronization

        from . import signals  # noqa: F401

        # Tree synchronisation would publish aliases of everything in a language before anybody translates it.
        LOCALE_COMPONENTS[:] = [item for item in LOCALE_COMPONENTS if item["model"] is not LocaleSynchronization]
