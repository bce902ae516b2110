"""The editing form of events: times are typed and shown in the event's own zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

TIMES = ("start", "end", "registration_opens", "registration_closes")


class EventPageForm(WagtailAdminPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = _zone(self.instance.timezone)
        if zone:
            for name in TIMES:
                moment = self.initial.get(name)
                if isinstance(moment, datetime):
                    # Django shows an aware time in the editor's zone; the wall time of the event must stay as it is.
                    self.initial[name] = moment.astimezone(zone).replace(tzinfo=get_current_timezone())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        zone = _zone(cleaned.get("timezone"))
        if zone:
            for name in TIMES:
                moment = cleaned.get(name)
                if moment is None:
                    continue
                wall = moment.astimezone(get_current_timezone()).replace(tzinfo=None)
                aware = wall.replace(tzinfo=zone)
                if aware.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != wall:
                    message = _("There is no %(time)s on that day in %(zone)s: the clocks are put forward.")
                    self.add_error(name, forms.ValidationError(message % {"time": f"{wall:%H:%M}", "zone": zone.key}))
                else:
                    cleaned[name] = aware
        return cleaned


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
