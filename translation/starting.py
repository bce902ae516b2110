"""Beginning translations one by one, from wherever a version is listed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail_localize.models import Translation
from wagtail_localize.operations import translate_object

from hub.languages import language_name
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
    from .views import languages_open_to

    language = language_name(version.locale.language_code)
    if not may_work_in(user, version.locale_id):
        raise NotReady(_("You do not translate into %(language)s.") % {"language": language})
    if translation := running(version):
        page = translation.get_target_instance()
        if not page.permissions_for_user(user).can_edit():
            raise NotReady(_("You may not change this page."))
        return translation
    if version.page_id:
        raise NotReady(_("This page was made without the translators' desk: it is edited on its own."))
    original = version.original.specific
    if not original.live:
        raise NotReady(_("Its original is not public."))
    is_open = version.locale in languages_open_to(user, original)
    if not is_open or not user.has_perm("wagtail_localize.submit_translation"):
        raise NotReady(_("You may not begin translations into %(language)s here.") % {"language": language})
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
