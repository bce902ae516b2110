import pytest
from wagtail.models import Site

from hub.language_trees import ensure_language_trees
from hub.models import HomePage
from tests import content

pytestmark = pytest.mark.django_db


def test_the_site_follows_the_base_url(settings):
    ensure_language_trees()
    settings.BASE_URL = "https://hub.example.eu:8443"
    ensure_language_trees()
    site = Site.objects.get()
    assert (site.hostname, site.port, site.root_page.specific_class) == ("hub.example.eu", 8443, HomePage)


def test_a_second_time_changes_nothing():
    ensure_language_trees()
    before = list(HomePage.objects.values())
    ensure_language_trees()
    assert list(HomePage.objects.values()) == before


def test_full_addresses_name_the_base_url(settings, client):
    settings.BASE_URL = "https://hub.example.eu"
    ensure_language_trees()
    post = content.post(slug="a-post")
    assert post.full_url == "https://hub.example.eu/en/news/a-post/"
