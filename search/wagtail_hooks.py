"""What changes documents without a signal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from hub.models import HubDocument

from .signals import document_changed


@hooks.register("after_bulk_action")
def documents_moved(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> None:
    """Documents were put into another collection, perhaps under a restriction or out of one."""
    if action_type == "add_to_collection":
        for document in objects:
            if isinstance(document, HubDocument):
                document_changed(document)
