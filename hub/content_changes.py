"""Notes each change of what readers see, so that no cached page outlives it: see `hub/page_cache.py`.

What changes rows in bulk, which sends no signals, calls `ContentChange.objects.note()` itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.models import Page
from wagtail.signals import post_page_move

from .models.versions import ContentChange

# Rows of which readers see nothing. Every other change counts: a page that is rendered once more is no fault.
UNSEEN_APPS = frozenset(
    {
        "admin", "auth", "contenttypes", "django_tasks_database", "search", "sessions", "translation",
        "wagtail_localize", "wagtailadmin", "wagtailredirects", "wagtailsearch", "wagtailsearchpromotions",
        "wagtailusers",
    }
)  # fmt: skip
UNSEEN_MODELS = frozenset(
    {
        "hub.contentchange", "hub.hubrendition", "wagtailcore.apitoken", "wagtailcore.comment",
        "wagtailcore.commentreply",
        "wagtailcore.groupapprovaltask", "wagtailcore.groupcollectionpermission", "wagtailcore.grouppagepermission",
        "wagtailcore.groupsitepermission",
        "wagtailcore.modellogentry", "wagtailcore.pagelogentry", "wagtailcore.pagesubscription",
        "wagtailcore.referenceindex", "wagtailcore.revision", "wagtailcore.task", "wagtailcore.taskstate",
        "wagtailcore.uploadedfile", "wagtailcore.workflow", "wagtailcore.workflowcontenttype",
        "wagtailcore.workflowpage", "wagtailcore.workflowstate", "wagtailcore.workflowtask",
        "wagtailembeds.embed",
    }
)  # fmt: skip
# What Wagtail writes when it keeps a draft, a schedule or a lock.
DRAFT_FIELDS = frozenset(
    {
        "draft_title", "expire_at", "go_live_at", "has_unpublished_changes", "latest_revision",
        "latest_revision_created_at", "locked", "locked_at", "locked_by",
    }
)  # fmt: skip


# Those of now: migrations change rows by models of another time.
seen: set[type[Model]] = set()


def connect() -> None:
    """Called once, when the app is ready."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in UNSEEN_APPS and model._meta.label_lower not in UNSEEN_MODELS:
            seen.add(model)
    post_save.connect(saved)
    post_delete.connect(deleted)
    m2m_changed.connect(links_changed)
    post_page_move.connect(moved)


def saved(sender: type[Model], update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
    if sender in seen and not (issubclass(sender, Page) and is_draft_only(update_fields)):
        ContentChange.objects.note()


def deleted(sender: type[Model], **kwargs: Any) -> None:
    if sender in seen:
        ContentChange.objects.note()


def links_changed(sender: type[Model], action: str, **kwargs: Any) -> None:
    if action.startswith("post_") and sender in seen:
        ContentChange.objects.note()


def moved(**kwargs: Any) -> None:
    ContentChange.objects.note()


def is_draft_only(update_fields: Iterable[str] | None) -> bool:
    return bool(update_fields) and DRAFT_FIELDS.issuperset(update_fields or ())
