from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

INDEXES = {
    "hub_page_newest": "locale_id, live, content_type_id, first_published_at, id",
}


class HubConfig(AppConfig):
    name = "hub"
    verbose_name = _("Knowledge hub")

    def ready(self) -> None:
        from . import checks, content_changes, queries, signals, uploads  # noqa: F401

        content_changes.connect()
        queries.connect()
        uploads.connect()
        post_migrate.connect(index_pages, sender=self)


def index_pages(using: str, **kwargs: Any) -> None:
    """Lets lists begin with the newest pages of a type, and count them, without reading all pages.

    The table is Wagtail's: a migration of its own may leave the index behind, as SQLite's copies of tables do.
    """
    tables = connections[using].introspection
    with connections[using].cursor() as cursor:
        if "wagtailcore_page" not in tables.table_names(cursor):
            return  # only some apps were migrated
        there = tables.get_constraints(cursor, "wagtailcore_page")
        for name, columns in INDEXES.items():
            if name not in there:
                cursor.execute(f"CREATE INDEX {name} ON wagtailcore_page ({columns})")
