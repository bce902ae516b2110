"""How readers get about: breadcrumbs, neighbours, people, organisations, the A to Z, platforms, old addresses."""

import json
import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, PageViewRestriction

from events.models import EventPage
from hub.merging import merge_concepts
from hub.models import HomePage, Organisation, Person, PlatformPage, StandardPage, Theme
from news.models import NewsPage
from tests.content import city, event, platform, post, thematic_hub, theme

pytestmark = pytest.mark.django_db


def read(client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return re.sub(r"\s+", " ", response.content.decode())


def crumbs(html: str) -> list[str]:
    found = re.search(r'<nav class="crumbs.*?</nav>', html)
    return re.findall(r"<(?:a|span)[^>]*>([^<]+)", found[0]) if found else []


def main(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def restrict(page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def person(name: str, **fields) -> Person:
    return Person.objects.create(name=name, slug=name.lower(), **fields)


def organisation(name: str, **fields) -> Organisation:
    return Organisation.objects.create(name=name, slug=name.lower(), **fields)


def speaker(somebody: Person) -> str:
    return json.dumps([{"type": "speaker", "value": {"person": somebody.pk, "role": "talk", "topic": ""}}])


def version(page, language: str, **changes):
    copy = page.copy_for_translation(Locale.objects.get(language_code=language))
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save_revision().publish()
    return type(page).objects.get(pk=copy.pk)


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


class TestPeople:
    def test_a_person_has_what_he_or_she_gave_in_the_language_of_the_reader(self, client):
        ada = person("Ada", organisation=organisation("Ulm"), biography="Knows cities.", email="ada@example.org")
        post("Written", submitted_by=ada)
        event("Talk", speakers=speaker(ada))
        asked = post("Asked")
        asked.contact_people.add(ada)
        asked.save()
        post("Beitrag", language="de", submitted_by=ada)
        html = main(read(client, "/en/people/ada/"))
        assert re.findall("<h2[^>]*>([^<]+)", html) == ["Speaker at", "Posts", "Contact for"]
        for title in ("Written", "Talk", "Asked", "Knows cities.", "ada@example.org", "/en/organisations/ulm/"):
            assert title in html
        assert "Beitrag" not in html
        assert "1 more in another language" in html
        assert ">Ada</a>" in read(client, "/en/people/")
        assert "/en/people/ada/" in read(client, "/en/events/talk/")

    def test_an_address_for_mail_is_shown_to_those_who_may_ask_alone(self, client):
        post("Written", submitted_by=person("Ada", email="ada@example.org"))
        assert "ada@example.org" not in read(client, "/en/people/ada/")

    @pytest.mark.parametrize("state", ["nothing", "draft", "restricted", "draft of a live event"])
    def test_whom_nobody_published_has_no_page(self, client, state):
        ada = person("Ada", organisation=organisation("Ulm"))
        if state == "draft":
            event("Talk", speakers=speaker(ada), live=False)
        elif state == "restricted":
            restrict(event("Talk", speakers=speaker(ada), submitted_by=ada))
        elif state == "draft of a live event":
            talk = event("Talk")
            talk.speakers = talk._meta.get_field("speakers").to_python(speaker(ada))
            talk.save_revision()
        for path in ("people/ada/", "organisations/ulm/"):
            read(client, f"/en/{path}", 404)
        for path in ("people/", "organisations/", "a-z/"):
            html = read(client, f"/en/{path}")
            assert "Ada" not in html
            assert "Ulm" not in html

    def test_who_speaks_no_longer_is_no_longer_listed(self, client):
        ada = person("Ada")
        talk = event("Talk", speakers=speaker(ada))
        read(client, "/en/people/ada/")
        talk.speakers = []
        talk.save_revision().publish()
        read(client, "/en/people/ada/", 404)

    def test_the_migration_finds_the_speakers_of_events_that_are_there(self):
        ada, eve = person("Ada"), person("Eve")
        talk, empty = event("Talk", speakers=speaker(ada)), event("Empty")
        EventPage.speaking_people.through.objects.all().delete()
        gone = json.dumps([{"type": "speaker", "value": {"person": 999}}, {"type": "speaker", "value": {}}])
        EventPage.objects.filter(pk=empty.pk).update(speakers=EventPage._meta.get_field("speakers").to_python(gone))
        for _twice in range(2):
            import_module("events.migrations.0006_speaking_people").fill(apps, None)
        assert list(talk.speaking_people.all()) == [ada]
        assert not empty.speaking_people.exists()
        assert eve not in talk.speaking_people.all()

    def test_an_organisation_has_what_it_gave_and_its_people(self, client):
        ulm = organisation("Ulm", acronym="U", website="https://ulm.example/", country="DE")
        made = platform("Recipes")
        PlatformPage.objects.filter(pk=made.pk).update(operator=ulm)
        meeting = event("Meeting")
        meeting.organisers.add(ulm)
        meeting.save()
        post("Written", submitted_by=person("Ada", organisation=ulm))
        html = main(read(client, "/en/organisations/ulm/"))
        assert re.findall("<h2[^>]*>([^<]+)", html) == ["Organiser of", "Posts", "Platforms it runs", "People"]
        for part in ("Recipes", "Meeting", "Written", "/en/people/ada/", "https://ulm.example/", "Germany"):
            assert part in html

    def test_pages_of_people_and_organisations_are_few_queries(self, client, django_assert_max_num_queries):
        ulm = organisation("Ulm")
        ada = person("Ada", organisation=ulm)
        for number in range(5):
            post(f"Post {number}", submitted_by=ada)
            event(f"Talk {number}", speakers=speaker(ada), place=city(f"city-{number}"))
        for path in ("people/ada/", "organisations/ulm/", "people/", "organisations/", "a-z/", "platforms/"):
            with django_assert_max_num_queries(18):
                read(client, f"/en/{path}")


class TestAToZ:
    def test_everything_with_a_name_is_under_its_letter(self, client):
        food = Theme(slug="food")
        food.labels = [
            food.labels.model(language="de", label="Ernährung", alternative_labels="Kantinen\nÄpfel"),
            food.labels.model(language="en", label="Food"),
        ]
        food.save()
        page = post("Beitrag", language="de", submitted_by=person("Ada"))
        page.places.add(city("koeln", name="Köln"))
        page.organisations.add(organisation("Österreich", acronym="ZZ"))
        page.save()
        thematic_hub(food, "Lebensmittel", language="de")
        platform("Rezepte", language="de")
        html = main(read(client, "/de/a-z/"))
        found = re.findall(r'<h2 id="letter-[^>]*>([^<]+)|<li>(?:<a [^>]*>)?([^<]+)', html[html.index("initials") :])
        assert ["".join(pair).strip() for pair in found] == [
            *("A", "Ada", "Äpfel"),
            *("E", "Ernährung"),
            *("K", "Kantinen", "Köln"),
            *("L", "Lebensmittel"),
            *("O", "Österreich"),
            *("R", "Rezepte"),
            *("Z", "ZZ"),
        ]
        assert "Food" not in html

    def test_one_letter_is_shown_when_asked_for(self, client):
        theme("food")
        theme("water")
        html = main(read(client, "/en/a-z/?letter=W"))
        assert ">Water</a>" in html
        assert ">Food</a>" not in html
        assert "Nothing here begins with “&lt;b&gt;”" in read(client, "/en/a-z/?letter=<b>")

    def test_a_long_list_is_shown_by_the_letter(self, client, monkeypatch):
        monkeypatch.setattr("hub.alphabet.MOST_AT_ONCE", 1)
        theme("food")
        theme("water")
        html = main(read(client, "/en/a-z/"))
        assert ">Food</a>" in html
        assert ">Water</a>" not in html
        assert 'href="?letter=W"' in html

    def test_the_tree_of_themes_is_whole(self, client):
        theme("chard", theme("greens", theme("food", theme("climate"))))
        assert re.findall("/en/themes/([^/]+)/", main(read(client, "/en/themes/"))) == [
            "climate",
            "food",
            "greens",
            "chard",
        ]

    def test_the_footer_leads_there(self, client):
        footer = read(client, "/en/")
        footer = footer[footer.index("<footer") :]
        for path in ("a-z", "organisations", "people"):
            assert f'href="/en/{path}/"' in footer


class TestPlatforms:
    @pytest.fixture
    def platforms(self):
        food = theme("food", theme("climate"))
        for title, access, languages, country, themes in (
            ("Atlas", "open", ["en", "de"], "DE", [food]),
            ("Bank", "open", ["en"], "FR", []),
            ("Clauses", "members", ["fr"], "FR", [food]),
        ):
            page = platform(title, themes=themes)
            operator = organisation(f"Org-{title}", country=country)
            PlatformPage.objects.filter(pk=page.pk).update(
                access=access, platform_languages=languages, operator=operator
            )

    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ("", ["Atlas", "Bank", "Clauses"]),
            ("theme=climate", ["Atlas", "Clauses"]),
            ("access=open", ["Atlas", "Bank"]),
            ("language=de&language=fr", ["Atlas", "Clauses"]),
            ("country=FR&access=open", ["Bank"]),
            ("country=XX", []),
            ("access=%00", ["Atlas", "Bank", "Clauses"]),
        ],
    )
    def test_the_list_is_narrowed_by_plain_links(self, client, platforms, query, titles):
        html = main(read(client, f"/en/platforms/?{query}"))
        assert re.findall('<h2 class="row-title"><a[^>]*>([^<]+)', html) == titles

    def test_counts_are_those_of_the_lists_they_lead_to(self, client, platforms):
        html = main(read(client, "/en/platforms/?access=open"))
        links = re.findall(r'<a href="(/en/platforms/\?[^"]+)" rel="nofollow">[^<]+<span class="amount">(\d+)', html)
        assert len(links) == 7
        for url, amount in links:
            if url.count("access=") == 1:
                shown = main(read(client, url.replace("&amp;", "&")))
                assert shown.count('class="row-title"') == int(amount), url

    def test_what_is_restricted_is_not_counted(self, client, platforms):
        restrict(PlatformPage.objects.get(title="Bank"))
        html = main(read(client, "/en/platforms/"))
        assert "Bank" not in html
        assert 'Open to everybody <span class="amount">1</span>' in html


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
