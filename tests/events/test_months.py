"""The month view of the index, and its filters."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from lxml import html
from wagtail.models import PageViewRestriction

from events.models import EventPage
from events.months import month_of
from tests import content

from .series import SERIES, changed

pytestmark = pytest.mark.django_db


def cells(client, query, language="en"):
    """The words that are shown in the cells of the month, by day of the month."""
    answer = client.get(f"/{language}/events/?when=month{query}")
    assert answer.status_code == 200
    (table,) = html.fromstring(answer.content).xpath("//table[@class='month']")
    days = {}
    for hidden in table.find_class("own-time"):
        hidden.drop_tree()
    for cell in table.iter("td"):
        for day in cell.iter("time"):
            words = [" ".join(item.text_content().split()) for item in cell.iter("li")]
            days[int(day.get("datetime")[-2:])] = words
    return days, answer, table


def test_a_month_is_a_table_with_every_date_on_its_day(client):
    content.event("Series", **SERIES, changes=changed("2027-03-09", ("2027-03-16", "2027-03-17")))
    days, answer, table = cells(client, "&month=2027-03")
    assert len(days) == 31
    found = {day: words for day, words in days.items() if words}
    assert {day: words[0] for day, words in found.items()} == {
        2: "10:00–12:00 Series", 9: "10:00–12:00 Series Cancelled", 17: "10:00–12:00 Series Moved",
        23: "10:00–12:00 Series",
    }  # fmt: skip
    assert next(table.iter("th")).text_content() == "Mon"
    assert table.get("aria-labelledby") == "month"
    assert answer.context["month"].total == 1


def test_an_event_of_several_days_is_on_each_and_counts_in_its_own_zone(client):
    bogota = ZoneInfo("America/Bogota")
    start, end = datetime(2027, 4, 29, 22, tzinfo=bogota), datetime(2027, 5, 2, 0, tzinfo=bogota)
    content.event("Fair", start=start, end=end, timezone="America/Bogota")
    april, answer, _table = cells(client, "&month=2027-04")
    assert [day for day, words in april.items() if words] == [29, 30]
    assert answer.context["month"].following is None
    may, _answer, _table = cells(client, "&month=2027-05")
    assert [day for day, words in may.items() if words] == [1]


def test_hours_elsewhere_say_their_zone_and_every_hour_leaves_room_for_the_readers_own(client):
    for zone in ("America/Bogota", "Europe/Brussels", "Europe/Berlin"):
        start = datetime(2027, 4, 29, 9, tzinfo=ZoneInfo(zone))
        content.event(zone, start=start, end=start + timedelta(hours=2), timezone=zone)
    days, answer, table = cells(client, "&month=2027-04")
    assert sorted(days[29]) == [
        "09:00–11:00 Europe/Berlin", "09:00–11:00 Europe/Brussels", "09:00–11:00 UTC−5 America/Bogota",
    ]  # fmt: skip
    assert table.xpath(".//abbr[text()='UTC−5']/@title") == ["Colombia Standard Time, Bogota (UTC−5)"]
    owns = html.fromstring(answer.content).xpath("//table[@class='month']//*[@class='own-time']/@data-from")
    assert sorted(own[-6:] for own in owns) == ["+02:00", "+02:00", "-05:00"]


def test_months_lead_to_the_nearest_ones_with_events_and_keep_the_filters(client):
    for year, month in ((2026, 11), (2027, 3), (2027, 8)):
        content.event(start=datetime(year, month, 5, 9, tzinfo=UTC), format="online")
    content.event(start=datetime(2027, 5, 5, 9, tzinfo=UTC), format="hybrid", venue="Hall")
    _days, answer, _table = cells(client, "&month=2027-03&format=online")
    assert answer.context["month"].previous == date(2026, 11, 1)
    assert answer.context["following_month_url"] == "?when=month&month=2027-08&format=online"
    assert answer.context["calendar_url"] == "/en/events/calendar.ics?format=online"


def test_the_first_month_shown_is_that_of_the_next_event(client, monkeypatch):
    content.event(start=datetime(2027, 8, 5, 9, tzinfo=UTC))
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 3, 1, tzinfo=UTC))
    assert cells(client, "")[1].context["month"].first == date(2027, 8, 1)


@pytest.mark.parametrize(
    "month", ["2027-13", "0000-01", "2027", "x", "9999-12", "0001-01", "8999-12", "1000-01", "２０２７-０３"]
)
def test_no_month_is_an_error(client, month):
    content.event()
    answer = client.get("/en/events/", {"when": "month", "month": month})
    assert answer.status_code == 200
    assert (month in ("8999-12", "1000-01")) is not (f"nothing called “{month}”" in answer.content.decode())


def test_what_is_not_public_is_in_no_month(client):
    start = datetime(2027, 3, 5, 9, tzinfo=UTC)
    content.event("Draft", start=start, live=False)
    content.event("Deutsch", language="de", start=start)
    secret = content.event("Secret", start=start)
    PageViewRestriction.objects.create(page=secret, restriction_type="login")
    assert not any(cells(client, "&month=2027-03")[0].values())


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("place=ghent", ["Ghent"]),
        ("format=online&format=hybrid", ["Online"]),
        ("language=nl", ["Ghent", "Online"]),
        ("language=nl&place=ghent", ["Ghent"]),
        ("place=nowhere", []),
        ("format=paper", []),
    ],
)
@pytest.mark.parametrize("when", ["", "when=month&month=2031-03&"])
def test_events_are_narrowed_by_place_format_and_language(client, query, titles, when):
    start = datetime(2031, 3, 5, 9, tzinfo=UTC)
    content.event("Ghent", start=start, place=content.city("ghent", "BE"), event_languages=["nl"])
    content.event("Online", start=start, format="online", event_languages=["nl", "en"])
    content.event("Other", start=start)
    answer = client.get(f"/en/events/?{when}{query}")
    pages = html.fromstring(answer.content).xpath("//h2[@class='row-title']/a | //table[@class='month']//li/a")
    assert sorted(page.text for page in pages) == titles
    assert ("nothing called" in answer.content.decode()) is (titles == [])
    offered = [choice.label for facet in answer.context["listing"].facets for choice in facet.choices]
    assert {"Ghent", "Online", "In person", "Dutch"} <= set(offered)


@pytest.mark.parametrize("number", [1, 5])
@pytest.mark.parametrize("query", ["?when=month&month=2031-03", "?place=ghent", "?when=past"])
def test_the_index_costs_the_same_for_any_number_of_events(
    client, remembers, django_assert_max_num_queries, number, query
):
    place = content.city("ghent", "BE")
    for _ in range(number):
        content.event(start=datetime(2031, 3, 5, 9, tzinfo=UTC), place=place)
    client.get(f"/en/events/{query}")
    with django_assert_max_num_queries(9 if "month" in query else 8):
        client.get(f"/en/events/{query}")


def test_an_event_of_a_whole_day_begins_in_its_own_month(client):
    """All-day events of the first of a month begin in the month before by UTC."""
    zone = "Europe/Brussels"
    for month in (3, 4, 5):
        start = datetime(2031, month, 1, tzinfo=ZoneInfo(zone))
        content.event(f"In {month}", start=start, end=start + timedelta(days=1), all_day=True, timezone=zone)
    context = client.get("/en/events/?when=month&month=2031-04").context
    assert "month=2031-03" in context["previous_month_url"]
    assert "month=2031-05" in context["following_month_url"]


def test_a_long_event_is_there_in_every_month(client):
    content.event("Exhibition", start=datetime(2031, 1, 1, tzinfo=UTC), end=datetime(2031, 12, 31, 12, tzinfo=UTC))
    for month in ("01", "06", "12"):
        assert client.get(f"/en/events/?when=month&month=2031-{month}").content.decode().count(">Exhibition</a>") >= 30


def test_the_dates_of_a_series_share_one_event():
    """It writes its rule out once, and not for every date."""
    first = (timezone.localdate() + timedelta(days=40)).replace(day=1)
    start = datetime.combine(first, time(9), UTC)
    content.event("Daily", start=start, recurrence="FREQ=DAILY;COUNT=28")
    weeks = month_of(EventPage.objects.all(), first).weeks
    shown = [each.event for week in weeks for day in week for each in day.occurrences]
    assert len(shown) == 28
    assert len({id(event) for event in shown}) == 1


def test_the_filters_of_a_month_can_be_reached(client):
    content.event("Ghent", start=datetime(2031, 3, 5, 9, tzinfo=UTC), place=content.city("ghent", "BE"))
    assert 'href="#filters"' in client.get("/en/events/?when=month&month=2031-03").content.decode()


@pytest.mark.parametrize(
    ("zone", "hour", "month"), [("Pacific/Honolulu", 20, 4), ("Pacific/Auckland", 1, 5), ("Europe/Brussels", 23, 4)]
)
def test_a_month_that_is_offered_has_the_event(client, zone, hour, month):
    """The last evening of a month in Honolulu, and the first morning in Auckland, are in another month in Brussels."""
    day = date(2031, 4, 30) if month == 4 else date(2031, 5, 1)
    start = datetime.combine(day, time(hour), ZoneInfo(zone))
    content.event("Late", start=start, end=start + timedelta(hours=1), timezone=zone)
    there = date(2031, month, 1)
    assert cells(client, "")[1].context["month"].first == there
    assert cells(client, f"&month=2031-0{month}")[1].context["month"].total == 1
    for other, is_before in ((month - 1, True), (month - 2, True), (month + 1, False), (month + 2, False)):
        shown = cells(client, f"&month=2031-0{other}")[1].context["month"]
        assert (shown.total, shown.previous, shown.following) == (
            (0, None, there) if is_before else (0, there, None)
        ), other


def test_the_nearest_month_is_that_of_the_date_itself_not_of_the_moment(client):
    """An evening in Honolulu comes later than the next morning in Auckland, which is in the next month."""
    for zone, day, hour in (("Pacific/Honolulu", date(2031, 4, 30), 20), ("Pacific/Auckland", date(2031, 5, 1), 1)):
        start = datetime.combine(day, time(hour), ZoneInfo(zone))
        content.event(zone, start=start, end=start + timedelta(hours=1), timezone=zone)
    assert cells(client, "&month=2031-07")[1].context["month"].previous == date(2031, 5, 1)
    assert cells(client, "&month=2031-01")[1].context["month"].following == date(2031, 4, 1)
    april, may = (cells(client, f"&month=2031-0{number}")[1].context["month"] for number in (4, 5))
    assert (april.total, april.previous, april.following) == (1, None, date(2031, 5, 1))
    assert (may.total, may.previous, may.following) == (1, date(2031, 4, 1), None)
