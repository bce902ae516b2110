"""What editors may upload: told by what is in a file, never by its name. See docs/security.md."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadhandler import FileUploadHandler
from django.core.signals import got_request_exception, request_started
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm
from willow.plugins.pillow import PillowImage
from willow.registry import registry

from .disk import has_room_for
from .models.media import HubImage, stored_now

logger = logging.getLogger(__name__)

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office wraps a file with a password in its older format
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
BOMS = (b"\xff\xfe", b"\xfe\xff")
# Where each kind has its text. Names of files stand uncompressed in a ZIP.
OFFICE = {"docx": b"word/", "pptx": b"ppt/", "xlsx": b"xl/"}
# https://docs.oasis-open.org/office/OpenDocument/v1.3/OpenDocument-v1.3-part2-packages.html, 3.3
OPEN_DOCUMENT = {"odt": b"text", "odp": b"presentation", "ods": b"spreadsheet"}
METADATA = ("exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "parsed_exif", "Raw profile type exif")


class RequestSize(FileUploadHandler):
    """Refuses requests with files before anything of them is read: all from strangers, who have no form for files, and
    larger ones than the hub takes from editors."""

    def handle_raw_input(self, input_data: Any, META: dict[str, Any], content_length: int, *args: Any) -> None:  # noqa: N803
        user = getattr(self.request, "user", None)
        known = user is not None and user.is_authenticated
        if content_length > (settings.LARGEST_REQUEST if known else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            raise RequestDataTooBig("A request is larger than the hub takes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Others keep the file."""


class Replacing:
    """A form in which a file may take the place of another. Comes before Wagtail's form."""

    def save(self, commit: bool = True) -> Any:
        """Wagtail would delete the file that was there before it is sure that nobody needs it any more."""
        old, self.original_file = self.original_file, None  # type: ignore[has-type]
        with transaction.atomic():
            saved = super().save(commit)  # type: ignore[misc]
            if commit and old and "file" in self.changed_data:  # type: ignore[attr-defined]
                if isinstance(saved, HubImage):
                    saved.renditions.all().delete()
                transaction.on_commit(lambda: old.storage.delete(old.name), robust=True)
        return saved


class ImageForm(Replacing, BaseImageForm):
    """Wagtail reads an image and compares what it is with its name, its bytes and its pixels with what may be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            field.to_python = whole(field.to_python)

    def clean_file(self) -> File[bytes]:
        file: File[bytes] = self.cleaned_data["file"]
        if "file" in self.changed_data:
            find_room(file)
        return file


def whole(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Say of an image that cannot be read that it cannot. A damaged one makes its reader raise anything."""

    @wraps(read)
    def inner(data: Any) -> Any:
        try:
            return read(data)
        except ValidationError:
            raise
        except Exception as error:
            raise ValidationError(_("This image is damaged, or not whole.")) from error

    return inner


class DocumentForm(Replacing, BaseDocumentForm):
    def clean_file(self) -> File[bytes]:
        file = self.cleaned_data["file"]
        if "file" in self.changed_data:
            find_room(file)
            kind = file.name.rpartition(".")[2].lower()
            if not is_of_kind(file, kind):
                raise ValidationError(
                    _("This file is no %(kind)s file, although its name says so. Is it damaged?"),
                    params={"kind": kind.upper()},
                )
        return file


def find_room(file: File[bytes]) -> None:
    """Raises ValidationError where the disk would be full with this file, as no page could be saved then."""
    if not has_room_for(file.size or 0):
        raise ValidationError(
            _("The disk of the hub is full: there is no room for this file. Please tell whoever looks after the hub.")
        )


def is_of_kind(file: File[bytes], kind: str) -> bool:
    """Whether what is in a file may be what the ending of its name says. Nothing is unpacked."""
    file.seek(0)
    start = file.read(1024)
    if kind == "pdf":
        return b"%PDF-" in start  # https://www.iso.org/standard/75839.html lets something stand before it
    if kind in OFFICE and start.startswith(OLE):
        return has(file, ENCRYPTED)
    if kind in OFFICE:
        return start.startswith(ZIP) and has(file, OFFICE[kind])
    if kind in OPEN_DOCUMENT:
        media_type = b"mimetypeapplication/vnd.oasis.opendocument." + OPEN_DOCUMENT[kind]
        return start.startswith(ZIP) and start[30:].startswith(media_type)
    if kind == "zip":
        return start.startswith((ZIP, EMPTY_ZIP))
    return start.startswith(BOMS) or not has(file, b"\0")


def has(file: File[bytes], wanted: bytes) -> bool:
    """Whether the bytes stand anywhere in the file."""
    before = b""
    for chunk in file.chunks():
        if wanted in before + chunk:
            return True
        before = chunk[-len(wanted) :]
    return False


def begin_request(**kwargs: Any) -> None:
    stored_now.set([])


def remove_without_rows(**kwargs: Any) -> None:
    """Of a request that failed, and whose rows went with its transaction, take away the files too."""
    try:
        for model, name in stored_now.get() or ():
            if not model.objects.filter(file=name).exists():
                default_storage.delete(name)
    except Exception:
        # The error that this request failed with is what counts.
        logger.exception("Files without rows stay until `manage.py doctor --mend`.")


def upright(image: PillowImage) -> PillowImage:
    """The picture as it was held, without anything that its camera or its editor says about it but its colours.

    Willow writes what it finds of that into each rendition: where and by whom a photograph was taken.
    """
    turned = ImageOps.exif_transpose(image.image)
    for name in METADATA:
        turned.info.pop(name, None)
    return PillowImage(turned)


def connect() -> None:
    """Have every rendition made without metadata (turning the picture comes first in all of them), and no image
    unpacked that has too many pixels: Pillow refuses what has twice as many as its limit."""
    Image.MAX_IMAGE_PIXELS = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 2
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    request_started.connect(begin_request)
    got_request_exception.connect(remove_without_rows)
    registry.register_operation(PillowImage, "auto_orient", upright)
