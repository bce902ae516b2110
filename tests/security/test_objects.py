"""What one person may not get of another's, though its kind is open to both."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import Locale

from hub.roles import EDITORS, MODERATORS, TRANSLATORS
from tests import content
from tests.editing import edit_url, log_in
from tests.hub.reading import restrict
from tests.translation.desk import fill, send, start
from translation.models import TranslatorLanguage

pytestmark = pytest.mark.django_db

WORD = "zanzibar"


def everything(client, page, kind):
    """All that readers could see of a page, by address."""
    lists = [
        "/en/",
        f"/en/{kind}/",
        "/en/themes/food/",
        "/en/themes/food/feed.atom",
        "/en/themes/food/calendar.ics",
        f"/en/{kind}/feed.atom",
        "/en/events/calendar.ics",
        f"/en/search/?q={WORD}",
        f"/en/search/feed.atom?q={WORD}",
        f"/en/search/calendar.ics?q={WORD}",
        f"/en/search/suggest?q={WORD}",
        f"/en/search/completions?q={WORD}",
        "/sitemaps/en-1.xml",
        "/sitemaps/news.xml",
        f"/en/{WORD}/",
    ]
    own = [page.get_url(), f"{page.get_url()}cite.bib", f"{page.get_url()}event.ics"]
    return {path: client.get(path) for path in [*lists, *own]}


def told(answers):
    """The addresses that say a word of the page, but for what was typed."""
    return [
        path
        for path, answer in answers.items()
        if answer.status_code == 200 and "secret harbour" in b"".join(answer).decode().lower()
    ]


@pytest.mark.parametrize("make", [content.post, content.event])
@pytest.mark.parametrize("hidden", [False, True])
def test_a_restricted_page_is_nowhere(client, make, hidden):
    kind = "news" if make is content.post else "events"
    page = make(f"Secret harbour {WORD}", slug="harbour", themes=[content.theme("food")], lead="Secret harbour")
    if hidden:
        restrict(page)
    found = told(everything(client, page, kind))
    assert (found == []) if hidden else len(found) > 5


@pytest.mark.parametrize("make", [content.post, content.event])
def test_a_draft_is_nowhere_and_its_preview_is_for_editors(client, make):
    kind = "news" if make is content.post else "events"
    themes = [content.theme("food")]
    page = make(f"Secret harbour {WORD}", slug="harbour", themes=themes, lead="Secret harbour", live=False)
    assert told(everything(client, page, kind)) == []
    for name in ("view_draft", "preview_on_edit", "edit"):
        url = reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
        assert client.get(url)["Location"].startswith("/admin/login/"), name
        assert log_in(TRANSLATORS, f"t-{name}").get(url)["Location"] == "/admin/", name
        assert log_in(EDITORS, f"e-{name}").get(url).status_code == 200, name


def test_an_editor_does_not_delete_anothers_draft_nor_publish_it(client):
    mine, other = log_in(EDITORS, "mine"), log_in(EDITORS, "other")
    page = content.post("A draft", live=False)
    assert mine.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))["Location"] == "/admin/"
    assert other.get(edit_url(page)).status_code == 200
    assert not type(page).objects.get(pk=page.pk).live


def test_a_translator_writes_in_no_other_language():
    translator = log_in(TRANSLATORS)
    TranslatorLanguage.objects.all().delete()
    locale = Locale.objects.get(language_code="de")
    TranslatorLanguage.objects.create(group=Group.objects.get(name=TRANSLATORS), locale=locale)
    page = content.post("A post")
    french, german = start(page, "fr"), start(page, "de")
    fill(french)
    segment = french.source.stringsegment_set.first().pk
    for translation, refused in ((french, True), (german, False)):
        answer = send(translator, translation, f"texts/{segment}/", target="X", text="X", seen="")
        assert (answer.status_code in (302, 403, 404)) == refused
        opened = translator.get(edit_url(translation.get_target_instance()))
        assert opened.status_code in (200, 302)


def test_what_a_moderator_exported_is_not_anothers():
    from django.contrib.auth import get_user_model

    from translation.models import Job

    owner, other = log_in(MODERATORS, "owner"), log_in(MODERATORS, "other")
    job = Job.objects.create(kind=Job.Kind.EXPORT, user=get_user_model().objects.get(username="owner"))
    url = reverse("translation_desk:job", args=[job.pk])
    assert owner.get(url).status_code == 200
    assert other.get(url).status_code == 302
    assert other.get(url, follow=True).status_code == 404
