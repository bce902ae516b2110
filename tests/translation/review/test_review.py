"""A review needs a second person."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.urls import reverse
from wagtail.models import Locale, Task, WorkflowState

from hub.roles import MODERATORS, TRANSLATORS
from news.models import NewsPage
from tests import content
from tests.editing import edit_url, log_in
from tests.translation.desk import fill, segment_at, send, start
from translation.models import TranslationReview, TranslatorLanguage
from translation.publishing import NotReady, needs_review, publish, submit
from translation.segments import segments_of, write

from .steps import act, change, page_of, person

pytestmark = pytest.mark.django_db


def test_a_translation_under_review_is_not_published_without_one(anna, reviewed):
    translation = start(content.post("A post"), "de")
    fill(translation)
    assert needs_review(page_of(translation))
    with pytest.raises(NotReady, match="somebody else has to review it first"):
        publish(translation, person("anna"))
    anna.post(edit_url(page_of(translation)), {"action": "publish"})
    assert not page_of(translation).live


def test_only_whole_translations_are_handed_in(anna, reviewed):
    translation = start(content.post("A post"), "de")
    with pytest.raises(NotReady, match="2 texts are still to be translated"):
        submit(translation, person("anna"))
    assert not page_of(translation).workflow_in_progress


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_nobody_decides_on_his_or_her_own_translation(action, anna, handed_in, django_capture_on_commit_callbacks):
    assert act(anna, handed_in, action, django_capture_on_commit_callbacks).status_code in (302, 403)
    anna.post(edit_url(page_of(handed_in)), {"workflow": action})
    page = page_of(handed_in)
    assert (page.live, page.current_workflow_state.status) == (False, WorkflowState.STATUS_IN_PROGRESS)


def test_an_administrator_does_not_approve_what_he_has_translated(reviewed, django_capture_on_commit_callbacks):
    admin = log_in(name="root")
    translation = start(content.post("A post"), "de")
    fill(translation)
    write(translation, segment_at(translation, "title"), "Ein Text", user=person("root"))
    translator = get_user_model().objects.create_user("anna")
    submit(translation, translator)
    act(admin, translation, "approve", django_capture_on_commit_callbacks)
    assert not page_of(translation).live


def test_who_hands_in_does_not_approve(anna, ben, reviewed, django_capture_on_commit_callbacks):
    translation = start(content.post("A post"), "de")
    for segment in segments_of(translation):
        write(translation, segment, f"[de] {segment.source}", user=person("anna"))
    submit(translation, person("ben"))
    act(ben, translation, "approve", django_capture_on_commit_callbacks)
    assert not page_of(translation).live


def test_somebody_else_approves_with_a_comment(ben, handed_in, django_capture_on_commit_callbacks):
    act(ben, handed_in, "approve", django_capture_on_commit_callbacks, comment="Well done")
    page = page_of(handed_in)
    assert (page.live, page.title) == (True, "[de] A post")
    state = page.workflow_states.get()
    assert state.status == WorkflowState.STATUS_APPROVED
    assert [task.comment for task in state.task_states.all()] == ["Well done"]


def test_the_reviewer_approves_at_the_desk(ben, handed_in, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ben.post(edit_url(page_of(handed_in)), {"workflow": "approve", "comment": "Good"})
    assert page_of(handed_in).live


def test_a_reviewer_without_the_language_is_refused(ben, handed_in, django_capture_on_commit_callbacks):
    TranslatorLanguage.objects.create(user=person("ben"), locale=Locale.objects.get(language_code="fr"))
    assert act(ben, handed_in, "approve", django_capture_on_commit_callbacks).status_code in (302, 403)
    assert not page_of(handed_in).live


def test_translators_wait_while_it_is_read(anna, handed_in):
    answer = change(anna, handed_in, "Changed")
    assert answer.status_code == 400
    assert segment_at(handed_in, "title").target == "[de] A post"


def test_what_the_reviewer_corrects_is_part_of_what_is_approved(ben, handed_in, django_capture_on_commit_callbacks):
    assert change(ben, handed_in, "Ein Beitrag").status_code == 200
    act(ben, handed_in, "approve", django_capture_on_commit_callbacks)
    page = page_of(handed_in)
    assert (page.live, page.title) == (True, "Ein Beitrag")


def test_changes_are_asked_for_and_made(anna, ben, handed_in, django_capture_on_commit_callbacks):
    change(ben, handed_in, "Ein Beitrag")
    act(ben, handed_in, "reject", django_capture_on_commit_callbacks, comment="The lead is too long")
    state = page_of(handed_in).current_workflow_state
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert state.current_task_state.comment == "The lead is too long"

    lead = segment_at(handed_in, "lead")
    assert send(anna, handed_in, f"texts/{lead.pk}/", text="Kurz", version=lead.version).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        anna.post(edit_url(page_of(handed_in)), {"action": "submit"})
    assert page_of(handed_in).workflow_in_progress

    act(anna, handed_in, "approve", django_capture_on_commit_callbacks)
    assert not page_of(handed_in).live
    # What he corrected while he was reading does not make him a translator.
    act(ben, handed_in, "approve", django_capture_on_commit_callbacks)
    page = page_of(handed_in)
    assert (page.live, page.title, page.lead) == (True, "Ein Beitrag", "Kurz")


def test_who_may_review_is_told_and_nobody_else(anna, reviewed):
    log_in(TRANSLATORS, "ben")
    log_in(TRANSLATORS, "greta")
    TranslatorLanguage.objects.create(user=person("greta"), locale=Locale.objects.get(language_code="fr"))
    get_user_model().objects.create_superuser("boss", "boss@example.org")
    translation = start(content.post("A post"), "de")
    fill(translation)
    submit(translation, person("anna"))
    assert sorted((*message.to, message.subject) for message in mail.outbox) == [
        ("ben@example.org", "To review: [de] A post"),
        ("boss@example.org", "To review: [de] A post"),
    ]
    assert "anna has handed in this translation:\n\n– [de] A post → German" in mail.outbox[0].body


@pytest.mark.parametrize(("action", "subject"), [("reject", "Sent back"), ("approve", "Approved")])
def test_the_translator_is_told_what_became_of_it(ben, handed_in, action, subject, django_capture_on_commit_callbacks):
    mail.outbox.clear()
    act(ben, handed_in, action, django_capture_on_commit_callbacks, comment="The lead is long")
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["anna@example.org"], f"{subject}: [de] A post")
    assert "The lead is long" in message.body
    assert edit_url(page_of(handed_in)) in message.body


def test_the_desk_says_who_has_handed_it_in_and_who_has_sent_it_back(
    anna, ben, handed_in, django_capture_on_commit_callbacks
):
    assert "Handed in for review by anna." in ben.get(edit_url(page_of(handed_in))).content.decode()
    act(ben, handed_in, "reject", django_capture_on_commit_callbacks, comment="The lead is long")
    html = anna.get(edit_url(page_of(handed_in))).content.decode()
    assert "Sent back by ben." in html
    assert "The lead is long" in html


def test_reviewers_need_not_be_allowed_to_publish(anna, reviewed, django_capture_on_commit_callbacks):
    readers = Group.objects.create(name="Readers")
    readers.permissions.add(Permission.objects.get(codename="access_admin"))
    TranslatorLanguage.objects.create(group=readers, locale=None)
    TranslationReview.objects.get().groups.set([readers])
    translation = start(content.post("A post"), "de")
    fill(translation)
    submit(translation, person("anna"))
    act(log_in("Readers"), translation, "approve", django_capture_on_commit_callbacks)
    assert page_of(translation).live


def test_originals_under_the_same_workflow_are_approved_as_ever(anna, reviewed, django_capture_on_commit_callbacks):
    moderator = log_in(MODERATORS)
    TranslationReview.objects.get().groups.set([Group.objects.get(name=MODERATORS)])
    page = content.post("A post", live=False)
    page.get_workflow().start(page, person("moderators"))
    task = page.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk])
    with django_capture_on_commit_callbacks(execute=True):
        moderator.post(url, {"comment": ""})
    assert NewsPage.objects.get(pk=page.pk).live


def test_moderators_approve_translations_as_ever(anna, django_capture_on_commit_callbacks):
    translation = start(content.post("A post"), "de")
    fill(translation)
    submit(translation, person("anna"))
    assert Task.objects.get().specific.name == "Moderators approval"
    act(log_in(MODERATORS), translation, "approve", django_capture_on_commit_callbacks)
    assert page_of(translation).live
