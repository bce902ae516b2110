"""Settings. What differs between installations comes from the environment: see docs/settings.md."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.csp import CSP

from config import environment as env
from config import logs

BASE_DIR = Path(__file__).resolve().parent.parent

# The installation

DEBUG = env.flag("DEBUG")
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
SECRET_KEY = env.secret("SECRET_KEY", file=DATA_DIR / "secret-key", development=DEBUG)
PORT = env.port("PORT", 8000)
_base = env.origin("BASE_URL", f"http://127.0.0.1:{PORT}")
BASE_URL = _base.geturl()
# Whoever looks whether the hub is well asks this machine by its own names.
ALLOWED_HOSTS = [*env.hosts("ALLOWED_HOSTS", f"{_base.hostname}"), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "hub",
    "news",
    "events",
    "accounts",
    "search",
    "translation",
    "demo",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",  # Wagtail's tables for searching have fields of it
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "hub.middleware.no_null_bytes",
    # While templates are written, pages are shown as they are now.
    *([] if DEBUG else ["hub.page_cache.PageCacheMiddleware"]),
    "hub.metrics.middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hub.logs.RequestLogMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "hub.middleware.policies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.second_factor.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hub.redirects.RedirectMiddleware",
    "hub.middleware.IncompletePageMiddleware",
    "hub.page_cache.away",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database, cache, mail, tasks, search

DATABASES = {"default": env.database("DATABASE_URL", default=DATA_DIR / "hub.sqlite3")}
CACHES = {
    "default": env.cache("CACHE_URL", default=DATA_DIR / "cache"),
    # What counts requests: in Redis for all, else in the memory of each process. Files would be too slow.
    "limits": env.counters("CACHE_URL"),
}
MAILERS = {"default": {"BACKEND": "hub.mail.QueueBackend"}, "outside": env.mailer("EMAIL_URL")}
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", f"hub@{_base.hostname}")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

ELASTICSEARCH = env.elasticsearch("ELASTICSEARCH_URL", "ELASTICSEARCH_API_KEY", "ELASTICSEARCH_CA_CERTS")
ELASTICSEARCH_INDEX = env.index_name("ELASTICSEARCH_INDEX", "hub")
SEARCH_INDEX_DIR = DATA_DIR / "index"
SEARCH_OUTBOX_MAX_AGE = env.seconds("SEARCH_OUTBOX_MAX_AGE", 60)
# Seconds between two writings of what was searched without result; None to keep nothing.
SEARCH_LOG_EVERY: float | None = 10

# `manage.py worker` calls each of these again and again: (function, seconds between two calls).
WORKER_JOBS = [
    ("search.outbox.drain", 0.2),
    ("search.outbox.touch_passed_events", 60),
    ("search.rebuild.rebuild_if_needed", 5),
    ("search.attachments.read_waiting", 5),
    ("search.unanswered.tidy", 3600),
    ("accounts.upkeep.tidy", 300),
    ("hub.publishing.publish_scheduled", 10),
    ("hub.upkeep.tidy_versions", 60),
    ("hub.upkeep.requeue_abandoned", 30),
    ("hub.upkeep.tidy_database", 3600),
    ("events.upkeep.extend_occurrences", 86400),
    ("translation.progress.refresh_stale", 1),
    ("translation.progress.check_versions", 86400),
    ("translation.integrity.report", 86400),
    ("translation.memory.begin", 86400),
    ("translation.jobs.resume", 30),
]

# What `manage.py doctor` looks at.
DOCTOR_CHECKS = [
    "hub.doctor.migrations",
    "hub.doctor.folders",
    "hub.doctor.disks",
    "hub.doctor.pages",
    "hub.doctor.languages",
    "hub.doctor.uploads",
    "hub.doctor.left_over_files",
    "hub.doctor.worker",
    "hub.doctor.tasks",
    "events.doctor.occurrences",
    "search.doctor.index",
    "search.doctor.outbox",
    "translation.doctor.language_trees",
]

# Languages and time

LANGUAGES = env.languages("LANGUAGES", "en,de,fr,es,it,pl")
LANGUAGE_CODE = LANGUAGES[0][0]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/Brussels")
USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]

# Files

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    **env.media_storages("MEDIA_STORAGE"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# Security

_https = _base.scheme == "https"
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
# The web server itself speaks HTTP: the proxy in front of it ends TLS, and must set this header or remove it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# The editors' preview shows public pages in a frame.
X_FRAME_OPTIONS = "SAMEORIGIN"
# W019 asks for DENY above. W005 and W021: whether HSTS also binds subdomains, and may be preloaded, is for the owner
# of the domain to say.
# axes.W002: the log-in page says itself that somebody is locked out.
SILENCED_SYSTEM_CHECKS = ["axes.W002", "security.W005", "security.W019", "security.W021"]

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "media-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
}
# The editors' pages carry scripts and styles in their HTML.
ADMIN_CSP = SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    # Of inline code only elements: none of Wagtail's pages has handlers in attributes.
    "script-src-attr": [CSP.NONE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "worker-src": [CSP.SELF, "blob:"],
}

# What a page could ask a browser for, and ours do not; editors may look at a video in full size.
# https://www.w3.org/TR/permissions-policy/
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media"),
        *("geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "local-fonts"),
        *(
            "magnetometer",
            "microphone",
            "midi",
            "otp-credentials",
            "payment",
            "picture-in-picture",
            "screen-wake-lock",
        ),
        *("serial", "storage-access", "usb", "window-management", "xr-spatial-tracking"),
    )
)
# Where somebody who has found a hole tells it: an address of mail or of a page.
SECURITY_CONTACT = env.contact("SECURITY_CONTACT")

# Proxies in front of the web server that each add who asked them to X-Forwarded-For.
PROXIES = env.count("PROXIES", 1 if _https else 0)

# How often one address may ask, in a minute; 0 is no limit. See docs/security.md.
SEARCHES_PER_MINUTE = env.count("SEARCHES_PER_MINUTE", 600)
SUGGESTIONS_PER_MINUTE = env.count("SUGGESTIONS_PER_MINUTE", 2_400)
PASSWORDS_PER_MINUTE = env.count("PASSWORDS_PER_MINUTE", 30)

# The largest thing that editors upload is a translation memory (translation/files/limits.py). Bytes.
LARGEST_REQUEST = 110 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "hub.uploads.RequestSize",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# An editor's form for a long page has many fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Logging in: see docs/logging-in.md

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "accounts.passwords.GuessableValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", _https)

AXES_HANDLER = "accounts.lock.Handler"
# accounts.lock has a limit for each of these; that of the first is this one.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address", "username"]
AXES_FAILURE_LIMIT = 5
# What accounts.adapters.TOO_MANY says must be true of this.
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "accounts.lock.name_of"
AXES_CLIENT_IP_CALLABLE = "hub.clients.client_pseudonym"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
# Codes of second factors, for as long as passwords.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/900s/key", "reset_password": "10/m/ip"}
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A passkey alone is two factors only if it asks who uses it.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAccountAdapter"
# A link: the policy lets no form be sent to other sites, and so none on to the provider.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = env.oidc("OIDC_URL", "OIDC_NAME", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
OIDC_NAME = env.text("OIDC_NAME", "OpenID Connect") if SOCIALACCOUNT_PROVIDERS else ""

# Wagtail

WAGTAIL_SITE_NAME = env.text("SITE_NAME", "Knowledge hub")
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Videos are links (hub.blocks.EmbedBlock): nobody is asked what is behind an address.
WAGTAILEMBEDS_FINDERS: list[dict[str, Any]] = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "hub.admin.search_backend"}}
WAGTAILIMAGES_IMAGE_MODEL = "hub.HubImage"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
# Making a rendition takes about four bytes of memory for a pixel.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_IMAGE_FORM_BASE = "hub.uploads.ImageForm"
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"avif": "avif", "webp": "webp"}
WAGTAILIMAGES_AVIF_QUALITY = 60
WAGTAILIMAGES_WEBP_QUALITY = 75
WAGTAILDOCS_DOCUMENT_MODEL = "hub.HubDocument"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odp", "ods", "odt", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "hub.uploads.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 100 * 1024 * 1024
# No document is opened in the place of a page, PDF neither.
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
# Documents may be restricted: they are read through Wagtail's view and never by their file's address.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_PASSWORD_REQUIRED_TEMPLATE = "hub/password.html"  # noqa: S105 - a template
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# Nothing is sent anywhere unless this is set.
WAGTAILLOCALIZE_MACHINE_TRANSLATOR = env.machine_translator(
    "MACHINE_TRANSLATOR", "MACHINE_TRANSLATOR_KEY", "MACHINE_TRANSLATOR_URL"
)

# Watching

LOG_FORMAT = env.log_format("LOG_FORMAT", development=DEBUG)
SLOW_QUERY_MS = env.milliseconds("SLOW_QUERY_MS")
METRICS = env.listener("METRICS_PORT")
# What Prometheus is told beside what was counted.
GAUGES = ["hub.metrics.tasks", "search.metrics.outbox"]
env.sentry("SENTRY_DSN")

# One line for a request, which hub.logs makes, without the reader's address.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
LOGGING = logs.configure(LOG_FORMAT)
