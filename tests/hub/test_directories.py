"""What readers know by a name: people, organisations, the A to Z, the tree of themes, platforms."""

import json
import re
from importlib import import_module

import pytest
from django.apps import apps

from events.models import EventPage
from hub.models import PlatformPage, Theme
from tests.content import city, event, platform, post, thematic_hub, theme

from .reading import (
    main,
    organisation,
    person,
    read,
    restrict,
    speaker,
)

pytestmark = pytest.mark.django_db


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
        assert 'Open to everybody&nbsp;<span class="amount">1</span>' in html
