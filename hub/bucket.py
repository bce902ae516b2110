"""Files in an S3-compatible bucket. Apart from storages.py, so that a hub without one does not load what it needs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from botocore.exceptions import ClientError
from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage


class Bucket(S3Storage):
    """A bucket that nobody but the hub may read: the addresses of its files are the hub's own."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return urljoin(settings.MEDIA_URL, (filepath_to_uri(name) or "").lstrip("/"))

    def get_modified_time(self, name: str) -> datetime:
        """As for files of a folder, FileNotFoundError is raised for one that is not there."""
        try:
            return super().get_modified_time(name)  # type: ignore[no-any-return]
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(name) from error
            raise
