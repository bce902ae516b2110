"""Page forms and listings: previews in every state, and queries that do not grow with the rows."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision

from events.models import EventIndexPage, EventPage
from hub.language_trees import ensure_language_trees
from hub.models import HomePage, HubIndexPage, PlatformIndexPage, PlatformPage, StandardPage, ThematicHubPage
from hub.publishing import publish_scheduled
from hub.roles import EDITORS, MODERATORS
from news.models import NewsIndexPage, NewsPage
from tests import content
from tests.editing import add_url, edit_url, log_in, page_form
from tests.translation.desk import fill, start

pytestmark = pytest.mark.django_db

TYPES = [
    (NewsIndexPage, NewsPage),
    (EventIndexPage, EventPage),
    (HubIndexPage, ThematicHubPage),
    (PlatformIndexPage, PlatformPage),
    (HomePage, StandardPage),
]


def preview(client, view, args, data):
    """Sends the form to the preview, and returns the response that its frame shows."""
    url = reverse(f"wagtailadmin_pages:{view}", args=args)
    sent = client.post(url, data)
    assert sent.status_code == 200
    answer = json.loads(sent.content)
    assert answer["is_available"], answer
    return client.get(url)


@pytest.mark.parametrize(("parent", "model"), TYPES)
def test_a_new_page_with_only_a_title_can_be_previewed(parent, model):
    ensure_language_trees()
    home = parent.objects.get(locale__language_code="de")
    editor = log_in(EDITORS)
    data = page_form(editor, add_url(home, model), title="Unfertig")
    arguments = [model._meta.app_label, model._meta.model_name, home.pk]
    response = preview(editor, "preview_on_add", arguments, data)
    assert response.status_code == 200
    assert "Unfertig" in response.content.decode()


@pytest.mark.parametrize(("parent", "model"), TYPES)
def test_a_new_page_without_anything_is_no_error(parent, model):
    ensure_language_trees()
    home = parent.objects.get(locale__language_code="de")
    editor = log_in(EDITORS)
    url = reverse("wagtailadmin_pages:preview_on_add", args=[model._meta.app_label, model._meta.model_name, home.pk])
    assert editor.post(url, page_form(editor, add_url(home, model))).status_code == 200
    assert editor.get(url).status_code == 200


@pytest.mark.parametrize(("parent", "model"), TYPES)
def test_a_draft_with_only_a_title_is_saved_and_previewed(parent, model):
    ensure_language_trees()
    home = parent.objects.get(locale__language_code="de")
    editor = log_in(EDITORS)
    url = add_url(home, model)
    response = editor.post(url, page_form(editor, url, title="Unfertig", slug="unfertig"))
    assert response.status_code == 302, response.context["form"].errors
    page = model.objects.get()
    shown = preview(editor, "preview_on_edit", [page.pk], page_form(editor, edit_url(page), title="Halb fertig"))
    assert "Halb fertig" in shown.content.decode()
    assert editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).status_code == 200


@pytest.mark.parametrize("model", [HomePage, NewsIndexPage, EventIndexPage, HubIndexPage, PlatformIndexPage])
def test_home_and_indexes_can_be_previewed(model):
    ensure_language_trees()
    page = model.objects.get(locale__language_code="fr")
    editor = log_in(EDITORS)
    data = page_form(editor, edit_url(page), title="Nouveau titre")
    assert preview(editor, "preview_on_edit", [page.pk], data).status_code == 200


def test_a_live_page_with_changes_shows_the_changes_in_its_preview():
    theme, other = content.theme("old"), content.theme("new", en="Brand new")
    page = content.post("Live", themes=[theme])
    editor = log_in(EDITORS)
    data = page_form(editor, edit_url(page), title="Changed", themes=[other])
    assert "Changed" in preview(editor, "preview_on_edit", [page.pk], data).content.decode()
    editor.post(edit_url(page), data)
    page = NewsPage.objects.get()
    assert list(page.themes.all()) == [theme], "readers see what is published"
    assert list(page.get_latest_revision_as_object().themes.all()) == [other]
    assert f'value="{other.pk}" id="id_themes_0" checked' in editor.get(edit_url(page)).content.decode()


def test_a_page_in_moderation_can_be_previewed():
    ensure_language_trees()
    index = NewsIndexPage.objects.get(locale__language_code="en")
    editor, url = log_in(EDITORS), add_url(index, NewsPage)
    data = page_form(editor, url, title="Waiting", slug="waiting", lead="A lead.")
    data["action-submit"] = "1"
    editor.post(url, data)
    page = NewsPage.objects.get()
    task = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_preview", args=[page.pk, task.task.pk])
    assert log_in(MODERATORS).get(address).status_code == 200


def test_a_translation_can_be_previewed():
    translation = start(content.post("An original"), "de")
    fill(translation)
    address = reverse("wagtail_localize:preview_translation", args=[translation.pk])
    response = log_in(MODERATORS).get(address)
    assert response.status_code == 200
    assert "[de] An original" in response.content.decode()


def test_comments_are_kept_with_the_page():
    page = content.post("Commented")
    html = log_in(EDITORS).get(edit_url(page)).content.decode()
    assert "data-comment-add" in html


# Listings


@pytest.mark.parametrize("listing", ["news", "events", "hubs", "platforms"])
@pytest.mark.parametrize("explorer", [False, True])
@pytest.mark.parametrize("role", [EDITORS, MODERATORS])
def test_more_pages_need_no_more_queries(
    listing, explorer, role, django_assert_num_queries, django_assert_max_num_queries
):
    theme = content.theme("mobility", en="Mobility")
    make = {
        "news": lambda title: content.post(title, themes=[theme]),
        "events": lambda title: content.event(title, themes=[theme]),
        "hubs": lambda title: content.thematic_hub(theme, title),
        "platforms": lambda title: content.platform(title, themes=[theme]),
    }[listing]
    client = log_in(role)
    url = f"/admin/{listing}/"
    page = make("First")
    if explorer:
        url = reverse("wagtailadmin_explore", args=[page.get_parent().pk])
    client.get(url)
    with django_assert_max_num_queries(70) as few:
        assert "Mobility" in client.get(url).content.decode()
    for number in range(5):
        make(f"Number {number}")
    with django_assert_num_queries(len(few)):
        client.get(url)


def test_a_listing_is_narrowed_by_language_theme_year_and_kind():
    top = content.theme("top", en="Top")
    below = content.theme("below", top, en="Below")
    content.post("Deutsch", language="de", themes=[below])
    content.post("Call", news_kind="call")
    old = content.post("Old")
    Page.objects.filter(pk=old.pk).update(first_published_at=datetime(2020, 5, 1, tzinfo=UTC))
    editor = log_in(EDITORS)

    def titles(**query):
        return {page.title for page in editor.get("/admin/news/", query).context["object_list"]}

    assert titles() == {"Deutsch", "Call", "Old"}
    assert titles(locale="de") == {"Deutsch"}
    assert titles(theme="top") == {"Deutsch"}
    assert titles(year="2020") == {"Old"}
    assert titles(news_kind="call") == {"Call"}
    assert titles(q="deut") == {"Deutsch"}
    assert titles(q='"') == set()
    assert titles(theme="no-such-theme") == {"Deutsch", "Call", "Old"}, "an unknown value is refused by the form"


def test_events_are_listed_latest_first():
    content.event("Soon", start=timezone.now() + timedelta(days=2))
    content.event("Later", start=timezone.now() + timedelta(days=9))
    content.event("Past", start=timezone.now() - timedelta(days=9))
    listed = [page.title for page in log_in(EDITORS).get("/admin/events/").context["object_list"]]
    assert listed == ["Later", "Soon", "Past"]


def test_without_a_filter_by_language_adding_asks_for_it():
    ensure_language_trees()
    editor, listing = log_in(EDITORS), reverse("events:index")
    choose = reverse("events:choose_parent")
    german = add_url(EventIndexPage.objects.get(locale__language_code="de"), EventPage)
    assert f'href="{choose}"' in editor.get(listing).content.decode()
    assert f'href="{german}"' in editor.get(choose).content.decode()
    assert f'href="{choose}?locale=de"' in editor.get(f"{listing}?locale=de").content.decode()
    assert editor.get(f"{choose}?locale=de").url == german


# Drafts that lack something


def test_publishing_an_incomplete_draft_from_the_listing_leads_to_what_it_lacks():
    ensure_language_trees()
    complete = content.post("Complete", live=False)
    editor, url = log_in(EDITORS), add_url(EventIndexPage.objects.get(locale__language_code="en"), EventPage)
    editor.post(url, page_form(editor, url, title="No dates yet", slug="no-dates-yet"))
    draft = EventPage.objects.get()
    publish = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = log_in(MODERATORS).post(f"{publish}?id={complete.pk}&id={draft.pk}", follow=True)
    assert response.redirect_chain[0][0] == edit_url(draft)
    [message] = response.context["messages"]
    assert "“No dates yet” was not published" in message.message
    assert "Starts: This field cannot be blank." in message.message
    assert not Page.objects.filter(pk__in=[complete.pk, draft.pk], live=True).exists()


def test_approving_what_lacks_something_leads_to_the_page():
    ensure_language_trees()
    editor, url = log_in(EDITORS), add_url(NewsIndexPage.objects.get(locale__language_code="en"), NewsPage)
    editor.post(url, page_form(editor, url, title="Waiting", slug="waiting", lead="A lead.") | {"action-submit": "1"})
    page, moderator = NewsPage.objects.get(), log_in(MODERATORS)
    moderator.post(edit_url(page), page_form(moderator, edit_url(page), lead=""))
    task = page.current_workflow_task_state
    approve = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk])
    response = moderator.post(approve, headers={"x-requested-with": "XMLHttpRequest"})
    assert response.json() == {"step": "success", "redirect": edit_url(page)}
    page.refresh_from_db()
    assert not page.live
    assert page.current_workflow_task_state == task, "it is still to be approved"


# Edited on


def test_publishing_unchanged_content_does_not_move_edited_on():
    page = content.post("Same", themes=[content.theme("t")])
    before = page.edited_on
    assert before
    moderator = log_in(MODERATORS)
    data = page_form(moderator, edit_url(page))
    data["action-publish"] = "1"
    assert moderator.post(edit_url(page), data).status_code == 302
    NewsPage.objects.get(pk=page.pk).save_revision().publish()
    assert NewsPage.objects.get(pk=page.pk).edited_on == before


def test_publishing_changed_content_moves_edited_on():
    page = content.post("Same")
    before = page.edited_on
    page.lead = "Changed"
    page.save_revision().publish()
    assert NewsPage.objects.get(pk=page.pk).edited_on > before


def test_a_first_publication_that_is_only_scheduled_has_no_edited_on():
    page = content.post("Soon", live=False)
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision().publish()
    assert NewsPage.objects.get(pk=page.pk).edited_on is None


def test_scheduled_publishing_moves_edited_on():
    page = content.post("Now")
    before = page.edited_on
    page.title, page.go_live_at = "Then", timezone.now() + timedelta(hours=1)
    page.save_revision().publish()
    assert NewsPage.objects.get(pk=page.pk).edited_on == before
    revision, due = page.latest_revision, timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = due
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=due, content=revision.content)
    assert publish_scheduled() == 1
    page = NewsPage.objects.get(pk=page.pk)
    assert page.title == "Then"
    assert page.edited_on > before
