"""Blocks, pictures and links of a translation in its editor."""

import pytest
from wagtail_localize.models import SegmentOverride

from hub.roles import MODERATORS
from news.models import NewsPage
from tests.editing import log_in
from tests.translation.desk import desk_url, fill, publish, send
from translation.models import OmittedBlock

from .steps import BLOCK, page_url, press, told

pytestmark = pytest.mark.django_db


def test_a_block_is_left_out_in_one_language_only(translator, translation, django_capture_on_commit_callbacks):
    fill(translation)
    assert send(translator, translation, "leave-out/", block=BLOCK, omitted=True).status_code == 200
    page = publish(translation, django_capture_on_commit_callbacks)
    assert len(page.body) == 0
    assert len(NewsPage.objects.get(locale__language_code="de").body) == 1
    assert send(translator, translation, "leave-out/", block=BLOCK, omitted=False).status_code == 200
    assert len(publish(translation, django_capture_on_commit_callbacks).body) == 1
    assert not OmittedBlock.objects.exists()


@pytest.mark.parametrize("block", ["", "x", "22222222-2222-4222-8222-222222222222", None, 5])
def test_a_block_that_is_not_there_is_not_left_out(translator, translation, block):
    assert send(translator, translation, "leave-out/", block=block, omitted=True).status_code == 400


def overrides(client, translation):
    """(names of the fields by the paths of what they set, what the form sends along)"""
    form = client.get(page_url(translation)).context["overrides"]
    return {row.context.path: name for name, row in form.segments.items()}, {"seen": form.seen}


def test_a_link_and_the_address_can_differ(translator, translation, django_capture_on_commit_callbacks):
    fill(translation)
    names, sent = overrides(translator, translation)
    link = next(name for path, name in names.items() if "example.org" in path)
    own = {link: "https://example.org/en", names["slug"]: "one"}
    response = press(translator, translation, "overrides", **own, **sent)
    assert told(response) == ["What differs in this language is saved."]
    page = publish(translation, django_capture_on_commit_callbacks)
    assert page.slug == "one"
    assert 'href="https://example.org/en"' in str(page.body)
    _names, sent = overrides(translator, translation)
    press(translator, translation, "overrides", **{link: "", names["slug"]: "one"}, **sent)
    assert 'href="https://example.org/x"' in str(publish(translation, django_capture_on_commit_callbacks).body)


@pytest.mark.parametrize("value", ["javascript:alert(1)", "not an address", "ftp:", "mailto:nobody"])
def test_a_bad_link_is_refused_with_a_sentence(translator, translation, value):
    names, sent = overrides(translator, translation)
    link = next(name for path, name in names.items() if "example.org" in path)
    assert "Enter a valid" in told(press(translator, translation, "overrides", **{link: value}, **sent))[0]
    assert not SegmentOverride.objects.exists()


def test_what_somebody_else_has_set_meanwhile_stays(translator, translation):
    names, sent = overrides(translator, translation)
    link = next(name for path, name in names.items() if "example.org" in path)
    other = log_in(MODERATORS)
    press(other, translation, "overrides", **{link: "https://example.org/theirs", names["slug"]: ""}, **sent)
    # The first form shows neither: what was not touched in it is left as it is now.
    press(translator, translation, "overrides", **{link: "", names["slug"]: "one"}, **sent)
    assert {row.data for row in SegmentOverride.objects.all()} == {"https://example.org/theirs", "one"}
    response = press(
        translator, translation, "overrides", **{link: "https://example.org/mine", names["slug"]: ""}, **sent
    )
    assert "Somebody else has set this meanwhile: https://example.org/theirs" in told(response)[0]
    assert "https://example.org/theirs" in {row.data for row in SegmentOverride.objects.all()}


def test_what_cannot_be_set_comes_back_with_all_that_was_entered(translator, translation):
    names, sent = overrides(translator, translation)
    link = next(name for path, name in names.items() if "example.org" in path)
    other = log_in(MODERATORS)
    press(other, translation, "overrides", **{link: "", names["slug"]: "theirs"}, **sent)
    entered = {link: "nowhere", names["slug"]: ""}
    response = press(translator, translation, "overrides", **entered, **sent)
    form = response.context["overrides"]
    assert [form[link].value(), "Enter a valid" in str(form.errors[link])] == ["nowhere", True]
    assert '<details class="desk-own" open>' in response.content.decode()
    # It does not take back what somebody else has set and it does not show.
    entered[link] = "https://example.org/en"
    press(translator, translation, "overrides", **entered, seen=form.seen)
    assert {row.data for row in SegmentOverride.objects.all()} == {"theirs", "https://example.org/en"}


@pytest.mark.parametrize("seen", ["", "{", "[1]", "null", "5"])
def test_overrides_without_what_was_seen_are_refused(translator, translation, seen):
    names, _sent = overrides(translator, translation)
    response = press(translator, translation, "overrides", **{names["slug"]: "one"}, seen=seen)
    assert told(response) == ["This is not what the editor sends."]
    assert not SegmentOverride.objects.exists()


def test_a_preview_survives_values_that_are_no_longer_there(translator, translation):
    context = translation.source.overridablesegment_set.get(context__path="slug").context
    image = translation.source.overridablesegment_set.filter(context__path="image").first()
    SegmentOverride.objects.create(locale=translation.target_locale, context=context, data_json='"x y"')
    if image:
        SegmentOverride.objects.create(locale=translation.target_locale, context=image.context, data_json="99999")
    assert translator.get(desk_url(translation, "preview/")).status_code == 200
