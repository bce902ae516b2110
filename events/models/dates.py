"""When events take place: their own dates, the rule by which they repeat, and single dates that change."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from hub.blocks import BlocksField
from hub.dates import format_day, format_days, last_day
from hub.models import ContentChange, ContentPage
from hub.models.content import Dateline

from ..blocks import CHANGE_BLOCKS
from .changes import changes_of, with_own_notes
from .occurrence import HORIZON, DateChange, Occurrence, occurrences, rule_days, with_changes


@cache
def timezone_choices() -> list[tuple[str, str]]:
    """IANA time zones, Europe's first."""
    zones = [zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix", "right"))]
    zones.append("UTC")
    return [(zone, zone.replace("_", " ")) for zone in sorted(zones, key=lambda zone: (zone[:7] != "Europe/", zone))]


class EventDates(ContentPage):
    """When an event takes place, and the rows of Occurrence that say so to queries."""

    # Drafts can do without dates.
    start = models.DateTimeField(_("starts"), null=True, help_text=_("In the time zone of the event."))
    end = models.DateTimeField(_("ends"), null=True)
    timezone = models.CharField(
        _("time zone"),
        max_length=50,
        default=timezone.get_default_timezone_name,
        choices=timezone_choices,
        error_messages={"invalid_choice": _("“%(value)s” is not a time zone that we know. An example: Europe/Berlin")},
    )
    all_day = models.BooleanField(_("all day"), default=False, help_text=_("Readers then see dates without hours."))
    recurrence = models.CharField(
        _("repeats"),
        max_length=255,
        blank=True,
        help_text=_("A rule of RFC 5545, for example FREQ=MONTHLY;BYDAY=1TU;COUNT=6. Empty: takes place once."),
    )
    changes = BlocksField(
        CHANGE_BLOCKS,
        verbose_name=_("dates that change"),
        blank=True,
        help_text=_("Single dates of an event that repeats. Readers' calendars follow."),
    )

    occurrences: Any

    class Meta:
        abstract = True

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def dates(self) -> list[Occurrence]:
        """All occurrences of the event as it stands here: also of a draft or a preview, whose dates are not stored."""
        if not (self.start and self.end):
            return []
        pairs = occurrences(self.start, self.end, self.zone, self.recurrence, timezone.now() + HORIZON)
        found = with_changes(pairs, self.date_changes, self.zone)
        for occurrence in found:
            occurrence.event_id = self.pk
        return found

    @property
    def date_changes(self) -> list[DateChange]:
        """What editors changed of single dates: of events that repeat only."""
        return changes_of(self.changes) if self.recurrence else []

    @property
    def shared_changes(self) -> list[dict[str, Any]]:
        """The blocks of `changes` as they are stored."""
        return self._meta.get_field("changes").get_prep_value(self.changes)

    @shared_changes.setter
    def shared_changes(self, blocks: list[dict[str, Any]]) -> None:
        field = self._meta.get_field("changes")
        self.changes = field.to_python(with_own_notes(blocks, self.shared_changes))

    @cached_property
    def next_occurrence(self) -> Occurrence | None:
        """The occurrence that is running or comes next, the last one if all are over, None without dates."""
        now = timezone.now()
        dates = [date for date in self.dates if date.change != Occurrence.Change.CANCELLED] or self.dates
        return next((date for date in dates if date.end >= now), dates[-1] if dates else None)

    @property
    def shown_dates(self) -> tuple[datetime, datetime] | None:
        """Start and end of the next (or last) occurrence in the event's zone, None for a draft without dates.

        They are read from the annotations of `upcoming()` and `past()` where these were used.
        """
        start = getattr(self, "next_start", None) or getattr(self, "last_start", None)
        end = getattr(self, "next_end", None) or getattr(self, "last_end", None)
        shown = Occurrence(start=start, end=end) if start and end else self.next_occurrence
        return self.in_zone(shown) if shown else None

    def in_zone(self, occurrence: Occurrence) -> tuple[datetime, datetime]:
        """Start and end of the occurrence in the event's zone."""
        return occurrence.start.astimezone(self.zone), occurrence.end.astimezone(self.zone)

    @property
    def dateline(self) -> Dateline | None:
        if self.shown_dates is None:
            return None
        start, end = self.shown_dates
        return Dateline(start, format_days(start, last_day(start, end)))

    @property
    def is_over(self) -> bool:
        return bool(self.shown_dates and self.shown_dates[1] < timezone.now())

    def wrong_changes(self) -> list[Any]:
        """What is wrong with the changes of single dates, a sentence for each."""
        changes = changes_of(self.changes)
        if not changes or not (self.start and self.end) or self.timezone not in available_timezones():
            return []
        if not self.recurrence:
            return [_("Only an event that repeats has dates to change. Change the event itself instead.")]
        # Dates are written out so far: to look for later ones in a rule can take very long.
        last = (timezone.now() + HORIZON).date()
        asked = [change.day for change in changes if change.day <= last]
        days = rule_days(self.start, self.zone, self.recurrence, max(asked)) if asked else set()
        wrong: list[Any] = []
        for number, change in enumerate(changes):
            day = format_day(change.day)
            if change.day > last:
                wrong.append(_("Dates after %(last)s cannot be changed yet.") % {"last": format_day(last)})
            elif change.new_day and change.new_day > last:
                wrong.append(
                    _("The date on %(day)s can be moved to %(last)s at the latest.")
                    % {"day": day, "last": format_day(last)}
                )
            elif change.day not in days:
                wrong.append(_("The series has no date on %(day)s.") % {"day": day})
            elif any(other.day == change.day for other in changes[:number]):
                wrong.append(_("There are two changes of the date on %(day)s.") % {"day": day})
            elif not change.cancelled:
                start = self.start.astimezone(self.zone)
                usual = datetime.combine(change.day, start.time(), self.zone)
                length = self.end.astimezone(self.zone).replace(tzinfo=None) - start.replace(tzinfo=None)
                new_start, new_end = change.moved(usual, usual + length, self.zone)
                if new_end < new_start:
                    wrong.append(_("The date on %(day)s would end before it starts.") % {"day": day})
        if not wrong and all(date.change == Occurrence.Change.CANCELLED for date in self.dates):
            wrong.append(_("No date is left. Say by the status that the whole event is cancelled."))
        return wrong

    def _forget_dates(self) -> None:
        for name in ("dates", "next_occurrence"):
            self.__dict__.pop(name, None)

    def write_occurrences(self) -> None:
        """Rewrites the rows of Occurrence from the event's own fields where they differ."""
        wanted = self._wanted_occurrences()
        if wanted != self._stored_occurrences():
            ContentChange.objects.note()
            self.occurrences.all().delete()
            Occurrence.objects.bulk_create(
                Occurrence(event=self, start=start, end=end, change=change, planned_start=planned)
                for start, end, change, planned in sorted(wanted, key=lambda row: row[:2])
            )

    @property
    def has_right_occurrences(self) -> bool:
        return self._wanted_occurrences() == self._stored_occurrences()

    def _wanted_occurrences(self) -> set[tuple[Any, ...]]:
        return {(date.start, date.end, date.change, date.planned_start) for date in self.dates}

    def _stored_occurrences(self) -> set[tuple[Any, ...]]:
        return {(row.start, row.end, row.change, row.planned_start) for row in self.occurrences.all()}
