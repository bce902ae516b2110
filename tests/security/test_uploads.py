"""What editors may upload, and what readers get of it."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from wagtail.models import Collection, CollectionViewRestriction

from hub.models import HubDocument, HubImage
from hub.roles import EDITORS
from hub.uploads import is_of_kind
from tests.editing import log_in

pytestmark = pytest.mark.django_db

SECRET = "taken-at-home"


def image(form="PNG", size=(40, 30), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form, **options)
    return out.getvalue()


def archive(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in files.items():
            made.writestr(name.replace("__", "/"), text)
    return out.getvalue()


@pytest.fixture
def editor():
    return log_in(EDITORS)


def send(editor, kind, name, data):
    """The sentences at the file of the form that comes back; none if it was taken."""
    url = reverse(f"wagtail{kind}:add")
    collection = Collection.get_first_root_node().pk
    response = editor.post(url, {"title": "A", "collection": collection, "file": SimpleUploadedFile(name, data)})
    if response.status_code == 302:
        return []
    return [str(error) for error in response.context["form"].errors["file"]]


class TestImages:
    def test_what_it_is_counts_and_not_its_name(self, editor):
        assert send(editor, "images", "a.png", image("JPEG"))[0].startswith("Not a valid .png image")
        assert send(editor, "images", "a.jpg", b"<html><script>alert(1)</script>") != []
        assert send(editor, "images", "a.png", b"MZ\x90\x00" + b"\0" * 100) != []
        assert not HubImage.objects.exists()

    @pytest.mark.parametrize("name", ["a.svg", "a.png", "a.svg.png"])
    def test_svg_is_refused_under_any_name(self, editor, name):
        svg = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script/></svg>'
        assert len(send(editor, "images", name, svg)) == 1
        assert not HubImage.objects.exists()

    def test_a_large_file_is_refused(self, editor, settings):
        settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 1000
        assert "too big" in send(editor, "images", "a.png", image() + b"\0" * 2000)[0]

    def test_many_pixels_in_few_bytes_are_refused(self, editor):
        bomb = image("PNG", (8000, 8000))
        assert len(bomb) < 400_000
        assert "Maximum pixels 60000000" in send(editor, "images", "a.png", bomb)[0]

    def test_many_pixels_are_not_even_unpacked(self, editor, monkeypatch):
        monkeypatch.setattr("PIL.ImageFile.ImageFile.load", None)
        assert "Maximum pixels 60000000" in send(editor, "images", "a.png", image("PNG", (8000, 8000)))[0]

    @pytest.mark.parametrize(("name", "form"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP")])
    def test_half_an_image_is_refused(self, editor, name, form):
        noise = Image.effect_noise((200, 200), 90).convert("RGB")
        out = io.BytesIO()
        noise.save(out, form)
        half = out.getvalue()[: len(out.getvalue()) // 2]
        assert send(editor, "images", name, half) == ["This image is damaged, or not whole."]
        assert send(editor, "images", name, out.getvalue()) == []

    def test_text_that_unpacks_to_much_is_refused(self, editor):
        info = PngInfo()
        info.add_text("a", "x" * 70_000_000, zip=True)
        assert len(send(editor, "images", "a.png", image("PNG", pnginfo=info))) == 1

    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
    @pytest.mark.parametrize("made", ["format-webp", "format-avif", "format-jpeg", "format-png"])
    def test_nothing_but_the_picture_is_in_a_rendition(self, form, made):
        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned
        exif[0x013B] = SECRET  # artist
        exif.get_ifd(0x8825)[1] = "N"  # GPS
        exif.get_ifd(0x8825)[2] = (50.0, 51.0, 52.0)
        xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
        data = image(form, (40, 20), exif=exif, **({"xmp": xmp} if form != "PNG" else {}))
        assert SECRET.encode() in data
        original = HubImage.objects.create(
            title="A", file=ContentFile(data, name=f"a.{form.lower()}"), width=40, height=20
        )
        with original.get_rendition(f"max-100x100|{made}").file.open() as file:
            written = file.read()
        assert SECRET.encode() not in written
        with Image.open(io.BytesIO(written)) as picture:
            assert dict(picture.getexif()) in ({}, {0x0112: 1})
            assert not picture.getexif().get_ifd(0x8825)
            assert picture.size == (20, 40)

    def test_originals_are_not_for_readers(self, client):
        original = HubImage.objects.create(title="A", file=ContentFile(image(), name="a.png"))
        assert client.get(f"/media/{original.file.name}").status_code == 404
        rendition = original.get_rendition("width-10")
        assert client.get(f"/media/{rendition.file.name}").status_code == 200


OFFICE = archive(**{"[Content_Types].xml": "<Types/>", "word__document.xml": "<w/>"})
SHEET = archive(**{"[Content_Types].xml": "<Types/>", "xl__workbook.xml": "<w/>"})
OPEN = archive(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": "<a/>"})
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
PROTECTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 70_000 + "EncryptedPackage".encode("utf-16-le")
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 200
TRUE = [
    ("pdf", PDF),
    ("pdf", b"\n" + PDF),
    ("docx", OFFICE),
    ("docx", PROTECTED),
    ("xlsx", SHEET),
    ("odt", OPEN),
    ("zip", archive(a="b")),
    ("zip", archive()),
    ("txt", "Grüße".encode()),
    ("txt", "Grüße".encode("cp1252")),
    ("txt", "Grüße".encode("utf-16")),
    ("csv", b"a;b\n1;2\n"),
]
FALSE = [
    ("pdf", b"<html><script>alert(1)</script></html>"),
    ("pdf", PROGRAM),
    ("docx", PDF),
    ("docx", SHEET),
    ("docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 9000),  # the older format, which may have macros
    ("xlsx", OFFICE),
    ("pptx", archive(a="b")),
    ("odt", OFFICE),
    ("ods", OPEN),
    ("zip", PROGRAM),
    ("txt", PROGRAM),
    ("csv", SHEET),
    ("txt", b"a" * 70_000 + b"\0"),
]


class TestDocuments:
    @pytest.mark.parametrize(("kind", "data"), TRUE)
    def test_a_file_is_what_its_name_says(self, kind, data):
        assert is_of_kind(ContentFile(data), kind)

    @pytest.mark.parametrize(("kind", "data"), FALSE)
    def test_a_file_is_not_what_its_name_says(self, kind, data):
        assert not is_of_kind(ContentFile(data), kind)

    def test_editors_are_told(self, editor):
        assert send(editor, "docs", "a.pdf", PROGRAM) == [
            "This file is no PDF file, although its name says so. Is it damaged?"
        ]
        assert len(send(editor, "docs", "a.exe", PROGRAM)) == 1
        assert len(send(editor, "docs", "a.html", b"<html>")) == 1
        assert not HubDocument.objects.exists()

    def test_a_file_in_the_place_of_another_is_looked_at_too_and_the_other_stays(self, editor):
        send(editor, "docs", "a.pdf", PDF)
        document = HubDocument.objects.get()
        url = reverse("wagtaildocs:edit", args=[document.pk])
        data = {"title": "A", "collection": document.collection_id, "file": SimpleUploadedFile("a.pdf", PROGRAM)}
        assert editor.post(url, data).status_code == 200
        document.refresh_from_db()
        with document.file.open() as file:
            assert file.read() == PDF
        assert editor.post(url, {**data, "title": "B", "file": ""}).status_code == 302

    def test_several_at_once_are_looked_at_too(self, editor):
        url = reverse("wagtaildocs:add_multiple")
        sent = {"files[]": SimpleUploadedFile("a.pdf", PROGRAM), "title": "A"}
        answer = editor.post(url, sent, headers={"X-Requested-With": "XMLHttpRequest"}).json()
        assert (answer["success"], HubDocument.objects.exists()) == (False, False)
        assert "no PDF file" in answer["error_message"]

    def test_a_large_file_is_refused(self, editor, settings):
        settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 1000
        assert "too big" in send(editor, "docs", "a.txt", b"a" * 2000)[0]

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../etc/passwd.txt", "passwd.txt"),
            ("a/../../b.txt", "b.txt"),
            ("..\\..\\c.txt", ".._.._c.txt"),
            ("a\tb\x7fc\x1b.txt", "abc.txt"),
            ("evil\u202etxt.exe.txt", "eviltxt.exe.txt"),
            ("Überblick für alle.txt", "Überblick_für_alle.txt"),
            ("x" * 300 + ".txt", None),
        ],
    )
    def test_names_stay_in_their_folder(self, editor, client, name, kept):
        assert send(editor, "docs", name, b"plain") == []
        document = HubDocument.objects.get()
        assert document.file.name.startswith("documents/")
        assert len(document.file.name) <= 100
        assert document.filename.isprintable()
        assert not set(document.filename) & set('/\\"\r\n\0\u202e')
        if kept:
            assert document.filename.replace("..", "").lstrip("_") == kept.replace("..", "").lstrip("_")
        assert client.get(document.url)["Content-Disposition"].startswith("attachment; filename")

    @pytest.mark.parametrize(("name", "data"), [("a.pdf", PDF), ("a.txt", b"<script>alert(1)</script>")])
    def test_no_document_is_opened_as_a_page(self, client, name, data):
        document = HubDocument.objects.create(title="A", file=ContentFile(data, name=name))
        response = client.get(document.url)
        assert response["Content-Disposition"].startswith("attachment; ")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "html" not in response["Content-Type"]
        assert "private" not in response.get("Cache-Control", "")

    def test_a_document_that_not_everybody_may_read_is_kept_by_no_cache_between(self, client):
        members = Collection.get_first_root_node().add_child(name="Members")
        CollectionViewRestriction.objects.create(collection=members, restriction_type=CollectionViewRestriction.LOGIN)
        document = HubDocument.objects.create(title="A", file=ContentFile(PDF, name="a.pdf"), collection=members)
        assert client.get(document.url).status_code == 302
        response = log_in(EDITORS).get(document.url)
        assert response.status_code == 200
        assert "private" in response["Cache-Control"]
