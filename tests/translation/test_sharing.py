"""What all languages share goes over to live translations at once, and disturbs nothing that waits there."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import PageLogEntry, WorkflowState

from news.models import NewsPage
from tests import content

from .desk import republish, translate

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def pair(django_capture_on_commit_callbacks):
    """An original and its live translation."""
    page = content.post("Eins", language="de")
    return page, translate(page, "en", django_capture_on_commit_callbacks)


def reread(page):
    return type(page).objects.get(pk=page.pk)


def test_a_draft_of_the_translation_stays_a_draft_and_follows(pair):
    page, english = pair
    draft = reread(english)
    draft.title = "Not ready"
    draft.save_revision()
    energy = content.theme("energy")
    republish(page, themes=[energy])
    english = reread(english)
    assert (english.title, list(english.themes.all())) == ("[en] Eins", [energy])
    assert english.has_unpublished_changes
    draft = english.get_latest_revision_as_object()
    assert (draft.title, list(draft.themes.all())) == ("Not ready", [energy])


def test_a_review_goes_on_and_approves_what_was_handed_in(pair, django_user_model, django_capture_on_commit_callbacks):
    page, english = pair
    user = django_user_model.objects.create_superuser("boss")
    draft = reread(english)
    draft.title = "Better"
    draft.save_revision()
    draft.get_workflow().start(draft, user)
    energy = content.theme("energy")
    republish(page, themes=[energy])
    state = WorkflowState.objects.get()
    assert state.status == WorkflowState.STATUS_IN_PROGRESS
    with django_capture_on_commit_callbacks(execute=True):
        state.current_task_state.approve(user=user)
    english = reread(english)
    # The texts of the desk are what counts, not a revision made beside it.
    assert (english.title, list(english.themes.all())) == ("[en] Eins", [energy])


def test_a_date_set_for_publication_stays(pair):
    page, english = pair
    draft = reread(english)
    draft.title = "Later"
    draft.go_live_at = timezone.now() + timedelta(days=3)
    draft.save_revision().publish()
    scheduled = reread(english).revisions.get(approved_go_live_at__isnull=False)
    energy = content.theme("energy")
    republish(page, themes=[energy])
    scheduled.refresh_from_db()
    assert scheduled.approved_go_live_at
    assert list(scheduled.as_object().themes.all()) == [energy]
    assert reread(english).title == "[en] Eins"


def test_the_history_says_that_the_page_was_changed(pair):
    page, english = pair
    before = PageLogEntry.objects.filter(page=english.pk).count()
    republish(page, themes=[content.theme("energy")])
    assert PageLogEntry.objects.filter(page=english.pk).count() == before + 1
    republish(page, title="Zwei")
    assert PageLogEntry.objects.filter(page=english.pk).count() == before + 1


def test_what_the_translation_could_not_be_is_not_written(pair, caplog, monkeypatch):
    page, english = pair

    def refuse(self):
        raise ValidationError("It contradicts what is set here.")

    energy = content.theme("energy")
    page = reread(page)
    page.themes = [energy]
    revision = page.save_revision()
    real = NewsPage.clean
    monkeypatch.setattr(NewsPage, "clean", lambda self: refuse(self) if self.pk == english.pk else real(self))
    revision.publish()
    assert list(reread(page).themes.all()) == [energy]
    assert list(reread(english).themes.all()) == []
    assert "It contradicts what is set here" in caplog.text
