"""Every refusal is a sentence at the field it is about, and nothing that was typed is lost."""

import pytest
from django.urls import reverse
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from events.models import EventIndexPage, EventPage
from hub.blocks import ButtonBlock, CardBlock
from hub.language_trees import ensure_language_trees
from hub.models import PlatformIndexPage, PlatformPage, Theme
from hub.roles import EDITORS
from news.models import NewsIndexPage, NewsPage
from tests import content
from tests.editing import add_url, errors_of, fields_of, log_in, page_form

pytestmark = pytest.mark.django_db

EVENT = {
    "title": "Conference",
    "slug": "conference",
    "lead": "A conference.",
    "start": "2022-02-10 10:00",
    "end": "2022-02-10 15:00",
    "timezone": "Europe/Berlin",
    "format": "online",
    "event_languages": ["en"],
    "cost": "free",
    "status": "scheduled",
}
POST = {"title": "A post", "slug": "a-post", "lead": "A lead."}


@pytest.fixture
def editor(db):
    ensure_language_trees()
    return log_in(EDITORS)


def refuse(editor, index, model, **values):
    """Submits the form of a new page and returns the sentences it comes back with."""
    url = add_url(index.objects.get(locale__language_code="en"), model)
    data = page_form(editor, url, **values)
    data["action-submit"] = "Submit"
    response = editor.post(url, data)
    assert response.status_code == 200, "the form was accepted"
    assert not model.objects.exists()
    return errors_of(response), response


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"end": "2022-02-10 09:00"}, "end", "cannot end before it starts"),
        ({"format": "hybrid"}, "place", "takes place somewhere"),
        ({"format": "in_person"}, "place", "takes place somewhere"),
        ({"start": "32.13.2026 18:00"}, "start", "An example: 2026-12-03 18:00"),
        ({"venue": "Town hall"}, "venue", "An online event has no venue"),
        ({"join_url": "http://example.org/room"}, "join_url", "must start with https://"),
        ({"timezone": "Europe/Atlantis"}, "timezone", "“Europe/Atlantis” is not a time zone that we know"),
        (
            {"registration_url": "https://example.org", "registration_closes": "2022-02-11 10:00"},
            "registration_closes",
            "cannot close after the event is over",
        ),
        (
            {
                "registration_url": "https://example.org",
                "registration_opens": "2022-02-09 10:00",
                "registration_closes": "2022-02-01 10:00",
            },
            "registration_closes",
            "cannot close before it opens",
        ),
        ({"registration_closes": "2022-02-09 10:00"}, "registration_url", "need a link to register"),
        ({"recurrence": "every tuesday"}, "recurrence", "not a rule that calendars understand"),
        ({"start": "2022-03-27 02:30", "end": "2022-03-27 05:00"}, "start", "the clocks are put forward"),
    ],
)
def test_an_event_is_refused_at_the_field(editor, changes, field, words):
    errors, response = refuse(editor, EventIndexPage, EventPage, **EVENT | changes)
    assert list(errors) == [field]
    assert words in errors[field][0]
    assert response.context["form"]["lead"].value() == "A conference."
    for name, value in changes.items():
        assert str(value) in str(response.context["form"][name].value())


def test_a_draft_of_an_event_can_do_without_a_place(editor):
    url = add_url(EventIndexPage.objects.get(locale__language_code="en"), EventPage)
    assert editor.post(url, page_form(editor, url, **EVENT | {"format": "in_person"})).status_code == 302
    assert EventPage.objects.get().format == "in_person"


def test_only_a_call_has_a_deadline(editor):
    errors, response = refuse(editor, NewsIndexPage, NewsPage, **POST, news_kind="news", deadline="2022-02-25")
    assert "Only calls have a deadline" in errors["deadline"][0]
    assert response.context["form"]["deadline"].value() == "2022-02-25"


def test_a_refused_form_keeps_what_was_chosen(editor):
    theme, city = content.theme("mobility"), content.city("berlin")
    _errors, response = refuse(
        editor, NewsIndexPage, NewsPage, **POST, deadline="2022-02-25", themes=[theme], places=[city],
        body=[("heading", {"text": "Keep me", "level": "h2"})],
    )  # fmt: skip
    html = response.content.decode()
    assert "Keep me" in html
    assert f'name="themes" value="{theme.pk}" id="id_themes_0" checked' in html
    assert f'<input type="hidden" name="places" value="{city.pk}">' in html


def test_a_platform_was_not_checked_tomorrow(editor):
    errors, _response = refuse(
        editor, PlatformIndexPage, PlatformPage, title="P", slug="p", lead="L", address="https://example.org",
        access="open", last_checked="2999-01-01",
    )  # fmt: skip
    assert errors["last_checked"] == ["This day is still to come."]


# Themes


def save_theme(client, theme=None, labels=(), **values):
    """Saves the form of a theme (a new one if None) with labels as (language, label, alternatives)."""
    name = "edit" if theme else "add"
    url = reverse(f"wagtailsnippets_hub_theme:{name}", args=[theme.pk] if theme else [])
    rows = [
        {"language": language, "label": label, "alternative_labels": "\n".join(words), "description": ""}
        for language, label, *words in labels
    ]
    data = {"slug": "", "sort_order": "0", "uri": "", "parent": ""}
    data |= values | nested_form_data({"labels": inline_formset(rows)})
    return client.post(url, data)


def test_a_theme_cannot_belong_to_its_own_sub_theme(editor):
    top = content.theme("top", en="Top")
    sub = content.theme("sub", top, en="Sub")
    response = save_theme(editor, top, [("en", "Top", "Upper")], slug="top", parent=str(sub.pk))
    assert "cannot belong to itself or to one of its own sub-themes" in errors_of(response)["parent"][0]
    assert "Upper" in response.content.decode()


@pytest.mark.parametrize(
    ("labels", "field"),
    [
        ([("en", "Transport")], "labels-0-label"),
        ([("en", "Movement", "Traffic", "transport")], "labels-0-alternative_labels"),
        ([("de", "Bewegung"), ("en", "Movement", "mobility")], "labels-1-alternative_labels"),
    ],
)
def test_a_label_names_one_theme_only(editor, labels, field):
    theme = content.theme("mobility", en="Mobility")
    theme.labels.update(alternative_labels="Transport")
    response = save_theme(editor, labels=labels)
    errors = errors_of(response)
    assert list(errors) == [field]
    assert "already names the theme “Mobility”" in errors[field][0]
    assert Theme.objects.count() == 1


def test_a_theme_has_one_label_in_a_language(editor):
    errors = errors_of(save_theme(editor, labels=[("en", "Mobility"), ("en", "Transport")]))
    assert list(errors) == ["labels-1-language"]
    assert not Theme.objects.exists()


def test_a_word_is_not_its_own_alternative(editor):
    errors = errors_of(save_theme(editor, labels=[("en", "Mobility", "Traffic", "mobility")]))
    assert list(errors) == ["labels-0-alternative_labels"]


def test_the_same_word_may_be_the_label_in_two_languages(editor):
    response = save_theme(editor, labels=[("en", "Finance"), ("fr", "Finance")])
    assert response.status_code == 302
    assert Theme.objects.get().slug == "finance"


def test_an_address_is_made_from_the_name_once(editor):
    content.theme("food", en="Eating")
    assert save_theme(editor, labels=[("en", "Food"), ("pl", "Żywność")]).status_code == 302
    assert save_theme(editor, labels=[("pl", "Łódź i woda")]).status_code == 302
    assert set(Theme.objects.values_list("slug", flat=True)) == {"food", "food-2", "lodz-i-woda"}


def test_a_city_needs_a_name(editor):
    url = reverse("wagtailsnippets_hub_place:add")
    data = fields_of(editor, url)
    data.update({"kind": "city", "country": "DE"} | nested_form_data({"names": inline_formset([])}))
    assert errors_of(editor.post(url, data))["name"] == ["A city needs a name."]


@pytest.mark.parametrize("block", [ButtonBlock(), CardBlock()], ids=lambda block: type(block).__name__)
def test_a_draft_keeps_a_link_that_is_not_finished(block):
    value = block.to_python({"url": "https://example.org/"} if isinstance(block, CardBlock) else {})
    with pytest.raises(StructBlockValidationError):
        block.clean(value)
    block.defer_required_validation()
    try:
        assert block.clean(value) is not None
    finally:
        block.restore_deferred_validation()
    with pytest.raises(StructBlockValidationError):
        block.clean(value)
