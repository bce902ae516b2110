"""Readers are told what a machine has translated and nobody has checked."""

import pytest
from django.utils.translation import gettext, override
from wagtail_localize.models import StringTranslation

from news.models import NewsPage
from tests.translation.desk import fill, publish, republish
from translation import disclosure
from translation.machine import translate
from translation.models import TranslationSettings
from translation.segments import segments_of, write

pytestmark = pytest.mark.django_db


TOLD = "A machine has translated parts of this page, and nobody has checked these yet."


def is_told(client, page):
    with override(page.language):
        return gettext(TOLD) in client.get(page.get_url()).content.decode()


def test_readers_are_told_until_somebody_has_checked(
    translation, user, dummy, client, django_capture_on_commit_callbacks
):
    translate(translation, user=user)
    page = publish(translation, django_capture_on_commit_callbacks)
    assert is_told(client, page)
    for segment in segments_of(translation):
        write(translation, segment, segment.target, user=user)
    page = publish(translation, django_capture_on_commit_callbacks)
    assert not is_told(client, page)


def test_readers_are_not_told_what_is_not_so(translation, client, django_capture_on_commit_callbacks):
    fill(translation)
    assert not is_told(client, publish(translation, django_capture_on_commit_callbacks))


def test_a_draft_does_not_change_what_readers_are_told(
    translation, user, dummy, client, django_capture_on_commit_callbacks
):
    translate(translation, user=user)
    page = publish(translation, django_capture_on_commit_callbacks)
    for segment in segments_of(translation):
        write(translation, segment, segment.target, user=user)
    republish(NewsPage.objects.get(translated_from=""), source_label="Somewhere")
    assert is_told(client, page)


def test_the_network_may_want_readers_not_to_be_told(
    translation, user, dummy, client, django_capture_on_commit_callbacks
):
    translate(translation, user=user)
    page = publish(translation, django_capture_on_commit_callbacks)
    choice = TranslationSettings.load()
    choice.tell_readers = False
    choice.save()
    disclosure.mark_again.func()
    assert not is_told(client, page)
    choice.tell_readers = True
    choice.save()
    disclosure.mark_again.func()
    assert is_told(client, page)


def test_it_costs_readers_nothing(translation, user, dummy, client, django_capture_on_commit_callbacks):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(page):
        client.get(page.get_url())
        with CaptureQueriesContext(connection) as captured:
            client.get(page.get_url())
        return len(captured)

    fill(translation)
    before = queries(publish(translation, django_capture_on_commit_callbacks))
    StringTranslation.objects.update(translation_type="machine")
    page = publish(translation, django_capture_on_commit_callbacks)
    assert page.machine_translated
    assert queries(page) == before
