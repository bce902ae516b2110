"""Where files lie: in DATA_DIR, or in a bucket that all machines share (bucket.py; the setting MEDIA_STORAGE).

`storages["default"]` has what editors upload and the pictures made of it; readers get these from the hub, which asks
who may have what. `storages["private"]` has what no address leads to: files that go to and come from translators.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage


class Folder(FileSystemStorage):
    """Django's, but nothing is left of a file that could not be written whole, as on a full disk."""

    def _save(self, name: str, content: File[Any]) -> str:
        name = super()._save(name, ContentFile(b""))  # takes the name, or another that is free
        try:
            with open(self.path(name), "wb") as file:  # noqa: PTH123 - a path of the storage
                for chunk in content.chunks():
                    file.write(chunk.encode() if isinstance(chunk, str) else chunk)
        except BaseException:
            self.delete(name)
            raise
        return name


class PrivateFolder(Folder):
    """The folder `private` in DATA_DIR, which no other user of the machine may open."""

    def __init__(self) -> None:
        super().__init__(directory_permissions_mode=0o700, file_permissions_mode=0o600)

    @property
    def base_location(self) -> Path:  # type: ignore[override]
        return Path(settings.DATA_DIR) / "private"

    @property
    def location(self) -> str:  # type: ignore[override]
        return os.path.abspath(self.base_location)  # noqa: PTH100
