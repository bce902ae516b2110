"""Where files lie: in DATA_DIR, or in a bucket that all machines share (bucket.py; the setting MEDIA_STORAGE).

`storages["default"]` has what editors upload and the pictures made of it; readers get these from the hub, which asks
who may have what. `storages["private"]` has what no address leads to: files that go to and come from translators.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class PrivateFolder(FileSystemStorage):
    """The folder `private` in DATA_DIR, which no other user of the machine may open."""

    def __init__(self) -> None:
        super().__init__(directory_permissions_mode=0o700, file_permissions_mode=0o600)

    @property
    def base_location(self) -> Path:  # type: ignore[override]
        return Path(settings.DATA_DIR) / "private"

    @property
    def location(self) -> str:  # type: ignore[override]
        return os.path.abspath(self.base_location)  # noqa: PTH100
