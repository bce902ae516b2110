"""The editing form of events: times are typed and shown in the event's own zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.forms import ContentPageForm

TIMES = ("start", "end", "previous_start", "registration_opens", "registration_closes")


class WallTimeField(forms.DateTimeField):
    """A date and time as a clock on the wall shows it, without a zone."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": gettext_lazy("This is not a day with a time that we can read. An example: 2026-12-03 18:00")
    }

    def to_python(self, value: Any) -> datetime | None:
        # Django would read it in the editor's own zone, where that time may not exist.
        with timezone.override("UTC"):
            moment = super().to_python(value)
        return moment.replace(tzinfo=None) if moment else None


class EventPageForm(ContentPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = _zone(self.instance.timezone)
        for name in TIMES:
            field = self.fields.get(name)
            if field is None:
                continue
            self.fields[name] = WallTimeField(
                required=field.required, label=field.label, help_text=field.help_text, widget=field.widget
            )
            moment = self.initial.get(name)
            if zone and isinstance(moment, datetime) and timezone.is_aware(moment):
                self.initial[name] = moment.astimezone(zone).replace(tzinfo=None)
        if "timezone" in self.fields:
            messages = self.instance._meta.get_field("timezone").error_messages
            self.fields["timezone"].error_messages["invalid_choice"] = messages["invalid_choice"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        zone = _zone(cleaned.get("timezone"))
        for name in TIMES:
            wall = cleaned.get(name)
            if wall is None or zone is None:
                continue
            moment = wall.replace(tzinfo=zone)
            if moment.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != wall:
                message = _("There is no %(time)s on that day in %(zone)s: the clocks are put forward.")
                self.add_error(name, ValidationError(message % {"time": f"{wall:%H:%M}", "zone": zone.key}))
            else:
                cleaned[name] = moment
        return cleaned


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
