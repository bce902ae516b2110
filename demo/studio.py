"""Draws pictures in other processes while the database is being filled, and stores them as images."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from io import BytesIO
from types import TracebackType

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from wagtail.utils.file import hash_filelike

from hub.models import HubImage

from . import pictures
from .parent import end_with_parent

CREDIT = "Drawn by code for this demonstration, CC0"


class Studio:
    """Orders come first, all at once; each is fetched where it is needed."""

    def __init__(self) -> None:
        # A fresh process knows nothing of this one's database connection.
        self.pool = ProcessPoolExecutor(
            min(4, os.cpu_count() or 1), multiprocessing.get_context("spawn"), initializer=end_with_parent
        )
        self.orders: dict[str, Future[bytes]] = {}
        self.images: dict[str, HubImage] = {}

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.pool.shutdown(cancel_futures=True)

    def order(self, name: str, painter: Callable[..., bytes], *arguments: object) -> None:
        self.orders[name] = self.pool.submit(painter, *arguments)

    def order_picture(self, name: str, motif: str, palette: int) -> None:
        self.order(name, pictures.picture, motif, name, palette)

    def image(self, name: str, title: str, description: str = "") -> HubImage:
        """The ordered picture as a stored image; the same image when asked for again."""
        if name not in self.images:
            content = self.orders[name].result()
            size = pictures.size_of(content)
            # Stored first and measured here: Django would decode every picture twice to learn its size.
            self.images[name] = HubImage.objects.create(
                title=title[:255],
                description=description[:255],
                credit=CREDIT,
                file=default_storage.save(f"original_images/{name.replace('/', '-')}.webp", ContentFile(content)),
                file_size=len(content),
                file_hash=hash_filelike(BytesIO(content)),
                width=size[0],
                height=size[1],
            )
        return self.images[name]
