"""Sharing, and what a shared link shows."""

import re
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.contrib.auth import get_user_model
from wagtail.models import Locale

from hub.models import Organisation, Person, SharingSettings
from hub.models.sharing import SERVICES, share_url
from hub.templatetags.sharing import locale
from tests import content

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:8000/en/news/r-d-more/"


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def properties(html: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:property|name)="((?:og|article|twitter):[^"]+)" content="([^"]*)">', html)
    return {name: unescape(value) for name, value in found}


def test_without_a_choice_there_is_mail_and_what_scripts_make_work(client):
    content.post("R&D “more”", slug="r-d-more")
    html = read(client, "/en/news/r-d-more/")
    mail = unescape(re.search(r'href="(mailto:[^"]+)"', html)[1])
    assert parse_qs(urlsplit(mail).query) == {"subject": ["R&D “more”"], "body": [URL]}
    assert f'<li hidden><button type="button" data-copy="{URL}"' in html
    assert not any(urlsplit(address).netloc in html for _label, address in SERVICES.values())


def test_the_networks_services_are_plain_links(client, django_assert_num_queries):
    content.post("R&D “more”", slug="r-d-more")
    settings = SharingSettings.objects.create(services=["mastodon", "gone", "linkedin"])
    html = read(client, "/en/news/r-d-more/")
    links = [unescape(link) for link in re.findall(r'<a href="(https:[^"]+)" rel="external noreferrer">', html)]
    assert links == [share_url(name, "R&D “more”", URL) for name in ("mastodon", "linkedin")]
    assert unquote(links[0]) == f"https://share.joinmastodon.org/#text=R&D “more” {URL}"
    settings.delete()


def test_every_service_gets_the_address():
    for name in SERVICES:
        assert URL in unquote(share_url(name, "A title", URL))


def test_administrators_choose_the_services(client):
    client.force_login(get_user_model().objects.create_superuser("admin", "admin@example.org", "x"))
    url = f"/admin/settings/hub/sharingsettings/{SharingSettings.load().pk}/"
    assert "LinkedIn" in read(client, url)
    client.post(url, {"services": ["bluesky", "linkedin"]})
    assert SharingSettings.objects.get().services == ["bluesky", "linkedin"]
    client.post(url, {"services": ["elsewhere"]})
    assert SharingSettings.objects.get().services == ["bluesky", "linkedin"]


def test_a_post_says_what_it_is_when_it_is_shared(client):
    water = content.theme("water", en="Water", de="Wasser")
    post = content.post("Schwamm “& Co.”", language="de", themes=[water], lead="Worum es geht.", slug="schwamm")
    english = post.copy_for_translation(Locale.objects.get(language_code="en"))
    english.slug = "sponge"
    english.save_revision().publish()
    found = properties(read(client, "/de/news/schwamm/"))
    picture = found.pop("og:image")
    name = found.pop("og:site_name")
    assert found.pop("article:published_time")
    assert found == {
        "og:title": "Schwamm “& Co.”",
        "og:type": "article",
        "og:url": "http://127.0.0.1:8000/de/news/schwamm/",
        "og:description": "Worum es geht.",
        "og:locale": "de_DE",
        "og:locale:alternate": "en_GB",
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Schwamm “& Co.”",
        "twitter:card": "summary_large_image",
    }
    assert name
    answer = client.get(picture.removeprefix("http://127.0.0.1:8000"))
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")


def test_every_page_says_what_it_is_when_it_is_shared_and_errors_do_not(client):
    water = content.theme("water")
    content.thematic_hub(water, "Hub")
    ulm = Organisation.objects.create(name="City of Ulm", slug="ulm")
    ada = Person.objects.create(name="Ada", slug="ada", organisation=ulm, biography="Knows cities.")
    content.event("Event", submitted_by=ada, place=content.city("ghent", "BE"))
    for path, title, kind in (
        ("", "", "website"),
        ("news/", "News", "website"),
        ("platforms/", "Platforms", "website"),
        ("events/?when=month", "Events", "website"),
        ("hubs/hub/", "Hub", "website"),
        ("events/event/", "Event", "website"),
        ("themes/water/", "Water", "website"),
        ("themes/", "Themes", "website"),
        ("a-z/", "A to Z", "website"),
        ("people/", "People", "website"),
        ("people/ada/", "Ada", "profile"),
        ("organisations/", "Organisations", "website"),
        ("organisations/ulm/", "City of Ulm", "website"),
        ("places/", "Places", "website"),
        ("places/ghent/", "Ghent", "website"),
        ("search/", "Search", "website"),
        ("search/?q=secret+words", "Search", "website"),
    ):
        html = read(client, f"/en/{path}")
        found = properties(html)
        assert found["og:image"].startswith("http://127.0.0.1:8000/share/"), path
        assert found["og:title"] == title or (not path and found["og:title"]), path
        assert (found["og:type"], found["og:locale"]) == (kind, "en_GB"), path
        described = re.search(r'<meta name="description" content="([^"]+)">', html)
        assert (unescape(described[1]) if described else None) == found.get("og:description"), path
        if path not in ("", "themes/water/"):
            assert described, path
        assert "secret" not in "".join(found.values())
    assert properties(client.get("/en/nothing/").content.decode()) == {}


@pytest.mark.parametrize(("language", "words"), [("en", "in all languages"), ("de", "in allen Sprachen")])
def test_the_search_says_what_it_searches_and_its_results_stay_out_of_search_engines(client, language, words):
    html = read(client, f"/{language}/search/?q=secret")
    (described,) = re.findall(r'<meta name="description" content="([^"]+)">', html)
    assert words in described
    assert "secret" not in described
    assert '<meta name="robots" content="noindex, follow">' in html
    assert "noindex" not in read(client, f"/{language}/search/")


def test_a_language_has_the_country_of_most_of_its_speakers():
    assert [locale(code) for code in ("en", "de", "el", "pt", "ga", "sl")] == [
        "en_GB", "de_DE", "el_GR", "pt_BR", "ga_IE", "sl_SI",
    ]  # fmt: skip
