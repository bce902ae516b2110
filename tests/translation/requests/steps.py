"""Steps that tests of requests share."""

from django.contrib.auth import get_user_model
from django.core import mail
from wagtail.models import Locale
from wagtail.users.models import UserProfile

from hub.roles import TRANSLATORS
from tests.editing import log_in
from translation.models import LanguageVersion, TranslatorLanguage


def user_of(client):
    return get_user_model().objects.get(pk=client.session["_auth_user_id"])


def translator(name, *languages, language=""):
    user = user_of(log_in(TRANSLATORS, name))
    for code in languages:
        TranslatorLanguage.objects.create(user=user, locale=Locale.objects.get(language_code=code))
    UserProfile.objects.create(user=user, preferred_language=language)
    return user


def versions(page, *languages):
    return LanguageVersion.objects.filter(work=page.translation_key, locale__language_code__in=languages)


def mails():
    found = sorted((message.to[0].split("@")[0], message.subject) for message in mail.outbox)
    mail.outbox.clear()
    return found


def kinds(request):
    return list(request.events.values_list("kind", flat=True))
