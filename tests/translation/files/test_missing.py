"""Files of works that nobody has begun in a language: they begin when their files come back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation

from tests import content
from tests.editing import log_in
from tests.translation.desk import segment_at
from translation import jobs
from translation.files import background, imports
from translation.files.outcomes import Outcome
from translation.models import Job, LanguageVersion, State
from translation.progress import check_versions, refresh_stale
from translation.publishing import NotReady
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


def test_what_cannot_begin_is_refused_in_every_slice_of_a_job(missing, editor, settings, tmp_path, monkeypatch):
    def fail(*args):
        raise NotReady("The original is not valid.")

    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(background, "LARGE", 0)
    monkeypatch.setattr(background, "PIECE", 1)
    monkeypatch.setattr(jobs, "SLICE", 0)
    monkeypatch.setattr(imports, "translation_for", fail)
    file = translated(missing).replace(b'msgid "Titel"\nmsgstr ""', b'msgid "Titel"\nmsgstr "Titre"')
    client = log_in()
    client.post(reverse("translation_desk:upload"), {"file": SimpleUploadedFile("a.po", file)})
    job = Job.objects.get()
    client.post(reverse("translation_desk:import_report", args=[job.pk]))
    rows = job.texts.values_list("outcome", "reason")
    assert list(rows) == [(Outcome.NOT_PERMITTED, "The original is not valid.")] * 2
    assert not StringTranslation.objects.exists()
