"""What translators, reviewers and editors tell each other about single texts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail_localize.models import Translation

from .models import SegmentNote
from .segments import Segment

LONGEST = 2000  # characters


def notes_on(translation: Translation) -> dict[tuple[int, int], list[SegmentNote]]:
    """All notes on texts of a translation, the oldest first, by (context, string) of the text. One query.

    Those on the original are among them: all languages see these.
    """
    found: dict[tuple[int, int], list[SegmentNote]] = defaultdict(list)
    for note in _notes(translation).select_related("written_by"):
        found[(note.context_id, note.string_id)].append(note)
    return dict(found)


def add(
    translation: Translation, segment: Segment, text: str, *, user: Any, about_original: bool = False
) -> SegmentNote:
    """Write a note on a text, for this language or on the original. Raises ValidationError."""
    text = text.strip()
    if not text:
        raise ValidationError(_("Write something first."))
    if len(text) > LONGEST:
        raise ValidationError(_("A note has %(limit)s characters at most.") % {"limit": LONGEST})
    return SegmentNote.objects.create(
        string_id=segment.string_id,
        context_id=segment.context_id,
        locale=None if about_original else translation.target_locale,
        text=text,
        written_by=user,
    )


def resolve(translation: Translation, note_id: int) -> bool:
    """Mark a note as settled, and say whether it was open. Raises PermissionDenied for notes that are none of this
    translation's."""
    notes = _notes(translation).filter(pk=note_id)
    if not notes.exists():
        raise PermissionDenied
    return bool(notes.filter(resolved_at=None).update(resolved_at=timezone.now()))


def _notes(translation: Translation) -> QuerySet[SegmentNote]:
    return SegmentNote.objects.filter(
        Q(locale=translation.target_locale_id) | Q(locale=None), context__object_id=translation.source.object_id
    )
