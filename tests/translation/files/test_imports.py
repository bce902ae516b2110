"""What becomes of a file that comes back: it is told before anything is written, text by text."""

import pytest
from django.utils import timezone
from wagtail_localize.models import StringTranslation

from tests import content
from tests.translation.desk import fill, segment_at, start
from translation.files import FORMATS, export_archive, imports
from translation.files.exchange import key_of
from translation.files.outcomes import Outcome
from translation.segments import Condition

from .steps import export, line_at, outcomes, put, targets, wipe

pytestmark = pytest.mark.django_db
ALL = pytest.mark.parametrize("file_format", FORMATS)


@ALL
def test_a_report_writes_nothing(file_format, translation, read):
    fill(translation)
    file = export(translation, file_format)
    wipe(translation)
    read(file)
    assert not StringTranslation.objects.exists()


@ALL
def test_texts_without_translation_are_empty(file_format, translation, read):
    assert set(outcomes(read(export(translation, file_format)))) == {Outcome.EMPTY}


@ALL
def test_another_translation_replaces_the_one_here(file_format, translation, read, editor):
    fill(translation)
    file = export(translation, file_format).replace(b"[fr] Vorspann", "Chapeau à l’été".encode())
    report = read(file)
    assert report.counts == {Outcome.APPLIED: 1, Outcome.UNCHANGED: 3}
    imports.apply(report, editor)
    segment = segment_at(translation, "lead")
    assert (segment.target, segment.written_by) == ("Chapeau à l’été", editor)


@ALL
def test_what_was_written_here_since_the_file_was_made_stays_unless_asked(file_format, translation, read, editor):
    fill(translation)
    file = export(translation, file_format).replace(b"[fr] Vorspann", b"From the file")
    put(translation, "lead", "Written here")
    report = read(file)
    assert line_at(report, "Lead").outcome == Outcome.CHANGED_HERE
    imports.apply(report, editor)
    assert segment_at(translation, "lead").target == "Written here"
    report = imports.apply(read(file, overwrite=True), editor)
    assert line_at(report, "Lead").outcome == Outcome.APPLIED
    assert segment_at(translation, "lead").target == "From the file"


def test_what_was_written_here_since_the_report_was_shown_stays_in_any_case(translation, read, editor):
    fill(translation)
    file = export(translation).replace(b"[fr] Vorspann", b"From the file")
    seen_at = timezone.now()
    put(translation, "lead", "Written here")
    report = imports.apply(read(file, overwrite=True, seen_at=seen_at), editor)
    assert line_at(report, "Lead").outcome == Outcome.CHANGED_HERE
    assert segment_at(translation, "lead").target == "Written here"


def test_what_is_written_while_a_report_is_applied_stays(translation, read, editor):
    fill(translation)
    report = read(export(translation).replace(b"[fr] Vorspann", b"From the file"))
    put(translation, "lead", "Written here")
    imports.apply(report, editor)
    assert line_at(report, "Lead").outcome == Outcome.CHANGED_HERE
    assert segment_at(translation, "lead").target == "Written here"


def test_a_file_may_be_brought_again_when_more_is_translated(translation, read, editor):
    file = export(translation, "po")
    first = file.replace(b'msgid "Vorspann"\nmsgstr ""', b'msgid "Vorspann"\nmsgstr "Chapeau"')
    imports.apply(read(first), editor)
    second = first.replace(b'"Chapeau"', b'"Introduction"')
    assert read(second).counts[Outcome.APPLIED] == 1


@pytest.mark.parametrize(
    ("file_format", "old", "new"),
    [
        ("xliff2", b'state="translated"', b'state="initial"'),
        ("xliff1", b'state="translated"', b'state="needs-review-translation"'),
        ("po", b'msgctxt "lead"', b'#, fuzzy\nmsgctxt "lead"'),
    ],
)
def test_what_a_file_does_not_call_finished_waits_for_somebody(file_format, old, new, translation, read, editor):
    fill(translation)
    finished = export(translation, file_format)
    wipe(translation)
    report = imports.apply(read(finished.replace(old, new)), editor)
    line = line_at(report, "Lead")
    assert line.outcome == Outcome.APPLIED
    assert "confirm" in line.reason
    segment = segment_at(translation, "lead")
    assert (segment.condition, segment.target, segment.waits) == (Condition.BROKEN, "[fr] Vorspann", True)
    assert segment.error == line.reason
    assert set(outcomes(read(export(translation, file_format)))) == {Outcome.UNCHANGED}
    imports.apply(read(finished), editor)
    assert segment_at(translation, "lead").condition == Condition.TRANSLATED


def test_a_text_that_waits_is_confirmed_as_it_is(translation, editor):
    put(translation, "lead", "Chapeau", doubt="Read it.")
    assert put(translation, "lead", "Chapeau", user=editor).condition == Condition.TRANSLATED


@pytest.mark.parametrize(
    ("file_format", "mark", "read_by_somebody"),
    [
        ("xliff2", b' state="initial" subState="hub:machine"', b' state="translated"'),
        ("xliff1", b' state="needs-review-translation" state-qualifier="mt-suggestion"', b' state="final"'),
        ("po", b"#, fuzzy\n", b""),
    ],
)
def test_a_machines_translation_becomes_somebodys_by_its_state(
    file_format, mark, read_by_somebody, translation, read, editor
):
    put(translation, "title", "Titre", machine=True)
    file = export(translation, file_format)
    assert mark in file
    imports.apply(read(file), editor)
    assert segment_at(translation, "title").condition == Condition.MACHINE
    imports.apply(read(file.replace(mark, read_by_somebody)), editor)
    segment = segment_at(translation, "title")
    assert (segment.condition, segment.written_by) == (Condition.TRANSLATED, editor)


def test_a_file_that_a_machine_has_translated_is_marked_so(translation, read, editor):
    file = export(translation, "po").replace(b'msgid "Vorspann"\nmsgstr ""', b'msgid "Vorspann"\nmsgstr "Chapeau"')
    imports.apply(read(file, machine=True), editor)
    assert segment_at(translation, "lead").condition == Condition.MACHINE


def test_originals_that_a_tool_has_copied_over_are_no_translations(translation, read):
    file = export(translation, "xliff1").replace(
        b"<source>Vorspann</source>", b'<source>Vorspann</source><target state="new">Vorspann</target>'
    )
    assert line_at(read(file), "Lead").outcome == Outcome.EMPTY


@ALL
def test_what_is_too_long_is_refused(file_format, translation, read):
    fill(translation)
    report = read(export(translation, file_format).replace(b"[fr] Titel", b"T" * 256))
    line = line_at(report, "Title")
    assert line.outcome == Outcome.TOO_LONG
    assert "256" in line.reason


@ALL
def test_texts_that_the_original_never_had_are_unknown(file_format, translation, read):
    fill(translation)
    file = export(translation, file_format)
    title = segment_at(translation, "title")
    other = file.replace(b'msgid "Titel"', b'msgid "Never said"')
    if file_format != "po":
        other = file.replace(key_of(title).encode(), b"1" * 32 + b"." + b"2" * 32)
    report = read(other)
    assert report.counts == {Outcome.UNKNOWN: 1, Outcome.UNCHANGED: 3}


@ALL
def test_a_translation_that_is_not_there_any_more_is_unknown(file_format, translation, read):
    file = export(translation, file_format)
    translation.enabled = False
    translation.save()
    assert set(outcomes(read(file))) == {Outcome.UNKNOWN}


@pytest.mark.parametrize(
    ("file_format", "old", "new"),
    [
        ("xliff2", b'trgLang="fr"', b'trgLang="it"'),
        ("xliff2", b'srcLang="de"', b'srcLang="en"'),
        ("xliff1", b'target-language="fr"', b'target-language="pl"'),
        ("po", b"Language: fr", b"Language: es"),
    ],
)
def test_another_language_than_the_translations_is_wrong(file_format, old, new, translation, read):
    fill(translation)
    file = export(translation, file_format).replace(b"[fr] Titel", b"Titre")
    assert set(outcomes(read(file.replace(old, new)))) == {Outcome.WRONG_LANGUAGE}


def test_a_country_that_a_tool_has_added_to_the_language_is_no_matter(translation, read):
    fill(translation)
    file = export(translation).replace(b'trgLang="fr"', b'trgLang="fr-FR"').replace(b"[fr] Titel", b"Titre")
    assert Outcome.APPLIED in outcomes(read(file))


@ALL
def test_translators_bring_files_in_their_languages_only(file_format, page, translation, translator, read):
    italian = type(translation).objects.get(source=translation.source, target_locale__language_code="it")
    for each, expected in ((translation, Outcome.APPLIED), (italian, Outcome.NOT_PERMITTED)):
        fill(each)
        file = export(each, file_format)
        wipe(each)
        report = read(file, user=translator)
        assert set(outcomes(report)) == {expected}
        imports.apply(report, translator)
    assert not any(targets(italian).values())
    assert all(targets(translation).values())


def test_files_of_a_locked_page_are_refused(translation, translator, editor, read):
    fill(translation)
    file = export(translation)
    wipe(translation)
    page = translation.get_target_instance()
    page.locked, page.locked_by, page.locked_at = True, editor, timezone.now()
    page.save()
    assert set(outcomes(read(file, user=translator))) == {Outcome.NOT_PERMITTED}


def test_a_file_of_wagtail_localize_is_read(translation, read, editor):
    fill(translation)
    file = str(translation.export_po()).encode()
    before = targets(translation)
    assert set(outcomes(read(file))) == {Outcome.UNCHANGED}
    wipe(translation)
    imports.apply(read(file), editor)
    assert targets(translation) == before


def test_a_file_without_a_head_belongs_to_the_translation_it_is_brought_to(translation, read):
    file = b'msgctxt "title"\nmsgid "Titel"\nmsgstr "Titre"\n'
    assert outcomes(read(file)) == [Outcome.UNKNOWN]
    assert outcomes(read(file, only=translation)) == [Outcome.APPLIED]


def test_a_file_of_another_translation_is_not_taken_for_this_one(page, translation, read):
    italian = type(translation).objects.get(source=translation.source, target_locale__language_code="it")
    fill(italian)
    assert set(outcomes(read(export(italian), only=translation))) == {Outcome.UNKNOWN}


@ALL
def test_a_zip_of_many_comes_back(file_format, read, editor):
    pages = [content.post("Titel", language="de") for _number in range(3)]
    begun = [start(page, code) for page in pages for code in ("fr", "pl")]
    for each in begun:
        fill(each)
    before = [targets(each) for each in begun]
    with export_archive(begun, file_format) as archive:
        file = archive.read()
    StringTranslation.objects.all().delete()
    report = read(file)
    assert len(report.files) == 6
    imports.apply(report, editor)
    assert [targets(each) for each in begun] == before
