"""Times of an event are those of its own place, whoever types them wherever."""

from datetime import UTC, datetime

import pytest
from django.utils import translation
from wagtail.admin.widgets import AdminDateTimeInput
from wagtail.users.models import UserProfile

from events.forms import WallTimeField
from events.models import EventIndexPage, EventPage
from hub.language_trees import ensure_language_trees
from hub.roles import EDITORS
from tests import content
from tests.editing import add_url, edit_url, fields_of, log_in, page_form
from tests.hub.test_validation import EVENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    ensure_language_trees()
    return log_in(EDITORS)


def live_in(zone):
    user = UserProfile.objects.get_or_create(user__username="editors", defaults={"user": _editor()})[0]
    user.current_time_zone = zone
    user.save()


def _editor():
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(username="editors")


def save(client, **values):
    url = add_url(EventIndexPage.objects.get(locale__language_code="en"), EventPage)
    response = client.post(url, page_form(client, url, **EVENT | values))
    assert response.status_code == 302, response.context["form"].errors
    return EventPage.objects.get().get_latest_revision_as_object()


@pytest.mark.parametrize("home", ["Europe/Brussels", "America/New_York", "Asia/Tokyo"])
def test_ten_in_berlin_is_ten_in_berlin(editor, home):
    live_in(home)
    event = save(editor)
    assert event.start == datetime(2022, 2, 10, 9, tzinfo=UTC)
    shown = fields_of(editor, edit_url(event), "page-edit-form")
    assert (shown["start"], shown["end"]) == ("2022-02-10 10:00", "2022-02-10 15:00")
    assert editor.post(edit_url(event), page_form(editor, edit_url(event))).status_code == 302
    assert EventPage.objects.get().get_latest_revision_as_object().start == datetime(2022, 2, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "03.12.2026 18:00"),
        ("en", "03/12/2026 18:00"),
        ("en", "3 December 2026 18:00"),
        ("de", "3.12.2026 18:00"),
        ("fr", "03/12/2026 18:00"),
        ("pl", "03.12.2026 18:00"),
    ],
)
def test_a_day_may_be_typed_as_the_editors_language_writes_it(language, typed):
    with translation.override(language):
        assert WallTimeField().clean(typed) == datetime.fromisoformat("2026-12-03T18:00")


def test_weeks_begin_on_monday():
    with translation.override("en"):
        assert AdminDateTimeInput().get_config()["dayOfWeekStart"] == 1


def test_the_schedule_says_whose_time_it_is_in(editor):
    live_in("Asia/Tokyo")
    url = add_url(EventIndexPage.objects.get(locale__language_code="en"), EventPage)
    assert editor.get(url).content.decode().count("In the time zone of your account: Asia/Tokyo.") == 2


def test_an_hour_that_the_editors_own_country_skips_is_accepted(editor):
    live_in("Europe/Brussels")
    event = save(editor, timezone="America/New_York", start="2022-03-27 02:30", end="2022-03-27 05:00")
    assert event.start == datetime(2022, 3, 27, 6, 30, tzinfo=UTC)


def test_changing_the_zone_keeps_what_the_clock_shows(editor):
    event = save(editor)
    editor.post(edit_url(event), page_form(editor, edit_url(event), timezone="Europe/Lisbon"))
    moved = EventPage.objects.get().get_latest_revision_as_object()
    assert moved.start == datetime(2022, 2, 10, 10, tzinfo=UTC)
    assert fields_of(editor, edit_url(event), "page-edit-form")["start"] == "2022-02-10 10:00"


def test_an_event_may_end_when_it_starts(editor):
    event = save(editor, end=EVENT["start"])
    assert event.start == event.end


def test_the_preview_of_a_repeating_event_shows_the_dates_of_the_draft():
    page = content.event(start=datetime(2020, 1, 6, 9, tzinfo=UTC), recurrence="FREQ=WEEKLY;COUNT=2")
    draft = EventPage.objects.get(pk=page.pk)
    draft.start, draft.end = datetime(2020, 2, 3, 9, tzinfo=UTC), datetime(2020, 2, 3, 11, tzinfo=UTC)
    draft.save_revision()
    draft = EventPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert [(date.start.month, date.start.day) for date in draft.dates] == [(2, 3), (2, 10)]
    assert draft.shown_dates[0].month == 2
