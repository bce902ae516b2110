"""The editors' listing of events."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import Column

from hub.admin import pages
from hub.dates import format_day

from .models import EventPage


def day(event: EventPage) -> str:
    """The first day of the event, in its own time zone. Empty for a draft without one."""
    return format_day(event.start.astimezone(event.zone), "medium") if event.start else ""


class EventFilterSet(pages.ContentFilterSet):
    year = pages.year_filter(EventPage, "start")
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("Event status"),
        choices=EventPage.Status.choices,
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = EventPage
        fields: ClassVar[list[str]] = ["format"]


class EventListing(pages.ContentListingViewSet):
    model = EventPage
    name = "events"
    icon = "calendar"
    menu_label = gettext_lazy("Events")
    menu_order = 120
    ordering = "-start"
    filterset_class = EventFilterSet
    columns = [
        pages.CHECKBOX,
        pages.TITLE,
        Column("start", label=gettext_lazy("Date"), accessor=day, sort_key="start", width="10%"),
        Column(
            "format",
            label=gettext_lazy("Format"),
            accessor="get_format_display",
            sort_key="format",
            width="8%",
            classname=pages.ROOMY,
        ),
        pages.THEMES,
        pages.LANGUAGES,
        pages.UPDATED,
        pages.STATUS,
    ]


@hooks.register("register_admin_viewset")
def listings() -> list[Any]:
    events = EventListing()
    return [events, pages.explorer_of(events)]
