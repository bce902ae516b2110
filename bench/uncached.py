"""The project's settings, with every page rendered anew as it is once after each change.

With `FORGETFUL` in the environment also what pages have in common is read anew for each: as for the first page of a
process after a change.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE


class RenderAnew:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Models cannot be imported while settings are read.
        from hub.current_version import current_version
        from hub.remembering import remembering

        with remembering(uuid.uuid4().hex if os.environ.get("FORGETFUL") else current_version()):
            return self.get_response(request)


MIDDLEWARE = [
    "bench.uncached.RenderAnew" if each == "hub.page_cache.PageCacheMiddleware" else each for each in MIDDLEWARE
]
