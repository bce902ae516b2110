"""Middleware of the tests."""

from itertools import count

from hub.page_cache import PageCacheMiddleware
from hub.remembering import remembering

versions = count()


class RememberForOneRequest(PageCacheMiddleware):
    """No page is kept. What pages have in common is remembered as for readers, but for one request only."""

    def __call__(self, request):
        if not self.may_be_kept(request):
            return self.get_response(request)
        with remembering(f"request {next(versions)}"):
            return self.get_response(request)
