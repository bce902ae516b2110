"""Editors describe pictures, order headings, name links and head columns before anything is published."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text

from events.models import EventPage
from hub.blocks import TEXT_FEATURES
from hub.language_trees import ensure_language_trees
from hub.models import HubImage, PlatformPage, StandardPage, ThematicHubPage
from hub.roles import EDITORS
from news.models import NewsIndexPage, NewsPage
from tests import content
from tests.editing import add_url, edit_url, errors_of, log_in, page_form

pytestmark = pytest.mark.django_db

POST = {"title": "A post", "slug": "a-post", "lead": "A lead.", "news_kind": "news"}
UNDESCRIBED = "Say what the picture shows, or that it only decorates."


@pytest.fixture
def editor(db):
    ensure_language_trees()
    return log_in(EDITORS)


@pytest.fixture
def picture(db):
    return HubImage.objects.create(title="Picture", file="picture.png", width=640, height=480)


def send(editor, action, **values):
    """Sends the form of a new post: `action` is "submit", or "" to save a draft."""
    url = add_url(NewsIndexPage.objects.get(locale__language_code="en"), NewsPage)
    data = page_form(editor, url, **POST | values)
    if action:
        data[f"action-{action}"] = "yes"
    return editor.post(url, data)


def refused(response):
    assert response.status_code == 200, "the form was accepted"
    assert not NewsPage.objects.exists()
    return errors_of(response)


def text(html):
    return [("text", rich_text(html, features=TEXT_FEATURES))]


def table(*headings):
    """A table with a row of empty cells, as its form sends it."""
    sent = {"caption": "Costs", "column-count": len(headings), "row-count": 1, "row-0-order": 0, "row-0-deleted": ""}
    for number, heading in enumerate(headings):
        sent[f"column-{number}-type"], sent[f"column-{number}-order"] = "text", number
        sent[f"column-{number}-heading"], sent[f"column-{number}-deleted"] = heading, ""
        sent[f"cell-0-{number}"] = ""
    return [("table", sent)]


# Pictures


def test_a_picture_without_words_is_refused_where_they_are_missing(editor, picture):
    response = send(editor, "submit", image=picture)
    assert refused(response) == {"image_alt": [UNDESCRIBED]}
    beside = response.content.decode().split('id="panel-child-text-child-picture-child-image_alt-errors"')[1]
    assert UNDESCRIBED in beside[:800]
    assert refused(send(editor, "submit", image=picture, image_alt="  ")) == {"image_alt": [UNDESCRIBED]}


@pytest.mark.parametrize("words", [{"image_alt": "A square"}, {"image_decorative": True}])
def test_words_or_that_it_decorates_are_enough(editor, picture, words):
    assert send(editor, "submit", image=picture, **words).status_code == 302
    assert NewsPage.objects.get().image == picture


def test_a_picture_that_decorates_has_no_words(editor, picture):
    send(editor, "submit", image=picture, image_alt="A square", image_decorative=True)
    assert NewsPage.objects.get().image_alt == ""


def test_a_draft_is_not_published_by_other_ways_before_its_picture_has_words(editor, picture):
    assert send(editor, "", image=picture).status_code == 302
    page = NewsPage.objects.get()
    publish = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = log_in().post(f"{publish}?id={page.pk}", follow=True)
    page.refresh_from_db()
    assert not page.live
    assert UNDESCRIBED in response.content.decode()


# Texts


HEADINGS = [("heading", {"text": "Detail", "level": "h3"}), ("heading", {"text": "Section", "level": "h2"})]
VAGUE = text('<p>Read it <a href="https://example.org/">here</a>.</p>')
BUTTON = [("button", {"page": "", "url": "https://example.org/", "label": "Read more"})]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (HEADINGS, "A sub-section needs a section above it"),
        (VAGUE, "The link “here” does not say where it leads"),
        (text('<p><a href="https://example.org/"><b>Klicken</b> Sie&nbsp;hier …</a></p>'), "“Klicken Sie hier …”"),
        (BUTTON, "The link “Read more” does not say where it leads"),
        (table("City", " "), "Every column needs a heading."),
    ],
)
def test_a_text_is_refused_at_the_block(editor, body, words):
    response = send(editor, "submit", body=body)
    assert list(refused(response)) == ["body"]
    [error] = response.context["form"].errors.as_data()["body"]
    [(number, at_the_block)] = error.as_json_data()["blockErrors"].items()
    assert number == 0
    assert words in str(at_the_block)


@pytest.mark.parametrize("body", [HEADINGS, VAGUE, BUTTON, table("City", "")])
def test_a_draft_is_saved_with_what_is_not_ready(editor, picture, body):
    assert send(editor, "", body=body, image=picture).status_code == 302
    page = NewsPage.objects.get()
    assert not page.live
    assert [block.block_type for block in page.get_latest_revision_as_object().body] == [name for name, _value in body]
    response = editor.post(edit_url(page), page_form(editor, edit_url(page), body=body) | {"action-submit": "yes"})
    assert set(errors_of(response)) == {"image_alt", "body"}


@pytest.mark.parametrize(
    "html",
    [
        '<p>Read <a href="https://example.org/">what the cities found</a> here.</p>',
        '<p><a href="https://example.org/">More trees in Łódź</a></p>',
        "<p>Click here is no link.</p>",
    ],
)
def test_links_that_say_where_they_lead_are_accepted(editor, html):
    body = [("heading", {"text": "Section", "level": "h2"}), ("heading", {"text": "Detail", "level": "h3"})]
    assert send(editor, "submit", body=[*body, *text(html), *table("City", "Cost")]).status_code == 302


# What was there before


@pytest.mark.parametrize(
    ("migration", "model"),
    [
        ("news.migrations.0003_image_decorative", NewsPage),
        ("events.migrations.0007_image_decorative", EventPage),
        ("hub.migrations.0007_image_decorative", ThematicHubPage),
        ("hub.migrations.0007_image_decorative", PlatformPage),
        ("hub.migrations.0007_image_decorative", StandardPage),
    ],
)
def test_pictures_that_nobody_had_described_decorate_only(picture, migration, model):
    made = {
        NewsPage: content.post,
        EventPage: content.event,
        ThematicHubPage: lambda name: content.thematic_hub(content.theme(name.lower()), name),
        PlatformPage: content.platform,
        StandardPage: content.plain_page,
    }[model]
    pages = {name: made(name) for name in ("Wordless", "Described", "Without")}
    for name, fields in {
        "Wordless": {"image": picture},
        "Described": {"image": picture, "image_alt": "A square"},
    }.items():
        model.objects.filter(pk=pages[name].pk).update(image_decorative=False, **fields)
    import_module(migration).without_words(apps, None)
    decorative = {name: model.objects.get(pk=page.pk).image_decorative for name, page in pages.items()}
    assert decorative == {"Wordless": True, "Described": False, "Without": False}


def test_a_revision_that_does_not_say_so_is_published_as_it_was(picture):
    page = content.post(image=picture)
    edited = page.edited_on
    revision = page.save_revision()
    del revision.content["image_decorative"]
    revision.save()
    revision.publish()
    page.refresh_from_db()
    assert page.live and page.image_decorative
    assert page.edited_on == edited


# What the editor's preview looks at


def test_the_preview_looks_at_contrast_lists_and_tables_too():
    page, client = content.post(), log_in()
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert client.post(preview, page_form(client, edit_url(page))).json()["is_valid"]
    html = client.get(preview).content.decode()
    rules = html.split('id="checker-axe-configuration"')[1].partition("</script>")[0]
    for rule in ("color-contrast", "image-alt", "link-in-text-block", "list", "heading-order", "empty-heading"):
        assert f'"{rule}"' in rules


def test_readers_get_no_checks(client):
    page = content.post()
    assert "axe" not in client.get(page.url).content.decode()
