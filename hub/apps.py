from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HubConfig(AppConfig):
    name = "hub"
    verbose_name = _("Knowledge hub")

    def ready(self) -> None:
        from . import checks, content_changes, queries, signals, uploads  # noqa: F401

        content_changes.connect()
        queries.connect()
        uploads.connect()
