"""Everything that changes what readers find reaches the index."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page, PageViewRestriction, Site

from events.upkeep import extend_occurrences
from hub.merging import merge_concepts
from hub.models import HubDocument, Organisation, Person, ThemeLabel
from news.models import NewsIndexPage
from search.models import IndexChange, IndexState
from search.outbox import drain, touch_passed_events
from search.query import SearchQuery
from search.rebuild import compare
from tests import content

pytestmark = pytest.mark.django_db


def in_step() -> bool:
    """Whether nothing waits and the index has exactly what the database has."""
    drain()
    return not IndexChange.objects.exists() and not compare().keys


def test_publishing_and_unpublishing(found):
    page = content.post("Water")
    assert found("water") == ["Water"]
    page.unpublish()
    assert found("water") == []
    assert in_step()


def test_a_draft_is_not_found_and_neither_are_its_changes(found):
    content.post("Water", live=False)
    page = content.post("Energy")
    page.title = "Food"
    page.save_revision()
    assert found() == ["Energy"]


def test_keeping_a_draft_writes_nothing_into_the_outbox(engine):
    page = content.post("Energy")
    drain()
    page.title = "Food"
    page.save_revision()
    assert not IndexChange.objects.exists()


def test_a_draft_translation_is_not_found(found):
    page = content.post("Wasser", language="de")
    page.copy_for_translation(Locale.objects.get(language_code="en"))
    assert found("wasser") == ["Wasser"]
    assert found(language="en") == ["Wasser"]


def test_a_published_translation_joins_its_work(found):
    page = content.post("Wasser", language="de")
    translation = page.copy_for_translation(Locale.objects.get(language_code="en"))
    translation.title = "Water"
    translation.save_revision().publish()
    assert found("wasser") == found("water") == ["Water"]
    translation.refresh_from_db()
    translation.unpublish()
    assert found("wasser") == ["Wasser"]
    assert in_step()


def test_deleting_one_page_and_a_whole_branch(found):
    content.post("Water").delete()
    content.post("Energy")
    content.event("Fair")
    assert found() == ["Energy", "Fair"]
    NewsIndexPage.objects.get(locale__language_code="en").delete()
    assert found() == ["Fair"]
    assert in_step()


def test_a_new_address_of_a_page_changes_the_addresses_below_it(engine):
    page = content.post("Water")
    drain()
    index = NewsIndexPage.objects.get(locale__language_code="en")
    index.slug = "reports"
    index.save()
    assert IndexChange.objects.filter(key=page.translation_key).exists()
    assert in_step()
    (hit,) = engine.search(SearchQuery()).hits
    assert hit.url == "/en/reports/water/"


def test_moving_a_branch_into_a_private_one(found):
    content.post("Water")
    index = NewsIndexPage.objects.get(locale__language_code="en")
    home = index.get_parent()
    private = home.add_child(instance=NewsIndexPage(title="Members", slug="members", locale=index.locale))
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    page = index.get_children().first()
    assert found() == ["Water"]
    page.move(private, pos="last-child")
    assert found() == []
    index.refresh_from_db()
    Page.objects.get(pk=page.pk).move(index, pos="last-child")
    assert found() == ["Water"]
    assert in_step()


@pytest.mark.parametrize("kind", ["login", "password", "groups"])
def test_restricting_a_branch_and_opening_it_again(found, kind):
    content.post("Water")
    index = NewsIndexPage.objects.get(locale__language_code="en")
    restriction = PageViewRestriction.objects.create(page=index, restriction_type=kind, password="secret")
    assert found() == []
    restriction.delete()
    assert found() == ["Water"]
    assert in_step()


def test_relabelling_a_theme(found):
    theme = content.theme("mobility", en="Mobility")
    content.post("Trams", themes=[theme])
    assert found("mobility") == ["Trams"]
    label = ThemeLabel.objects.get(theme=theme)
    label.label = "Transport"
    label.save()
    assert (found("mobility"), found("transport")) == ([], ["Trams"])
    label.delete()
    assert found("transport") == []
    assert in_step()


def test_a_theme_that_moves_takes_its_works_along(found):
    old, new = content.theme("old"), content.theme("new")
    middle = content.theme("middle", parent=old)
    content.post("Trams", themes=[content.theme("leaf", parent=middle)])
    assert (found(theme="old"), found(theme="new")) == (["Trams"], [])
    middle.parent = new
    middle.save()
    assert (found(theme="old"), found(theme="new")) == ([], ["Trams"])
    assert in_step()


def test_merging_themes(found):
    source, target = content.theme("tram"), content.theme("train")
    content.post("Trams", themes=[source])
    assert found(theme="tram") == ["Trams"]
    merge_concepts(source=source, target=target)
    assert (found(theme="tram"), found(theme="train")) == ([], ["Trams"])
    assert in_step()


def test_renaming_an_organisation_a_place_and_a_person(found):
    organisation = Organisation.objects.create(name="Alpha", slug="alpha")
    person = Person.objects.create(name="Beta", slug="beta")
    place = content.city("gamma")
    page = content.post("Water", submitted_by=person)
    page.organisations, page.places = [organisation], [place]
    page.save_revision().publish()
    assert found("alpha beta gamma") == ["Water"]
    for concept, name in ((organisation, "Delta"), (person, "Epsilon"), (place, "Zeta")):
        concept.name = name
        concept.save()
    assert found("alpha") == found("beta") == found("gamma") == []
    assert found("delta epsilon zeta") == ["Water"]
    assert in_step()


def test_renaming_a_speaker(found):
    person = Person.objects.create(name="Beta", slug="beta")
    content.event("Fair", speakers=[("speaker", {"person": person, "role": "keynote", "topic": "Bikes"})])
    assert found("beta bikes") == ["Fair"]
    person.name = "Epsilon"
    person.save()
    assert (found("beta"), found("epsilon")) == ([], ["Fair"])


def test_documents_and_their_collections(found):
    document = HubDocument.objects.create(title="Annex", file=ContentFile(b"On lighthouses", name="annex.txt"))
    content.post("Water", body=[("documents", [document])])
    assert found("lighthouses") == ["Water"]
    document.file.save("annex2.txt", ContentFile(b"On windmills"))
    document.file_hash = ""
    document._set_document_file_metadata()
    document.save()
    assert (found("lighthouses"), found("windmills")) == ([], ["Water"])
    private = Collection.get_first_root_node().add_child(instance=Collection(name="Private"))
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    document.collection = private
    document.save()
    assert found("windmills") == []
    CollectionViewRestriction.objects.all().delete()
    assert found("windmills") == ["Water"]
    document.delete()
    assert found("windmills") == []
    assert in_step()


def test_documents_that_are_put_into_a_private_collection_together(found, admin_client):
    document = HubDocument.objects.create(title="Annex", file=ContentFile(b"On windmills", name="annex.txt"))
    content.post("Water", body=[("documents", [document])])
    assert found("windmills") == ["Water"]
    private = Collection.get_first_root_node().add_child(instance=Collection(name="Private"))
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    drain()
    address = reverse("wagtail_bulk_action", args=["hub", "hubdocument", "add_to_collection"])
    assert admin_client.post(f"{address}?id={document.pk}", {"collection": private.pk}).status_code == 302
    assert found("windmills") == []
    assert in_step()


def test_halves_of_characters_are_left_out(client, found):
    page = content.post("Water", body=[("quote", {"text": "a \ud800 windmill", "attribution": ""})])
    assert found("windmill") == ["Water"]
    assert in_step()
    assert client.get(page.url).status_code == 200


def test_a_site_that_changes_touches_everything(engine):
    content.post("Water")
    drain()
    site = Site.objects.get()
    site.hostname = "hub.example.org"
    site.save()
    assert IndexChange.objects.exists()
    assert in_step()


def test_an_event_shows_its_next_date_after_one_has_passed(engine):
    start = timezone.now() - timedelta(days=7, hours=3)
    page = content.event("Weekly", start=start, recurrence="FREQ=WEEKLY;COUNT=4")
    touch_passed_events()
    drain()
    IndexState.objects.update(events_seen_at=start)
    assert touch_passed_events() == 1
    assert IndexChange.objects.filter(key=page.translation_key).exists()
    assert touch_passed_events() == 0


def test_dates_that_are_written_further_ahead_reach_the_index(engine):
    page = content.event("Weekly", recurrence="FREQ=WEEKLY")
    page.occurrences.last().delete()
    drain()
    extend_occurrences()
    assert IndexChange.objects.filter(key=page.translation_key).exists()
    assert in_step()
