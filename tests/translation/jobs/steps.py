"""Steps that tests of jobs share."""

from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import Locale

from hub.roles import TRANSLATORS
from tests.editing import log_in
from translation.models import LanguageVersion, TranslatorLanguage


def user_of(client):
    return get_user_model().objects.get(pk=client.session["_auth_user_id"])


def translator(name, *languages):
    client = log_in(TRANSLATORS, name)
    for code in languages:
        TranslatorLanguage.objects.create(user=user_of(client), locale=Locale.objects.get(language_code=code))
    return client


def versions(language="fr"):
    return LanguageVersion.objects.filter(locale__language_code=language)


def failures(job):
    return {step.version.title: step.failure for step in job.steps.select_related("version") if step.failure}


def bulk(client, kind, query, **data):
    return client.post(f"{reverse('translation_desk:bulk', args=[kind])}?{query}", data)
