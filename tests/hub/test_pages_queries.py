"""How many queries a page needs, with nothing cached and whatever the number of rows."""

import json
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file

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
    ThematicHubPage,
)
from news.models import NewsPage
from tests.content import event, platform, post, thematic_hub, theme

pytestmark = pytest.mark.django_db


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


def body_with_everything(picture, pages) -> str:
    document = HubDocument.objects.create(title="A document", file=ContentFile(b"text", name="a.txt"))
    links = "".join(f'<a linktype="page" id="{page.pk}">{page.title}</a>' for page in pages)
    image = {"picture": {"image": picture.pk, "decorative": True, "alt_text": ""}, "caption": "Caption"}
    blocks = [
        *[("text", f"<p>{links}</p>")] * 5,
        ("heading", {"text": "Heading", "level": "h2"}),
        *[("image", image)] * 4,
        ("documents", [document.pk]),
        ("cards", [{"page": page.pk, "url": "", "title": "", "text": ""} for page in pages]),
        ("quote", {"text": "Words", "attribution": "Somebody"}),
        ("callout", {"title": "Call", "text": f"<p>{links}</p>", "label": "", "url": "", "page": None}),
        ("accordion", [{"title": "Question", "text": f"<p>{links}</p>"}] * 3),
    ]
    return json.dumps([{"type": kind, "value": value} for kind, value in blocks])


def full_post(title, picture, themes, people, **fields) -> NewsPage:
    related = [post(f"Other {title} {n}", themes=themes) for n in range(2)]
    related += [event(f"Event {title}"), platform(f"Platform {title}")]
    berlin, _new = Place.objects.get_or_create(slug="koeln", defaults={"country": "DE", "name": "Köln"})
    PlaceName.objects.get_or_create(place=berlin, language="en", defaults={"name": "Cologne"})
    page = post(
        title,
        themes=themes,
        image=picture,
        submitted_by=people[0],
        body=body_with_everything(picture, related),
        **fields,
    )
    page.places.set([berlin])
    page.organisations.set(Organisation.objects.all())
    page.contact_people.set(people)
    page.save()
    for number, work in enumerate(related):
        RelatedWork.objects.create(page=page, work=work, sort_order=number)
    return page


def read(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_post_with_everything(client, django_assert_max_num_queries, picture, themes, people, footer):
    full_post("Everything", picture, themes, people)
    with django_assert_max_num_queries(12):
        html = read(client, "/en/news/everything/")
    assert "Cologne" in html
    assert html.count("<picture") == 8
    assert "/en/imprint/" in html


@pytest.mark.parametrize("path", ["news/", "events/", "platforms/"])
def test_a_listing_of_twenty(client, django_assert_max_num_queries, picture, themes, footer, path):
    for number in range(22):
        post(f"Post {number}", themes=themes, image=picture)
        event(f"Event {number}", themes=themes, image=picture, format="online")
        platform(f"Platform {number}", themes=themes)
    with django_assert_max_num_queries(12):
        html = read(client, f"/en/{path}?theme=climate")
    assert html.count("<article") == 20


def test_a_hub_with_everything(client, django_assert_max_num_queries, picture, themes, people, footer):
    for number in range(6):
        post(f"Post {number}", themes=themes, image=picture)
        event(f"Event {number}", themes=themes, image=picture)
        event(f"Past {number}", themes=themes, start=timezone.now() - timedelta(days=9))
        platform(f"Platform {number}", themes=themes)
    page = thematic_hub(themes[0], "Hub", image=picture, submitted_by=people[0])
    page.contact_people.set(people)
    page.save()
    document = HubDocument.objects.create(title="A document", file=ContentFile(b"text", name="a.txt"))
    document.themes.set(themes)
    for number, work in enumerate(NewsPage.objects.all()[:4]):
        RelatedWork.objects.create(page=page, work=work, sort_order=number)
    assert ThematicHubPage.objects.count() == 1
    with django_assert_max_num_queries(20):
        html = read(client, "/en/hubs/hub/")
    for heading in ("News", "Upcoming events", "Past events", "Platforms", "Documents", "Whom to ask"):
        assert f">{heading}</h2>" in html


def test_the_home_page_and_a_theme(client, django_assert_max_num_queries, picture, themes, footer):
    for number in range(4):
        post(f"Post {number}", themes=themes, image=picture)
        event(f"Event {number}", themes=themes)
    for path in ("/en/", "/en/themes/climate/", "/en/themes/"):
        with django_assert_max_num_queries(14):
            read(client, path)
