"""What the queue lists, to whom, and what can be done with a selection."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Locale, Page, PageViewRestriction
from wagtail.users.models import UserProfile
from wagtail_localize.models import Translation

from hub.roles import EDITORS, MODERATORS, TRANSLATORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in
from translation import jobs, requests
from translation.models import Job, LanguageVersion, SavedView, State, TranslatorLanguage
from translation.progress import check_versions, refresh
from translation.queue.bulk import selection
from translation.queue.rows import visible_to

from .desk import fill, publish, republish, start, translate

pytestmark = pytest.mark.django_db

QUEUE = "/admin/translations/"


def user_of(client):
    return get_user_model().objects.get(pk=client.session["_auth_user_id"])


def translator(*languages, name="translator"):
    client = log_in(TRANSLATORS, name)
    for code in languages:
        TranslatorLanguage.objects.create(user=user_of(client), locale=Locale.objects.get(language_code=code))
    return client


def versions(client, query=""):
    """What the queue shows, as (title, language)."""
    response = client.get(QUEUE + query)
    assert response.status_code == 200
    return [(row.title, row.locale.language_code) for row in response.context["table"].data]


def version(page, language):
    refresh([page.translation_key])
    return LanguageVersion.objects.get(work=page.translation_key, locale__language_code=language)


def titles(client, query):
    return {title for title, _language in versions(client, query)}


def test_a_row_for_every_language_but_the_originals():
    page = content.post("Eins", language="de")
    refresh([page.translation_key])
    assert sorted(versions(log_in(EDITORS))) == [("Eins", code) for code in ("en", "es", "fr", "it", "pl")]


def test_rows_lead_to_the_editor_or_begin_the_translation():
    page = content.post("Eins", language="de")
    draft = start(page, "fr").get_target_instance()
    spanish = version(page, "es")
    html = translator("fr", "es").get(QUEUE).content.decode()
    assert f'href="{reverse("wagtailadmin_pages:edit", args=[draft.pk])}"' in html
    assert html.count('class="desk-start"') == 1
    assert reverse("translation_desk:start", args=[spanish.pk]) in html


def test_starting_makes_a_draft_and_opens_it():
    page = content.post("Eins", language="de")
    response = translator("fr").post(reverse("translation_desk:start", args=[version(page, "fr").pk]))
    draft = Translation.objects.get(target_locale__language_code="fr").get_target_instance()
    assert response.url == reverse("wagtailadmin_pages:edit", args=[draft.pk])
    assert not draft.live
    assert version(page, "fr").translator.username == response.wsgi_request.user.username


def test_who_begins_a_translation_from_its_page_has_it_but_for_those_who_edit_originals():
    page = content.post("Eins", language="de")
    refresh([page.translation_key])
    url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    for client, language in ((translator("fr"), "fr"), (log_in(MODERATORS), "es")):
        client.post(url, {"locales": [Locale.objects.get(language_code=language).pk]})
    assert Translation.objects.count() == 2
    assert (str(version(page, "fr").translator), version(page, "es").translator) == ("translator", None)


def test_a_link_to_what_nobody_has_begun_leads_to_its_start():
    page = content.post("Eins", language="de")
    missing = version(page, "fr").pk
    url, button = reverse("translation_desk:open", args=[missing]), reverse("translation_desk:start", args=[missing])
    for client, may_start, may_ask in ((translator("fr"), True, False), (log_in(EDITORS), False, True)):
        html = client.get(url).content.decode()
        assert "Nobody has begun it." in html
        assert (button in html, f"?page={page.pk}" in html) == (may_start, may_ask)
    assert not Translation.objects.exists()
    UserProfile.objects.create(user=user_of(client), preferred_language="de")
    assert "Deutsch → Französisch" in client.get(url).content.decode()


def test_nobody_starts_what_he_does_not_translate():
    page = content.post("Eins", language="de")
    client = translator("fr")
    response = client.post(reverse("translation_desk:start", args=[version(page, "es").pk]), follow=True)
    assert "You do not translate into Spanish." in response.content.decode()
    assert not Translation.objects.exists()


def test_other_languages_are_visible_and_locked():
    refresh([content.post("Eins", language="de").translation_key])
    table = translator("fr").get(QUEUE).context["table"]
    assert {row.locale.language_code: row.is_locked for row in table.data} == {
        "en": True, "es": True, "fr": False, "it": True, "pl": True,
    }  # fmt: skip


def test_others_than_translators_and_editors_see_nothing():
    client = log_in(EDITORS)
    user = user_of(client)
    user.groups.clear()
    group = Group.objects.create(name="Guests")
    group.permissions.add(*Group.objects.get(name=EDITORS).permissions.filter(codename="access_admin"))
    user.groups.add(group)
    for name in ("queue", "matrix", "coverage", "requests", "jobs"):
        assert client.get(reverse(f"translation_desk:{name}")).status_code == 302
    assert "/admin/translations/" not in client.get("/admin/").content.decode()


def test_an_original_that_the_user_may_not_see_has_no_rows():
    hidden, public = content.post("Geheim", language="de"), content.post("Offen", language="de")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    check_versions()
    client = log_in(TRANSLATORS)
    user = user_of(client)
    french = Group.objects.create(name="French")
    role = Group.objects.get(name=TRANSLATORS)
    french.permissions.set(role.permissions.all())
    for permission in GroupPagePermission.objects.filter(group=role):
        GroupPagePermission.objects.create(
            group=french,
            page=Page.objects.get(depth=2, locale__language_code="fr"),
            permission=permission.permission,
        )
    assert visible_to(user).filter(work=hidden.translation_key).exists()
    user.groups.set([french])
    user = type(user).objects.get(pk=user.pk)
    assert not visible_to(user).filter(work=hidden.translation_key).exists()
    assert visible_to(user).filter(work=public.translation_key).exists()
    assert titles(client, "") == {"Offen"}


@pytest.fixture
def works(django_capture_on_commit_callbacks):
    """Works about energy (under climate) and water, in several states in French."""
    climate = content.theme("climate", en="Climate")
    energy, water = content.theme("energy", climate, en="Energy"), content.theme("water", en="Water")
    hub = content.thematic_hub(climate, "Climate hub")
    page = content.post("Wärme im Winter", language="de", themes=[energy])
    outdated = content.event("Rivers", themes=[water])
    translate(outdated, "fr", django_capture_on_commit_callbacks)
    republish(outdated, lead="New words.")
    done = content.post("Done", themes=[water])
    translate(done, "fr", django_capture_on_commit_callbacks)
    started = content.post("Started", themes=[energy])
    start(started, "fr")
    complete = content.post("Complete", themes=[water])
    fill(start(complete, "fr"))
    check_versions()
    return {"hub": hub, "page": page, "outdated": outdated, "done": done, "started": started, "complete": complete}


FILTERS = {
    "state=missing": {"Wärme im Winter", "Climate hub"},
    "state=outdated&state=in_progress": {"Rivers", "Started"},
    "state=complete": {"Complete"},
    "state=published": {"Done"},
    "theme=climate": {"Wärme im Winter", "Started", "Climate hub"},
    "theme=water": {"Rivers", "Done", "Complete"},
    "q=WÄRME": {"Wärme im Winter"},
    "q=winter+wärme": {"Wärme im Winter"},
    "q=rivers+winter": set(),
    "q=%25": set(),
    "due=none&state=complete": {"Complete"},
    "review=yes": set(),
    "review=no&state=published": {"Done"},
    "request=any": set(),
}


def test_filters(works):
    client = log_in(EDITORS)
    assert {query: titles(client, f"?locale=fr&{query}") for query in FILTERS} == FILTERS


def test_filters_by_hub_and_kind(works):
    client = log_in(EDITORS)
    hub = works["hub"].translation_key
    assert titles(client, f"?locale=fr&hub={hub}") == {"Wärme im Winter", "Started", "Climate hub"}
    kind = works["outdated"].content_type_id
    assert titles(client, f"?locale=fr&kind={kind}") == {"Rivers"}
    assert {language for _title, language in versions(client, "?locale=fr&locale=es")} == {"fr", "es"}


def test_who_has_it(works):
    client = translator("fr")
    mine, other = version(works["page"], "fr"), version(works["started"], "fr")
    LanguageVersion.objects.filter(pk=mine.pk).update(translator=user_of(client))
    LanguageVersion.objects.filter(pk=other.pk).update(translator=user_of(log_in(TRANSLATORS, "other")))
    assert versions(client, "?translator=me") == [("Wärme im Winter", "fr")]
    assert versions(client, f"?translator={LanguageVersion.objects.get(pk=other.pk).translator_id}") == [
        ("Started", "fr")
    ]
    assert "Started" not in titles(client, "?translator=nobody&locale=fr")
    assert {language for _title, language in versions(client, "?locale=mine")} == {"fr"}


def test_due_dates(works):
    client, today = log_in(EDITORS), timezone.localdate()
    for name, days in (("started", -1), ("done", -1), ("outdated", 3), ("complete", 30)):
        row = version(works[name], "fr")
        LanguageVersion.objects.filter(pk=row.pk).update(due=today + timedelta(days=days))
    assert versions(client, "?due=overdue") == [("Started", "fr")]  # what is published is never late
    assert versions(client, "?due=week") == [("Rivers", "fr")]
    assert [title for title, _language in versions(client, "?due=any&ordering=due&state=outdated&state=complete")] == [
        "Rivers",
        "Complete",
    ]
    assert "Overdue" in client.get(QUEUE + "?due=overdue").content.decode()


def test_a_filter_that_does_not_exist_finds_nothing_and_says_so(works):
    client = log_in(EDITORS)
    for query in ("state=nonsense", "theme=gone", "hub=x", "locale=xx", "due=never", "request=99999999", "kind=0"):
        response = client.get(f"{QUEUE}?{query}")
        assert not response.context["table"].data, query
        assert "something that does not exist" in response.content.decode(), query


def test_a_search_for_a_whole_page_of_words_is_a_search():
    refresh([content.post("Über Äpfel", language="de").translation_key])
    client = log_in(EDITORS)
    words = "+".join(["äpfel"] * 1100)
    assert titles(client, f"?q={words}") == {"Über Äpfel"}
    assert titles(client, f"?q=birnen+{words}") == set()


def test_sorting(works):
    client = log_in(EDITORS)
    names = [title for title, _language in versions(client, "?locale=fr&ordering=title")]
    assert names == sorted(names)
    states = [row.state for row in client.get(QUEUE + "?locale=fr&ordering=state").context["table"].data]
    assert states == [State.MISSING, State.MISSING, State.IN_PROGRESS, State.OUTDATED, State.COMPLETE, State.PUBLISHED]
    words = [row.words_to_do for row in client.get(QUEUE + "?ordering=-words").context["table"].data]
    assert words == sorted(words, reverse=True)
    LanguageVersion.objects.filter(state=State.COMPLETE).update(due=timezone.localdate())
    for ordering in ("due", "-due"):
        assert versions(client, f"?ordering={ordering}")[0] == ("Complete", "fr")


def test_the_same_queries_whatever_the_number_of_rows(works, django_assert_num_queries):
    client = translator("fr")
    client.get(QUEUE)
    with django_assert_num_queries(QUERIES):
        few = len(versions(client))
    for number in range(6):
        content.post(f"Post {number}", themes=list(works["page"].themes.all()))
    check_versions()
    with django_assert_num_queries(QUERIES):
        assert len(versions(client)) > few


QUERIES = 26


def test_a_view_is_saved_listed_used_and_deleted(works):
    client = translator("fr")
    data = {"name": "  My   work ", "query": "state=outdated&p=3&_w_filter_fragment=1&ordering=-words"}
    response = client.post(reverse("translation_desk:save_view"), data)
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("My work", "state=outdated&ordering=-words")
    assert response.url == f"{QUEUE}?{view.query}"
    tab = client.get(response.url).context["views"][-1]
    assert (tab.label, tab.is_current) == ("My work", True)

    client.post(reverse("translation_desk:save_view"), data | {"query": "state=missing"})
    assert SavedView.objects.get().query == "state=missing"
    other = translator("es", name="other")
    other.post(reverse("translation_desk:delete_view", args=[view.pk]))
    assert SavedView.objects.exists()
    client.post(reverse("translation_desk:delete_view", args=[view.pk]))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("data", [{"name": "", "query": "a=b"}, {"name": "x" * 81, "query": "a=b"}, {"name": "x"}])
def test_a_view_without_name_or_filters_is_refused(data):
    response = log_in(EDITORS).post(reverse("translation_desk:save_view"), data, follow=True)
    assert not SavedView.objects.exists()
    assert response.context["messages"]


def test_a_selection_is_some_rows_or_all_that_the_filters_match(works):
    client = log_in(EDITORS)
    request = RequestFactory().get(f"{QUEUE}?id=all&locale=fr&theme=climate")
    request.user = user_of(client)
    assert set(selection(request).values_list("title", flat=True)) == {"Wärme im Winter", "Started", "Climate hub"}
    one = version(works["page"], "es")
    request = RequestFactory().get(f"{QUEUE}?id={one.pk}&id=x&id=9999999")
    request.user = user_of(client)
    assert list(selection(request)) == [one]
    request = RequestFactory().get(f"{QUEUE}?id=all&state=nonsense")
    request.user = user_of(client)
    assert not selection(request).exists()
    url = reverse("translation_desk:bulk", args=["assign"])
    html = client.get(f"{url}?id=all&locale=fr&theme=climate").content.decode()
    assert "3 versions are selected" in html
    assert client.get(url).url == QUEUE  # nothing selected


def test_who_may_do_what_in_bulk(works):
    one = version(works["page"], "fr").pk
    for client, kinds in (
        (log_in(EDITORS), {"request", "assign"}),
        (translator("fr"), {"assign", "machine", "publish"}),
    ):
        for kind in ("request", "assign", "machine", "publish"):
            response = client.get(f"{reverse('translation_desk:bulk', args=[kind])}?id={one}")
            assert (response.status_code == 200) == (kind in kinds), kind
    unknown = f"{reverse('translation_desk:bulk', args=['nonsense'])}?id={one}"
    assert log_in(name="root").get(unknown).status_code != 200


def test_a_translation_that_waits_for_review_says_so(works):
    row = version(works["started"], "fr")
    LanguageVersion.objects.filter(pk=row.pk).update(in_review=True)
    assert "in review" in log_in(EDITORS).get(QUEUE + "?review=yes").content.decode()


def test_pages_of_the_desk_have_tabs_and_mark_where_one_is(works):
    client = log_in(MODERATORS)
    one, moderator = version(works["page"], "fr"), user_of(client)
    asked = requests.ask([one], user=moderator, title="Eins").request
    job = jobs.start(Job.Kind.ASSIGN, [one], moderator, translator=None, due="")
    french = NewsPage.objects.get(translation_key=works["done"].translation_key, locale__language_code="fr")
    for name, args, query, current in (
        ("translation_desk:ask", [], f"?page={works['page'].pk}", "Requests"),
        ("translation_desk:request", [asked.pk], "", "Requests"),
        ("translation_desk:bulk", ["assign"], f"?id={one.pk}", "Queue"),
        ("translation_desk:job", [job.pk], "", "Jobs"),
        ("translation_desk:memory", [], "", "Memory"),
        ("translation_desk:glossary_files", [], "", "Glossary"),
        ("language_trees", [], "", None),
        ("make_original", [french.pk], "", None),
    ):
        response = client.get(reverse(name, args=args) + query)
        assert 'class="desk-tabs"' in response.content.decode(), name
        marked = [str(tab.label) for tab in response.context["desk_tabs"] if tab.is_current]
        assert marked == ([current] if current else []), name


def test_tabs_lead_where_one_may_go():
    for client, number in ((log_in(EDITORS), 6), (translator("fr"), 8)):
        tabs = client.get(QUEUE).context["desk_tabs"]
        assert [client.get(tab.url).status_code for tab in tabs] == [200] * number


def test_lists_count_what_they_list():
    for number in range(11):
        content.post(f"Post {number}")
    check_versions()
    client = log_in(EDITORS)
    for name, words in (("queue", "55 translations"), ("matrix", "11 works")):
        assert words in client.get(reverse(f"translation_desk:{name}")).content.decode()


def test_the_menu_leads_to_the_queue(works):
    assert "translations/" in log_in(EDITORS).get("/admin/").content.decode()


def test_publishing_moves_a_row_on(works, django_capture_on_commit_callbacks):
    publish(
        Translation.objects.get(source__object_id=works["complete"].translation_key),
        django_capture_on_commit_callbacks,
    )
    assert version(works["complete"], "fr").state == State.PUBLISHED
