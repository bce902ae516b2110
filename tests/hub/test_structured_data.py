"""What pages say to machines is what they show to readers."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone, translation
from django.utils.timezone import is_aware
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, PageViewRestriction

from events.models import EventPage
from hub.dates import format_day, format_time
from hub.languages import language_name
from hub.models import HomePage, HubImage, Organisation, Person, PlatformPage, StandardPage
from hub.structured_data import filled, graph
from news.models import NewsPage
from tests import content

pytestmark = pytest.mark.django_db

BASE = "http://127.0.0.1:8000"
# What schema.org calls something, and the words with which a page says it.
WORDS = {
    "https://schema.org/EventScheduled": "",
    "https://schema.org/EventPostponed": "Postponed",
    "https://schema.org/EventCancelled": "Cancelled",
    "https://schema.org/OnlineEventAttendanceMode": "Online",
    "https://schema.org/OfflineEventAttendanceMode": "In person",
    "https://schema.org/MixedEventAttendanceMode": "Online and in person",
    "https://schema.org/InStock": "",
    "https://schema.org/PreSale": "Registration has not opened yet",
    "https://schema.org/SoldOut": "Fully booked",
    "https://schema.org/OutOfStock": "Registration is closed",
}
# Names of properties, numbers of lists and addresses that name a thing.
UNSHOWN = {"@type", "@context", "@id", "position", "query-input", "priceCurrency"}


class Shown:
    """A page as a reader meets it."""

    def __init__(self, html: str) -> None:
        soup = BeautifulSoup(html, "html.parser")
        self.nodes = [json.loads(each.string) for each in soup.select('script[type="application/ld+json"]')]
        self.moments = {each["datetime"] for each in soup.select("time[datetime]")}
        self.addresses = {
            address.removeprefix(BASE)
            for name in ("href", "src", "action")
            for each in soup.find_all(attrs={name: True})
            for address in [str(each[name])]
        }
        self.language = soup.html["lang"]
        self.languages = {self.language, *(each["hreflang"] for each in soup.select("[hreflang]"))}
        for each in soup.select("script, style, template"):
            each.decompose()
        self.text = " ".join(soup.get_text(" ").split())

    def says(self, name: str, value: Any) -> bool:
        """Whether the page says the value of a property."""
        with translation.override(self.language):
            if isinstance(value, bool):
                return not value or "Free of charge" in self.text
            if name == "price":
                return value == 0 and "Free of charge" in self.text
            if name == "inLanguage":
                return value in self.languages or language_name(value) in self.text
            if str(value) in WORDS:
                return WORDS[value] in self.text
            if name.lower().endswith(("date", "published", "modified", "from", "ends")):
                return value in self.moments or self._says_moment(value)
            if name in ("url", "item", "image", "logo", "urlTemplate"):
                address = value.removeprefix(BASE).partition("?q={words}")[0]
                return address in self.addresses or unquote(address) in self.addresses
            return " ".join(str(value).split()) in self.text

    def _says_moment(self, value: str) -> bool:
        """Whether the page says a day, or the hours of a moment, in words."""
        if "T" not in value:
            days = format_day(date.fromisoformat(value)) in self.text
            return days or any(moment.startswith(value) for moment in self.moments)
        moment = datetime.fromisoformat(value)
        assert is_aware(moment)
        return format_time(moment) in self.text or format_day(moment) in self.text


def values(node: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, each in node.items():
            yield from values(each, key)
    elif isinstance(node, list):
        for each in node:
            yield from values(each, name)
    else:
        yield name, node


def read(client, path: str) -> tuple[Shown, dict[str, Any]]:
    """A page and what it says, by type, after every value was looked for on the page."""
    answer = client.get(path)
    assert answer.status_code == 200
    shown = Shown(answer.content.decode())
    (data,) = shown.nodes
    assert data["@context"] == "https://schema.org"
    missing = [pair for pair in values(data) if pair[0] not in UNSHOWN and not shown.says(*pair)]
    assert missing == [], path
    nodes = {node["@type"]: node for node in data["@graph"]}
    return shown, nodes


@pytest.fixture
def picture():
    return HubImage.objects.create(title="Sea", file=get_test_image_file(filename="sea.png", size=(1600, 900)))


@pytest.fixture
def person():
    organisation = Organisation.objects.create(name="City of Bonn", slug="bonn", website="https://bonn.example/")
    return Person.objects.create(name="Ada “R&D” Lovelace", slug="ada", organisation=organisation)


def test_a_post(client, picture, person):
    water = content.theme("water", en="Water")
    post = content.post(
        "Sponge <streets>", slug="sponge", lead="A & B.", themes=[water], submitted_by=person, image=picture,
        places=[content.city("koeln", name="Köln")],
    )  # fmt: skip
    NewsPage.objects.filter(pk=post.pk).update(
        first_published_at=datetime(2026, 2, 1, 9, tzinfo=UTC), edited_on=datetime(2026, 3, 1, 9, tzinfo=UTC)
    )
    german = post.copy_for_translation(Locale.objects.get(language_code="de"))
    german.slug = "schwamm"
    german.save_revision().publish()
    _shown, nodes = read(client, "/en/news/sponge/")
    article = nodes["NewsArticle"]
    assert article["headline"] == article["name"] == "Sponge <streets>"
    assert article["url"] == f"{BASE}/en/news/sponge/"
    assert (article["datePublished"], article["dateModified"]) == ("2026-02-01T09:00+00:00", "2026-03-01T09:00+00:00")
    assert article["author"]["name"] == "Ada “R&D” Lovelace"
    assert article["author"]["affiliation"]["name"] == "City of Bonn"
    assert article["about"] == [{"@type": "DefinedTerm", "name": "Water", "url": f"{BASE}/en/themes/water/"}]
    assert article["spatialCoverage"] == [{"@type": "Place", "name": "Köln"}]
    assert article["workTranslation"] == [
        {"@type": "CreativeWork", "url": f"{BASE}/de/news/schwamm/", "inLanguage": "de"}
    ]
    assert "translationOfWork" not in article
    translated = read(client, "/de/news/schwamm/")[1]["NewsArticle"]
    assert translated["translationOfWork"]["url"] == f"{BASE}/en/news/sponge/"
    assert (translated["inLanguage"], "workTranslation" in translated) == ("de", False)


def test_a_private_translation_is_not_mentioned(client):
    post = content.post("Post", slug="post")
    german = post.copy_for_translation(Locale.objects.get(language_code="de"))
    german.slug = "geheim"
    german.save_revision().publish()
    PageViewRestriction.objects.create(page=german, restriction_type=PageViewRestriction.LOGIN)
    assert "geheim" not in json.dumps(read(client, "/en/news/post/")[1])


def test_an_event_somewhere_and_online(client, picture, person):
    event = content.event(
        "Data day", slug="data", start=datetime(2030, 5, 2, 8, tzinfo=UTC), timezone="Europe/Berlin", image=picture,
        format="hybrid", venue="Town hall", address="Markt 1", place=content.city("koeln", name="Köln"),
        join_url="https://meet.example/data", event_languages=["de", "fr"], cost_note="With lunch",
        registration_url="https://register.example/", registration_closes=datetime(2030, 5, 1, 10, tzinfo=UTC),
        speakers=[("speaker", {"person": person, "role": "talk", "topic": "Data"})],
        agenda=[
            ("item", {"title": "Welcome", "starts_at": time(10), "ends_at": time(10, 30), "kind": "talk", "text": ""}),
            ("item", {"title": "Talks", "starts_at": None, "ends_at": None, "kind": "talk", "text": ""}),
        ],
    )  # fmt: skip
    event.organisers.set([person.organisation])
    event.save()
    page = read(client, "/en/events/data/")[1]["WebPage"]
    found = page["mainEntity"]
    assert found["@type"] == "Event"
    assert (found["startDate"], found["endDate"]) == ("2030-05-02T10:00+02:00", "2030-05-02T12:00+02:00")
    assert found["eventStatus"] == "https://schema.org/EventScheduled"
    assert found["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert found["inLanguage"] == ["de", "fr"]
    assert found["location"] == [
        {
            "@type": "Place",
            "name": "Town hall",
            "address": {
                "@type": "PostalAddress", "streetAddress": "Markt 1", "addressLocality": "Köln",
                "addressCountry": "Germany",
            },
        },
        {"@type": "VirtualLocation", "url": "https://meet.example/data"},
    ]  # fmt: skip
    assert found["offers"] == {
        "@type": "Offer", "price": 0, "priceCurrency": "EUR", "availability": "https://schema.org/InStock",
        "url": "https://register.example/", "availabilityEnds": "2030-05-01T10:00+00:00", "description": "With lunch",
    }  # fmt: skip
    assert found["organizer"] == [
        {"@type": "Organization", "name": "City of Bonn", "url": f"{BASE}/en/organisations/bonn/"}
    ]
    assert found["performer"][0]["name"] == "Ada “R&D” Lovelace"
    assert found["subEvent"] == [
        {
            "@type": "Event", "name": "Welcome", "startDate": "2030-05-02T10:00+02:00",
            "endDate": "2030-05-02T10:30+02:00",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "cancelled"}, {"eventStatus": "https://schema.org/EventCancelled", "offers": None}),
        ({"status": "postponed"}, {"eventStatus": "https://schema.org/EventPostponed"}),
        ({"format": "online"}, {"location": [{"@type": "VirtualLocation", "url": f"{BASE}/en/events/event/"}]}),
        ({"cost": "paid"}, {"isAccessibleForFree": False}),
        ({"all_day": True}, {"startDate": "2030-05-02", "endDate": "2030-05-02"}),
    ],
)
def test_other_events(client, fields, expected):
    content.event("Event", slug="event", start=datetime(2030, 5, 2, 8, tzinfo=UTC), timezone="Europe/Berlin", **fields)
    found = read(client, "/en/events/event/")[1]["WebPage"]["mainEntity"]
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("fields", "availability"),
    [
        ({"registration_full": True}, "SoldOut"),
        ({"registration_closes": datetime(2020, 1, 1, tzinfo=UTC)}, "OutOfStock"),
        ({"registration_opens": datetime(2029, 1, 1, tzinfo=UTC)}, "PreSale"),
    ],
)
def test_what_is_offered_follows_the_registration(client, fields, availability):
    start = datetime(2030, 5, 2, 8, tzinfo=UTC)
    content.event("Event", slug="event", start=start, registration_url="https://register.example/", **fields)
    offer = read(client, "/en/events/event/")[1]["WebPage"]["mainEntity"]["offers"]
    assert offer["availability"] == f"https://schema.org/{availability}"
    assert "url" not in offer
    assert offer.get("validFrom") == ("2029-01-01T00:00+00:00" if availability == "PreSale" else None)


def test_an_event_that_repeats_has_its_dates(client):
    start = (timezone.now() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    content.event("Daily", slug="daily", start=start, timezone="Africa/Tunis", recurrence="FREQ=DAILY;COUNT=3")
    dates = read(client, "/en/events/daily/")[1]["WebPage"]["mainEntity"]["subEvent"]
    days = [(start + timedelta(days=number)).date().isoformat() for number in range(3)]
    assert [each["startDate"] for each in dates] == [f"{day}T10:00+01:00" for day in days]


def test_a_draft_without_dates_says_nothing_of_them(rf):
    event = EventPage(title="Draft", start=None, end=None, event_languages=["en"])
    event.url_path, event.locale = "/home/events/draft/", Locale.objects.get(language_code="en")
    assert "startDate" not in event.structured_data({"name": "Hub"})[0]["mainEntity"]


def test_the_home_page(client):
    content.post("Post")
    HomePage.objects.update(hero_title="A network of cities", hero_lead="What we do.")
    _shown, nodes = read(client, "/en/")
    assert nodes["WebPage"]["name"] == "A network of cities"
    assert nodes["WebSite"]["potentialAction"]["target"]["urlTemplate"] == f"{BASE}/en/search/?q={{words}}"
    assert nodes["Organization"]["logo"] == f"{BASE}/static/img/mark.svg"


def test_collections(client, picture):
    climate = content.theme("climate", en="Climate")
    content.thematic_hub(climate, "Climate hub", slug="climate", image=picture)
    content.post("Post", slug="post", themes=[climate])
    content.event("Event", slug="event", themes=[climate])
    content.platform("Platform", themes=[climate])
    items = {
        "/en/news/": ["Post"],
        "/en/events/": ["Event"],
        "/en/hubs/": ["Climate hub"],
        "/en/platforms/": ["Platform"],
        "/en/hubs/climate/": ["Post", "Event", "Platform"],
        "/en/themes/climate/": ["Post", "Event", "Climate hub", "Platform"],
    }
    for path, names in items.items():
        found = read(client, path)[1]["CollectionPage"]["mainEntity"]["itemListElement"]
        assert sorted(each["name"] for each in found) == sorted(names), path
        assert [each["position"] for each in found] == list(range(1, len(names) + 1))


def test_a_theme_says_the_way_to_it(client):
    content.theme("water", content.theme("climate", en="Climate"), en="Water")
    way = read(client, "/en/themes/water/")[1]["BreadcrumbList"]["itemListElement"]
    assert [(each["position"], each["name"], each["item"]) for each in way] == [
        (1, "Home", f"{BASE}/en/"),
        (2, "Themes", f"{BASE}/en/themes/"),
        (3, "Climate", f"{BASE}/en/themes/climate/"),
        (4, "Water", f"{BASE}/en/themes/water/"),
    ]


def test_a_platform_and_a_plain_page(client):
    platform = content.platform("TechPlace")
    operator = Organisation.objects.create(name="Agency", slug="agency", website="https://agency.example/")
    PlatformPage.objects.filter(pk=platform.pk).update(operator=operator, platform_languages=["fr"])
    page = read(client, "/en/platforms/techplace/")[1]["WebPage"]
    assert page["mainEntity"]["url"] == "https://example.org/"
    assert page["mainEntity"]["publisher"]["name"] == "Agency"
    home = HomePage.objects.get(locale__language_code="en")
    plain = home.add_child(instance=StandardPage(title="About", lead="Who we are.", locale=home.locale))
    plain.save_revision().publish()
    assert read(client, "/en/about/")[1]["WebPage"]["description"] == "Who we are."


def test_people_and_organisations(client):
    agency = Organisation.objects.create(
        name="Agency for Water", acronym="AW", slug="agency", website="https://agency.example/", country="DE"
    )
    someone = Person.objects.create(name="Ada Brook", slug="ada-brook", role="Engineer", organisation=agency)
    post = content.post("Water for all")
    NewsPage.objects.filter(pk=post.pk).update(submitted_by=someone)
    page = read(client, "/en/people/ada-brook/")[1]["ProfilePage"]
    assert page["mainEntity"] == {
        "@type": "Person",
        "name": "Ada Brook",
        "affiliation": {"@type": "Organization", "name": "Agency for Water"},
        "jobTitle": "Engineer",
    }
    assert [each["name"] for each in page["hasPart"]["itemListElement"]] == ["Water for all"]
    page = read(client, "/en/organisations/agency/")[1]["ProfilePage"]
    assert page["mainEntity"]["address"]["addressCountry"] == "Germany"
    assert page["mainEntity"]["url"] == "https://agency.example/"


def test_errors_say_nothing_and_searches_where_they_are_alone(client):
    assert "ld+json" not in client.get("/en/nothing/").content.decode()
    for path in ("/en/search/?q=x", "/en/themes/"):
        assert list(read(client, path)[1]) == ["BreadcrumbList"]


def test_nothing_ends_the_element_that_it_stands_in():
    text = graph([{"@type": "WebPage", "name": "</script><script>x()</script><!-- & \u2028"}])
    assert not re.search(r"[<>&\u2028]", text)
    assert json.loads(text)["@graph"][0]["name"] == "</script><script>x()</script><!-- & \u2028"


def test_empty_values_are_left_out():
    assert filled({"a": "", "b": [], "c": {"@type": "Thing"}, "d": [None, 0], "e": False}) == {"d": [0], "e": False}
