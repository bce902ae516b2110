"""Translates pages the way translators do: segment by segment, in wagtail-localize's tables."""

from __future__ import annotations

import json
import re
from datetime import datetime
from html import escape
from typing import Any

from wagtail.models import Locale, PageLogEntry, Revision
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from hub.models import ContentPage

from .reading import ContentError


class Source:
    """The page that is translated, with its segments as they are now."""

    def __init__(self, page: ContentPage) -> None:
        self.row, created = TranslationSource.get_or_create_from_instance(page)
        if not created:
            self.row.update_from_db()
        rows = StringSegment.objects.filter(source=self.row).select_related("context", "string")
        self.segments = list(rows.order_by("order"))
        # A page that is never saved: it takes the words of one language after the other.
        self.twin = self.row.as_instance()


def translate(
    source: Source,
    *,
    locale: Locale,
    words: dict[str, Any],
    where: str,
    user: Any,
    publish: bool,
) -> Translation:
    """Enters a translation of every segment, and makes the page in `locale` from them.

    `words` holds the page's texts and streams in the other language. Raises ContentError if they do not fit.
    """
    for name, value in words.items():
        setattr(source.twin, name, value)
    values = [value for value in extract_segments(source.twin) if isinstance(value, StringSegmentValue)]
    if [segment.context.path for segment in source.segments] != [value.path for value in values]:
        raise ContentError(f"{where}: the text is not built like the one it was translated from.")

    translation = Translation.objects.create(source=source.row, target_locale=locale)
    entered: dict[tuple[int, int], StringTranslation] = {}
    for segment, value in zip(source.segments, values, strict=True):
        entered.setdefault(
            (segment.string_id, segment.context_id),
            _entered(segment, _with_links_of(segment, value, where), locale, user),
        )
    StringTranslation.objects.bulk_create(entered.values())
    translation.save_target(user=user, publish=False)
    page = translation.get_target_instance()
    revision = page.latest_revision
    revision.content["slug"] = words["slug"]
    if publish:
        revision.publish(user=user, skip_permission_checks=True)
    else:
        revision.save()
    return translation


def begin(page: ContentPage, *, locale: Locale, texts: dict[str, str], user: Any) -> Translation:
    """Makes the draft in `locale` with only these texts, by their paths; all others wait to be translated."""
    source, _created = TranslationSource.get_or_create_from_instance(page)
    translation = Translation.objects.create(source=source, target_locale=locale)
    segments = StringSegment.objects.filter(source=source, context__path__in=texts).select_related("context")
    StringTranslation.objects.bulk_create(
        _entered(segment, escape(texts[segment.context.path], quote=False), locale, user) for segment in segments
    )
    translation.save_target(user=user, publish=False)
    return translation


def _entered(segment: StringSegment, data: str, locale: Locale, user: Any) -> StringTranslation:
    return StringTranslation(
        translation_of_id=segment.string_id,
        context_id=segment.context_id,
        locale=locale,
        data=data,
        translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
        last_translated_by=user,
    )


def _with_links_of(segment: StringSegment, value: StringSegmentValue, where: str) -> str:
    """The translated words; links are numbered by place, so those that changed places get their source's numbers."""
    ours, theirs = value.attrs or {}, json.loads(segment.attrs) or {}
    if sorted(map(str, ours.values())) != sorted(map(str, theirs.values())):
        raise ContentError(f"{where}: the links of “{value.string.data[:60]}” differ from those of its source.")
    numbers = {name: next(other for other in theirs if theirs[other] == attrs) for name, attrs in ours.items()}
    return re.sub(r'id="(\w+)"', lambda match: f'id="{numbers.get(match[1], match[1])}"', value.string.data)


def stamp(page: ContentPage, *, published: datetime, edited: datetime) -> None:
    """Dates a page that has just been published to the past, with its revisions and its history."""
    manager = type(page)._default_manager.filter(pk=page.pk)
    dates: dict[str, Any] = {"latest_revision_created_at": edited}
    if page.live:
        dates |= {"first_published_at": published, "last_published_at": edited, "edited_on": edited}
    manager.update(**dates)
    Revision.objects.for_instance(page).update(created_at=edited)
    PageLogEntry.objects.filter(page_id=page.pk).update(timestamp=edited)


def stamp_translation(translation: Translation, moment: datetime) -> None:
    """Dates the work of the translators to the past."""
    Translation.objects.filter(pk=translation.pk).update(
        created_at=moment, translations_last_updated_at=moment, destination_last_updated_at=moment
    )
    strings = StringTranslation.objects.filter(
        locale=translation.target_locale, context__object_id=translation.source.object_id
    )
    strings.update(created_at=moment, updated_at=moment)
    translation.source.translation_logs.filter(locale=translation.target_locale).update(created_at=moment)
