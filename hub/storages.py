"""Where files lie: in DATA_DIR, or in a bucket that all machines share (bucket.py; the setting MEDIA_STORAGE).

`storages["default"]` has what editors upload and the pictures made of it; readers get these from the hub, which asks
who may have what. `storages["private"]` has what no address leads to: files that go to and come from translators.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class Written(File[bytes]):
    """A file that is whole, to be moved to its place."""

    def __init__(self, path: str) -> None:
        super().__init__(None)
        self.path = path

    def temporary_file_path(self) -> str:
        return self.path


class Folder(FileSystemStorage):
    """Django's, but a file is there whole or not at all: for who reads meanwhile, and where there is no room."""

    def _save(self, name: str, content: File[Any]) -> str:
        os.makedirs(self.location, exist_ok=True)  # noqa: PTH103 - a path of the storage
        with NamedTemporaryFile(dir=self.location, prefix=".part-", delete=False) as part:
            try:
                for chunk in content.chunks():
                    part.write(chunk.encode() if isinstance(chunk, str) else chunk)
                part.close()
                return super()._save(name, Written(part.name))
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise


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
