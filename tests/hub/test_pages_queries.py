"""How many queries a page needs that nobody has read yet, whatever the number of rows.

The process has shown another page before: what all pages have in common is remembered.
"""

import json
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Page

from hub.blocks import BODY_BLOCKS
from hub.language_trees import ensure_language_trees
from hub.models import (
    HomePage,
    HubDocument,
    HubImage,
    Organisation,
    Person,
    Place,
    PlaceName,
    RelatedWork,
    StandardPage,
)
from hub.models.links import readable
from news.models import NewsPage
from tests.content import event, platform, post, thematic_hub, theme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("remembers")]


@pytest.fixture
def picture():
    return HubImage.objects.create(title="Picture", file=get_test_image_file())


@pytest.fixture
def themes(db):
    ensure_language_trees()
    climate = theme("climate", en="Climate", de="Klima")
    return [climate, theme("food", climate, en="Food", de="Essen"), theme("finance", en="Finance")]


@pytest.fixture
def people(picture):
    organisations = [Organisation.objects.create(name=f"City {n}", slug=f"city-{n}") for n in range(3)]
    return [
        Person.objects.create(name=f"Person {n}", slug=f"person-{n}", organisation=organisations[n], photo=picture)
        for n in range(3)
    ]


@pytest.fixture
def footer(themes):
    home = HomePage.objects.get(locale__language_code="en")
    for title in ("About", "Imprint", "Privacy"):
        home.add_child(instance=StandardPage(title=title, lead="A lead.", locale=home.locale, show_in_menus=True))


def body_with_everything(picture, pages, number: int) -> str:
    """Every kind of block, with `number` of what a block can have several of."""
    documents = [HubDocument.objects.create(title="A document", file=ContentFile(b"text", name="a.txt")).pk] * number
    links = "".join(f'<a linktype="page" id="{page.pk}">{page.title}</a>' for page in pages)
    links += f'<a linktype="document" id="{documents[0]}">A document</a>'
    image = {"picture": {"image": picture.pk, "decorative": True, "alt_text": ""}, "caption": "Caption"}
    link = {"page": pages[0].pk, "url": ""}
    table = {
        "caption": "Table",
        "columns": [{"type": "rich_text", "heading": "Words"}],
        "rows": [{"values": [f"<p>{links}</p>"]}] * number,
    }
    blocks = [
        ("text", f"<p>{links}</p>"),
        ("heading", {"text": "Heading", "level": "h2"}),
        ("image", image),
        ("gallery", [image] * number),
        ("embed", {"url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "title": "A film"}),
        ("button", {"label": "Go there"} | link),
        ("button", {"label": "Go away", "page": None, "url": "https://example.org/"}),
        ("documents", documents),
        ("cards", [{"page": page.pk, "url": "", "title": "", "text": ""} for page in pages]),
        ("quote", {"text": "Words", "attribution": "Somebody"}),
        ("callout", {"title": "Call", "text": f"<p>{links}</p>", "label": "More"} | link),
        ("accordion", [{"title": "Question", "text": f"<p>{links}</p>"}] * number),
        ("table", table),
    ]
    assert {kind for kind, _value in blocks} == {name for name, _block in BODY_BLOCKS}
    return json.dumps([{"type": kind, "value": value} for kind, value in blocks * number])


def full_post(title, picture, themes, people, number: int) -> NewsPage:
    """A post with `number` of everything."""
    related = [
        page
        for index in range(number)
        for page in (
            post(f"Other {index}", themes=themes),
            event(f"Event {index}"),
            platform(f"Platform {index}"),
        )
    ]
    page = post(
        title,
        themes=themes[:number],
        image=picture,
        submitted_by=people[0],
        body=body_with_everything(picture, related, number),
    )
    for index in range(number):
        place = Place.objects.create(
            slug=f"koeln-{index}", country="DE", name="Köln", latitude=50.9, longitude=6.9 + index
        )
        PlaceName.objects.create(place=place, language="en", name="Cologne")
        page.places.add(place)
    page.organisations.set(Organisation.objects.all()[:number])
    page.contact_people.set(people[:number])
    page.save()
    for index, work in enumerate(related):
        RelatedWork.objects.create(page=page, work=work, sort_order=index)
    for language in ("de", "fr", "pl")[:number]:
        page.copy_for_translation(Locale.objects.get(language_code=language)).save_revision().publish()
    return page


def read(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def another_post(client, picture, people):
    """Somebody has read a post with the same concepts and picture."""
    page = post("Another", body=body_with_everything(picture, [NewsPage.objects.first()], 1))
    page.organisations.set(Organisation.objects.all())
    page.contact_people.set(people)
    page.places.set(Place.objects.all())
    page.save()
    read(client, "/en/news/another/")


FEW_AND_MANY = pytest.mark.parametrize("number", [1, 3])


@FEW_AND_MANY
def test_a_post_with_everything(client, django_assert_max_num_queries, picture, themes, people, footer, number):
    full_post("Everything", picture, themes, people, number)
    another_post(client, picture, people)
    with django_assert_max_num_queries(8):
        html = read(client, "/en/news/everything/")
    assert html.count(">Cologne") == number
    assert html.count("<picture") == 1 + number + number**2 + number
    assert html.count(">Go there</a>") == number
    assert "/en/imprint/" in html


@pytest.mark.parametrize("number", [2, 22])
@pytest.mark.parametrize("path", ["news/", "events/", "platforms/", "hubs/"])
def test_a_listing_of_twenty(client, django_assert_max_num_queries, picture, themes, footer, path, number):
    make = {
        "news/": lambda title: post(title, themes=themes, image=picture),
        "events/": lambda title: event(title, themes=themes, image=picture, format="online"),
        "platforms/": lambda title: platform(title, themes=themes),
        "hubs/": lambda title: thematic_hub(themes[0], title, image=picture),
    }
    for index in range(number):
        make[path](f"Page {index}")
    read(client, f"/en/{path}")
    with django_assert_max_num_queries(8):
        html = read(client, f"/en/{path}?theme=climate")
    assert html.count("<article") == min(number, 20)


@pytest.mark.parametrize("number", [1, 6])
def test_a_hub_with_everything(client, django_assert_max_num_queries, picture, themes, people, footer, number):
    for index in range(number):
        post(f"Post {index}", themes=themes, image=picture)
        event(f"Event {index}", themes=themes, image=picture)
        event(f"Past {index}", themes=themes, start=timezone.now() - timedelta(days=9))
        platform(f"Platform {index}", themes=themes)
        document = HubDocument.objects.create(title="A document", file=ContentFile(b"text", name="a.txt"))
        document.themes.set(themes)
    picks = list(NewsPage.objects.all())
    body = body_with_everything(picture, picks, min(number, 3))
    page = thematic_hub(themes[0], "Hub", image=picture, submitted_by=people[0], body=body)
    page.contact_people.set(people[:number])
    page.save()
    for index, work in enumerate(picks[:4]):
        RelatedWork.objects.create(page=page, work=work, sort_order=index)
    another_post(client, picture, people)
    with django_assert_max_num_queries(12):
        html = read(client, "/en/hubs/hub/")
    for heading in ("News", "Upcoming events", "Past events", "Platforms", "Documents", "Whom to ask"):
        assert f">{heading}</h2>" in html


@pytest.mark.parametrize("number", [1, 8])
def test_the_home_page_and_a_theme(client, django_assert_max_num_queries, picture, themes, footer, number):
    for index in range(number):
        post(f"Post {index}", themes=themes, image=picture)
        event(f"Event {index}", themes=themes)
    read(client, "/en/platforms/")
    for path in ("/en/", "/en/themes/climate/", "/en/themes/"):
        with django_assert_max_num_queries(12):
            read(client, path)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
def test_restrictions_are_looked_up_without_going_through_all_pages():
    for number in range(30):
        post(f"Post {number}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = readable(Page.objects.filter(pk__in=[1, 2, 3])).explain()
    scans = [line for line in plan.splitlines() if "SCAN" in line and "SCALAR" not in line]
    assert len(scans) == 1
    assert "pageviewrestriction" in scans[0]
