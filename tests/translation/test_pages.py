"""Every type of page: what is text, what is shared, and what a translation is after it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from wagtail.actions.copy_for_translation import ParentNotTranslatedError
from wagtail.models import Locale, Page
from wagtail_localize.fields import SynchronizedField, get_translatable_fields
from wagtail_localize.models import SegmentOverride
from wagtail_localize.views.edit_translation import TabHelper

from events.models import EventPage
from hub.models import (
    CONCEPTS,
    HomePage,
    Organisation,
    Person,
    PlatformPage,
    RelatedWork,
    StandardPage,
    ThematicHubPage,
    content_models,
)
from news.models import NewsPage
from tests import content

from .desk import fill, marked, publish, republish, start, translate

pytestmark = pytest.mark.django_db

TEXTS = {"title", "seo_title", "search_description", "lead", "image_alt", "source_label", "body"}
MORE_TEXTS = {EventPage: {"cost_note", "speakers", "agenda", "changes"}}


def standard_page(title="Über uns", language="de", **fields):
    content.post("Any")
    locale = Locale.objects.get(language_code=language)
    page = StandardPage(title=title, lead="A lead.", locale=locale, **fields)
    HomePage.objects.get(locale=locale).add_child(instance=page)
    page.save_revision().publish()
    return StandardPage.objects.get(pk=page.pk)


def make(model, language="de", title="Titel", **fields):
    if model is StandardPage:
        return standard_page(title, language, **fields)
    if model is ThematicHubPage:
        return content.thematic_hub(content.theme("climate"), title, language=language, **fields)
    if model is PlatformPage:
        page = content.platform(title, language=language)
        return republish(page, **fields) if fields else page
    return {EventPage: content.event, NewsPage: content.post}[model](title, language=language, **fields)


@pytest.mark.parametrize("model", content_models())
def test_texts_are_translated_and_everything_else_is_shared(model):
    fields = get_translatable_fields(model)
    texts = {field.field_name for field in fields if not isinstance(field, SynchronizedField)}
    assert texts == TEXTS | MORE_TEXTS.get(model, set())


@pytest.mark.parametrize("model", content_models())
def test_translators_may_set_links_pictures_and_addresses_but_no_concepts(model):
    """In each language an event takes place in the same city, and a hub has the same theme."""
    own = {field.field_name for field in get_translatable_fields(model) if field.is_overridable(model())}
    concepts = {field.name for field in model._meta.fields if field.related_model in CONCEPTS}
    assert {"slug", "image", "source_url"} <= own
    assert not own & (concepts | {"concepts", "recurrence"})


@pytest.mark.parametrize("model", content_models())
def test_every_text_has_its_place_in_the_editor(model):
    """Otherwise the translation editor leaves the text out, and the translation could never be complete."""
    tabs = TabHelper(model())
    for field in get_translatable_fields(model):
        if not isinstance(field, SynchronizedField):
            assert tabs.get_field_tab(field.field_name)
            assert tabs.get_field_order(field.field_name) is not None


@pytest.mark.parametrize("model", content_models())
def test_a_page_is_translated_with_all_its_texts(model, django_capture_on_commit_callbacks):
    texts = {"image_alt": "Bild", "source_label": "Quelle", "seo_title": "SEO", "search_description": "Kurz"}
    page = make(model, **texts)
    translated = translate(page, "en", django_capture_on_commit_callbacks)
    assert isinstance(translated, model)
    assert translated.live
    for name in ("title", "lead", *texts):
        assert getattr(translated, name) == marked(getattr(page, name), "en")


@pytest.mark.parametrize(("source", "target"), [("de", "en"), ("pl", "fr"), ("en", "it")])
def test_any_language_may_come_first(source, target, django_capture_on_commit_callbacks):
    page = content.post("Eins", language=source)
    translated = translate(page, target, django_capture_on_commit_callbacks)
    assert (translated.language, translated.translated_from) == (target, source)
    assert translated.url_path == f"/{target}/news/{target}-eins/"
    assert page.translated_from == ""
    assert not Page.objects.filter(alias_of__isnull=False).exists()
    assert [version.pk for version in page.get_translations()] == [translated.pk]


def test_a_translation_starts_as_a_draft():
    page = content.post("Eins", language="de", themes=[content.theme("climate")])
    draft = start(page, "en").get_target_instance()
    assert not draft.live
    assert draft.first_published_at is draft.last_published_at is draft.edited_on is None
    assert [theme.slug for theme in draft.themes.all()] == ["climate"]


def test_a_translation_has_dates_of_its_own(django_capture_on_commit_callbacks):
    page = content.post("Eins", language="de")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    NewsPage.objects.filter(pk=page.pk).update(first_published_at=long_ago, edited_on=long_ago)
    translated = translate(page, "en", django_capture_on_commit_callbacks)
    assert translated.first_published_at.year > 2020
    assert translated.edited_on.year > 2020


# Shared fields


def test_concepts_follow_the_source_also_when_it_has_none_left(django_capture_on_commit_callbacks):
    organisation = Organisation.objects.create(slug="o", name="O")
    person = Person.objects.create(slug="p", name="P")
    page = content.event(language="de", themes=[content.theme("climate")])
    page.places, page.organisations, page.organisers = [content.city("bonn")], [organisation], [organisation]
    page.contact_people = [person]
    page.save_revision().publish()
    translated = translate(page, "en", django_capture_on_commit_callbacks)
    names = ("themes", "places", "organisations", "organisers", "contact_people")
    assert [getattr(translated, name).count() for name in names] == [1, 1, 1, 1, 1]

    republish(page, themes=[], places=[], organisations=[], organisers=[], contact_people=[])
    translated.refresh_from_db()
    assert [getattr(EventPage.objects.get(pk=translated.pk), name).count() for name in names] == [0, 0, 0, 0, 0]


def test_concepts_of_a_draft_follow_when_it_is_published(django_capture_on_commit_callbacks):
    page = content.post(language="de", themes=[content.theme("climate")])
    translation = start(page, "en")
    republish(page, themes=[content.theme("food")])
    fill(translation)
    translated = publish(translation, django_capture_on_commit_callbacks)
    assert [theme.slug for theme in translated.themes.all()] == ["food"]


def test_related_works_are_shared(django_capture_on_commit_callbacks):
    first, second = content.post("First"), content.post("Second")
    page = content.post("Titel", language="de")
    page.related_works = [RelatedWork(work=second, sort_order=0), RelatedWork(work=first, sort_order=1)]
    page.save_revision().publish()
    translated = translate(page, "en", django_capture_on_commit_callbacks)
    assert [row.work_id for row in translated.related_works.all()] == [second.pk, first.pk]
    assert [row.work_id for row in NewsPage.objects.get(pk=page.pk).related_works.all()] == [second.pk, first.pk]

    republish(page, related_works=[])
    assert not NewsPage.objects.get(pk=translated.pk).related_works.exists()


def test_dates_of_an_event_are_shared_with_its_occurrences(django_capture_on_commit_callbacks):
    start_at = (timezone.now() + timedelta(days=20)).replace(minute=0, second=0, microsecond=0)
    page = content.event(
        language="de",
        start=start_at,
        timezone="Europe/Athens",
        recurrence="FREQ=WEEKLY;COUNT=3",
        event_languages=["en", "fr"],
        status=EventPage.Status.SCHEDULED,
    )
    translated = translate(page, "en", django_capture_on_commit_callbacks)
    assert translated.timezone == "Europe/Athens"
    assert translated.event_languages == ["en", "fr"]
    dates = [row.start for row in translated.occurrences.all()]
    assert dates == [row.start for row in page.occurrences.all()]
    assert len(dates) == 3

    moved = start_at + timedelta(days=1)
    republish(page, start=moved, end=moved + timedelta(hours=2), recurrence="", status=EventPage.Status.POSTPONED)
    translated = EventPage.objects.get(pk=translated.pk)
    assert [row.start for row in translated.occurrences.all()] == [moved]
    assert translated.status == EventPage.Status.POSTPONED
    assert translated.title == marked("An event", "en")
    assert translated.latest_revision_id == translated.live_revision_id
    assert not translated.has_unpublished_changes


def test_what_is_shared_does_not_publish_a_draft():
    page = content.event(language="de")
    draft = start(page, "en").get_target_instance()
    republish(page, status=EventPage.Status.CANCELLED)
    draft.refresh_from_db()
    assert not draft.live


def test_a_link_of_its_own_stays_when_the_source_is_published_again(django_capture_on_commit_callbacks):
    page = content.platform("Plattform", language="de")
    translation = start(page, "en")
    fill(translation)
    segment = translation.source.overridablesegment_set.get(context__path="address")
    SegmentOverride.objects.create(
        context=segment.context, locale=translation.target_locale, data_json='"https://example.org/en/"'
    )
    translated = publish(translation, django_capture_on_commit_callbacks)
    assert translated.address == "https://example.org/en/"
    republish(page, address="https://example.org/neu/", last_checked=date(2026, 1, 1))
    translated = PlatformPage.objects.get(pk=translated.pk)
    assert (translated.address, translated.last_checked) == ("https://example.org/en/", date(2026, 1, 1))


def test_an_original_is_published_even_if_a_translation_cannot_follow(django_capture_on_commit_callbacks, caplog):
    page = content.event(language="de", format="in_person", venue="Rathaus")
    translation = start(page, "en")
    fill(translation)
    segment = translation.source.overridablesegment_set.get(context__path="venue")
    SegmentOverride.objects.create(context=segment.context, locale=translation.target_locale, data_json='"City Hall"')
    translated = publish(translation, django_capture_on_commit_callbacks)
    assert republish(page, format="online", venue="").format == "online"
    assert EventPage.objects.get(pk=translated.pk).format == "in_person"
    assert "does not follow its original" in caplog.text


# Addresses


def test_the_translated_title_makes_the_address(django_capture_on_commit_callbacks):
    page = content.post("Vernetzung in Europa", language="de")
    translated = translate(page, "en", django_capture_on_commit_callbacks, title="Networks in Europe")
    assert translated.slug == "networks-in-europe"
    assert translated.url_path == "/en/news/networks-in-europe/"


def test_an_address_stays_when_the_title_changes_later(django_capture_on_commit_callbacks):
    page = content.post("Vernetzung", language="de")
    translation = start(page, "en")
    fill(translation, title="Networks")
    publish(translation, django_capture_on_commit_callbacks)
    fill(translation, title="Other words")
    translated = publish(translation, django_capture_on_commit_callbacks)
    assert (translated.title, translated.slug) == ("Other words", "networks")
    republish(page, slug="anders")
    assert NewsPage.objects.get(pk=translated.pk).slug == "networks"


def test_an_address_in_another_script_stays_too(django_capture_on_commit_callbacks):
    page = content.post("Vernetzung", language="de")
    translation = start(page, "en")
    fill(translation, title="Δίκτυα 2026")
    first = publish(translation, django_capture_on_commit_callbacks)
    again = publish(translation, django_capture_on_commit_callbacks)
    assert first.slug == again.slug == "δίκτυα-2026"


def test_translators_may_set_the_address(django_capture_on_commit_callbacks):
    page = content.post("Vernetzung", language="de")
    translation = start(page, "en")
    fill(translation)
    segment = translation.source.overridablesegment_set.get(context__path="slug")
    SegmentOverride.objects.create(context=segment.context, locale=translation.target_locale, data_json='"networks"')
    assert publish(translation, django_capture_on_commit_callbacks).slug == "networks"


def test_two_translations_with_one_title_get_two_addresses(django_capture_on_commit_callbacks):
    for title in ("Eins", "Zwei"):
        page = content.post(title, language="de")
        translate(page, "en", django_capture_on_commit_callbacks, title="Same")
    assert set(NewsPage.objects.in_language("en").values_list("slug", flat=True)) == {"same", "same-2"}


# The tree


def test_a_page_under_an_untranslated_one_waits_for_it():
    parent = standard_page("Oben")
    child = StandardPage(title="Unten", lead="A lead.", locale=parent.locale)
    parent.add_child(instance=child)
    child.save_revision().publish()
    with pytest.raises(ParentNotTranslatedError):
        start(child, "en")
    with pytest.raises(ObjectDoesNotExist):
        parent.get_translation(Locale.objects.get(language_code="en"))
    start(parent, "en")
    assert start(child, "en").get_target_instance().get_parent().title == "Oben"


def test_no_page_can_be_made_an_alias_in_another_language():
    page = content.post("Eins", language="de")
    with pytest.raises(ParentNotTranslatedError):
        page.copy_for_translation(Locale.objects.get(language_code="en"), alias=True)
