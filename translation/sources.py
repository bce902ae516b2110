"""What happens to translations when their original is published again.

The source that translators work on is brought up to date at once. What does not depend on the language (dates, themes,
organisations, links, pictures) goes over to live translations at once too, so that a cancelled event is cancelled in
every language. Texts stay as they are until a translator publishes: half-translated text is never shown.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import Revision, TaskState
from wagtail.signals import page_published
from wagtail_localize.fields import SynchronizedField, TranslatableField, get_translatable_fields
from wagtail_localize.models import SegmentOverride, Translation, TranslationSource

from hub.models import ContentPage
from hub.translatable import Address

logger = logging.getLogger(__name__)


@transaction.atomic
def follow_original(page: ContentPage) -> None:
    """Brings source and live translations of a just published original up to date. Safe to repeat."""
    source = TranslationSource.objects.get_for_instance_or_none(page)
    if source is None:
        return
    refresh(source)
    for translation in source.translations.filter(enabled=True).select_related("target_locale"):
        try:
            with transaction.atomic():
                share(page, translation)
        except ValidationError as error:
            # What was set for this language contradicts the new values. Publishing the translation will say so.
            logger.warning("%s does not follow its original: %s", translation, error)


def refresh(source: TranslationSource) -> None:
    """Reads the original again."""
    with dated_by_texts(source):
        source.update_from_db()


@contextmanager
def dated_by_texts(source: TranslationSource) -> Iterator[None]:
    """Lets `last_updated_at` move only if what happens inside brings something new for translators."""
    before, last_updated_at = texts(source), source.last_updated_at
    yield
    if texts(source) == before:
        source.last_updated_at = last_updated_at
        source.save(update_fields=["last_updated_at"])


def texts(source: TranslationSource) -> dict[str, Any]:
    """What a translator works on: texts, and blocks with their structure, by field."""
    content = json.loads(source.content_json)
    fields = get_translatable_fields(source.specific_content_type.model_class())
    return {
        field.field_name: content.get(field.field_name) for field in fields if isinstance(field, TranslatableField)
    }


def share(original: ContentPage, translation: Translation) -> bool:
    """Copies what all languages share to a live translation, and says whether that changed it.

    The live page and every revision that may yet go live are changed where they stand: a draft, a review and a date
    that somebody has set for publication stay as they are. Raises ValidationError.
    """
    page = (
        type(original)
        .objects.filter(translation_key=original.translation_key, locale=translation.target_locale, live=True)
        .first()
    )
    if page is None:
        return False
    fields = shared_fields(translation, type(original))
    before = page.digest()
    copy_fields(fields, original, page)
    if page.digest() == before:
        return False
    page.save()
    for revision in _revisions_to_come(page):
        version = revision.as_object()
        copy_fields(fields, original, version)
        Revision.objects.filter(pk=revision.pk).update(content=version.serializable_data())
    log(instance=page, action="wagtail.edit", content_changed=True)
    page_published.send(sender=type(page), instance=page, revision=page.live_revision)
    return True


def copy_fields(fields: Iterable[SynchronizedField], original: ContentPage, page: ContentPage) -> None:
    for field in fields:
        model_field = field.get_field(type(original))
        if isinstance(model_field, models.ManyToOneRel):
            original.copy_child_relation(model_field.name, page)
        else:
            setattr(page, model_field.attname, getattr(original, model_field.attname))


def _revisions_to_come(page: ContentPage) -> Iterable[Revision]:
    """The live revision, the draft, and what waits for its time or for approval."""
    waiting = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).values("revision")
    return page.revisions.filter(
        models.Q(pk__in=[page.live_revision_id, page.latest_revision_id])
        | models.Q(approved_go_live_at__isnull=False)
        | models.Q(pk__in=waiting)
    )


def shared_fields(translation: Translation, model: type[ContentPage]) -> list[SynchronizedField]:
    """Fields that follow the original, without those that translators have set for their language."""
    own = SegmentOverride.objects.filter(
        locale=translation.target_locale, context__object_id=translation.source.object_id, has_error=False
    ).values_list("context__path", flat=True)
    return [
        field
        for field in get_translatable_fields(model)
        if isinstance(field, SynchronizedField)
        and not isinstance(field, Address)
        and not isinstance(field.get_field(model), StreamField)
        and field.field_name not in own
    ]
