"""How readers get about: breadcrumbs, neighbours, old addresses and those of another language."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from hub.merging import merge_concepts
from hub.models import HomePage, StandardPage
from news.models import NewsPage
from tests.content import post, theme

from .reading import (
    crumbs,
    main,
    organisation,
    person,
    read,
    restrict,
    version,
)

pytestmark = pytest.mark.django_db


class TestBreadcrumbs:
    def test_every_page_below_home_says_where_it_is(self, client):
        food = theme("food", theme("climate", de="Klima", en="Climate"))
        post("A post", themes=[food])
        home = HomePage.objects.get(locale__language_code="en")
        about = home.add_child(instance=StandardPage(title="About", lead="A lead.", locale=home.locale))
        about.add_child(instance=StandardPage(title="Team", lead="A lead.", locale=home.locale))
        for path, steps in {
            "/en/": [],
            "/en/news/": ["Home", "News"],
            "/en/news/a-post/": ["Home", "News", "A post"],
            "/en/about/": ["Home", "About"],
            "/en/about/team/": ["Home", "About", "Team"],
            "/en/themes/": ["Home", "Themes"],
            "/en/themes/food/": ["Home", "Themes", "Climate", "Food"],
            "/en/a-z/": ["Home", "A to Z"],
            "/en/search/": ["Home", "Search"],
        }.items():
            assert crumbs(read(client, path)) == steps

    def test_a_restricted_page_is_no_step(self, client):
        home = HomePage.objects.get(locale__language_code="en")
        about = home.add_child(instance=StandardPage(title="About", lead="A lead.", locale=home.locale, live=False))
        about.add_child(instance=StandardPage(title="Team", lead="A lead.", locale=home.locale))
        assert crumbs(read(client, "/en/about/team/")) == ["Home", "Team"]


class TestNeighbours:
    @pytest.fixture
    def posts(self):
        food = theme("food")
        posts = [post(f"Post {number}", themes=[food]) for number in range(6)]
        for number, page in enumerate(posts):
            day = timezone.now() - timedelta(days=20 - number)
            NewsPage.objects.filter(pk=page.pk).update(first_published_at=day)
        return posts

    def test_a_post_leads_to_those_before_and_after_that_can_be_read(self, client, posts):
        restrict(posts[3])
        post("Beitrag", language="de")
        html = read(client, "/en/news/post-2/")
        assert re.findall(r'href="([^"]+)" rel="(prev|next)"', html) == [
            ("/en/news/post-1/", "prev"),
            ("/en/news/post-4/", "next"),
        ]
        assert 'rel="prev"' not in main(read(client, "/en/news/post-0/"))
        assert 'rel="next"' not in main(read(client, "/de/news/beitrag/"))

    def test_a_post_shows_the_latest_on_its_theme_beside_its_neighbours(self, client, posts):
        html = read(client, "/en/news/post-1/")
        section = html[html.index('id="on-theme"') : html.index('<nav class="neighbours')]
        assert re.findall("/en/news/(post-.)/", section) == ["post-5", "post-4", "post-3"]
        assert "More on Food" in section

    def test_a_post_without_a_theme_has_neighbours_alone(self, client, posts):
        post("Other")
        html = read(client, "/en/news/other/")
        assert 'href="/en/news/post-5/" rel="prev"' in html
        assert "on-theme" not in html


class TestOldAddresses:
    @pytest.fixture
    def rename(self, django_capture_on_commit_callbacks):
        def rename(page, slug: str) -> None:
            with django_capture_on_commit_callbacks(execute=True):
                page.slug = slug
                page.save_revision().publish()

        return rename

    @pytest.mark.parametrize("language", ["en", "de"])
    def test_a_page_with_a_new_slug_is_found_at_its_old_address(self, client, rename, language):
        rename(post("Old", language=language), "new")
        response = client.get(f"/{language}/news/old/?from=mail")
        assert (response.status_code, response["Location"]) == (301, f"/{language}/news/new/?from=mail")

    def test_a_translation_with_a_new_slug_is_found_at_its_old_address(self, client, rename):
        rename(version(post("Post"), "de", title="Alt", slug="alt"), "neu")
        assert client.get("/de/news/alt/")["Location"] == "/de/news/neu/"
        read(client, "/en/news/post/")

    def test_a_moved_page_takes_what_is_below_it_along(self, client):
        home = HomePage.objects.get(locale__language_code="de")
        pages = {}
        for title in ("Netz", "Verein"):
            pages[title] = home.add_child(instance=StandardPage(title=title, lead="A lead.", locale=home.locale))
        pages["Netz"].add_child(instance=StandardPage(title="Team", lead="A lead.", locale=home.locale))
        StandardPage.objects.get(title="Netz").move(StandardPage.objects.get(title="Verein"), pos="last-child")
        assert client.get("/de/netz/")["Location"] == "/de/verein/netz/"
        assert client.get("/de/netz/team/?a=b")["Location"] == "/de/verein/netz/team/?a=b"
        read(client, "/de/verein/netz/team/")

    def test_a_person_and_a_theme_with_new_slugs_are_found_at_their_old_addresses(self, client):
        ada = person("Ada")
        post("Post", submitted_by=ada)
        for slug in ("eve", "ada-l"):
            ada.slug = slug
            ada.save()
        assert client.get("/de/people/ada/")["Location"] == "/de/people/ada-l/"
        assert client.get("/de/people/eve/")["Location"] == "/de/people/ada-l/"
        ada.slug = "ada"
        ada.save()
        read(client, "/de/people/ada/")
        assert client.get("/de/people/ada-l/")["Location"] == "/de/people/ada/"
        assert not Redirect.objects.filter(old_path="/de/people/ada").exists()

    def test_a_merged_organisation_leads_to_the_one_that_stays(self, client):
        ulm, city_of_ulm = organisation("Ulm"), organisation("City-of-Ulm")
        page = post("Post")
        page.organisations.add(ulm)
        page.save()
        merge_concepts(source=ulm, target=city_of_ulm)
        assert client.get("/en/organisations/ulm/")["Location"] == "/en/organisations/city-of-ulm/"
        read(client, "/en/organisations/city-of-ulm/")


class TestWrongLanguage:
    def test_the_address_of_another_language_leads_to_the_version_in_this_one(self, client):
        version(post("A post"), "de", title="Beitrag", slug="beitrag")
        response = client.get("/de/news/a-post/?q=1")
        assert (response.status_code, response["Location"]) == (302, "/de/news/beitrag/?q=1")

    def test_without_such_a_version_it_leads_to_where_the_page_is(self, client):
        post("Beitrag", language="de")
        assert client.get("/fr/news/beitrag/")["Location"] == "/de/news/beitrag/"

    def test_two_works_of_the_same_slug_are_ambiguous(self, client):
        post("Same", language="de")
        post("Same", language="fr")
        read(client, "/en/news/same/", 404)

    def test_what_cannot_be_read_leads_nowhere(self, client):
        restrict(post("Secret", language="de"))
        post("Draft", language="de", live=False)
        for slug in ("secret", "draft"):
            read(client, f"/en/news/{slug}/", 404)

    def test_a_redirect_of_an_editor_comes_first(self, client):
        post("Beitrag", language="de")
        Redirect.add_redirect("/fr/news/beitrag/", "https://example.org/elsewhere")
        assert client.get("/fr/news/beitrag/")["Location"] == "https://example.org/elsewhere"


def test_a_redirect_that_an_editor_set_holds_with_any_parameters(client):
    post("Wasser", language="de", slug="wasser")
    Redirect.objects.create(old_path="/en/news/wasser", redirect_link="/en/themes/")
    Redirect.objects.create(old_path="/en/index.php?id=12", redirect_link="/en/news/")
    answer = client.get("/en/news/wasser/?utm_source=x")
    assert (answer.status_code, answer["Location"]) == (301, "/en/themes/?utm_source=x")
    assert client.get("/en/index.php?id=12")["Location"] == "/en/news/"
