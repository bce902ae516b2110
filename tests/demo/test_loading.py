"""`load_demo` fills the hub once, completely, and never again."""

import hashlib
import json
import stat
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import TestCase, override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page, PageViewRestriction, ReferenceIndex, Revision
from wagtail_localize.models import StringTranslation, Translation

from demo import loader
from demo.reading import LANGUAGES, ContentError, read
from events.models import EventPage
from hub.models import HomePage, HubDocument, HubImage, Person, StandardPage, Theme, content_models
from news.models import NewsPage
from translation.integrity import differences
from translation.memory import EXACT, lookup
from translation.models import Concept, LanguageVersion, RequestedVersion, State, Term, TranslationRequest
from translation.progress import check_versions
from translation.quality import check
from translation.segments import segments_of
from translation.terms import find_terms


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def hub(django_db_setup, django_db_blocker, data_dir):
    """The demonstration, loaded once for all facts below and rolled back after them."""
    database_tasks = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with (
        django_db_blocker.unblock(),
        override_settings(DATA_DIR=data_dir, MEDIA_ROOT=data_dir / "media", TASKS=database_tasks),
        transaction.atomic(),
    ):
        # What creating the trees leaves for the worker is not the demonstration's.
        loader.ensure_language_trees()
        DBTaskResult.objects.all().delete()
        with TestCase.captureOnCommitCallbacks(execute=True):
            call_command("load_demo", if_empty=True, verbosity=0)
        yield
        transaction.set_rollback(True)


pytestmark = [pytest.mark.long, pytest.mark.django_db, pytest.mark.usefixtures("hub")]


def everything():
    """Every row of the database, as one hash a table."""
    state = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(("wagtailsearch_", "sqlite_", "django_session")):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                rows = sorted(map(repr, cursor.fetchall()))
                state[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return state


def versions(work):
    return {page.language: page for page in work}


demonstration = cache(read)


def begun():
    """What requests say is begun, by work and language."""
    rows = (part for request in demonstration().requests.values() for part in request.get("begun", []))
    return {(part["work"], part["language"]): part for part in rows}


def test_every_work_is_there_in_each_of_its_languages():
    expected = [language for work in demonstration().works.values() for language in work.texts]
    expected = sorted(expected + [language for _work, language in begun()])
    found = sorted(page.language for model in content_models() for page in model.objects.select_related("locale"))
    assert found == expected


def test_a_second_load_changes_nothing(data_dir):
    before, logins = everything(), (data_dir / "demo-logins.json").read_text()
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert loader.load() == 0
    assert everything() == before
    assert (data_dir / "demo-logins.json").read_text() == logins


def test_a_hub_that_is_not_empty_is_left_alone():
    NewsPage.objects.all().delete()
    call_command("load_demo", if_empty=True, verbosity=0)
    assert not NewsPage.objects.exists()


def test_what_editors_changed_or_moved_stays_theirs():
    page = NewsPage.objects.filter(translated_from="").first()
    page.title, page.slug = "Rewritten by an editor", "rewritten"
    page.save_revision().publish()
    Theme.objects.filter(slug="food").update(uri="https://example.org/food")
    assert loader.load() == 0
    assert Page.objects.get(pk=page.pk).title == "Rewritten by an editor"
    assert Theme.objects.get(slug="food").uri == "https://example.org/food"


def test_all_translations_are_complete_but_the_outdated_one_and_what_is_begun():
    incomplete = {}
    for translation in Translation.objects.select_related("source", "target_locale"):
        total, translated = translation.get_progress()
        assert total > 5
        if translated != total:
            incomplete[translation.source.object_repr, translation.target_locale.language_code] = total - translated
    works = demonstration().works
    for name, language in begun():
        assert incomplete.pop((works[name].texts[works[name].first_language]["title"], language)) > 5
    (((title, language), missing),) = incomplete.items()
    work = next(work for work in works.values() if work.facts.get("outdated"))
    assert (title, [language]) == (work.texts[work.first_language]["title"], work.facts["outdated"])
    assert missing == 1
    assert Translation.objects.count() == sum(len(work.translations) for work in works.values()) + len(begun())
    assert not StringTranslation.objects.filter(has_error=True).exists()


def test_translations_say_what_they_were_translated_from():
    for work in demonstration().works.values():
        pages = versions(page.specific for page in Page.objects.filter(translation_key=loader.key_of(work)))
        pages = {language: page for language, page in pages.items() if (work.key, language) not in begun()}
        assert pages[work.first_language].translated_from == ""
        assert {pages[language].translated_from for language in work.translations} <= {work.first_language}
        assert {language: page.slug for language, page in pages.items()} == {
            language: text["slug"] for language, text in work.texts.items()
        }


def test_translations_share_the_concepts_pictures_and_related_works_of_their_original():
    for page in NewsPage.objects.exclude(translated_from=""):
        original = NewsPage.objects.get(translation_key=page.translation_key, translated_from="")
        assert page.concepts == original.concepts
        assert page.image_id == original.image_id
        works = [list(one.related_works.values_list("work", flat=True)) for one in (page, original)]
        assert works[0] == works[1]


def test_one_draft_and_one_restricted_page():
    assert NewsPage.objects.filter(translated_from="", live=False).count() == 1
    restriction = PageViewRestriction.objects.get()
    assert restriction.restriction_type == PageViewRestriction.LOGIN
    assert restriction.page.live


def test_dates_lie_in_the_past_and_follow_each_other():
    for model in content_models():
        for page in model.objects.live():
            assert page.first_published_at <= page.edited_on == page.last_published_at < timezone.now()
            if page.translated_from:
                original = model.objects.get(translation_key=page.translation_key, translated_from="")
                assert page.first_published_at >= original.first_published_at


def test_publishing_again_without_a_change_does_not_move_the_edited_date():
    page = NewsPage.objects.live().first()
    page.get_latest_revision_as_object().save_revision().publish()
    assert NewsPage.objects.get(pk=page.pk).edited_on == page.edited_on


def test_events_are_in_the_past_and_to_come():
    assert EventPage.objects.filter(translated_from="").past().count() >= 2
    assert EventPage.objects.filter(translated_from="").upcoming().count() >= 6
    recurring = EventPage.objects.exclude(recurrence="").filter(translated_from="").get()
    assert recurring.occurrences.count() > 1


def test_every_page_and_block_passes_the_checks_of_the_editing_form():
    for model in content_models():
        for page in model.objects.all():
            page.full_clean()
            for name in ("body", "speakers", "agenda"):
                if stream := getattr(page, name, None):
                    stream.stream_block.clean(stream)


def test_every_public_work_can_be_read_in_its_first_language(client):
    for model in content_models():
        for page in model.objects.live().public().filter(translated_from=""):
            response = client.get(page.url)
            assert response.status_code == 200, page.url
            assert f'lang="{page.language}"' in response.content.decode()


def test_links_in_texts_lead_to_pages_of_the_hub():
    ids = {str(pk) for pk in Page.objects.values_list("pk", flat=True)}
    for page in NewsPage.objects.all():
        source = json.dumps(list(page.body.raw_data))
        assert "data-work" not in source
        linked = {part.split('\\"')[0] for part in source.split('linktype=\\"page\\" id=\\"')[1:]}
        assert linked <= ids


def test_pictures_have_words_for_those_who_cannot_see_them():
    assert HubImage.objects.count() > 90
    for model in content_models():
        for page in model.objects.select_related("image"):
            assert page.image.credit
            assert page.image_alt


def test_documents_are_there_with_their_themes():
    assert HubDocument.objects.count() == 2
    for document in HubDocument.objects.all():
        assert document.themes.exists()
        assert document.file_size > 10_000


def test_home_pages_welcome_and_footers_have_their_pages():
    assert HomePage.objects.count() == len(settings.LANGUAGES)
    for home in HomePage.objects.all():
        assert home.hero_title
        assert home.related_works.count() == len(demonstration().home.facts["highlights"])
        assert StandardPage.objects.child_of(home).live().in_menu().count() == 4


def test_logins_work_and_their_file_is_for_its_owner_only(client, data_dir):
    file = data_dir / "demo-logins.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    logins = json.loads(file.read_text())
    assert list(logins) == ["admin", "editor", "moderator", "translator"]
    for role, login in logins.items():
        client.logout()
        client.post("/admin/login/", {"login": login["username"], "password": login["password"]})
        user = get_user_model()._default_manager.get(username=login["username"])
        assert user.is_superuser == (role == "admin")
        assert client.get("/admin/").status_code == 200
    assert Person.objects.get(user__username="editor").slug == "lena-brandhorst"


def test_nothing_is_left_for_the_worker_to_repeat():
    assert not DBTaskResult.objects.exists()
    page = NewsPage.objects.filter(translated_from="").first()
    assert ReferenceIndex.get_references_for_object(page).exists()
    assert page.pk in {found.pk for found in NewsPage.objects.search(page.title)}


def test_the_trees_of_all_languages_are_in_step():
    assert list(differences()) == []


def test_published_translations_are_in_the_memory():
    title = "Integrierte Stadtentwicklung"
    german, english = (Locale.objects.get(language_code=code) for code in ("de", "en"))
    assert lookup(title, source=german, target=english)[0].score >= EXACT


def test_the_glossary_has_words_in_six_languages_that_pages_use():
    glossary = demonstration().glossary
    assert Concept.objects.count() == len(glossary) >= 10
    for concept in Concept.objects.all():
        words = {term.locale.language_code for term in concept.terms.all() if term.status == Term.Status.PREFERRED}
        assert words == set(LANGUAGES)
    assert Term.objects.filter(status=Term.Status.FORBIDDEN).exists()
    german, english = (Locale.objects.get(language_code=code) for code in ("de", "en"))
    work = NewsPage.objects.get(slug="call-peer-reviewers-data", locale=english)
    found = find_terms(str(work.body), source=english, target=german)
    assert {"peer review", "digital twin"} <= {term.text for term in found if term.domain != "Theme"}


def test_translations_hold_to_the_glossary():
    """Labels of themes are terms too, and texts may speak of them in other words."""
    concepts = {term.text for term in Term.objects.all()}
    broken = []
    for translation in Translation.objects.select_related("source__locale", "target_locale"):
        source, target = translation.source.locale, translation.target_locale
        for segment in segments_of(translation):
            terms = [
                term
                for term in find_terms(segment.source, source=source, target=target)
                if term.text in concepts and term.translations
            ]
            found = check(
                segment, segment.target, source=source.language_code, target=target.language_code, terms=terms
            )
            broken += [finding.message for finding in found if finding.code in ("term", "forbidden_term")]
    assert broken == []


def test_requests_are_partly_done_and_not_overdue():
    for request in TranslationRequest.objects.all():
        asked = demonstration().requests[request.title]
        assert request.message == asked["message"]
        assert request.created_at < timezone.now() < request.created_at + timedelta(days=1 - asked["asked"])
        assert request.due > timezone.localdate() and request.closed_at is None
        assert all(event.at >= request.created_at for event in request.events.all())
    assert TranslationRequest.objects.count() == len(demonstration().requests)
    rows = RequestedVersion.objects.select_related("version")
    assert {row.version.state for row in rows} == {State.PUBLISHED, State.IN_PROGRESS, State.MISSING}
    for row in rows:
        assert bool(row.done_at) == (row.version.state == State.PUBLISHED)


def test_who_works_at_the_desk_finds_something_to_do():
    german, french = (Locale.objects.get(language_code=code) for code in ("de", "fr"))
    translator = get_user_model()._default_manager.get(username="translator")
    mine = LanguageVersion.objects.get(translator=translator)
    assert (mine.state, mine.locale, bool(mine.due)) == (State.IN_PROGRESS, french, True)
    for locale in (german, french):
        assert LanguageVersion.objects.filter(locale=locale, requested__done_at=None, state=State.MISSING).exists()


def test_counting_again_tells_nobody():
    before = everything()
    check_versions()
    after = everything()
    for table in ("translation_requestevent", "translation_requestedversion", "translation_translationrequest"):
        assert after[table] == before[table]
    assert not DBTaskResult.objects.exists()


def test_new_addresses_leave_no_redirects_while_loading():
    page = NewsPage.objects.live().first()
    Redirect.objects.all().delete()
    with loader.indexed_at_the_end(), TestCase.captureOnCommitCallbacks(execute=True):
        page.slug = "a-better-address"
        page.save()
    assert not Redirect.objects.exists()


def test_histories_are_not_all_of_today():
    today = timezone.localdate()
    old = Revision.objects.filter(created_at__lt=datetime(today.year, today.month, today.day, tzinfo=UTC))
    assert old.count() > Revision.objects.count() * 0.8


def test_a_fault_in_the_content_stops_the_load_with_its_sentence(monkeypatch):
    def broken():
        raise ContentError("news/x.toml: “motif” is missing.")

    monkeypatch.setattr(loader, "read", broken)
    with pytest.raises(CommandError, match=r"news/x\.toml: “motif” is missing\."):
        call_command("load_demo")
