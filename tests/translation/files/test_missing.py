"""Files of works that nobody has begun in a language: they begin when their files come back."""

import pytest
from wagtail.models import Page
from wagtail_localize.models import Translation

from tests import content
from tests.editing import log_in
from tests.translation.desk import segment_at
from translation.files import imports
from translation.files.outcomes import Outcome
from translation.models import LanguageVersion, State
from translation.progress import check_versions, refresh_stale
from translation.starting import translation_to_export

from .steps import export, outcomes

pytestmark = pytest.mark.django_db


@pytest.fixture
def missing(editor):
    """A version that somebody has exported."""
    content.post("Titel", language="de", lead="Vorspann")
    check_versions()
    version = LanguageVersion.objects.get(locale__language_code="fr")
    version.translation = translation_to_export(version, editor)
    return version


def translated(version):
    file = export(version.translation, "po")
    return file.replace(b'msgid "Vorspann"\nmsgstr ""', b'msgid "Vorspann"\nmsgstr "Chapeau"')


def pages_of(version):
    return Page.objects.filter(translation_key=version.work, locale=version.locale)


def test_what_is_exported_is_as_missing_as_before(missing, editor):
    check_versions()
    missing.refresh_from_db()
    assert (missing.state, missing.page, missing.words_to_do) == (State.MISSING, None, missing.words)
    assert not pages_of(missing).exists()
    assert translation_to_export(missing, editor) == missing.translation
    assert "Titel" not in log_in().get("/admin/localize/reports/translations/").content.decode()


def test_it_begins_when_its_file_comes_back(missing, read, editor):
    report = read(translated(missing))
    assert report.counts[Outcome.APPLIED] == 1
    assert not pages_of(missing).exists()
    imports.apply(report, editor)
    assert not pages_of(missing).get().live
    assert segment_at(Translation.objects.get(enabled=True), "lead").target == "Chapeau"
    refresh_stale()
    missing.refresh_from_db()
    assert missing.state == State.IN_PROGRESS


def test_a_file_without_translations_begins_nothing(missing, read, editor):
    report = imports.apply(read(export(missing.translation, "po")), editor)
    assert set(outcomes(report)) == {Outcome.EMPTY}
    assert not pages_of(missing).exists()


def test_who_may_not_begin_it_is_told_so(missing, read, translator, editor):
    missing.original.specific.unpublish()
    report = imports.apply(read(translated(missing), user=translator), translator)
    assert set(outcomes(report)) == {Outcome.NOT_PERMITTED}
    assert report.files[0].lines[0].reason == "Its original is not public."
    assert not pages_of(missing).exists()
