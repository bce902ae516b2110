"""What becomes of translations when their original is deleted.

A draft in which nothing is translated goes with it. Any other keeps the texts in its own language, and no others, and
is edited on its own from then on.
"""

from __future__ import annotations

from html import escape
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation as interface
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.coreutils import find_available_slug
from wagtail.models import Page
from wagtail_localize import models as localize
from wagtail_localize.models import Translation
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.strings import StringValue

from hub.models import ContentPage, content_models

from .inline import plain
from .models import Fate, RequestedVersion, RequestEvent
from .publishing import translation_of
from .segments import Segment, segments_of
from .sources import copy_fields, shared_fields


def translations_of(original: ContentPage) -> Any:
    return type(original).objects.filter(translation_key=original.translation_key, translated_from=original.language)


def warning_for(pages: list[Page]) -> str:
    """What deleting pages with all below them does to translations, in sentences; "" if there are none."""
    deleted = Q(pk=None)
    for page in pages:
        deleted |= Q(path__startswith=page.path)
    count = 0
    for model in content_models():
        originals = model.objects.order_by().filter(
            deleted,
            translation_key=OuterRef("translation_key"),
            locale__language_code=OuterRef("translated_from"),
            translated_from="",
        )
        count += model.objects.filter(Exists(originals)).count()
    if not count:
        return ""
    return ngettext(
        "There is %(count)s translation of what you delete. What is translated so far stays, as a page of its own. A "
        "draft in which nothing is translated is deleted too.",
        "There are %(count)s translations of what you delete. What is translated so far stays, as pages of their own. "
        "Drafts in which nothing is translated are deleted too.",
        count,
    ) % {"count": count}


def leave_translations(original: ContentPage, origin: Any) -> None:
    """Called before an original is deleted; `origin` is what the deletion began with, as in Django's `pre_delete`.

    Originals below it come first, the deepest before all others: an empty draft stays for what stays below it, and
    that is known then. `origin` remembers those, for they are told of later.
    """
    done = origin.__dict__.setdefault("_translations_left", set())
    below = Page.objects.descendant_of(original).order_by("-path").specific() if original.numchild else []
    for page in [*below, original]:
        if isinstance(page, ContentPage) and not page.translated_from and page.pk not in done:
            done.add(page.pk)
            _leave_translations(page, origin)


def _leave_translations(original: ContentPage, origin: Any) -> None:
    fate: dict[int, Fate] = {}
    pages = translations_of(original)
    if isinstance(origin, QuerySet):
        # Rows that a page gets now would outlive it.
        pages = pages.exclude(pk__in=origin.values("pk"))
    for page in pages:
        translation = translation_of(page)
        is_kept = True
        if translation:
            segments = segments_of(translation)
            is_kept = page.live or bool(page.numchild) or any(_text(segment) for segment in segments)
            if is_kept:
                _keep(page, translation, segments)
                Translation.objects.filter(pk=translation.pk).update(enabled=False)
        fate[page.locale_id] = Fate.KEPT if is_kept else Fate.DELETED
        if not is_kept:
            page.delete()
    _note(original, fate)


def _text(segment: Segment) -> str:
    """What the text is in the language of the translation; what it was before the original changed, without markup."""
    return segment.target or escape(plain(segment.old_target), quote=False)


def _keep(page: ContentPage, translation: Translation, segments: list[Segment]) -> None:
    """Put the texts that are in the language of the page into its draft, and nothing where there are none."""
    if page.live and not _has_news(page, segments):
        return
    source, locale = translation.source, translation.target_locale
    texts = {(segment.path, segment.order): _text(segment) for segment in segments}
    values = source._get_segments_for_translation(locale, fallback=True)
    for value in values:
        if isinstance(value, StringSegmentValue):
            value.string = StringValue(texts[(value.path, value.order)])
    draft = page.get_latest_revision_as_object() if page.live else page
    if not page.live:
        # Pages that are live have what all languages share as soon as it is published.
        copy_fields(shared_fields(translation, type(page)), source.as_instance(), draft)
    localize.ingest_segments(source.as_instance(), draft, source.locale, locale, values)
    draft.translated_from = ""
    if page.live:
        draft.save_revision(clean=False)
        return
    if not draft.title:
        with interface.override(locale.language_code):
            draft.title = _("Untitled")
    draft.draft_title = draft.title
    draft.slug = find_available_slug(
        draft.get_parent(), slugify(draft.title, allow_unicode=True) or str(draft.pk), ignore_page_id=draft.pk
    )
    draft.save(clean=False)
    draft.save_revision(clean=False)


def _has_news(page: ContentPage, segments: list[Segment]) -> bool:
    """Whether texts were written since the last draft of a public page, or the draft has some of the original."""
    saved = page.latest_revision_created_at
    is_newer = any(saved and segment.written_at and segment.written_at > saved for segment in segments)
    return is_newer or (page.has_unpublished_changes and any(segment.waits for segment in segments))


def _note(original: ContentPage, fate: dict[int, Fate]) -> None:
    """Tell it in the log of requests, whose versions go with the original: by language what became of the page."""
    asked = RequestedVersion.objects.filter(version__work=original.translation_key, done_at=None)
    is_public = original.live and not original.get_view_restrictions().exists()
    RequestEvent.objects.bulk_create(
        RequestEvent(
            request_id=row.request_id,
            kind=RequestEvent.Kind.ORIGINAL_DELETED,
            deleted={
                "fate": fate.get(row.version.locale_id, Fate.NEVER_BEGUN),
                "page": original.title if is_public else "",
                "language": row.version.locale.language_code,
            },
        )
        for row in asked.select_related("version__locale")
    )
