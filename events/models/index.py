"""The index of events."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hub.models import IndexPage


class EventIndexPage(IndexPage):
    index_slug = "events"
    index_title = _("Events")
    index_summary = _("Events of the network: what is to come, month by month, and what has been.")
    subpage_types = ["events.EventPage"]

    class Meta:
        verbose_name = _("index of events")
        verbose_name_plural = _("indexes of events")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        # It needs the models.
        from ..lists import events_context

        return super().get_context(request, *args, **kwargs) | events_context(self, request)
