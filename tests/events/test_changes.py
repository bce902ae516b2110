"""Changing one date of a series: its rows, lists, the search, translations and what editors are told."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from events.models import EventIndexPage, EventPage, Occurrence
from events.models.occurrence import HORIZON
from hub.dates import format_day
from hub.language_trees import ensure_language_trees
from hub.roles import EDITORS
from search.documents import read_works
from search.query import SearchQuery
from tests import content
from tests.editing import add_url, errors_of, log_in, page_form
from tests.hub.test_validation import EVENT
from tests.translation.desk import marked, republish, translate

from .series import BERLIN, SERIES, changed

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 3, 1, 12, tzinfo=BERLIN)


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def rows(event):
    return [(row.start.astimezone(BERLIN).isoformat()[:16], row.change) for row in event.occurrences.all()]


def test_a_date_that_is_moved_takes_its_own_hours():
    moved = changed("2027-03-09", ("2027-03-16", "2027-03-18"), starts_at="14:00", ends_at="17:30")
    event = content.event(**SERIES, changes=moved)
    assert rows(event) == [
        ("2027-03-02T10:00", ""), ("2027-03-09T10:00", "cancelled"), ("2027-03-18T14:00", "moved"),
        ("2027-03-23T10:00", ""),
    ]  # fmt: skip
    row = event.occurrences.get(change="moved")
    assert row.end.astimezone(BERLIN).hour == 17
    assert row.planned_start == datetime(2027, 3, 16, 10, tzinfo=BERLIN)


def test_a_date_that_is_moved_over_the_change_of_clocks_keeps_its_hour_and_length():
    event = content.event(**SERIES, changes=changed(moved=("2027-03-23", "2027-03-30")))
    last = event.dates[-1]
    assert (last.start.isoformat(), last.end.isoformat()) == ("2027-03-30T10:00:00+02:00", "2027-03-30T12:00:00+02:00")


def test_lists_go_on_to_the_next_date_that_takes_place(now, client):
    event = content.event(**SERIES, slug="series", changes=changed(cancelled="2027-03-02"))
    listed = EventPage.objects.upcoming().get()
    assert (listed.next_start, listed.next_end) == (event.dates[1].start, event.dates[1].end)
    assert event.next_occurrence == event.dates[1]
    html = client.get("/en/events/series/").content.decode()
    assert '<s><time datetime="2027-03-02T10:00+01:00">Tuesday, 2 March 2027</time></s>' in html


def test_an_event_is_over_when_only_a_cancelled_date_is_left(monkeypatch):
    content.event(**SERIES, changes=changed(cancelled="2027-03-23"))
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 3, 20, tzinfo=BERLIN))
    assert not EventPage.objects.upcoming().exists()
    assert EventPage.objects.past().get().last_start == datetime(2027, 3, 16, 10, tzinfo=BERLIN)


def test_the_search_knows_the_dates_that_take_place(now):
    changes = changed("2027-03-02", ("2027-03-09", "2027-03-11"))
    event = content.event(**SERIES, changes=changes)
    work = read_works([event.translation_key])[event.translation_key]
    assert work.days == (date(2027, 3, 11), date(2027, 3, 16), date(2027, 3, 23))
    assert work.event.start == datetime(2027, 3, 11, 10, tzinfo=BERLIN)


@pytest.mark.parametrize(("day", "found"), [("2027-03-09", False), ("2027-03-11", True), ("2027-03-16", True)])
def test_the_simpler_search_knows_them_too(day, found):
    from search import database

    content.event(**SERIES, changes=changed(moved=("2027-03-09", "2027-03-11")))
    query = SearchQuery.from_parameters(QueryDict(f"from={day}&to={day}"), language="en", kinds={"event": "Event"})
    assert bool(database.search(query).total) is found


def test_a_draft_changes_no_dates_that_readers_see():
    event = content.event(**SERIES)
    before = rows(event)
    draft = EventPage.objects.get(pk=event.pk)
    draft.changes = changed(cancelled="2027-03-09")
    draft.save_revision()
    assert rows(event) == before
    assert len([each for each in draft.get_latest_revision_as_object().dates if each.change]) == 1


@pytest.mark.parametrize(
    ("changes", "fields", "sentence"),
    [
        (changed(cancelled="2027-03-03"), {}, "The series has no date on 3 March 2027."),
        (
            changed("2027-03-09", ("2027-03-09", "2027-03-10")),
            {},
            "There are two changes of the date on 9 March 2027.",
        ),
        (
            changed(moved=("2027-03-09", "2027-03-09"), ends_at="09:00"),
            {},
            "The date on 9 March 2027 would end before it starts.",
        ),
        (changed(moved=("2027-03-09", "9999-12-31")), {}, "The date on 9 March 2027 can be moved to "),
        (changed(cancelled="2027-03-02"), {"recurrence": ""}, "Only an event that repeats has dates to change."),
        (changed(cancelled="2027-03-02"), {"recurrence": "FREQ=DAILY;COUNT=1"}, "No date is left."),
    ],
)
def test_a_change_that_cannot_be_is_refused(changes, fields, sentence):
    event = EventPage(title="Series", **SERIES | fields, changes=changes)
    with pytest.raises(ValidationError) as caught:
        event.clean()
    assert caught.value.message_dict["changes"][0].startswith(sentence)


def test_an_editor_cancels_one_date_in_the_form():
    ensure_language_trees()
    client = log_in(EDITORS)
    url = add_url(EventIndexPage.objects.get(locale__language_code="en"), EventPage)
    times = {"start": "2027-03-02 10:00", "end": "2027-03-02 12:00", "recurrence": "FREQ=WEEKLY;COUNT=4"}
    wrong = [("cancelled", {"date": "2027-03-04", "note": ""})]
    answer = client.post(url, page_form(client, url, **EVENT | times, changes=wrong) | {"action-submit": "Submit"})
    assert "The series has no date on 4 March 2027." in errors_of(answer)["changes"]
    right = [("cancelled", {"date": "2027-03-09", "note": "Holiday"})]
    assert client.post(url, page_form(client, url, **EVENT | times, changes=right)).status_code == 302
    event = EventPage.objects.get().get_latest_revision_as_object()
    assert [(each.change, each.note) for each in event.dates][1] == ("cancelled", "Holiday")


def test_a_change_is_one_in_every_language_at_once_and_its_note_waits_for_translators(
    django_capture_on_commit_callbacks,
):
    page = content.event("Reihe", language="de", **SERIES)
    english = translate(page, "en", django_capture_on_commit_callbacks)
    republish(page, changes=changed(cancelled="2027-03-09", note="Feiertag"))
    english = EventPage.objects.get(pk=english.pk)
    assert [(each.change, each.note) for each in english.dates][1] == ("cancelled", "")
    assert [row.change for row in english.occurrences.all()] == ["", Occurrence.Change.CANCELLED, "", ""]
    translated = translate(page, "en", django_capture_on_commit_callbacks)
    assert translated.dates[1].note == marked("Feiertag", "en")
    republish(page, changes=changed(cancelled="2027-03-16", note="Feiertag"))
    assert EventPage.objects.get(pk=english.pk).dates[2].note == marked("Feiertag", "en")


@pytest.mark.parametrize("day", ["9999-12-31", "9990-01-01"])
def test_dates_too_far_away_to_be_written_out_cannot_be_changed(day):
    event = content.event(start=datetime(2027, 1, 4, 9, tzinfo=UTC), recurrence="FREQ=DAILY")
    event.changes = [("cancelled", {"date": date.fromisoformat(day), "note": ""})]
    last = format_day((timezone.now() + HORIZON).date())
    with pytest.raises(ValidationError, match=f"Dates after {last} cannot be changed yet."):
        event.full_clean()


def test_a_cancelled_date_is_not_the_next_one_even_at_the_same_time(now, client):
    content.event(**SERIES, slug="series", changes=changed("2027-03-02", ("2027-03-09", "2027-03-02")))
    page = client.get("/en/events/series/").content.decode()
    assert page.count('class="is-next"') == 1
