"""Publishing waits for what a translation links to."""

import pytest
from django.contrib.auth import get_user_model
from wagtail.models import Page
from wagtail_localize.models import StringTranslation

from hub.models import RelatedWork
from hub.roles import MODERATORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in
from tests.translation.desk import fill, start
from tests.translation.desk import publish as publish_now
from translation.models import LanguageVersion, State
from translation.progress import refresh_stale
from translation.publishing import awaited, publish, publish_released, submit

from .steps import act, page_of

pytestmark = pytest.mark.django_db


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


def test_what_was_released_and_is_locked_goes_live_after_that(linking, django_capture_on_commit_callbacks, caplog):
    first, second, _version = linking
    boss = get_user_model().objects.create_superuser("boss")
    publish(first, boss)
    Page.objects.filter(pk=page_of(first).pk).update(locked=True, locked_by=boss)
    publish_now(second, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        refresh_stale()
    assert not page_of(first).live
    assert "is locked" in caplog.text
    Page.objects.filter(pk=page_of(first).pk).update(locked=False, locked_by=None)
    with django_capture_on_commit_callbacks(execute=True):
        publish_released()
    assert page_of(first).live


def test_without_the_wish_it_does_not_wait(linking, django_capture_on_commit_callbacks):
    first, _second, version = linking
    LanguageVersion.objects.filter(pk=version.pk).update(waits_for_links=False)
    boss = get_user_model().objects.create_superuser("boss")
    with django_capture_on_commit_callbacks(execute=True):
        assert publish(first, boss) == []
    assert page_of(first).live
