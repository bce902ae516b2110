"""Settings of the tests: the project's own, with what a test must not share or wait for."""

import atexit
import os
import shutil
import tempfile

os.environ["SECRET_KEY"] = "a-key-for-the-tests-only-" * 3
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="hub-tests-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ["LOG_FORMAT"] = "json"
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")
for _name in (
    "ALLOWED_HOSTS",
    "BASE_URL",
    "CACHE_URL",
    "DEBUG",
    "ELASTICSEARCH_API_KEY",
    "ELASTICSEARCH_CA_CERTS",
    "ELASTICSEARCH_INDEX",
    "ELASTICSEARCH_URL",
    "EMAIL_URL",
    "LANGUAGES",
    "MACHINE_TRANSLATOR",
    "MACHINE_TRANSLATOR_KEY",
    "MACHINE_TRANSLATOR_URL",
    "MEDIA_STORAGE",
    "METRICS_PORT",
    "SENTRY_DSN",
    "SLOW_QUERY_MS",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_NAME",
    "OIDC_URL",
    "PROXIES",
    "REQUIRE_SECOND_FACTOR",
    "SEARCHES_PER_MINUTE",
    "SECURITY_CONTACT",
    "STATIC_ROOT",
    "SUGGESTIONS_PER_MINUTE",
    "PASSWORDS_PER_MINUTE",
    "TIME_ZONE",
):
    os.environ.pop(_name, None)

from config.settings import *  # noqa: E402, F403
from config.settings import MIDDLEWARE, STORAGES  # noqa: E402

# Tests of pages ask what a page is now; those of the cache have it listed again.
MIDDLEWARE = [
    "tests.middleware.RememberForOneRequest" if each == "hub.page_cache.PageCacheMiddleware" else each
    for each in MIDDLEWARE
]
CACHES = {
    alias: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": alias}
    for alias in ("default", "limits")
}
SECURITY_CONTACT = "mailto:security@example.org"
# Tests ask from one address, and more often than a reader does.
SEARCHES_PER_MINUTE = SUGGESTIONS_PER_MINUTE = PASSWORDS_PER_MINUTE = 0

ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {name: {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"} for name in ("default", "outside")}
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
# A thread that writes at a moment of its own would disturb other tests.
SEARCH_LOG_EVERY = None
