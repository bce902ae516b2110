"""Which page of a work is its original."""

import pytest
from wagtail.actions.copy_page import CopyPageAction

from news.models import NewsPage
from tests import content
from translation.models import LanguageVersion, State
from translation.progress import refresh

from .desk import republish, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return content.post("Eins", language="de")


@pytest.mark.parametrize("keep_live", [True, False])
def test_a_copy_of_a_translation_is_an_original(page, keep_live, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    action = CopyPageAction(english, update_attrs={"slug": "copy"}, keep_live=keep_live)
    copy = action.execute(skip_permission_checks=True)
    assert NewsPage.objects.get(pk=copy.pk).translated_from == ""
    assert republish(copy, title="A copy").translated_from == ""
    assert NewsPage.objects.get(pk=english.pk).translated_from == "de"


def test_translations_of_a_deleted_original_become_originals(page, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    page.delete()
    english = NewsPage.objects.get(pk=english.pk)
    assert english.translated_from == ""
    assert english.get_latest_revision_as_object().translated_from == ""
    english.get_latest_revision().publish()

    french = translate(english, "fr", django_capture_on_commit_callbacks)
    assert NewsPage.objects.get(pk=french.pk).translated_from == "en"
    refresh([english.translation_key])
    version = LanguageVersion.objects.get(work=english.translation_key, locale__language_code="fr")
    assert (version.state, version.original_id) == (State.PUBLISHED, english.pk)


def test_a_deleted_translation_changes_no_other(page, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    french = translate(page, "fr", django_capture_on_commit_callbacks)
    english.delete()
    assert NewsPage.objects.get(pk=french.pk).translated_from == "de"
