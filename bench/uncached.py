"""The project's settings, with every page rendered anew."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

MIDDLEWARE = [each for each in MIDDLEWARE if each != "hub.page_cache.PageCacheMiddleware"]
