"""Requests tell nobody of works that he or she may not see."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from hub.roles import EDITORS, TRANSLATORS
from tests.editing import log_in
from translation.models import RequestEvent
from translation.queue.ask import requests_for
from translation.requests import ask

from .steps import mails, translator, user_of, versions

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def test_requests_are_for_who_made_them_and_who_sees_something_of_them(page, hidden, editor, outsider):
    ask(versions(hidden, "fr"), user=editor, title="Private")
    ask([*versions(page, "es"), *versions(hidden, "es")], user=editor, title="Mixed")
    ask(versions(hidden, "it"), user=outsider, title="Own")
    other = user_of(log_in(EDITORS, "other"))
    seen = {user.username: set(requests_for(user).values_list("title", flat=True)) for user in (outsider, other)}
    assert seen == {"anna": {"Mixed", "Own"}, "other": {"Private", "Mixed", "Own"}}
    client = Client()
    client.force_login(outsider)
    listed = client.get(reverse("translation_desk:requests")).context["object_list"]
    assert {request.title for request in listed} == {"Mixed", "Own"}


def test_a_request_tells_nothing_of_works_that_the_reader_may_not_see(page, hidden, editor, outsider):
    request = ask([*versions(page, "fr"), *versions(hidden, "fr")], user=editor, title="Both").request
    for version in request.versions.all():
        RequestEvent.objects.create(request=request, kind=RequestEvent.Kind.DONE, version=version.version)
    client = Client()
    client.force_login(outsider)
    html = client.get(reverse("translation_desk:request", args=[request.pk])).content.decode()
    assert "Eins" in html
    assert "Geheim" not in html


def test_mails_tell_nothing_of_works_that_the_reader_may_not_see(page, hidden, editor, outsider):
    translator("ben", "fr").user_permissions.set([])
    ask(versions(hidden, "fr"), user=editor, title="Private")
    assert mails() == []
    versions(hidden, "es").update(translator=outsider)
    ask([*versions(page, "fr", "es"), *versions(hidden, "es")], user=editor, title="Both")
    body = next(message.body for message in mail.outbox if message.to == ["anna@example.org"])
    assert "Eins" in body
    assert "Geheim" not in body


def test_a_restricted_original_stays_hidden_in_a_request(page, editor):
    request = ask(versions(page, "fr"), user=editor, title="Eins").request
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    reader = log_in(TRANSLATORS, "anna")
    user_of(reader).groups.get().page_permissions.all().delete()
    assert reader.get(reverse("translation_desk:request", args=[request.pk]), follow=True).status_code == 404
