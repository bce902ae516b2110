"""What is in a file that goes out."""

import io
import zipfile

import pytest
from django.utils import timezone
from wagtail.models import Locale

from tests import content
from tests.translation.desk import fill, republish, segment_at, start
from translation.files import FORMATS, export_archive
from translation.models import OmittedBlock, SegmentNote

from .steps import export

pytestmark = pytest.mark.django_db
ALL = pytest.mark.parametrize("file_format", FORMATS)


@ALL
def test_left_out_blocks_are_in_no_file(file_format, page, translation):
    OmittedBlock.objects.create(work=page.translation_key, locale=translation.target_locale, block=page.body[0].id)
    file = export(translation, file_format).decode()
    assert "Vorspann" in file
    assert "Zwei" not in file


@ALL
def test_files_tell_places_lengths_addresses_and_notes(file_format, translation, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://hub.test"
    segment = segment_at(translation, "lead")
    keys = {"string_id": segment.string_id, "context_id": segment.context_id}
    SegmentNote.objects.create(**keys, text="For all")
    SegmentNote.objects.create(**keys, text="For French", locale=translation.target_locale)
    SegmentNote.objects.create(**keys, text="For Italian", locale=Locale.objects.get(language_code="it"))
    SegmentNote.objects.create(**keys, text="Settled", resolved_at=timezone.now())
    file = export(translation, file_format).decode()
    page = translation.get_target_instance()
    for text in (
        "Lead", "At most 500 characters.", f"https://hub.test/admin/pages/{page.pk}/edit/",
        f"https://hub.test/admin/translations/{translation.pk}/preview/", "For all", "For French", "https://example.org/",
    ):  # fmt: skip
        assert text in file
    assert "For Italian" not in file
    assert "Settled" not in file


@ALL
def test_a_changed_text_goes_with_what_was_there_before(file_format, page, translation):
    fill(translation)
    republish(page, title="Neuer Titel")
    file = export(translation, file_format).decode()
    for text in ("Neuer Titel", "Titel", "[fr] Titel"):
        assert f">{text}<" in file or f'"{text}"' in file


def test_files_in_a_zip_have_plain_names_of_their_own_and_a_note(translation):
    greek = start(content.post("Ένας τίτλος: «δύο/τρία»", language="de"), "fr")
    same = [start(content.post("Titel", language="de"), "fr") for _number in range(2)]
    with export_archive([translation, greek, *same], "xliff2") as archive:
        names = zipfile.ZipFile(io.BytesIO(archive.read())).namelist()
    assert names == [
        "fr/titel.xlf", "fr/enas-titlos-dyotria.xlf", "fr/titel-2.xlf", "fr/titel-3.xlf", "README.txt",
    ]  # fmt: skip
