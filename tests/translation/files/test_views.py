"""Files go down and up through the administration, for those whose languages they are in."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from hub.roles import TRANSLATORS
from tests.editing import log_in
from tests.translation.desk import fill, republish, segment_at
from translation.files import FORMATS, export_file, uploads
from translation.models import Concept, MemoryImport, MemoryUnit, Term, TranslatorLanguage
from translation.segments import write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "private" / "translation-uploads"


def address(name, *args):
    return reverse(f"translation_desk:{name}", args=args)


def send(client, content, url=None, name="a.xlf", **data):
    return client.post(url or address("upload"), {"file": SimpleUploadedFile(name, content)} | data)


@pytest.fixture
def italian(translation):
    return type(translation).objects.get(source=translation.source, target_locale__language_code="it")


@pytest.fixture
def changed(translation):
    """A file with another title."""
    fill(translation)
    return export_file(translation, "xliff2")[1].replace(b"[fr] Titel", b"Titre")


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_translation_is_downloaded(file_format, translation, french):
    response = french.get(address("download_file", translation.pk), {"format": file_format})
    name, _content = export_file(translation, file_format)
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert b"Vorspann" in response.content


def test_a_format_that_does_not_exist_is_not_found(translation, french):
    answer = french.get(address("download_file", translation.pk), {"format": "docx"}, follow=True)
    assert answer.status_code == 404


def test_a_file_is_shown_and_then_taken_over(translation, changed, french, folder):
    response = send(french, changed)
    assert response.status_code == 302
    report = french.get(response.url)
    assert report.status_code == 200
    assert "Take over 1 translation" in report.content.decode()
    assert segment_at(translation, "title").target == "[fr] Titel"
    done = french.post(response.url)
    assert "1 translation was taken over." in done.content.decode()
    segment = segment_at(translation, "title")
    assert (segment.target, segment.written_by.username) == ("Titre", "translators")
    assert not list(folder.iterdir())
    assert french.post(response.url).status_code == 302


def test_the_same_numbers_are_said_before_and_after_and_are_those_of_the_file(page, translation, french):
    fill(translation)
    changed = (
        export_file(translation, "xliff2")[1].replace(b"[fr] Titel", b"Titre").replace(b"[fr] Vor", b"[fr] Avant")
    )
    republish(page, title="Neuer Titel")
    url = send(french, changed.replace(b"[fr] Zwei", b"Deux").replace(b'state="translated"', b'state="final"')).url
    before, after = french.get(url), french.post(url)
    assert before.context["outcomes"] == after.context["outcomes"]
    assert sum(count for _outcome, count in after.context["outcomes"]) == 4
    html = after.content.decode()
    assert f"{before.context['applicable']} translations were taken over." in html
    assert "1 translation was kept as a suggestion." in html
    assert "not taken over" not in html


def test_the_report_shows_what_is_asked_for(changed, french):
    url = send(french, changed).url
    assert "Titre" in french.get(url, {"outcome": "applied"}).content.decode()
    assert "Titre" not in french.get(url, {"outcome": "unchanged"}).content.decode()
    assert "[fr] Vorspann" in french.get(url, {"outcome": "all"}).content.decode()
    assert "[fr] Vorspann" not in french.get(url).content.decode()
    assert french.get(url, {"outcome": "nonsense", "p": "x"}).status_code == 200


def test_what_is_written_between_report_and_approval_stays(translation, changed, french):
    url = send(french, changed).url
    french.get(url)

    write(translation, segment_at(translation, "title"), "Écrit ici", user=None)
    french.post(url, {"overwrite": "on"})
    assert segment_at(translation, "title").target == "Écrit ici"


def test_only_the_one_who_sent_a_file_sees_its_report(changed, french):
    url = send(french, changed).url
    other = log_in(name="somebody")
    response = other.get(url)
    assert (response.status_code, response.url) == (302, address("upload"))
    assert other.get(address("upload_report", "..%2f..%2fetc%2fpasswd")).status_code in {302, 404}


def test_uploads_that_nobody_comes_back_for_go(changed, french, folder, monkeypatch):
    for _number in range(uploads.MOST_KEPT + 2):
        send(french, changed)
    assert len(list(folder.iterdir())) == uploads.MOST_KEPT
    later = (timezone.now() + timedelta(days=2)).timestamp()
    monkeypatch.setattr(uploads.time, "time", lambda: later)
    url = send(french, changed).url
    assert len(list(folder.iterdir())) == 1
    assert french.get(url).status_code == 200


def test_a_file_that_cannot_be_used_says_why(french):
    report = french.get(send(french, b"PK\x03\x04", name="a.zip").url).content.decode()
    assert "The ZIP is damaged or not whole." in report
    assert '<form method="post">' not in report
    assert "The submitted file is empty." in send(french, b"").content.decode()


def test_a_file_too_large_is_not_kept(french, folder, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 10)
    assert "larger than" in send(french, b"a" * 11).content.decode()
    assert not folder.exists()


def test_what_a_file_says_is_shown_and_not_run(french, translation):
    content = export_file(translation, "po")[1].replace(
        b'msgid "Vorspann"\nmsgstr ""', b'msgid "Vorspann"\nmsgstr "<script>alert(1)</script>"'
    )
    report = french.get(send(french, content, name="<b>.po").url).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in report
    assert "<script>alert(1)" not in report


# Languages and rights


def test_other_languages_are_closed(italian, french):
    fill(italian)
    content = export_file(italian, "xliff2")[1].replace(b"[it] Titel", b"Titolo")
    assert french.get(address("download_file", italian.pk)).status_code in {302, 403}
    assert send(french, content, address("upload_file", italian.pk)).status_code in {302, 403}
    report = french.get(send(french, content).url)
    assert "Not permitted: 4" in report.content.decode()
    french.post(send(french, content).url)
    assert segment_at(italian, "title").target == "[it] Titel"


def test_who_translates_into_another_language_has_no_access(translation, django_user_model):
    client = log_in(TRANSLATORS, "other")
    user = django_user_model.objects.get(username="other")
    TranslatorLanguage.objects.create(user=user, locale=Locale.objects.get(language_code="pl"))
    for name, args in (("download_file", [translation.pk]), ("upload_file", [translation.pk])):
        assert client.get(address(name, *args)).status_code in {302, 403}


@pytest.mark.parametrize("name", ["upload", "memory_files", "glossary_files", "download_tbx", "download_memory"])
def test_who_may_not_submit_translations_has_no_access(name, django_user_model, client):
    user = django_user_model.objects.create_user("reader", "reader@example.org", "x")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    assert client.get(address(name)).status_code in {302, 403}
    client.logout()
    assert "login" in client.get(address(name)).url


# In the place of wagtail-localize's


def test_a_po_file_without_a_head_is_no_error(translation, french):
    url = f"/admin/localize/translate/{translation.pk}/pofile/upload/"
    response = send(french, b'msgctxt "title"\nmsgid "Titel"\nmsgstr "Titre"\n', url, name="a.po")
    french.post(response.url)
    assert segment_at(translation, "title").target == "Titre"


def test_a_po_file_is_downloaded_where_wagtail_localize_has_it(translation, french):
    response = french.get(f"/admin/localize/translate/{translation.pk}/pofile/download/")
    assert str(translation.uuid).encode() in response.content


# Memory and glossary


def test_the_memory_goes_down_and_up_and_out_again(french, translation):
    de, fr, it = (Locale.objects.get(language_code=code) for code in ("de", "fr", "it"))
    for target, text in ((fr, "Un"), (it, "Uno")):
        MemoryUnit.objects.create(
            source_locale=de,
            target_locale=target,
            source="Eins",
            target=text,
            source_hash=1,
            written_at=timezone.now(),
        )
    response = french.get(address("download_memory"), {"source": de.pk})
    content = b"".join(response.streaming_content)
    assert content.count(b"<tu ") == 2
    assert french.get(address("download_memory"), {"target": "x"}).status_code == 404
    MemoryUnit.objects.all().delete()
    answer = french.post(address("memory_files"), {"file": SimpleUploadedFile("a.tmx", content)}, follow=True)
    assert "1 translation goes into the memory. Left out: 1." in answer.content.decode()
    assert MemoryUnit.objects.get().target == "Un"
    found = MemoryImport.objects.get()
    stranger = log_in(TRANSLATORS, "stranger")
    assert stranger.post(address("remove_import", found.pk)).status_code in {302, 403}
    assert MemoryUnit.objects.exists()
    french.post(address("remove_import", found.pk))
    assert not MemoryUnit.objects.exists()


def test_a_memory_that_is_none_says_so(french, folder):
    answer = french.post(address("memory_files"), {"file": SimpleUploadedFile("a.tmx", b"<html/>")})
    assert "It is no TMX file." in answer.content.decode()
    assert not MemoryImport.objects.exists()
    assert not folder.exists()


@pytest.mark.parametrize("name", ["tbx", "csv"])
def test_the_glossary_goes_down_and_up(name, french):
    made = Concept.objects.create(domain="Climate")
    Term.objects.create(concept=made, locale=Locale.objects.get(language_code="de"), text="Klima")
    client = log_in()
    content = client.get(address(f"download_{name}")).content
    made.delete()
    answer = client.post(address("glossary_files"), {"file": SimpleUploadedFile(f"a.{name}", content)})
    assert "1 concepts and 1 terms" in answer.content.decode()
    assert Term.objects.get().text == "Klima"
    refused = client.post(address("glossary_files"), {"file": SimpleUploadedFile("a.csv", b"a,b")})
    assert "no column" in refused.content.decode()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_tables_of_spreadsheets_go_up(encoding):
    content = SimpleUploadedFile("a.csv", "language;term\nde;Kl\x00ima".encode(encoding))
    log_in().post(address("glossary_files"), {"file": content})
    assert Term.objects.get().text == "Klima"


def test_who_may_not_change_the_glossary_only_reads_it(django_user_model, client):
    user = django_user_model.objects.create_user("reader", "reader@example.org", "x")
    user.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", "submit_translation"]))
    client.force_login(user)
    assert "glossary.tbx" in client.get(address("glossary_files")).content.decode()
    content = SimpleUploadedFile("a.csv", b"language,term\nde,Klima")
    assert client.post(address("glossary_files"), {"file": content}).status_code in {302, 403}
    assert not Term.objects.exists()


def test_pages_have_a_heading_and_labels(french, changed):
    for url in (address("upload"), address("memory_files"), address("glossary_files"), send(french, changed).url):
        page = french.get(url).content.decode()
        assert "<h1" in page or "header-title" in page
