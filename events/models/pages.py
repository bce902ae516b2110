"""Events."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import F, Max, Min, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import PageManager
from wagtail_localize.fields import SynchronizedField

from hub.blocks import BlocksField
from hub.fields import LanguageCodesField
from hub.models import ContentPage, ContentPageQuerySet, Organisation, Person, Place
from hub.models.concepts import ConceptsField
from hub.models.content import CONTACT, SUBMITTED, TOOK_PART, Credit, Section
from hub.models.places import local_name
from hub.translatable import Shared

from ..blocks import AGENDA_BLOCKS, SPEAKER_BLOCKS
from ..forms import EventPageForm
from ..structured_data import event_page
from .changes import SharedChanges
from .dates import EventDates
from .occurrence import Occurrence, OccurrenceQuerySet, check_rule
from .panels import EVENT_TABS
from .sequence import CalendarSequence, sequence_of

# Dates of a series that its page lists: to come, and over.
SHOWN_DATES = 24


def _dates_of_event() -> OccurrenceQuerySet:
    return Occurrence.objects.taking_place().filter(event=OuterRef("pk"))


class EventPageQuerySet(ContentPageQuerySet):
    def upcoming(self, now: datetime | None = None) -> Self:
        """Events with an occurrence that has not ended, soonest first, with `next_start` and `next_end`."""
        ahead = _dates_of_event().filter(end__gte=now or timezone.now()).order_by("start", "end")
        return (
            self.annotate(next_start=Subquery(ahead.values("start")[:1]), next_end=Subquery(ahead.values("end")[:1]))
            .filter(next_start__isnull=False)
            .order_by("next_start", "pk")
        )

    def past(self, now: datetime | None = None) -> Self:
        """Events all of whose occurrences have ended, latest first, with `last_start` and `last_end`."""
        dates = _dates_of_event().order_by("-end", "-start")
        return (
            self.annotate(last_start=Subquery(dates.values("start")[:1]), last_end=Subquery(dates.values("end")[:1]))
            .filter(last_end__lt=now or timezone.now())
            .order_by(F("last_start").desc(), "-pk")
        )

    def from_places(self, ids: Iterable[int]) -> Self:
        """Also events that take place there."""
        ids = list(ids)
        there = self.model.objects.filter(place__in=ids).order_by()
        return self.filter(Q(pk__in=super().from_places(ids).order_by().values("pk")) | Q(pk__in=there.values("pk")))

    def for_calendars(self) -> Self:
        """Fetches what a calendar says of events, in two queries."""
        pages = self.defer("body", "speakers", "agenda").select_related("place", "locale")
        return pages.prefetch_related("place__names").annotate(sequence=sequence_of(OuterRef("translation_key")))

    def for_links(self) -> Self:
        """Also the event's place, named in the active language."""
        return super().for_links().select_related("place").annotate(place_name=Subquery(local_name(OuterRef("place"))))

    def for_page(self) -> Self:
        return super().for_page().select_related("place").annotate(place_name=Subquery(local_name(OuterRef("place"))))


class EventPage(EventDates):
    class Format(models.TextChoices):
        ONLINE = "online", pgettext_lazy("event format", "Online")
        IN_PERSON = "in_person", pgettext_lazy("event format", "In person")
        HYBRID = "hybrid", pgettext_lazy("event format", "Online and in person")

    class Cost(models.TextChoices):
        FREE = "free", pgettext_lazy("event cost", "Free of charge")
        PAID = "paid", pgettext_lazy("event cost", "With a fee")

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", pgettext_lazy("event status", "Takes place")
        MOVED = "moved", pgettext_lazy("event status", "Moved to a new date")
        POSTPONED = "postponed", pgettext_lazy("event status", "Postponed")
        CANCELLED = "cancelled", pgettext_lazy("event status", "Cancelled")

    class Registration(models.TextChoices):
        NONE = "none", pgettext_lazy("registration", "No registration needed")
        NOT_YET = "not_yet", pgettext_lazy("registration", "Registration has not opened yet")
        OPEN = "open", pgettext_lazy("registration", "Registration is open")
        FULL = "full", pgettext_lazy("registration", "Fully booked")
        CLOSED = "closed", pgettext_lazy("registration", "Registration is closed")

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.SCHEDULED)
    previous_start = models.DateTimeField(
        _("started before"),
        null=True,
        blank=True,
        help_text=_("Of an event that is moved: when it was to start. Readers see the new and the old date."),
    )

    format = models.CharField(_("format"), max_length=10, choices=Format, default=Format.IN_PERSON)
    venue = models.CharField(_("venue"), max_length=160, blank=True)
    address = models.CharField(_("street and number"), max_length=250, blank=True)
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="events", verbose_name=_("city")
    )
    join_url = models.URLField(
        _("link to join"),
        blank=True,
        validators=[
            URLValidator(schemes=["https"], message=_("The link to join must start with https://"), code="not_https")
        ],
        help_text=_("Where participants enter the online room."),
    )
    event_languages = LanguageCodesField(_("languages spoken"), help_text=_("Not the language of this page."))

    cost = models.CharField(_("cost"), max_length=10, choices=Cost, default=Cost.FREE)
    cost_note = models.CharField(_("about the cost"), max_length=200, blank=True)
    registration_url = models.URLField(_("link to register"), blank=True)
    registration_opens = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes = models.DateTimeField(_("registration closes"), null=True, blank=True)
    registration_full = models.BooleanField(_("fully booked"), default=False)

    organisers = ConceptsField(Organisation, verbose_name=_("organisers"), blank=True, related_name="organised_events")
    speakers = BlocksField(SPEAKER_BLOCKS, verbose_name=_("speakers"), blank=True)
    # Who is among the speakers, written when the event is saved: blocks cannot be asked by person.
    speaking_people = models.ManyToManyField(Person, blank=True, editable=False, related_name="+")
    agenda = BlocksField(AGENDA_BLOCKS, verbose_name=_("agenda"), blank=True)

    objects = PageManager.from_queryset(EventPageQuerySet)()

    kind = "event"
    is_citable = True
    kind_labels = {"event": _("Event")}
    index_slug = "events"
    section_order = 20
    row_template = "events/includes/row.html"
    feed_template = "events/includes/feed_text.html"
    state_template = "events/includes/state.html"
    person_credits = [
        Credit(_("Speaker at"), ("speaking_people",), 10),
        Credit(_("Events"), SUBMITTED, 25),
        CONTACT,
    ]
    organisation_credits = [
        Credit(_("Organiser of"), ("organisers",), 10),
        Credit(_("Events"), TOOK_PART, 25),
    ]
    parent_page_types = ["events.EventIndexPage"]
    related_help = _("Posts about this event, the hubs and the platforms it belongs to.")
    base_form_class = EventPageForm

    override_translatable_fields = [
        *ContentPage.override_translatable_fields,
        Shared("place"),
        Shared("recurrence"),
        SharedChanges(),
        SynchronizedField("venue"),
        SynchronizedField("address"),
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    @classmethod
    def sections(cls, pages: Any, *, size: int, query: str, language: str) -> list[Section]:
        url = f"/{language}/{cls.index_slug}/"
        past_query = f"{query}&when=past" if query else "?when=past"
        soon = list(pages.upcoming().for_links()[: size + 2])
        found = [Section("upcoming", _("Upcoming events"), soon, url + query, cls.row_template)]
        if query:
            past = list(pages.past().for_links()[:size])
            found.append(Section("past", _("Past events"), past, url + past_query, cls.row_template, "columns"))
        return found

    def structured_data(self, context: Any) -> list[Any]:
        return [event_page(self, context)]

    @classmethod
    def latest(cls, pages: Any) -> Any:
        """Events that are to come first, the soonest of them at the top, then past ones from the latest on."""
        taking_place = ~Q(occurrences__change=Occurrence.Change.CANCELLED)
        ahead = taking_place & Q(occurrences__end__gte=timezone.now())
        dated = pages.annotate(
            next_start=Min("occurrences__start", filter=ahead),
            next_end=Min("occurrences__end", filter=ahead),
            last_start=Max("occurrences__start", filter=taking_place),
            last_end=Max("occurrences__end", filter=taking_place),
        )
        return dated.for_links().order_by(
            F("next_start").asc(nulls_last=True), F("last_start").desc(nulls_last=True), "-pk"
        )

    @property
    def place_label(self) -> str:
        """The name of the place in the active language, empty if there is none."""
        if self.place is None:
            return ""
        return getattr(self, "place_name", None) or (
            self.place.label() if self.place.kind == Place.Kind.COUNTRY else self.place.name
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        speakers = [block.value["person"] for block in self.speakers if block.value["person"]]
        models.prefetch_related_objects(speakers, "organisation", "photo")
        now = timezone.now()
        return super().get_context(request, *args, **kwargs) | {
            "occurrences": [date for date in self.dates if date.end >= now][:SHOWN_DATES],
            "past_occurrences": [date for date in self.dates if date.end < now][-SHOWN_DATES:],
            "organisers": self.organisers.all(),
        }

    @property
    def is_to_come(self) -> bool:
        """Whether it takes place, or goes on, at the time that is shown."""
        return not self.is_over and self.status in (self.Status.SCHEDULED, self.Status.MOVED)

    @property
    def registration(self) -> Registration:
        """Whether one can register now."""
        now = timezone.now()
        if not self.registration_url:
            return self.Registration.NONE
        if self.is_over or (self.registration_closes and now > self.registration_closes):
            return self.Registration.CLOSED
        if self.registration_full:
            return self.Registration.FULL
        if self.registration_opens and now < self.registration_opens:
            return self.Registration.NOT_YET
        return self.Registration.OPEN

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.start and self.end and self.end < self.start:
            errors["end"] = _("The event cannot end before it starts.")
        if self.recurrence and self.start and self.timezone in available_timezones():
            try:
                check_rule(self.recurrence, self.start, self.zone)
            except ValidationError as error:
                errors["recurrence"] = error.messages
        if wrong := errors.get("recurrence") is None and self.wrong_changes():
            errors["changes"] = wrong
        if self.previous_start and self.status != self.Status.MOVED:
            errors["previous_start"] = _("Only an event whose status says that it is moved started before.")
        if self.format != self.Format.ONLINE and not (self.place_id or self.venue or self.is_saved_as_draft):
            errors["place"] = _(
                "An event that is not only online takes place somewhere: choose the city or name the venue."
            )
        if self.format == self.Format.ONLINE and (self.venue or self.address):
            errors["venue"] = _("An online event has no venue. Choose another format or leave the venue empty.")
        if self.registration_opens and self.registration_closes and self.registration_closes < self.registration_opens:
            errors["registration_closes"] = _("Registration cannot close before it opens.")
        elif self.registration_closes and self.end and not self.recurrence and self.registration_closes > self.end:
            errors["registration_closes"] = _("Registration cannot close after the event is over.")
        if (self.registration_opens or self.registration_closes) and not self.registration_url:
            errors["registration_url"] = _("Dates of registration need a link to register.")
        if errors:
            raise ValidationError(errors)

    def clean_fields(self, *args: Any, **kwargs: Any) -> None:
        self._forget_dates()
        super().clean_fields(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._forget_dates()
        with transaction.atomic():
            super().save(*args, **kwargs)
            # Wagtail writes some columns by themselves when the page at hand is a draft of another version.
            if kwargs.get("update_fields") is None:
                self.write_occurrences()
                self.write_speaking_people()
                if self.live:
                    CalendarSequence.count(self.translation_key, self.calendar_digest())

    def write_speaking_people(self) -> None:
        """Keeps `speaking_people` equal to the people among the speakers."""
        named = {block.value["person"].pk for block in self.speakers if block.value["person"]}
        self.speaking_people.set(named)

    def calendar_digest(self) -> str:
        """A hash of what readers' calendars must follow: when and where, and whether at all."""
        names = (
            "start",
            "end",
            "timezone",
            "all_day",
            "recurrence",
            "status",
            "format",
            "venue",
            "address",
            "place_id",
        )
        values = [getattr(self, name) for name in names]
        dates = [(change.day, change.cancelled, change.new_day, change.starts_at, change.ends_at)
                 for change in sorted(self.date_changes, key=lambda change: change.day)]  # fmt: skip
        data = json.dumps([*values, self.join_url, dates], cls=DjangoJSONEncoder)
        return hashlib.sha256(data.encode()).hexdigest()


EventPage.edit_handler = EventPage.tabs(*EVENT_TABS)
