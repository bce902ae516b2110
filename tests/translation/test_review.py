"""A review needs a second person, and publishing waits for what a translation links to."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from wagtail.models import Locale, Page, Task, Workflow, WorkflowPage, WorkflowState, WorkflowTask
from wagtail_localize.models import StringTranslation

from hub.models import RelatedWork
from hub.roles import MODERATORS, TRANSLATORS
from news.models import NewsPage
from tests import content
from tests.editing import edit_url, log_in
from translation import notes
from translation.models import LanguageVersion, SegmentNote, State, TranslationReview, TranslatorLanguage
from translation.progress import refresh_stale
from translation.publishing import NotReady, awaited, needs_review, publish, submit
from translation.segments import segments_of, write

from .desk import desk_url, fill, segment_at, send, start
from .desk import publish as publish_now

pytestmark = pytest.mark.django_db


def person(name):
    return get_user_model().objects.get(username=name)


@pytest.fixture
def anna():
    """She translates."""
    return log_in(TRANSLATORS, "anna")


@pytest.fixture
def ben():
    """He reviews."""
    return log_in(TRANSLATORS, "ben")


@pytest.fixture
def reviewed():
    """Everything is reviewed by translators."""
    workflow = Workflow.objects.create(name="Four eyes")
    task = TranslationReview.objects.create(name="Second reading")
    task.groups.add(Group.objects.get(name=TRANSLATORS))
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=Page.objects.get(depth=1), defaults={"workflow": workflow})


@pytest.fixture
def handed_in(anna, ben, reviewed):
    """A translation that Anna has written and handed in."""
    translation = start(content.post("A post"), "de")
    for segment in segments_of(translation):
        write(translation, segment, f"[de] {segment.source}", user=person("anna"))
    submit(translation, person("anna"))
    return translation


def page_of(translation):
    return NewsPage.objects.get(pk=translation.get_target_instance().pk)


def act(client, translation, action, capture, **data):
    """What Wagtail's own buttons do."""
    page = page_of(translation)
    state = page.workflow_states.latest("created_at").task_states.latest("started_at")
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    with capture(execute=True):
        return client.post(url, {"comment": "", **data})


def change(client, translation, text):
    segment = segment_at(translation, "title")
    return send(client, translation, f"texts/{segment.pk}/", text=text, version=segment.version)


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


# Notes


def test_notes_are_listed_in_one_query(ben, handed_in, django_assert_num_queries):
    title, lead = segment_at(handed_in, "title"), segment_at(handed_in, "lead")
    for text in ("Why?", "Better so"):
        notes.add(handed_in, title, text, user=person("ben"))
    notes.add(handed_in, lead, "A typo in the original", user=person("ben"), about_original=True)
    with django_assert_num_queries(1):
        found = notes.notes_on(handed_in)
        assert [note.text for note in found[(title.context_id, title.string_id)]] == ["Why?", "Better so"]
        assert str(found[(lead.context_id, lead.string_id)][0].written_by) == "ben"


def test_other_languages_see_notes_on_the_original_only(ben, handed_in):
    french = start(NewsPage.objects.get(translated_from="", title="A post"), "fr")
    title = segment_at(handed_in, "title")
    notes.add(handed_in, title, "For German", user=person("ben"))
    notes.add(handed_in, title, "For all", user=person("ben"), about_original=True)
    assert [note.text for listed in notes.notes_on(french).values() for note in listed] == ["For all"]


def test_a_note_is_settled_once(anna, ben, handed_in):
    note = notes.add(handed_in, segment_at(handed_in, "title"), "Why?", user=person("ben"))
    assert notes.resolve(handed_in, note.pk)
    assert not notes.resolve(handed_in, note.pk)
    assert SegmentNote.objects.get().resolved_at


def test_notes_are_written_and_settled_at_the_desk(ben, handed_in):
    segment = segment_at(handed_in, "title")
    assert send(ben, handed_in, f"texts/{segment.pk}/notes/", text="Why?").status_code == 200
    assert "Why?" in ben.get(desk_url(handed_in, f"texts/{segment.pk}/help/")).content.decode()
    assert 'data-notes="1"' in ben.get(edit_url(page_of(handed_in))).content.decode()
    note = SegmentNote.objects.get()
    assert send(ben, handed_in, f"notes/{note.pk}/resolve/").status_code == 200
    assert 'data-notes="1"' not in ben.get(edit_url(page_of(handed_in))).content.decode()
    assert SegmentNote.objects.get().resolved_at


def test_notes_are_for_those_who_may_edit_the_translation(ben, handed_in):
    segment = segment_at(handed_in, "title")
    note = notes.add(handed_in, segment, "Why?", user=person("ben"))
    french = start(NewsPage.objects.get(translated_from="", title="A post"), "fr")
    with pytest.raises(PermissionDenied):
        notes.resolve(french, note.pk)
    assert SegmentNote.objects.get().resolved_at is None


@pytest.mark.parametrize("text", ["", " \n", "x" * 2001])
def test_a_note_says_something_and_not_too_much(ben, handed_in, text):
    with pytest.raises(ValidationError):
        notes.add(handed_in, segment_at(handed_in, "title"), text, user=person("ben"))
    assert not SegmentNote.objects.exists()


# What it links to


@pytest.fixture
def linking():
    """Two translations into German: the first leads to the second."""
    target = content.post("Target")
    page = content.post("Linking", related_works=[RelatedWork(work=target)])
    first, second = start(page, "de"), start(target, "de")
    for translation in (first, second):
        fill(translation)
    refresh_stale()
    version = LanguageVersion.objects.get(work=page.translation_key, locale__language_code="de")
    version.waits_for_links = True
    version.save()
    return first, second, version


def version_of(translation):
    return LanguageVersion.objects.get(work=translation.source.object_id, locale=translation.target_locale)


def test_it_waits_for_what_it_links_to_and_goes_live_with_it(linking, django_capture_on_commit_callbacks):
    first, second, version = linking
    assert [other.title for other in awaited(version)] == ["Target"]
    boss = get_user_model().objects.create_superuser("boss")
    with django_capture_on_commit_callbacks(execute=True):
        assert publish(first, boss) == ["Target"]
    assert (page_of(first).live, version_of(first).released) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        assert publish(second, boss) == []
    with django_capture_on_commit_callbacks(execute=True):
        refresh_stale()
    assert (page_of(first).live, page_of(second).live) == (True, True)
    assert not version_of(first).released


def test_what_nobody_has_published_stays_a_draft(linking, django_capture_on_commit_callbacks):
    first, second, version = linking
    publish_now(second, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        refresh_stale()
    assert awaited(version) == []
    assert not page_of(first).live
    assert LanguageVersion.objects.get(pk=version.pk).state == State.COMPLETE


def test_an_approval_waits_too_and_then_goes_live(linking, django_capture_on_commit_callbacks):
    first, second, version = linking
    LanguageVersion.objects.filter(pk=version.pk).update(waits_for_links=False)
    submit(first, get_user_model().objects.create_user("anna"))
    LanguageVersion.objects.filter(pk=version.pk).update(waits_for_links=True)
    act(log_in(MODERATORS), first, "approve", django_capture_on_commit_callbacks)
    assert not page_of(first).live
    assert version_of(first).released
    publish_now(second, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        refresh_stale()
    assert page_of(first).live


def test_works_that_wait_for_each_other_go_live_together(linking, django_capture_on_commit_callbacks):
    first, second, _version = linking
    target = NewsPage.objects.get(title="Target", translated_from="")
    target.related_works = [RelatedWork(work=NewsPage.objects.get(title="Linking", translated_from=""))]
    target.save_revision().publish()
    LanguageVersion.objects.update(waits_for_links=True)
    boss = get_user_model().objects.create_superuser("boss")
    with django_capture_on_commit_callbacks(execute=True):
        assert publish(first, boss) == ["Target"]
    assert not page_of(first).live
    with django_capture_on_commit_callbacks(execute=True):
        assert publish(second, boss) == []
    assert (page_of(first).live, page_of(second).live) == (True, True)


def test_what_was_released_and_has_texts_to_do_again_stays_a_draft(
    linking, django_capture_on_commit_callbacks, caplog
):
    first, second, _version = linking
    boss = get_user_model().objects.create_superuser("boss")
    publish(first, boss)
    StringTranslation.objects.filter(context__object_id=first.source.object_id, context__path="lead").delete()
    publish_now(second, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        refresh_stale()
    assert not page_of(first).live
    assert "still to be translated" in caplog.text


def test_what_was_released_and_locked_since_stays_a_draft(linking, django_capture_on_commit_callbacks, caplog):
    first, second, _version = linking
    boss = get_user_model().objects.create_superuser("boss")
    publish(first, boss)
    Page.objects.filter(pk=page_of(first).pk).update(locked=True, locked_by=boss)
    publish_now(second, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        refresh_stale()
    assert not page_of(first).live
    assert "This page is locked" in caplog.text


def test_without_the_wish_it_does_not_wait(linking, django_capture_on_commit_callbacks):
    first, _second, version = linking
    LanguageVersion.objects.filter(pk=version.pk).update(waits_for_links=False)
    boss = get_user_model().objects.create_superuser("boss")
    with django_capture_on_commit_callbacks(execute=True):
        assert publish(first, boss) == []
    assert page_of(first).live
