"""Who may do what, on the server, whatever the buttons show."""

import pytest
from django.core.files.images import ImageFile
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, PageViewRestriction, WorkflowState

from hub.language_trees import ensure_language_trees
from hub.models import HomePage, HubImage, Theme
from hub.roles import EDITORS, MODERATORS, TRANSLATORS
from news.models import NewsIndexPage, NewsPage
from tests import content
from tests.editing import add_url, edit_url, log_in, page_form
from tests.translation.desk import fill, start
from translation.progress import refresh_stale

pytestmark = pytest.mark.django_db


def page_url(view, page):
    return reverse(f"wagtailadmin_pages:{view}", args=[page.pk])


@pytest.fixture
def original():
    return content.post("An original")


@pytest.fixture
def translation(original):
    made = start(original, "de")
    fill(made)
    return NewsPage.objects.get(locale__language_code="de")


@pytest.mark.parametrize("role", [EDITORS, MODERATORS, TRANSLATORS])
def test_everybody_has_a_dashboard_and_sees_the_listings(role, original):
    client = log_in(role)
    for address in ("/admin/", "/admin/news/", "/admin/events/", "/admin/hubs/", "/admin/platforms/"):
        assert client.get(address).status_code == 200, address
    assert client.get(reverse("wagtailsnippets_hub_theme:list")).status_code == 200


def test_every_language_tree_is_moderated_from_the_start():
    ensure_language_trees()
    for home in HomePage.objects.all():
        assert home.get_workflow().name == "Moderators approval"


def test_an_editor_submits_and_a_moderator_publishes():
    ensure_language_trees()
    index = NewsIndexPage.objects.get(locale__language_code="de")
    editor, moderator = log_in(EDITORS), log_in(MODERATORS)
    url = add_url(index, NewsPage)
    data = page_form(editor, url, title="Neu", slug="neu", lead="Vorspann")
    data["action-submit"] = "Submit"
    assert editor.post(url, data).status_code == 302
    page = NewsPage.objects.get()
    assert (page.live, page.current_workflow_state.status) == (False, WorkflowState.STATUS_IN_PROGRESS)

    data = page_form(editor, edit_url(page))
    data["action-publish"] = "Publish"
    editor.post(edit_url(page), data)
    assert not NewsPage.objects.get().live, "an editor does not publish"

    assert "Neu" in moderator.get("/admin/").content.decode()
    task = page.current_workflow_task_state
    moderator.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk]), {"comment": ""})
    assert NewsPage.objects.get().live


def test_an_editor_cannot_delete_vocabulary_nor_live_pages(original):
    theme, editor = content.theme("mobility"), log_in(EDITORS)
    editor.post(reverse("wagtailsnippets_hub_theme:delete", args=[theme.pk]))
    editor.post(page_url("delete", original))
    assert Theme.objects.exists()
    assert NewsPage.objects.exists()


def test_a_translator_opens_and_publishes_a_translation(original, translation, django_capture_on_commit_callbacks):
    translator = log_in(TRANSLATORS)
    assert translator.get(edit_url(translation)).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        translator.post(edit_url(translation), {"action": "publish"})
    assert NewsPage.objects.get(pk=translation.pk).live


REFUSED = ["edit", "delete", "move", "copy", "unpublish", "lock", "set_privacy", "set_page_position"]


@pytest.mark.parametrize("view", REFUSED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_translator_is_refused_on_originals(view, method, original):
    translator = log_in(TRANSLATORS)
    before = Page.objects.count()
    target = original.get_parent() if view == "set_page_position" else original
    response = getattr(translator, method)(page_url(view, target), {"action-publish": "1", "title": "Changed"})
    assert response.status_code in (302, 403, 404, 405)
    if response.status_code == 302:
        assert response.url == "/admin/"
    page = NewsPage.objects.get(pk=original.pk)
    assert (page.title, page.live, page.locked) == ("An original", True, False)
    assert Page.objects.count() == before
    assert not PageViewRestriction.objects.exists()


@pytest.mark.parametrize("action", ["delete", "move", "publish", "unpublish"])
def test_a_translator_is_refused_bulk_actions_on_originals(action, original):
    translator = log_in(TRANSLATORS)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    home = HomePage.objects.get(locale__language_code="fr")
    data = {"chooser": NewsIndexPage.objects.child_of(home).get().pk, "include_descendants": "on"}
    translator.post(f"{url}?id={original.pk}&next=/admin/", data)
    page = NewsPage.objects.get(pk=original.pk)
    assert page.live
    assert page.get_parent().specific == NewsIndexPage.objects.get(locale__language_code="en")


@pytest.mark.parametrize("view", ["delete", "move", "copy"])
def test_a_translator_neither_deletes_nor_moves_nor_copies_a_translation(view, translation):
    translator = log_in(TRANSLATORS)
    parent = translation.get_parent()
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": parent.pk}
    response = translator.post(page_url(view, translation), data)
    assert response.status_code in (302, 403)
    assert list(NewsPage.objects.child_of(parent)) == [translation]


def test_a_translator_creates_no_pages():
    ensure_language_trees()
    index = NewsIndexPage.objects.get(locale__language_code="de")
    translator = log_in(TRANSLATORS)
    response = translator.post(add_url(index, NewsPage), {"title": "Neu", "slug": "neu", "lead": "x"})
    assert (response.status_code, response.url) == (302, "/admin/")
    assert not NewsPage.objects.exists()


def test_a_translator_chooses_images_but_changes_none():
    image = HubImage.objects.create(title="Bridge", file=ImageFile(get_test_image_file().file, name="bridge.png"))
    translator = log_in(TRANSLATORS)
    assert "Bridge" in translator.get(reverse("wagtailimages_chooser:choose")).content.decode()
    assert translator.get(reverse("wagtailimages:edit", args=[image.pk])).status_code in (302, 403)
    assert translator.get(reverse("wagtailimages:add")).status_code in (302, 403)


def test_a_translator_reads_the_vocabulary_only():
    theme, translator = content.theme("mobility"), log_in(TRANSLATORS)
    listing = translator.get(reverse("wagtailsnippets_hub_theme:list")).content.decode()
    assert "Mobility" in listing
    for view in ("edit", "delete", "merge", "usage"):
        assert translator.get(reverse(f"wagtailsnippets_hub_theme:{view}", args=[theme.pk])).status_code == 302


def test_listings_lead_translators_to_what_they_may_do(original, translation):
    html = log_in(TRANSLATORS).get("/admin/news/").content.decode()
    assert f'href="{edit_url(translation)}" title="Edit this page"' in html
    assert f'href="{edit_url(original)}" title="Edit this page"' not in html


def test_the_dashboard_shows_translators_what_waits(translation):
    refresh_stale()
    heading = "Begun or outdated in your languages"
    shown = log_in(TRANSLATORS).get("/admin/").content.decode()
    assert heading in shown
    assert translation.title in shown
    assert heading not in log_in(EDITORS).get("/admin/").content.decode()
