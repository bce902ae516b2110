"""Making another language the source of a work, on purpose.

The version in that language becomes the original, and the former original one of its translations. All texts stand at
the same places with the same structure in both, so they pair: what was translated from the former original is now
translated from the new one, and the former original's own texts are translations too. Public pages stay as they are.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    StringTranslation,
    Translation,
    TranslationLog,
    TranslationSource,
)

from hub.languages import language_name
from hub.models import ContentChange, ContentPage
from hub.permissions import EDIT_ORIGINALS

from .models import OmittedBlock, SegmentNote, SharedRestriction
from .progress import mark_stale
from .publishing import NotReady, translation_of, untranslated
from .restrictions import share_restrictions

LINK_ID = re.compile(r'(?<=<a id=")\w+(?=")')
# The address that a link leads to is the last part of its path.
LINK_PATH = re.compile(r"\.'.*'$", re.DOTALL)

type Pair = tuple[StringSegment, StringSegment]


def may_change(user: Any, page: Any) -> bool:
    """Whether somebody may make the page the original of its work, if it can be one."""
    original = original_of(page) if isinstance(page, ContentPage) and page.translated_from else None
    return bool(
        original
        and user.has_perm(EDIT_ORIGINALS)
        and page.permissions_for_user(user).can_publish()
        and original.permissions_for_user(user).can_publish()
    )


def original_of(page: ContentPage) -> ContentPage | None:
    """The page that a translation was translated from."""
    return (
        type(page)
        .objects.filter(translation_key=page.translation_key, locale__language_code=page.translated_from)
        .first()
    )


def check(page: ContentPage) -> ContentPage:
    """Return the original of a translation that can take its place. Raises NotReady."""
    original = original_of(page)
    if not page.translated_from or original is None:
        raise NotReady(_("“%(page)s” is no translation.") % {"page": page})
    if original.translated_from:
        raise NotReady(_("“%(page)s” is itself a translation.") % {"page": original})
    for version in (original, page):
        language = language_name(version.language)
        if not version.live or version.has_unpublished_changes:
            raise NotReady(_("Publish what is written in %(language)s first.") % {"language": language})
        if version.workflow_in_progress:
            raise NotReady(_("The page in %(language)s is being reviewed.") % {"language": language})
    if OmittedBlock.objects.filter(work=page.translation_key, locale=page.locale_id).exists():
        raise NotReady(
            _("The page in %(language)s leaves blocks out. Take them in first.")
            % {"language": language_name(page.language)}
        )
    translation = translation_of(page)
    if translation and untranslated(translation):
        raise NotReady(
            _("Texts of the page in %(language)s are still to be translated.")
            % {"language": language_name(page.language)}
        )
    return original


def make_original(page: ContentPage, *, user: Any = None) -> None:
    """Make a public, complete translation the original of its work. Raises NotReady, and changes nothing then.

    `user` None stands for whoever runs the server. Raises PermissionDenied if the user may not.
    """
    if user is not None and not may_change(user, page):
        raise PermissionDenied
    original = check(page)
    with transaction.atomic():
        before, _is_new = TranslationSource.get_or_create_from_instance(original)
        after, is_new = TranslationSource.get_or_create_from_instance(page)
        if not is_new:
            after.update_from_db()
        # Nothing has changed for translators.
        after.last_updated_at = before.last_updated_at
        after.save(update_fields=["last_updated_at"])

        versions = type(page).objects.filter(translation_key=page.translation_key)
        others = Locale.objects.filter(pk__in=versions.exclude(pk=page.pk).values("locale"))
        pairs = _pairs(before, after)
        links = _links(pairs, page.locale)
        for locale in others:
            _carry_texts(pairs, links, locale, own=locale.pk == original.locale_id)
        _carry_overrides(before, after, others)
        for old, new in pairs:
            notes = SegmentNote.objects.filter(string=old.string_id, context=old.context_id)
            # What was said about the translation is about the original now.
            notes.filter(locale=page.locale_id).update(locale=None)
            notes.update(string=new.string_id, context=new.context_id)
        _carry_translations(before, after)
        before.delete()

        versions.filter(translated_from=original.language).update(translated_from=page.language)
        versions.filter(pk=original.pk).update(translated_from=page.language)
        versions.filter(pk=page.pk).update(translated_from="", machine_translated=False)
        SharedRestriction.objects.filter(restriction__page=page.pk).delete()
        share_restrictions([page.translation_key])
        mark_stale([page.translation_key])
        ContentChange.objects.note()
        log(instance=page, action="translation.make_original", user=user, data={"before": original.language})


def _pairs(before: TranslationSource, after: TranslationSource) -> list[Pair]:
    """Texts of both sources that stand at the same place. Raises NotReady if one of the former has none."""
    old, new = _by_path(before), _by_path(after)
    pairs: list[Pair] = []
    for path, rows in old.items():
        if len(rows) != len(new.get(path, [])):
            raise NotReady(
                _("The two pages are not built alike: “%(text)s” has no counterpart.")
                % {"text": rows[0].string.data[:80]}
            )
        pairs += zip(rows, new[path], strict=True)
    return pairs


def _by_path(source: TranslationSource) -> dict[str, list[StringSegment]]:
    found: dict[str, list[StringSegment]] = defaultdict(list)
    rows = StringSegment.objects.filter(source=source).select_related("string", "context")
    for row in rows.order_by("order", "pk"):
        found[row.context.path].append(row)
    return found


def _links(pairs: Iterable[Pair], locale: Locale) -> dict[int, dict[str, str]]:
    """For each former text, by its segment: the numbers of its links, and what these are in the new one.

    Links are numbered in the order in which they stand, which differs from language to language.
    """
    pairs = list(pairs)
    known = _translations(pairs, locale)
    found = {}
    for old, new in pairs:
        translation = known.get((old.context_id, old.string_id))
        former = LINK_ID.findall(translation.data if translation else old.string.data)
        found[old.pk] = dict(zip(former, LINK_ID.findall(new.string.data), strict=False))
    return found


def _translations(pairs: Iterable[Pair], locale: Locale) -> dict[tuple[int, int], StringTranslation]:
    contexts = {old.context_id for old, _new in pairs}
    rows = StringTranslation.objects.filter(context__in=contexts, locale=locale)
    return {(row.context_id, row.translation_of_id): row for row in rows}


def _carry_texts(pairs: list[Pair], links: dict[int, dict[str, str]], locale: Locale, *, own: bool) -> None:
    """Let a language's texts be translations of the new ones. `own` are those of the former original."""
    known = {} if own else _translations(pairs, locale)
    existing = _translations([(new, old) for old, new in pairs], locale)
    for old, new in pairs:
        row = known.get((old.context_id, old.string_id))
        if row is None and not own:
            continue
        values = {
            "data": _renumbered(row.data if row else old.string.data, links[old.pk]),
            "translation_type": row.translation_type if row else StringTranslation.TRANSLATION_TYPE_MANUAL,
            "tool_name": row.tool_name if row else "",
            "last_translated_by_id": row.last_translated_by_id if row else None,
            "has_error": row.has_error if row else False,
            "field_error": row.field_error if row else "",
        }
        key = (new.context_id, new.string_id)
        made = existing.get(key)
        if made is None:
            made = StringTranslation(translation_of_id=new.string_id, context_id=new.context_id, locale=locale)
            StringTranslation.objects.bulk_create([made])
            existing[key] = made
        # Not `save`: when it was written, and what it looked like in the lists of pages, stays.
        times = {"created_at": row.created_at, "updated_at": row.updated_at} if row else {}
        StringTranslation.objects.filter(pk=made.pk).update(**values, **times)


def _renumbered(data: str, numbers: dict[str, str]) -> str:
    return LINK_ID.sub(lambda match: numbers.get(match[0], match[0]), data)


def _carry_overrides(before: TranslationSource, after: TranslationSource, locales: Iterable[Locale]) -> None:
    """Let every language keep its pictures, documents and link targets, though the new original has others."""
    old, new = _overridable(before), _overridable(after)
    overrides = {
        (row.locale_id, row.context_id): row
        for row in SegmentOverride.objects.filter(context__object_id=before.object_id)
    }
    for place, rows in old.items():
        for row, match in _matched(rows, new.get(place, [])):
            for locale in locales:
                own = overrides.get((locale.pk, row.context_id))
                wanted = own.data_json if own else row.data_json
                if json.loads(wanted) != json.loads(match.data_json):
                    SegmentOverride.objects.update_or_create(
                        locale=locale, context_id=match.context_id, defaults={"data_json": wanted}
                    )
                elif own and own.context_id == match.context_id:
                    own.delete()


def _matched(
    rows: list[OverridableSegment], others: list[OverridableSegment]
) -> Iterator[tuple[OverridableSegment, OverridableSegment]]:
    """What is at the same path, and the rest in its order."""
    by_context = {other.context_id: other for other in others}
    same = {row.context_id for row in rows} & set(by_context)
    yield from ((row, by_context[row.context_id]) for row in rows if row.context_id in same)
    rest = [other for other in others if other.context_id not in same]
    yield from zip([row for row in rows if row.context_id not in same], rest, strict=False)


def _overridable(source: TranslationSource) -> dict[str, list[OverridableSegment]]:
    """What may differ between languages, by place; the links of a text are of one place. Addresses of pages never
    follow the original."""
    found: dict[str, list[OverridableSegment]] = defaultdict(list)
    rows = OverridableSegment.objects.filter(source=source).exclude(context__path="slug").select_related("context")
    for row in rows.order_by("order", "pk"):
        found[LINK_PATH.sub("", row.context.path)].append(row)
    return found


def _carry_translations(before: TranslationSource, after: TranslationSource) -> None:
    """Let the running translations, and when they were written, be of the new source."""
    after.translations.all().delete()
    logs = TranslationLog.objects.filter(source=before)
    logs.filter(locale=after.locale_id).update(source=after, locale=before.locale_id)
    logs.update(source=after)
    there_and_back = before.translations.filter(target_locale=after.locale_id)
    if there_and_back:
        there_and_back.update(source=after, target_locale=before.locale_id, enabled=True)
    else:
        Translation.objects.create(source=after, target_locale=before.locale)
    before.translations.update(source=after)
