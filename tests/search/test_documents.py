"""What gets into the document of a work, and what must not."""

from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page, PageViewRestriction

from hub.blocks import BODY_BLOCKS
from hub.models import HubDocument, Organisation, Person, Place
from news.models import NewsIndexPage
from search import documents
from search.attachments import read_waiting
from search.documents import read_all, read_works
from search.models import IndexChange
from tests import content

pytestmark = pytest.mark.django_db


def read(page):
    return read_works([page.translation_key]).get(page.translation_key)


def test_a_work_holds_all_its_live_languages_the_original_first():
    page = content.post("Wasser", language="de")
    for language, title, live in (("en", "Water", True), ("fr", "Eau", False)):
        version = page.copy_for_translation(Locale.objects.get(language_code=language))
        version.title = title
        revision = version.save_revision()
        if live:
            revision.publish()
    work = read(page)
    assert [(text.language, text.title) for text in work.texts] == [("de", "Wasser"), ("en", "Water")]
    assert work.texts[1].url == f"/en/news/{Page.objects.get(title='Water').slug}/"


@pytest.mark.parametrize("level", ["page", "parent", "home"])
def test_a_page_under_a_restriction_is_in_no_document(level):
    page = content.post("Water")
    restricted = {"page": page, "parent": page.get_parent(), "home": page.get_parent().get_parent()}[level]
    PageViewRestriction.objects.create(page=restricted, restriction_type="login")
    assert read(page) is None
    assert list(read_all()) == [[]]


def test_a_restricted_language_is_left_out_of_a_public_work():
    page = content.post("Wasser", language="de")
    version = page.copy_for_translation(Locale.objects.get(language_code="en"))
    version.save_revision().publish()
    PageViewRestriction.objects.create(page=version, restriction_type="login")
    assert read(page).languages == ("de",)


def test_drafts_and_languages_that_are_switched_off_are_in_no_document(settings):
    draft, polish = content.post("Water", live=False), content.post("Woda", language="pl")
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    assert read(draft) is None
    assert read(polish) is None


def test_indexes_and_home_pages_are_no_works():
    content.post("Water")
    assert [len(batch) for batch in read_all()] == [1]
    assert read(NewsIndexPage.objects.first()) is None


def test_the_words_of_every_block_are_read():
    document = HubDocument.objects.create(title="Annex", file=ContentFile(b"attached words", name="annex.txt"))
    page = content.post(
        "Water",
        body=[
            ("heading", {"text": "heading-word", "level": "h2"}),
            ("text", "<p>rich <b>text</b>-word &amp; more</p>"),
            ("quote", {"text": "quote-word", "attribution": "attribution-word"}),
            ("callout", {"title": "callout-word", "text": "<p>callout-text</p>"}),
            ("embed", {"url": "https://example.org/secret", "title": "embed-word"}),
            ("accordion", [{"title": "accordion-word", "text": "<p>accordion-text</p>"}]),
            ("cards", [{"url": "https://example.org/", "title": "card-word", "text": "card-text"}]),
            ("documents", [document]),
        ],
    )
    body = page.body
    body.append(
        (
            "table",
            body.stream_block.child_blocks["table"].to_python(
                {
                    "caption": "caption-word",
                    "columns": [{"type": "text", "heading": "column-word"}],
                    "rows": [{"values": ["cell-word"]}],
                }
            ),
        )
    )
    page.save_revision().publish()
    read_waiting()
    text = read(page).texts[0]
    for word in (
        "heading", "attribution", "quote", "callout", "embed", "accordion", "card", "caption", "column", "cell",
    ):  # fmt: skip
        assert f"{word}-word" in text.body, word
    assert "rich text-word & more" in text.body
    assert "callout-text" in text.body
    assert "example.org" not in text.body
    assert text.attachments == "attached words"


def test_no_kind_of_block_is_forgotten():
    """A block with words that is new must be added to the test above."""
    known = {
        "heading", "text", "image", "gallery", "quote", "button", "callout", "documents", "embed", "table",
        "accordion", "cards",
    }  # fmt: skip
    assert {name for name, _block in BODY_BLOCKS} == known


def test_facets_of_an_event():
    country = Place.objects.create(slug="germany", kind="country", country="DE")
    network = Organisation.objects.create(name="Network of Cities", acronym="NoC", slug="network")
    speaker = Person.objects.create(name="Ada Beispiel", slug="ada")
    leaf = content.theme("leaf", parent=content.theme("top", de="Oben"), en="Leaf", de="Blatt")
    page = content.event(
        "Konferenz",
        language="de",
        start=datetime(2030, 2, 10, 9, tzinfo=UTC),
        end=datetime(2030, 2, 11, 14, tzinfo=UTC),
        timezone="Europe/Berlin",
        place=content.city("bonn", name="Bonn"),
        themes=[leaf],
        format="hybrid",
        speakers=[("speaker", {"person": speaker, "role": "keynote", "topic": "Netze"})],
    )
    page.organisers = [network]
    page.save_revision().publish()
    work = read(page)
    assert (work.kind, work.format, work.themes, work.own_themes) == ("event", "hybrid", ("leaf", "top"), ("leaf",))
    assert work.places == ("bonn", country.slug)
    assert work.organisations == ("network",)
    assert [day.isoformat() for day in work.days] == ["2030-02-10", "2030-02-11"]
    assert (work.event.start, work.event.last_end) == (page.start, page.end)
    assert set(work.texts[0].names.split("\n")) == {
        "Blatt", "Bonn", "Deutschland", "Network of Cities", "NoC", "Ada Beispiel",
    }  # fmt: skip
    assert "Netze" in work.texts[0].body


def test_the_days_of_anything_else_are_that_of_its_first_publication():
    assert read(content.post("Water")).days == (timezone.localdate(),)


def test_documents_in_a_private_collection_are_not_read():
    private = Collection.get_first_root_node().add_child(instance=Collection(name="Private"))
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    document = HubDocument.objects.create(
        title="Annex", file=ContentFile(b"secret", name="annex.txt"), collection=private
    )
    read_waiting()
    assert read(content.post("Water", body=[("documents", [document])])).texts[0].attachments == ""


def test_a_work_that_cannot_be_read_stays_in_the_outbox_when_all_are_read(monkeypatch):
    bad, good = content.post("Water"), content.post("Energy")
    IndexChange.objects.all().delete()

    def fail(keys):
        if bad.translation_key in keys:
            raise ValueError("broken body")
        return read_works(keys)

    monkeypatch.setattr(documents, "read_works", fail)
    assert [[work.key for work in batch] for batch in read_all()] == [[str(good.translation_key)]]
    assert IndexChange.objects.get().key == bad.translation_key


def test_addresses_do_not_depend_on_the_name_of_the_home_page():
    page = content.post("Water")
    page.get_url()
    home = page.get_ancestors().get(depth=2).specific
    home.slug = "elsewhere"
    home.save()
    page.refresh_from_db()
    assert read(page).texts[0].url == f"/en/news/{page.slug}/"


def test_the_number_of_queries_does_not_depend_on_the_number_of_works(django_assert_max_num_queries):
    theme = content.theme("water")
    for number in range(12):
        content.post(f"Post {number}", themes=[theme])
        content.event(f"Event {number}", themes=[theme])
    with django_assert_max_num_queries(25):
        (batch,) = read_all()
    assert len(batch) == 24
