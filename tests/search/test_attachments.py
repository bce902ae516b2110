"""The text of files: what is read, and that no file, however made, costs more than a note."""

import io
import zipfile
import zlib
from dataclasses import replace

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader, PdfWriter

from hub.models import HubDocument
from search import attachments
from search.attachments import MISSING_AGAIN_AFTER, Reason, note, read_file, read_waiting, waiting
from search.models import DocumentText, IndexChange
from search.outbox import drain
from search.rebuild import compare
from tests import content

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
O = (  # noqa: E741
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def pdf(*streams: bytes, pages: int = 1, forms: tuple[bytes, ...] = ()) -> bytes:
    """A PDF whose pages all show the first stream; `forms` are drawn with /F0 Do, /F1 Do ..."""
    first_form, count = 5, pages
    names = b" ".join(b"/F%d %d 0 R" % (number, first_form + number) for number in range(len(forms)))
    resources = b"<< /Font << /F 3 0 R >> /XObject << %s >> >>" % names
    first_page = first_form + len(forms)
    kids = b" ".join(b"%d 0 R" % (first_page + number) for number in range(count))

    def stream(data: bytes, entries: bytes = b"") -> bytes:
        packed = zlib.compress(data)
        return b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (entries, len(packed), packed)

    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources " + resources
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        stream(streams[0] if streams else b""),
        *(stream(data, form) for data in forms),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources %s >>" % resources] * count,
    ]
    out, offsets = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, io.SEEK_END)
    for number, data in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, data))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def words(text: bytes) -> bytes:
    return b"BT /F 12 Tf (%s) Tj ET" % text


def encrypted_pdf(password: str, algorithm: str = "RC4-128") -> bytes:
    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(words(b"secret"))))), io.BytesIO()
    writer.encrypt(password, "owner", algorithm=algorithm)
    writer.write(out)
    return out.getvalue()


def archive(compression: int = zipfile.ZIP_DEFLATED, **parts: str | bytes) -> bytes:
    """A ZIP archive; in the names of its parts, "__" stands for "/" and "_" for "."."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, data in parts.items():
            file.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def docx(body: str, **parts: str | bytes) -> bytes:
    return archive(word__document_xml=f"<w:document {W}><w:body>{body}</w:body></w:document>", **parts)


def odt(body: str, **parts: str | bytes) -> bytes:
    xml = f"<office:document-content {O}><office:body><office:text>{body}</office:text></office:body>"
    return archive(content_xml=xml + "</office:document-content>", **parts)


def read(data: bytes, kind: str) -> tuple[str, str]:
    return read_file(io.BytesIO(data), kind)


@pytest.fixture
def limits(monkeypatch):
    def limits(**changed):
        monkeypatch.setattr(attachments, "LIMITS", replace(attachments.LIMITS, **changed))

    return limits


# What is read


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    [
        ("pdf", pdf(words(b"Lighthouse keepers")), "Lighthouse keepers"),
        ("pdf", encrypted_pdf(""), "secret"),  # only printing or copying is restricted
        ("pdf", encrypted_pdf("", "AES-128"), "secret"),
        ("pdf", encrypted_pdf("", "AES-256"), "secret"),
        ("docx", docx("<w:p><w:r><w:t>Light</w:t></w:r><w:r><w:t>house</w:t></w:r></w:p>"), "Lighthouse"),
        ("docx", docx("<w:p><w:t>one</w:t><w:tab/><w:t>two</w:t></w:p><w:p><w:t>three</w:t></w:p>"), "one two three"),
        ("docx", docx("<w:p><w:r><w:t>body</w:t></w:r></w:p>", word__footnotes_xml=f"<w:x {W}><w:t>foot</w:t></w:x>"),
         "body foot"),
        ("odt", odt("<text:h>Head</text:h><text:p>a <text:span>Light</text:span>house</text:p>"), "Head a Lighthouse"),
        ("pptx", archive(
            ppt__slides__slide10_xml=f"<a:p {A}><a:t>ten</a:t></a:p>",
            ppt__slides__slide2_xml=f"<a:p {A}><a:t>two</a:t></a:p>",
        ), "two ten"),
        ("xlsx", archive(xl__sharedStrings_xml="<sst><si><t>one</t></si><si><t>two</t></si></sst>"), "one two"),
        ("txt", "Straße".encode(), "Straße"),
        ("txt", "Straße".encode("cp1252"), "Straße"),
        ("txt", "Straße".encode("utf-16"), "Straße"),
    ],
)  # fmt: skip
def test_the_text_of_each_kind_is_read(kind, data, text):
    assert read(data, kind) == (text, "")


def test_what_was_deleted_or_is_a_comment_is_not_read():
    deleted = (
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom>"
    )
    assert read(docx(f"<w:p>{deleted}<w:r><w:t>kept</w:t></w:r></w:p>"), "docx") == ("kept", "")
    body = "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
    body += "<text:p>kept<office:annotation><text:p>comment</text:p></office:annotation></text:p>"
    assert read(odt(body), "odt") == ("kept", "")


def test_kinds_without_text_cost_nothing():
    assert read(b"PNG", "png") == ("", "")


# Broken, encrypted, hostile


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("pdf", b"not a PDF"),
        ("pdf", b""),
        ("pdf", b"%PDF-1.7\nbroken"),
        ("pdf", docx("")),
        ("docx", b""),
        ("docx", b"PK\x03\x04 broken"),
        ("docx", docx("<w:p><w:r><w:t>text</w:t></w:r></w:p>")[:-30]),
        ("docx", docx("<w:p>")),
        ("docx", odt("<text:p>text</text:p>")),
        ("odt", archive(content_xml=b"\xff\xff\0")),
        ("docx", archive(zipfile.ZIP_LZMA, word__document_xml="<a/>")),
    ],
)
def test_a_broken_file_is_said_to_be_broken(kind, data):
    assert read(data, kind) == ("", Reason.BROKEN)


def test_a_truncated_pdf_gives_what_there_is_or_a_reason():
    whole = pdf(words(b"lighthouse"), pages=20)
    for length in range(0, len(whole), len(whole) // 10):
        text, reason = read(whole[:length], "pdf")
        assert bool(text) != bool(reason), length


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("pdf", encrypted_pdf("secret")),
        ("pdf", encrypted_pdf("secret", "AES-128")),
        ("pdf", encrypted_pdf("secret", "AES-256")),
        ("docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)),
        ("odt", odt("", **{"META-INF__manifest_xml": "<m><encryption-data/></m>"})),
    ],
)
def test_an_encrypted_file_is_said_to_be_protected(kind, data):
    assert read(data, kind) == ("", Reason.ENCRYPTED)


@pytest.mark.parametrize("data", [pdf(), pdf(b"0 0 m 9 9 l S", pages=3), docx("<w:p/>"), odt("")])
def test_a_scan_is_said_to_have_no_text(data):
    kind = "pdf" if data.startswith(b"%PDF") else "docx" if b"word/" in data else "odt"
    assert read(data, kind) == ("", Reason.EMPTY)


BILLION_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + f"]><w:document {W}><w:t>&a9;</w:t></w:document>"
)
EXTERNAL = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document {W}><w:t>&x;</w:t></w:document>'


@pytest.mark.parametrize("xml", [BILLION_LAUGHS, EXTERNAL])
def test_no_entity_is_ever_resolved(xml):
    assert read(archive(word__document_xml=xml), "docx") == ("", Reason.BROKEN)


def test_paths_in_an_archive_lead_nowhere(tmp_path):
    data = docx("<w:p><w:r><w:t>text</w:t></w:r></w:p>", **{"____/tmp/escaped": b"x", f"{tmp_path}/escaped": b"x"})
    assert read(data, "docx") == ("text", "")
    assert not list(tmp_path.iterdir())


def test_a_zip_bomb_is_not_unpacked():
    bomb = docx(" " * 120_000_000)
    assert len(bomb) < 1_000_000
    assert read(bomb, "docx") == ("", Reason.HEAVY)
    text, reason = read(docx(f"<w:p><w:r><w:t>{'a' * 50_000_000}</w:t></w:r></w:p>"), "docx")
    assert (len(text), reason) == (300_000, Reason.LONG)


def test_a_file_that_takes_all_memory_is_given_up(limits):
    limits(memory=100_000_000)
    assert read(docx(f'<w:p w:x="{"a" * 90_000_000}"/>'), "docx") == ("", Reason.HEAVY)


def test_a_file_that_takes_too_long_is_given_up(limits):
    limits(seconds=1)
    forms = (*(b"/F%d Do " % (number + 1) * 10 for number in range(12)), words(b"lol"))
    before = timezone.now()
    assert read(pdf(b"/F0 Do", forms=forms), "pdf") == ("", Reason.HEAVY)
    assert (timezone.now() - before).total_seconds() < 20, "read whole, it would take days"


def test_of_a_long_file_only_the_beginning_is_read(limits):
    limits(pages=30)
    text, reason = read(pdf(words(b"lighthouse"), pages=10_000), "pdf")
    assert (text.count("lighthouse"), reason) == (30, Reason.LONG)
    limits(characters=1000)
    assert read(b"abcd " * 1000, "txt") == (("abcd " * 200).strip(), Reason.LONG)


def test_a_file_that_is_too_large_is_not_read(limits):
    limits(file=1000)
    assert read(b"a" * 1001, "txt") == ("", Reason.LARGE)


# Kept, found, told


def document(data: bytes, name: str) -> HubDocument:
    return HubDocument.objects.create(title="Annex", file=ContentFile(data, name=name))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("annex.pdf", pdf(words(b"About lighthouses"))),
        ("annex.docx", docx("<w:p><w:r><w:t>About lighthouses</w:t></w:r></w:p>")),
        ("annex.odt", odt("<text:p>About lighthouses</text:p>")),
    ],
)
def test_the_text_of_a_file_finds_the_work(engine, found, name, data):
    content.post("Water", body=[("documents", [document(data, name)])])
    drain()
    assert not IndexChange.objects.exists()
    assert found("lighthouse") == ["Water"]
    assert not compare().keys


@pytest.mark.django_db
def test_a_file_is_read_once(monkeypatch, caplog):
    broken = document(b"not a PDF", "annex.pdf")
    document(b"text", "annex.txt")
    document(b"PNG", "picture.png")
    assert (read_waiting(), read_waiting()) == (3, 0)
    assert [record.levelname for record in caplog.records if record.name == "search.attachments"] == ["WARNING"]
    broken.refresh_from_db()
    broken.title = "Another title"
    broken.save()
    assert not waiting().exists()
    monkeypatch.setattr(attachments, "READER", attachments.READER + 1)
    assert waiting().count() == 3
    monkeypatch.undo()
    broken.file.save("better.txt", ContentFile(b"windmills"), save=False)
    broken._set_document_file_metadata()
    broken.save()
    assert read_waiting() == 1
    assert DocumentText.objects.get(document=broken).text == "windmills"


@pytest.mark.django_db
def test_a_new_version_of_the_reader_leaves_texts_until_they_are_read_again(monkeypatch):
    annex = document(b"windmills", "annex.txt")
    read_waiting()
    monkeypatch.setattr(attachments, "READER", attachments.READER + 1)
    assert attachments.texts_of([annex.pk]) == {annex.pk: "windmills"}


@pytest.mark.django_db
def test_a_file_that_cannot_be_opened_is_tried_again_and_holds_up_no_other():
    lost, _good = document(b"windmills", "lost.txt"), document(b"lighthouses", "good.txt")
    name = lost.file.name
    lost.file.storage.delete(name)
    assert read_waiting() == 2
    assert set(DocumentText.objects.values_list("text", "error")) == {("", "missing"), ("lighthouses", "")}
    assert not waiting().exists()
    lost.file.storage.save(name, ContentFile(b"windmills"))
    DocumentText.objects.filter(document=lost).update(read_at=timezone.now() - 2 * MISSING_AGAIN_AFTER)
    assert read_waiting() == 1
    assert attachments.texts_of([lost.pk]) == {lost.pk: "windmills"}


@pytest.mark.django_db
def test_editors_are_told_why_a_file_is_not_found(admin_client, caplog):
    secret, good = document(encrypted_pdf("secret", "AES-256"), "secret.pdf"), document(b"text", "good.txt")
    address = reverse("wagtaildocs:edit", args=[secret.pk])
    assert "attachment-note" not in admin_client.get(address).content.decode()
    read_waiting()
    assert "cannot be searched as a whole: encrypted" in caplog.text
    assert "it is protected by a password" in admin_client.get(address).content.decode()
    assert "attachment-note" not in admin_client.get(reverse("wagtaildocs:edit", args=[good.pk])).content.decode()


@pytest.mark.django_db
def test_every_reason_has_a_sentence():
    annex = document(b"text", "annex.txt")
    read_waiting()
    annex.refresh_from_db()
    for reason in Reason:
        DocumentText.objects.update(error=reason)
        assert note(annex).endswith(".")
    DocumentText.objects.update(error="a reason of an earlier release")
    assert note(annex) == ""
