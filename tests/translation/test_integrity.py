"""Language trees stay in step, and what is not is found, told and repaired."""

import logging
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import TranslationSource

from hub.models import HomePage, StandardPage
from hub.roles import EDITORS, MODERATORS, TRANSLATORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in
from translation.integrity import Kind, differences, report

from .desk import fill, start, translate
from .desk import publish as publish_now

pytestmark = pytest.mark.django_db


def home(code):
    return HomePage.objects.get(locale__language_code=code)


def add(title, parent, code="en"):
    page = StandardPage(title=title, lead="A lead.", locale=Locale.objects.get(language_code=code))
    type(parent).objects.get(pk=parent.pk).add_child(instance=page)
    page.save_revision().publish()
    return StandardPage.objects.get(pk=page.pk)


@pytest.fixture
def to_german(django_capture_on_commit_callbacks):
    return lambda page: translate(page, "de", django_capture_on_commit_callbacks)


def now(page):
    return type(page).objects.get(pk=page.pk)


def found(*kinds):
    return [(each.kind, each.title, each.language) for each in differences() if not kinds or each.kind in kinds]


def titles(parent):
    return [page.title for page in now(parent).get_children().type(StandardPage).order_by("path")]


def check(*arguments):
    out = StringIO()
    call_command("translation_check", *arguments, stdout=out)
    return out.getvalue()


def test_a_new_hub_is_in_step():
    assert found() == []
    assert "in step" in check()


def test_a_translation_follows_its_original(to_german):
    about, team = add("About", home("en")), add("Team", home("en"))
    german_about, german_team = to_german(about), to_german(team)
    now(team).move(now(about), "last-child")
    german = now(german_team)
    assert german.get_parent().pk == german_about.pk
    assert german.url_path.startswith(now(german_about).url_path)
    assert found() == []


def test_an_original_in_any_language_is_followed(django_capture_on_commit_callbacks):
    about, team = add("Über", home("de"), "de"), add("Leute", home("de"), "de")
    english_about, english_team = (translate(page, "en", django_capture_on_commit_callbacks) for page in (about, team))
    now(team).move(now(about), "last-child")
    assert now(english_team).get_parent().pk == english_about.pk


def test_a_translation_stays_where_it_is_if_its_new_parent_stands_below_it(to_german, caplog):
    about, team = add("About", home("en")), add("Team", home("en"))
    german_about, german_team = to_german(about), to_german(team)
    now(german_team).move(now(german_about), "last-child")
    with caplog.at_level(logging.WARNING, "translation"):
        now(about).move(now(team), "last-child")
    assert now(german_about).get_parent().pk == home("de").pk
    assert "“[de] About” stays where it is" in caplog.text
    check("--repair")
    assert found() == []


def test_what_stands_below_a_translation_goes_with_it(to_german):
    about, team, board = add("About", home("en")), add("Team", home("en")), None
    german_about, german_team = to_german(about), to_german(team)
    board = add("Board", team)
    german_board = to_german(board)
    now(team).move(now(about), "last-child")
    assert now(german_board).get_parent().pk == german_team.pk
    assert now(german_board).is_descendant_of(now(german_about))
    assert found() == []


def test_moving_a_translation_moves_nothing_else(to_german):
    about, team = add("About", home("en")), add("Team", home("en"))
    german_about, german_team = to_german(about), to_german(team)
    now(german_team).move(now(german_about), "last-child")
    assert now(team).get_parent().pk == home("en").pk
    assert found() == [(Kind.PARENT, "[de] Team", "de")]


def test_a_translation_waits_where_its_new_parent_is_not_translated(to_german, caplog):
    about, team = add("About", home("en")), add("Team", home("en"))
    german_team = to_german(team)
    with caplog.at_level(logging.WARNING, "translation"):
        now(team).move(now(about), "last-child")
    assert now(german_team).get_parent().pk == home("de").pk
    assert "“About” is not translated into its language" in caplog.text
    assert found() == [(Kind.NO_PARENT, "[de] Team", "de")]
    to_german(about)
    assert found() == [(Kind.PARENT, "[de] Team", "de")]
    check("--repair")
    assert found() == []


def test_the_order_follows(to_german):
    pages = [add(title, home("en")) for title in ("One", "Two", "Three")]
    for page in pages:
        to_german(page)
    now(pages[2]).move(now(pages[0]), "left")
    assert titles(home("en")) == ["Three", "One", "Two"]
    assert titles(home("de")) == ["[de] Three", "[de] One", "[de] Two"]
    assert found() == []


def test_an_order_that_differs_is_found_and_repaired(to_german):
    pages = [add(title, home("en")) for title in ("One", "Two", "Three")]
    german = [to_german(page) for page in pages]
    now(german[2]).move(now(german[0]), "left")
    assert titles(home("de")) == ["[de] Three", "[de] One", "[de] Two"]
    assert found() == [(Kind.ORDER, home("de").title, "de")]
    assert "1 pages repaired." in check("--repair")
    assert titles(home("de")) == ["[de] One", "[de] Two", "[de] Three"]
    assert titles(home("en")) == ["One", "Two", "Three"]


def test_pages_of_one_language_alone_do_not_count(to_german):
    one = add("One", home("en"))
    add("Nur hier", home("de"), "de")
    add("Only here", home("en"))
    two = add("Two", home("en"))
    to_german(one)
    to_german(two)
    assert found() == []


def test_a_new_address_that_is_taken_keeps_the_translation_and_is_told(to_german, caplog):
    about, team = add("About", home("en")), add("Team", home("en"))
    german_about, german_team = to_german(about), to_german(team)
    taken = add("Taken", german_about, "de")
    StandardPage.objects.filter(pk=taken.pk).update(slug=german_team.slug)
    with caplog.at_level(logging.WARNING, "translation"):
        now(team).move(now(about), "last-child")
    assert now(team).get_parent().pk == about.pk
    assert now(german_team).get_parent().pk == home("de").pk
    assert "“[de] Team” stays where it is" in caplog.text


def test_translations_of_a_deleted_original_become_originals_and_are_in_step(to_german):
    about = add("About", home("en"))
    german = to_german(about)
    now(about).delete()
    assert now(german).translated_from == ""
    assert found() == []


def test_a_text_in_another_language_is_found():
    page = content.post("Ein Beitrag", language="de")
    start(page, "fr", "es")
    TranslationSource.objects.filter(object_id=page.translation_key).update(
        locale=Locale.objects.get(language_code="pl")
    )
    NewsPage.objects.filter(translated_from="de").update(translated_from="")
    assert set(found(Kind.FOREIGN)) == {(Kind.FOREIGN, "Ein Beitrag", code) for code in ("de", "fr", "es")}


def test_a_lost_original_is_found_and_repaired(to_german):
    page = content.post("A post")
    german = to_german(page)
    NewsPage.objects.filter(pk=german.pk).update(translated_from="pl")
    assert found() == [(Kind.ORPHAN, "[de] A post", "de")]
    check("--repair")
    assert now(german).translated_from == ""


def test_a_chain_and_an_unpublished_original_are_left_to_people(to_german):
    german = to_german(content.post("A post"))
    page = NewsPage.objects.get(translated_from="")
    page.unpublish()
    assert now(german).live, "whether translations go too is for people to say"
    assert found() == [(Kind.UNPUBLISHED, "[de] A post", "de")]
    NewsPage.objects.filter(pk=page.pk).update(translated_from="fr")
    assert set(found()) == {
        (Kind.UNPUBLISHED, "[de] A post", "de"),
        (Kind.CHAIN, "[de] A post", "de"),
        (Kind.ORPHAN, "A post", "en"),
    }
    with pytest.raises(CommandError, match="2 pages are left"):
        check("--repair")


def test_a_page_in_another_tree_is_found():
    page = content.post("A post")
    NewsPage.objects.filter(pk=page.pk).update(locale=Locale.objects.get(language_code="pl"))
    assert found() == [(Kind.TREE, "A post", "pl")]


def test_the_command_says_what_is_out_of_step(to_german):
    about, team = add("About", home("en")), add("Team", home("en"))
    german_about, german_team = to_german(about), to_german(team)
    now(german_team).move(now(german_about), "last-child")
    with pytest.raises(CommandError, match="1 pages are out of step"):
        check()


def test_the_worker_logs_it(to_german, caplog):
    german = to_german(content.post("A post"))
    NewsPage.objects.filter(pk=german.pk).update(translated_from="pl")
    with caplog.at_level(logging.INFO, "translation"):
        report()
    assert "“[de] A post”" in caplog.text
    assert "Its original is gone" in caplog.text
    assert "1 differences" in caplog.text


def test_it_takes_few_queries_however_many_pages(
    to_german, django_assert_num_queries, django_capture_on_commit_callbacks
):
    with django_assert_num_queries(11):
        list(differences())
    for number in range(3):
        parent = add(f"Page {number}", home("en"))
        to_german(parent)
        for title in ("First", "Second"):
            to_german(add(title, parent))
        translation = start(content.post(f"Post {number}"), "de")
        fill(translation)
        publish_now(translation, django_capture_on_commit_callbacks)
    with django_assert_num_queries(11):
        list(differences())


@pytest.mark.parametrize(("role", "status"), [(TRANSLATORS, 302), (EDITORS, 200), (MODERATORS, 200), (None, 200)])
def test_the_report_is_for_those_who_edit_originals(role, status, to_german):
    german = to_german(content.post("A post"))
    NewsPage.objects.filter(pk=german.pk).update(translated_from="pl")
    response = log_in(role).get(reverse("language_trees"))
    assert response.status_code == status
    if status == 200:
        html = response.content.decode()
        assert "[de] A post" in html
        assert "Its original is gone" in html


def test_the_report_says_when_all_is_well():
    client = log_in(EDITORS)
    assert "in step" in client.get(reverse("language_trees")).content.decode()
    assert reverse("language_trees") in client.get("/admin/").content.decode()
