"""What the editor's script asks for: writing a text, and everything that helps with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page
from wagtail_localize.models import Translation

from .. import machine, memory, notes, quality, terms
from ..files.limits import LONGEST_TEXT
from ..inline import FORBIDDEN, MarkupError, coded, decoded, plain
from ..models import OmittedBlock
from ..publishing import lock_of
from ..queue.rows import visible_to
from ..queue.views import works_with_translations
from ..segments import Conflict, Segment, segments_of, write


def opened(request: HttpRequest, translation_id: int, *, reading: bool = False) -> tuple[Translation, Page]:
    """A running translation and its page, for somebody who may work on it, or only see it if that is enough. Raises
    Http404 and PermissionDenied."""
    translation = get_object_or_404(
        Translation.objects.select_related("source__locale", "target_locale"), pk=translation_id, enabled=True
    )
    try:
        page = translation.get_target_instance()
    except Page.DoesNotExist as error:
        raise Http404 from error
    may_edit = page.permissions_for_user(request.user).can_edit()
    if not may_edit and not (reading and may_read(request.user, translation)):
        raise PermissionDenied
    return translation, page


def may_read(user: Any, translation: Translation) -> bool:
    """Whether the translation is among those that the queue shows to somebody."""
    versions = visible_to(user).filter(work=translation.source.object_id, locale=translation.target_locale)
    return works_with_translations(user) and versions.exists()


class Refused(Exception):  # noqa: N818 - not a fault
    """The request cannot be done; the message says why."""


def answers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Lets a view work on (request, translation, page), and say in JSON what it refuses."""

    @wraps(view)
    def wrapped(request: HttpRequest, translation_id: int, **kwargs: Any) -> HttpResponseBase:
        translation, page = opened(request, translation_id, reading=request.method == "GET")
        try:
            if request.method == "POST" and (lock := lock_of(page, request.user)):
                raise Refused(lock)
            return view(request, translation, **kwargs)
        except (Refused, MarkupError) as reason:
            return JsonResponse({"message": str(reason)}, status=400)
        except ValidationError as error:
            return JsonResponse({"message": " ".join(error.messages)}, status=400)

    return wrapped


def _sent(request: HttpRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise Refused(_("This is not what the editor sends."))
    return sent


def _text(sent: dict[str, Any]) -> str:
    text = sent.get("text")
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise Refused(_("This is not what the editor sends."))
    return text


def _segment(segments: list[Segment], pk: int) -> Segment:
    found = next((segment for segment in segments if segment.pk == pk), None)
    if found is None:
        raise Refused(_("The original has changed meanwhile: load the page again."))
    return found


def as_json(segment: Segment) -> dict[str, Any]:
    return {
        "pk": segment.pk,
        "target": coded(segment.target, segment.source),
        "condition": str(segment.condition),
        "label": str(segment.condition.label),
        "error": segment.error,
        "version": segment.version,
        "by": segment.by,
        "waits": segment.waits,
    }


@require_POST
@answers
def write_text(request: HttpRequest, translation: Translation, segment_id: int) -> HttpResponseBase:
    """Write the translation of a text and of its repetitions. 409 with what is there if somebody else was faster."""
    sent = _sent(request)
    segments = segments_of(translation)
    segment = _segment(segments, segment_id)
    data = decoded(_text(sent), segment.source)
    later = [other for other in segments if other.pk != segment.pk and not other.omitted]
    try:
        written = write(
            translation,
            segment,
            data,
            user=request.user,
            version=str(sent.get("version", "")),
            repetitions=later if data else [],
        )
    except Conflict as conflict:
        return JsonResponse({"current": as_json(conflict.current)}, status=409)
    return JsonResponse(
        {"segment": as_json(written.segment), "repetitions": [as_json(other) for other in written.repetitions]}
    )


@require_GET
@answers
def show_help(request: HttpRequest, translation: Translation, segment_id: int) -> HttpResponseBase:
    """All that helps with one text: what has changed in it, the memory, terms, notes."""
    segments = segments_of(translation)
    segment = _segment(segments, segment_id)
    source, target = translation.source.locale, translation.target_locale
    before, after = memory.neighbours(segments)[segment.pk]
    matches = memory.lookup(segment.source, source=source, target=target, before=before, after=after)
    found = terms.find_terms(segment.source, source=source, target=target)
    context = {
        "segment": segment,
        "difference": difference(segment.old_source, segment.source) if segment.old_source else "",
        "old_target": coded(segment.old_target, segment.source) if segment.old_target else "",
        "matches": [
            {
                "match": match,
                "source": difference(match.source, segment.source),
                "target": coded(match.target, segment.source),
            }
            for match in matches
        ],
        "terms": found,
        "listed_terms": list({(term.text, term.domain): term for term in found}.values()),
        "notes": notes.notes_on(translation).get((segment.context_id, segment.string_id), []),
        "links": segment.links,
    }
    return render(request, "translation/editor/help.html", context)


@require_POST
@answers
def check_text(request: HttpRequest, translation: Translation, segment_id: int) -> HttpResponseBase:
    """What is wrong, or may be, with a text as it is being typed. Writes nothing."""
    segment = _segment(segments_of(translation), segment_id)
    source, target = translation.source.locale, translation.target_locale
    try:
        data = decoded(_text(_sent(request)), segment.source)
    except MarkupError as error:
        return JsonResponse({"findings": [{"severity": "error", "message": str(error)}]})
    found = quality.check(
        segment,
        data,
        source=source.language_code,
        target=target.language_code,
        terms=terms.find_terms(segment.source, source=source, target=target),
    )
    return JsonResponse(
        {"findings": [{"severity": finding.severity, "message": finding.message} for finding in found]}
    )


@require_GET
@answers
def search_memory(request: HttpRequest, translation: Translation) -> HttpResponseBase:
    """Concordance: where the memory has words, and how they were translated."""
    words = FORBIDDEN.sub("", request.GET.get("q", "")).strip()[:200]
    found = (
        memory.concordance(words, source=translation.source.locale, target=translation.target_locale) if words else []
    )
    matches = [(plain(match.source), plain(match.target), match.origin) for match in found]
    return render(request, "translation/editor/concordance.html", {"words": words, "matches": matches})


@require_POST
@answers
def fill_from_memory(request: HttpRequest, translation: Translation) -> HttpResponseBase:
    """Write the memory's exact translations where there are none."""
    filled = memory.fill(translation, segments_of(translation), user=request.user)
    return JsonResponse({"segments": [as_json(segment) for segment in filled]})


@require_POST
@answers
def translate_by_machine(request: HttpRequest, translation: Translation) -> HttpResponseBase:
    """Fill what waits from the memory and by machine."""
    if machine.provider() is None:
        raise Refused(_("No machine translation is set up."))
    segments = segments_of(translation)
    outcome = machine.translate(translation, user=request.user)
    before = {segment.pk: segment.version for segment in segments}
    return JsonResponse(
        {
            "segments": [
                as_json(segment)
                for segment in segments_of(translation)
                if segment.version != before.get(segment.pk, segment.version)
            ],
            "failures": outcome.failures,
        }
    )


@require_POST
@answers
def leave_out(request: HttpRequest, translation: Translation) -> HttpResponseBase:
    """Leave a block out in this language, or take it in again."""
    sent = _sent(request)
    block, work, locale = str(sent.get("block", "")), translation.source.object_id, translation.target_locale
    if block not in {segment.place.block for segment in segments_of(translation)} or not block:
        raise Refused(_("The original has changed meanwhile: load the page again."))
    try:
        key = UUID(block)
    except ValueError as error:
        raise Refused(_("This block cannot be left out.")) from error
    if sent.get("omitted"):
        OmittedBlock.objects.get_or_create(work=work, locale=locale, block=key)
    else:
        for row in OmittedBlock.objects.filter(work=work, locale=locale, block=key):
            row.delete()
    return JsonResponse({})


@require_POST
@answers
def add_note(request: HttpRequest, translation: Translation, segment_id: int) -> HttpResponseBase:
    segment = _segment(segments_of(translation), segment_id)
    notes.add(translation, segment, FORBIDDEN.sub("", _text(_sent(request))), user=request.user)
    return JsonResponse({})


@require_POST
@answers
def resolve_note(request: HttpRequest, translation: Translation, note_id: int) -> HttpResponseBase:
    notes.resolve(translation, note_id)
    return JsonResponse({})


@require_GET
@answers
def versions(request: HttpRequest, translation: Translation) -> HttpResponseBase:
    """The texts as they are now: the script asks from time to time whether somebody else works on them too."""
    return JsonResponse({"segments": [as_json(segment) for segment in segments_of(translation)]})


def difference(old: str, new: str) -> SafeString:
    """Both texts in one, without markup: what is gone struck out, what is new marked."""
    before, after = _pieces(plain(old)), _pieces(plain(new))
    parts = []
    for operation, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[i:j]), "".join(after[k:m])
        if operation == "equal":
            parts.append(format_html("{}", come))
            continue
        if gone:
            parts.append(format_html("<del>{}</del>", gone))
        if come:
            parts.append(format_html("<ins>{}</ins>", come))
    return format_html_join("", "{}", ((part,) for part in parts))


def _pieces(text: str) -> list[str]:
    """Words and what stands between them."""
    pieces: list[str] = []
    for character in text:
        if pieces and character.isalnum() and pieces[-1][-1].isalnum():
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
