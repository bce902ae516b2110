"""Every type of page, with everything on it, before the Nu HTML checker."""

from __future__ import annotations

import pytest
from django.utils import timezone

from hub.home_blocks import usual_home
from hub.models import HomePage, PlatformPage, StandardPage
from search.outbox import drain
from tests.content import event, platform, thematic_hub
from tests.hub.test_pages_queries import (  # noqa: F401
    body_with_everything,
    footer,
    full_post,
    people,
    picture,
    themes,
)
from tests.markup import nu
from tests.search.conftest import engine  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.markup]

ADDRESSES = [
    "/en/",
    "/de/",
    "/en/news/",
    "/en/news/?theme=climate",
    "/en/news/?theme=nothing",
    "/en/news/everything/",
    "/en/events/",
    "/en/events/?when=past",
    "/en/events/?when=month",
    "/en/events/?when=month&month=2020-01",
    "/en/events/fair/",
    "/en/events/weekly/",
    "/en/hubs/",
    "/en/hubs/hub/",
    "/en/platforms/",
    "/en/platforms/?theme=climate&access=open",
    "/en/platforms/?access=nothing",
    "/en/platforms/atlas/",
    "/en/about-us/",
    "/en/themes/",
    "/en/themes/climate/",
    "/en/themes/food/",
    "/en/places/",
    "/en/places/de/",
    "/en/places/koeln-0/",
    "/en/a-z/",
    "/en/a-z/?letter=C",
    "/en/people/",
    "/en/people/person-0/",
    "/en/organisations/",
    "/en/organisations/city-0/",
    "/en/search/",
    "/en/search/?view=map",
    "/en/search/?q=everything",
    "/en/search/?q=fair&theme=climate&kind=event&from=2020-01-01",
    "/en/search/?q=qwertzuiop",
    "/en/search/?q=evrything",
    "/en/search/?from=yesterday",
    "/en/no-such-page/",
    "/en/news/everything-else/",
]


@pytest.fixture
def everything(picture, themes, people, footer, engine):  # noqa: F811
    full_post("Everything", picture, themes, people, 3)
    now = timezone.now()
    agenda = [("item", {"kind": "talk", "title": "Opening", "text": "", "starts_at": None, "ends_at": None})]
    speaker = [("speaker", {"person": people[0], "role": "keynote", "topic": "Water"})]
    text = {"lead": "A lead.", "registration_url": "https://example.org/", "image": picture, "themes": themes}
    fair = event("Fair", **text, agenda=[], speakers=[])
    fair.agenda, fair.speakers = agenda, speaker
    fair.save_revision().publish()
    event("Weekly", recurrence="FREQ=WEEKLY;COUNT=5", themes=themes)
    event("Past", start=now.replace(year=now.year - 1), themes=themes)
    event("Off", status="cancelled")
    body = body_with_everything(picture, [fair], 1)
    hub = thematic_hub(themes[0], "Hub", image=picture, submitted_by=people[0], body=body)
    hub.contact_people.set(people)
    hub.save_revision().publish()
    page = platform("Atlas", themes=themes)
    PlatformPage.objects.filter(pk=page.pk).update(platform_languages=["en", "de"])
    home = HomePage.objects.get(locale__language_code="en")
    home.hero_title, home.hero_lead, home.hero_image = "Welcome", "A lead.", picture
    home.body = [
        *usual_home(),
        ("figures", [{"number": "41", "text": "cities"}, {"number": "19", "text": "countries"}]),
        ("passage", {"heading": "Who", "picture": None, "body": [("quote", {"text": "Words", "attribution": ""})]}),
    ]
    home.save_revision().publish()
    home.add_child(
        instance=StandardPage(title="About us", slug="about-us", lead="A lead.", locale=home.locale, body=body)
    )
    drain()


def test_no_page_has_an_error(client, everything, tmp_path):
    pages = {address: client.get(address) for address in ADDRESSES}
    missing = ["/en/no-such-page/", "/en/news/everything-else/"]
    assert [address for address, page in pages.items() if page.status_code != 200] == missing
    assert {pages[address].status_code for address in missing} == {404}
    assert nu.check({address: page.content.decode() for address, page in pages.items()}, tmp_path) == []


def test_the_checker_sees_errors(tmp_path):
    found = nu.check({"bad": "<!doctype html><html lang=en><title>x</title><body><p><ul><li></ul></p>"}, tmp_path)
    assert len(found) == 1
    assert found[0].startswith("bad: No “p” element in scope")
