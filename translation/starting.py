"""Beginning translations one by one, from wherever a version is listed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.operations import translate_object

from hub.languages import language_name
from hub.models import ContentPage
from hub.permissions import EDIT_ORIGINALS

from .models import LanguageVersion
from .people import locales_of, may_work_in
from .publishing import NotReady, running
from .requests import assign

logger = logging.getLogger(__name__)


def take(user: Any, work: Any, locales: Iterable[int]) -> None:
    """Give versions that a translator has begun to him or her, if nobody has them. Who edits originals begins
    translations for others."""
    if user.has_perm(EDIT_ORIGINALS):
        return
    mine = locales_of(user).intersection(locales)
    for version in LanguageVersion.objects.filter(work=work, locale__in=mine, translator=None):
        assign(version, translator=user, due=None, by=user)


def translation_for(version: LanguageVersion, user: Any) -> Translation:
    """The running translation of a version that the user may write; begins it as a draft if it is missing.

    Raises NotReady.
    """
    if translation := _begun(version, user):
        return translation
    original = original_to_begin(version, user)
    try:
        with transaction.atomic():
            original.full_clean()
            translate_object(original, [version.locale], user=user)
    except ValidationError as error:
        raise NotReady(" ".join(error.messages)) from error
    except (Page.DoesNotExist, IntegrityError):
        # Somebody may have begun it at the same moment.
        logger.warning("%s could not be begun", version, exc_info=True)
    translation = running(version)
    if translation is None:
        raise NotReady(_("The translation could not be created."))
    return translation


def translation_to_export(version: LanguageVersion, user: Any) -> Translation:
    """The translation of a version that the user may write, for files of it. One that is missing stays so: it gets a
    key by which its file is known, and begins when the file comes back.

    Raises NotReady.
    """
    if translation := _begun(version, user):
        return translation
    source, _is_new = TranslationSource.get_or_create_from_instance(original_to_begin(version, user))
    return Translation.objects.get_or_create(source=source, target_locale=version.locale, defaults={"enabled": False})[
        0
    ]


def version_of(translation: Translation) -> LanguageVersion | None:
    versions = LanguageVersion.objects.select_related("locale", "original")
    return versions.filter(work=translation.source.object_id, locale=translation.target_locale_id).first()


def original_to_begin(version: LanguageVersion, user: Any) -> ContentPage:
    """The original of a version that is missing and that the user may begin. Raises NotReady."""
    from .views import languages_open_to

    _check_language(version, user)
    if version.page_id:
        raise NotReady(_("This page was made without the translators' desk: it is edited on its own."))
    original = version.original.specific
    if not original.live:
        raise NotReady(_("Its original is not public."))
    is_open = version.locale in languages_open_to(user, original)
    if not is_open or not user.has_perm("wagtail_localize.submit_translation"):
        language = language_name(version.locale.language_code)
        raise NotReady(_("You may not begin translations into %(language)s here.") % {"language": language})
    return original


def _begun(version: LanguageVersion, user: Any) -> Translation | None:
    """The running translation, None if there is none. Raises NotReady if the user may not write it."""
    _check_language(version, user)
    translation = running(version)
    if translation and not translation.get_target_instance().permissions_for_user(user).can_edit():
        raise NotReady(_("You may not change this page."))
    return translation


def _check_language(version: LanguageVersion, user: Any) -> None:
    if not may_work_in(user, version.locale_id):
        language = language_name(version.locale.language_code)
        raise NotReady(_("You do not translate into %(language)s.") % {"language": language})
