"""Readers for the settings that come from the environment.

Each reader returns the value of one variable, or stops the start with one sentence that names it. An empty variable
counts as not set.
"""

import os
import re
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy

type Language = tuple[str, Any]

DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
BACKENDS = "django.core.cache.backends"
# Nobody waits longer than the time-out, in seconds. A pool that cannot connect soon asks anew once somebody wants
# a connection: its own pauses, which double, would outlast an outage.
POOL = {"min_size": 1, "max_size": 8, "timeout": 5, "reconnect_timeout": 2}
# Seconds that a request waits for one that does not answer.
REDIS_TIMES = {"socket_connect_timeout": 1, "socket_timeout": 1}
CACHE_SCHEMES = ("locmem", "file", "redis", "rediss")
TRANSLATORS = ("deepl", "libretranslate", "dummy")
EMAIL_SCHEMES = ("console", "smtp", "smtp+tls", "smtp+ssl")


class SettingError(SystemExit):
    """Ends the process: Python prints the sentence on standard error, without a traceback, and exits with status 1."""


def text(name: str, default: str = "") -> str:
    """Return the variable, or the default where it is not set."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """Return a yes-or-no variable."""
    value = text(name, str(default)).lower()
    if value in {"true", "yes", "on", "1"}:
        return True
    if value in {"false", "no", "off", "0"}:
        return False
    raise SettingError(f'The setting {name} must be true or false, not "{value}".')


def port(name: str, default: int) -> int:
    """Return a TCP port."""
    value = text(name, str(default))
    if value.isascii() and value.isdigit() and 0 < int(value) < 65536:
        return int(value)
    raise SettingError(f'The setting {name} must be a port number from 1 to 65535, not "{value}".')


def seconds(name: str, default: int) -> int:
    """Return a number of seconds, 1 at least."""
    value = text(name, str(default))
    if value.isascii() and value.isdigit() and int(value):
        return int(value)
    raise SettingError(f'The setting {name} must be a whole number of seconds from 1 on, not "{value}".')


def milliseconds(name: str) -> int | None:
    """Return a number of milliseconds, 1 at least; None where it is not set."""
    value = text(name)
    if not value or (value.isascii() and value.isdigit() and int(value)):
        return int(value) if value else None
    raise SettingError(f'The setting {name} must be a whole number of milliseconds from 1 on, not "{value}".')


def listener(name: str) -> tuple[str, int] | None:
    """Return (address, port) to listen on, the address this machine's own unless given; None where not set."""
    host, _, number = text(name).rpartition(":")
    if not number and not host:
        return None
    if number.isascii() and number.isdigit() and 0 < int(number) < 65536:
        return host or "127.0.0.1", int(number)
    raise SettingError(
        f'The setting {name} must be a port, or an address and a port such as 0.0.0.0:9464, not "{text(name)}".'
    )


def log_format(name: str, *, development: bool) -> str:
    """Return json or line: lines for people in development and in a terminal, unless it is set."""
    value = text(name, "line" if development or sys.stderr.isatty() else "json").lower()
    if value not in {"json", "line"}:
        raise SettingError(f'The setting {name} must be json or line, not "{value}".')
    return value


def sentry(name: str) -> None:
    """Have errors reported to Sentry, without anything about readers, where the variable is set."""
    value = text(name)
    if not value:
        return
    import sentry_sdk
    from sentry_sdk.utils import BadDsn

    off: Any = {"mode": "off"}
    collected: Any = {
        "user_info": False,
        "cookies": off,
        "http_headers": {"request": off, "response": off},
        "url_query_params": off,
        "http_bodies": [],
        "database_query_data": False,
        "queues": False,
        "stack_frame_variables": False,
    }
    try:
        sentry_sdk.init(
            value,
            data_collection=collected,
            max_request_body_size="never",
            # Whoever asks for another host than the hub's is no error of the hub.
            before_send=lambda event, hint: None if event.get("logger") == "django.security.DisallowedHost" else event,
        )
    except BadDsn as error:
        raise SettingError(f"The setting {name} is no address of a Sentry project: {error}.") from None


def count(name: str, default: int) -> int:
    """Return a number from 0 on."""
    value = text(name, str(default))
    if value.isascii() and value.isdigit():
        return int(value)
    raise SettingError(f'The setting {name} must be a whole number from 0 on, not "{value}".')


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list, without empty items."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def contact(name: str) -> str:
    """Return a URI that people are reached by (mailto:, https:, tel:); empty where it is not set."""
    value = text(name)
    if "@" in value and ":" not in value:
        value = f"mailto:{value}"
    if value and not re.fullmatch(r"(mailto:[^@\s]+@[^@\s]+|https://[^\s/]+\S*|tel:\+[\d-]+)", value):
        raise SettingError(f'The setting {name} must be an address of mail or of a page (https://), not "{value}".')
    return value


def hosts(name: str, default: str = "") -> list[str]:
    """Return a list of host names as Django's ALLOWED_HOSTS takes them."""
    for host in (found := words(name, default)):
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\]", host):
            raise SettingError(f'The setting {name} must list host names without scheme or port, not "{host}".')
    return found


def secret(name: str, *, file: Path, development: bool) -> str:
    """Return the key that signs sessions: from the variable, from the file that `make run` keeps, or a fixed one for
    development."""
    value = text(name) or (file.read_text().strip() if file.is_file() else "")
    if not value and development:
        return "a-key-for-development-only-" * 2
    if not value:
        raise SettingError(
            f"The setting {name} is missing: give at least 50 random characters, or start once with `make run`, "
            f"which keeps a key in {file}."
        )
    if len(value) < 50:
        raise SettingError(f"The setting {name} is too short: it must have at least 50 random characters.")
    return value


def folder(name: str, default: Path) -> Path:
    """Return a folder that exists and can be written to; it is created if need be."""
    path = Path(text(name, str(default))).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"The setting {name} names a folder that cannot be made: {path} ({error.strerror})."
        ) from None
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise SettingError(f"The setting {name} names a folder that cannot be written to: {path}.")
    return path


def path(name: str, default: Path) -> Path:
    """Return a folder that somebody else makes."""
    return Path(text(name, str(default))).expanduser().absolute()


def media_storages(name: str) -> dict[str, Any]:
    """Return the entries `default` and `private` of Django's STORAGES: folders, or parts of a bucket."""
    value = text(name)
    if not value:
        return {
            "default": {"BACKEND": "hub.storages.Folder"},
            "private": {"BACKEND": "hub.storages.PrivateFolder"},
        }
    from botocore.config import Config

    parts = _split(name, value, ("s3",))
    options = dict(parse_qsl(parts.query))
    if parts.path.strip("/") or options.keys() - {"endpoint", "region"}:
        raise SettingError(
            f"The setting {name} must be like s3://bucket?endpoint=https://s3.example.eu&region=eu-central-1."
        )
    endpoint = options.get("endpoint")
    if endpoint:
        _split(name, endpoint, ("http", "https"))
    bucket = {
        "bucket_name": parts.hostname,
        "endpoint_url": endpoint,
        "region_name": options.get("region"),
        "file_overwrite": False,
        "client_config": Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "max_attempts": 3},
            signature_version="s3v4",
            s3={"addressing_style": "path" if endpoint else "auto"},
        ),
    }
    return {
        alias: {"BACKEND": "hub.bucket.Bucket", "OPTIONS": bucket | {"location": location}}
        for alias, location in (("default", "media"), ("private", "private"))
    }


def origin(name: str, default: str) -> SplitResult:
    """Return the address of a site, such as https://hub.example.eu, in parts."""
    value = text(name, default).rstrip("/")
    parts = _split(name, value, ("http", "https"))
    if parts.path or parts.query or parts.fragment or parts.username is not None:
        raise SettingError(
            f'The setting {name} must be an address without a path, such as https://hub.example.eu, not "{value}".'
        )
    return parts


def languages(name: str, default: str) -> list[Language]:
    """Return (code, English name marked for translation) for each language, the network's default one first."""
    # Maltese is the one official language of the Union that Django does not know.
    LANG_INFO.setdefault("mt", {"bidi": False, "code": "mt", "name": "Maltese", "name_local": "Malti"})
    codes = [code.lower() for code in words(name, default)]
    for code in codes:
        if "name" not in LANG_INFO.get(code, {}):
            raise SettingError(f'The setting {name} has an unknown language code: "{code}".')
        if codes.count(code) > 1:
            raise SettingError(f'The setting {name} has the language code "{code}" twice.')
    return [(code, gettext_lazy(LANG_INFO[code]["name"])) for code in codes]


def time_zone(name: str, default: str) -> str:
    """Return the name of a time zone."""
    if (value := text(name, default)) not in available_timezones():
        raise SettingError(f'The setting {name} must be a time zone such as Europe/Brussels, not "{value}".')
    return value


def database(name: str, *, default: Path) -> dict[str, Any]:
    """Return an entry of Django's DATABASES: SQLite tuned for many readers beside one writer, or PostgreSQL."""
    value = text(name, f"sqlite:///{default}")
    parts = _split(name, value, DATABASE_SCHEMES, needs_host=False)
    if not parts.path.strip("/"):
        raise SettingError(
            f"The setting {name} must end with the database, such as postgres://user:password@host/hub."
        )
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "CONN_MAX_AGE": None,  # opening one costs 2 ms, keeping it nothing
            "OPTIONS": {
                # A transaction that will write says so first: it then waits for the lock instead of failing half-way.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; "
                    "PRAGMA mmap_size=268435456; PRAGMA cache_size=-16384; PRAGMA journal_size_limit=67108864"
                ),
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_HEALTH_CHECKS": True,
        # What follows the question mark, such as sslmode=require, goes to the driver.
        "OPTIONS": {"pool": POOL, **dict(parse_qsl(parts.query))},
    }


def cache(name: str, default: Path) -> dict[str, Any]:
    """Return an entry of Django's CACHES: files in the folder `default` unless set."""
    value = text(name, default.as_uri())
    parts = _split(name, value, CACHE_SCHEMES, needs_host=False)
    if parts.scheme == "locmem":
        return {"BACKEND": f"{BACKENDS}.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5000}}
    if parts.scheme == "file":
        if len(parts.path) < 2:
            raise SettingError(f"The setting {name} must name a folder, such as file:///var/cache/hub.")
        options = {"MAX_ENTRIES": 5000}
        return {"BACKEND": "hub.caches.ForgivingFileCache", "LOCATION": unquote(parts.path), "OPTIONS": options}
    if not parts.hostname:
        raise SettingError(f"The setting {name} must name a host, such as redis://host:6379/0.")
    return {"BACKEND": "hub.caches.ForgivingRedisCache", "LOCATION": value, "OPTIONS": REDIS_TIMES}


def counters(name: str) -> dict[str, Any]:
    """Return an entry of Django's CACHES for counting requests: Redis where the variable names it, else memory."""
    if text(name).startswith(("redis://", "rediss://")):
        return {"BACKEND": f"{BACKENDS}.redis.RedisCache", "LOCATION": text(name), "OPTIONS": REDIS_TIMES}
    return {
        "BACKEND": f"{BACKENDS}.locmem.LocMemCache",
        "LOCATION": "limits",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }


def elasticsearch(name: str, api_key: str, ca_certs: str) -> dict[str, Any] | None:
    """Return how to reach Elasticsearch: one address per node, the key or the user's name and password, and the
    certificates to trust. None where the hub is to use its embedded engine."""
    nodes = [node if "://" in node else f"{text(name).partition('://')[0]}://{node}" for node in words(name)]
    if not nodes:
        for other in (api_key, ca_certs):
            if text(other):
                raise SettingError(f"The setting {other} has no effect without {name}.")
        return None
    users, urls = set(), []
    for node in nodes:
        parts = _split(name, node, ("http", "https"))
        if parts.query or parts.fragment:
            raise SettingError(f"The setting {name} must not have anything after the path of a node.")
        user, _at, host = parts.netloc.rpartition("@")
        users |= {user} if user else set()
        port = "" if parts.port else ":9200"
        urls.append(f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}")
    if len(users) > 1:
        raise SettingError(f"The setting {name} must give all nodes the same user and password.")
    if users and text(api_key):
        raise SettingError(f"The setting {api_key} must stay empty where {name} has a user and password.")
    user, _colon, password = next(iter(users), "").partition(":")
    certificates = text(ca_certs)
    if certificates and not Path(certificates).is_file():
        raise SettingError(f'The setting {ca_certs} must name a file of certificates, not "{certificates}".')
    if certificates and not all(url.startswith("https://") for url in urls):
        raise SettingError(f"The setting {ca_certs} has no effect unless {name} begins with https://.")
    return {
        "urls": tuple(urls),
        "user": unquote(user),
        "password": unquote(password),
        "api_key": text(api_key),
        "ca_certs": certificates,
    }


def machine_translator(name: str, key: str, url: str) -> dict[str, Any] | None:
    """Return wagtail-localize's WAGTAILLOCALIZE_MACHINE_TRANSLATOR; None where nothing is translated by machine."""
    value = text(name).lower()
    if value and value not in TRANSLATORS:
        raise SettingError(f'The setting {name} must be one of {", ".join(TRANSLATORS)}, not "{value}".')
    if not value or value == "dummy":
        for other in (key, url):
            if text(other):
                raise SettingError(f"The setting {other} has no effect unless {name} is deepl or libretranslate.")
    address = text(url).rstrip("/")
    if address:
        parts = _split(url, address, ("http", "https"))
        if parts.query or parts.fragment:
            raise SettingError(f'The setting {url} must be an address without "?" and "#", not "{address}".')
    if value == "deepl" and not text(key):
        raise SettingError(f"The setting {key} is missing: DeepL asks for the key of an account.")
    if value == "libretranslate" and not address:
        raise SettingError(
            f"The setting {url} is missing: say where LibreTranslate runs, such as https://mt.example.eu."
        )
    classes = {
        "deepl": ("translation.providers.DeepL", {"AUTH_KEY": text(key), "URL": address}),
        "libretranslate": (
            "translation.providers.LibreTranslate",
            {"API_KEY": text(key), "LIBRETRANSLATE_URL": address},
        ),
        "dummy": ("translation.providers.Dummy", {}),
    }
    if not value:
        return None
    path, options = classes[value]
    return {"CLASS": path, "OPTIONS": {**options, "TIMEOUT": 20}}


def oidc(url: str, name: str, client_id: str, client_secret: str) -> dict[str, Any]:
    """Return django-allauth's entry for one provider of OpenID Connect; empty where people log in here only."""
    address = text(url)
    if not address:
        for other in (name, client_id, client_secret):
            if text(other):
                raise SettingError(f"The setting {url} is missing, but {other} is set: say where people log in.")
        return {}
    _split(url, address, ("https", "http"))
    for needed in (client_id, client_secret):
        if not text(needed):
            raise SettingError(f"The setting {needed} is missing: the provider of {url} gives it to you.")
    app = {
        "provider_id": "oidc",
        "name": text(name, "OpenID Connect"),
        "client_id": text(client_id),
        "secret": text(client_secret),
        "settings": {"server_url": address},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def index_name(name: str, default: str) -> str:
    """Return what the names of the hub's indexes begin with."""
    value = text(name, default)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,99}", value):
        raise SettingError(f'The setting {name} may have small letters, digits, "-" and "_" only, not "{value}".')
    return value


def mailer(name: str) -> dict[str, Any]:
    """Return an entry of Django's MAILERS."""
    value = text(name, "console://")
    parts = _split(name, value, EMAIL_SCHEMES, needs_host=False)
    if parts.scheme == "console":
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if not parts.hostname:
        raise SettingError(f"The setting {name} must name a host, such as smtp+tls://user:password@host:587.")
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}[parts.scheme],
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": parts.scheme == "smtp+tls",
            "use_ssl": parts.scheme == "smtp+ssl",
            "timeout": 10,
        },
    }


def _split(name: str, value: str, schemes: Collection[str], *, needs_host: bool = True) -> SplitResult:
    """Take an address apart; stop the start if it is none, or one of another kind."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError as error:
        raise SettingError(f"The setting {name} is not an address: {error}.") from None
    if parts.scheme not in schemes or "://" not in value:
        expected = ", ".join(f"{scheme}://" for scheme in schemes)
        raise SettingError(f"The setting {name} must start with one of {expected}.")
    if needs_host and not parts.hostname:
        raise SettingError(f'The setting {name} has no host: "{value}".')
    return parts
