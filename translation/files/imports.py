"""Translated files coming back: first a report that writes nothing, then the same once more, written.

A translation is taken over where the original is still the same, the markup is whole, and nobody has written another
one since the file was made; what the file does not call finished waits until somebody has confirmed it. The
translation of an original that has changed meanwhile becomes what the place “said before”: the editor shows it beside
the difference, as a start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation

from hub.languages import language_name

from ..inline import coded
from ..publishing import NotReady
from ..segments import Conflict, write
from ..starting import original_to_begin, translation_for, version_of
from .exchange import FileContent, FileError, code_of
from .matching import TOOL, Places, line_for, refused
from .outcomes import FileReport, Line, Options, Outcome, Report
from .reading import contents_of, files_in


def read(upload: IO[bytes], name: str, user: Any, options: Options | None = None) -> Report:
    """Report what applying a file or a ZIP would do. Never raises for what is in it, and writes nothing."""
    report = Report()
    options = options or Options()
    seen: set[UUID] = set()
    try:
        for path, content in files_in(upload, name):
            report.files += read_file(path, content(), user, options, seen)
    except FileError as error:
        return Report(error=str(error))
    return report


def read_file(name: str, content: bytes, user: Any, options: Options, seen: set[UUID]) -> Iterator[FileReport]:
    """Report on each part of a file. `seen` are translations that files before it were of; those of its own are
    added."""
    try:
        parts = contents_of(content)
    except FileError as error:
        yield FileReport(name, str(error))
        return
    codes = list(Locale.objects.values_list("language_code", flat=True))
    for part in parts:
        file = _report_on(part, name, user, options, codes)
        if file.translation and file.translation.uuid in seen:
            reason = _("Another file before it is of the same page and language.")
            file = FileReport(name, lines=[refused(text, Outcome.UNKNOWN, reason) for text in part.texts])
        elif file.translation:
            seen.add(file.translation.uuid)
        yield file


def apply(report: Report, user: Any) -> Report:
    """Write what a report promises, in a transaction for each file. What somebody has written since the report is
    kept, and the lines say so."""
    for file in report.files:
        with transaction.atomic():
            begin(file, user)
            for line in file.lines:
                write_line(file, line, user)
    return report


def begin(file: FileReport, user: Any) -> None:
    """Begin a translation that was exported while it was missing, if there is anything to write."""
    translation = file.translation
    if not translation or translation.enabled or not any(line.is_written for line in file.lines):
        return
    version = version_of(translation)
    if version is None:
        return
    try:
        translation_for(version, user)
    except NotReady as reason:
        for line in file.lines:
            line.outcome, line.reason = Outcome.NOT_PERMITTED, str(reason)


def refusal(translation: Translation, user: Any) -> str:
    """Why somebody may not change a translation, in a sentence; "" if nothing is against it."""
    from ..editor.api import lock_of
    from ..people import may_work_on

    try:
        page = translation.get_target_instance()
    except ObjectDoesNotExist:
        return _reason_not_to_begin(translation, user)
    if not isinstance(page, Page):
        return _("You may not change this page.")
    if not may_work_on(user, page):
        return _("%(language)s is not among your languages.") % {
            "language": language_name(translation.target_locale.language_code)
        }
    if not page.permissions_for_user(user).can_edit():
        return _("You may not change this page.")
    return lock_of(page, user)


def _reason_not_to_begin(translation: Translation, user: Any) -> str:
    version = version_of(translation)
    if version is None:
        return _("The page is not there any more.")
    try:
        original_to_begin(version, user)
    except NotReady as reason:
        return str(reason)
    return ""


def _report_on(content: FileContent, name: str, user: Any, options: Options, codes: Iterable[str]) -> FileReport:
    translation = _translation_of(content, options)
    if translation is None:
        reason = (
            _("There is no such translation any more.")
            if content.translation
            else _("The file does not say which translation it is of.")
        )
        if content.translation and options.only:
            reason = _("The file is of another page or language.")
        return FileReport(name, lines=[refused(text, Outcome.UNKNOWN, reason) for text in content.texts])
    file = FileReport(
        name,
        translation=translation,
        title=translation.source.object_repr,
        language=language_name(translation.target_locale.language_code),
    )
    source, target = translation.source.locale.language_code, translation.target_locale.language_code
    outcome, reason = Outcome.NOT_PERMITTED, refusal(translation, user)
    for tag, code in ((content.source_language, source), (content.language, target)):
        if tag and code_of(tag, codes) != code:
            outcome = Outcome.WRONG_LANGUAGE
            reason = _("The file is in %(found)s, where %(expected)s belongs.") % {
                "found": tag[:40],
                "expected": code,
            }
    if reason:
        file.lines = [refused(text, outcome, reason) for text in content.texts]
        file.translation = None
        return file
    places = Places(translation, user, content.texts)
    taken: set[tuple[UUID, UUID]] = set()
    for text in content.texts:
        if (text.place, text.source) in taken:
            file.lines.append(refused(text, Outcome.UNKNOWN, _("The same text is in the file twice.")))
            continue
        taken.add((text.place, text.source))
        file.lines.append(line_for(text, places, content, options))
    return file


def write_line(file: FileReport, line: Line, user: Any) -> None:
    """Write what a line promises, if it promises anything. If that is not possible any more, the line says so."""
    translation = file.translation
    if translation is None:
        return
    if line.outcome == Outcome.APPLIED and line.segment:
        try:
            write(
                translation,
                line.segment,
                line.data,
                user=user,
                version=line.segment.version,
                tool=TOOL,
                machine=line.machine,
                doubt=line.doubt,
            )
        except Conflict as conflict:
            line.outcome = Outcome.CHANGED_HERE
            line.reason = _("Somebody has translated it here since the report was shown.")
            line.current = coded(conflict.current.target, conflict.current.source)
    elif line.outcome == Outcome.SUGGESTED and line.former:
        string, context = line.former
        StringTranslation.objects.update_or_create(
            translation_of_id=string,
            context_id=context,
            locale=translation.target_locale,
            defaults={
                "data": line.data,
                "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
                "tool_name": TOOL,
                "last_translated_by": user,
                "has_error": False,
                "field_error": "",
                "updated_at": timezone.now(),
            },
        )


def _translation_of(content: FileContent, options: Options) -> Translation | None:
    if options.only:
        return options.only if content.translation in (None, options.only.uuid) else None
    if content.translation is None:
        return None
    found = (
        Translation.objects.filter(uuid=content.translation).select_related("source__locale", "target_locale").first()
    )
    return found if found and (found.enabled or not _has_page(found)) else None


def _has_page(translation: Translation) -> bool:
    pages = Page.objects.filter(translation_key=translation.source.object_id, locale=translation.target_locale_id)
    return pages.exists()
