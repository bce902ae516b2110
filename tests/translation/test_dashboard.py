"""What the dashboard tells translators."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale

from news.models import NewsPage
from tests import content
from translation.dashboard import UnfinishedTranslations
from translation.states import State

from .desk import republish, start, translate

pytestmark = pytest.mark.django_db


def rows(user):
    return UnfinishedTranslations().get_context_data({"request": SimpleNamespace(user=user)})["rows"]


def test_drafts_and_outdated_translations_wait(admin_user, django_capture_on_commit_callbacks):
    page = content.post("Eins", language="de")
    english = translate(page, "en", django_capture_on_commit_callbacks)
    assert rows(admin_user) == []
    draft = start(page, "fr").get_target_instance()
    by_hand = page.copy_for_translation(Locale.objects.get(language_code="pl"))
    by_hand.save_revision().publish()
    republish(page, lead="Neu.")
    NewsPage.objects.filter(pk=page.pk).update(edited_on=timezone.now() + timedelta(minutes=1))
    with CaptureQueriesContext(connection) as few:
        found = {row["page"].pk: row["state"] for row in rows(admin_user)}
    assert found == {english.pk: State.OUTDATED, draft.pk: State.DRAFT, by_hand.pk: State.OUTDATED}

    other = content.post("Zwei", language="de")
    translate(other, "en", django_capture_on_commit_callbacks)
    republish(other, lead="Neu.")
    with CaptureQueriesContext(connection) as more:
        assert len(rows(admin_user)) == 4
    assert len(more) == len(few)
