"""Files that were made before their original changed."""

import pytest

from tests import content
from tests.translation.desk import fill, republish, segment_at, start
from translation.files import FORMATS, imports
from translation.files.outcomes import Outcome
from translation.segments import Condition

from .steps import export, line_at, outcomes, put

pytestmark = pytest.mark.django_db
ALL = pytest.mark.parametrize("file_format", FORMATS)


@ALL
def test_the_translation_of_a_changed_original_is_kept_as_a_suggestion(file_format, page, translation, read, editor):
    fill(translation)
    file = export(translation, file_format).replace(b"[fr] Titel", b"Titre")
    republish(page, title="Neuer Titel")
    report = read(file)
    line = line_at(report, "Title")
    assert line.outcome == Outcome.SUGGESTED
    assert "Titel" in line.reason
    imports.apply(report, editor)
    segment = segment_at(translation, "title")
    assert (segment.condition, segment.target) == (Condition.CHANGED, "")
    assert (segment.old_source, segment.old_target) == ("Titel", "Titre")


def test_a_changed_original_that_nobody_had_translated_yet_is_a_suggestion_too(page, translation, read, editor):
    file = export(translation, "po").replace(b'msgid "Titel"\nmsgstr ""', b'msgid "Titel"\nmsgstr "Titre"')
    republish(page, title="Neuer Titel")
    imports.apply(read(file), editor)
    segment = segment_at(translation, "title")
    assert (segment.old_source, segment.old_target) == ("Titel", "Titre")


def test_texts_that_a_place_never_said_are_not_attached_to_it(page, translation, read):
    other = start(content.post("Anderswo", language="de"), "fr")
    fill(other)
    for text in (b"Anderswo", b"Vorspann"):
        file = b'msgctxt "title"\nmsgid "' + text + b'"\nmsgstr "Ailleurs"\n'
        assert outcomes(read(file, only=translation)) == [Outcome.UNKNOWN]


@ALL
def test_changed_texts_take_a_fixed_number_of_queries(
    file_format, page, translation, read, django_assert_max_num_queries
):
    fill(translation)
    file = export(translation, file_format).replace(b"[fr]", b"(fr)")
    republish(page, title="Neuer Titel", lead="Neuer Vorspann", body="[]")
    with django_assert_max_num_queries(20):
        assert read(file).counts[Outcome.SUGGESTED] == 2


def test_only_what_is_kept_is_called_a_suggestion(page, translation, read, editor):
    fill(translation)
    file = export(translation).replace(b"[fr] Titel", b"Titre")
    republish(page, title="Neuer Titel")
    imports.apply(read(file), editor)
    assert read(file).counts == {Outcome.UNCHANGED: 4}
    put(translation, "title", "Nouveau titre")
    report = read(file.replace(b"Titre", b"Intitul"))
    assert report.counts == {Outcome.SOURCE_CHANGED: 1, Outcome.UNCHANGED: 3}
    assert "Kept" not in line_at(report, "Title").reason


def test_a_changed_text_that_nobody_has_touched_is_not_translated(page, translation, read):
    fill(translation)
    republish(page, title="Neuer Titel")
    for file_format in FORMATS:
        report = read(export(translation, file_format))
        assert line_at(report, "Title").outcome in {Outcome.UNCHANGED, Outcome.EMPTY}


def test_a_changed_text_is_still_right_when_it_is_fuzzy_no_more(page, translation, read, editor):
    fill(translation)
    republish(page, title="Neuer Titel")
    file = export(translation, "po").replace(b"#, fuzzy\n", b"")
    imports.apply(read(file), editor)
    segment = segment_at(translation, "title")
    assert (segment.condition, segment.target) == (Condition.TRANSLATED, "[fr] Titel")
