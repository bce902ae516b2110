"""The hub asks others only what its operator has set, and reads what strangers wrote only with care."""

import ast
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests
from django.urls import reverse
from wagtail.embeds.embeds import get_embed
from wagtail.embeds.exceptions import EmbedException

from hub.roles import EDITORS
from tests.editing import log_in
from translation import providers

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "config", "events", "hub", "news", "search", "translation", "demo")
# What can ask somebody else, or makes objects of what it reads, and the only files that may use it.
GUARDED = {
    "requests": {
        "translation/providers.py",
        "translation/machine.py",
    },  # the provider that a setting names, and its errors
    "urllib.request": {"config/start.py"},  # our own web server
    "socket": {"config/start.py", "hub/metrics.py"},  # whether a port is free; the name of the machine
    "http.client": set(),
    "httpx": set(),
    "urllib3": set(),
    "aiohttp": set(),
    "ftplib": set(),
    "smtplib": {"hub/mail.py"},  # its exceptions; Django sends
    "pickle": set(),
    "marshal": set(),
    "shelve": set(),
    "yaml": set(),
    "lxml": set(),
    "xml.sax": set(),
    "xml.dom": set(),
    "tarfile": set(),
}
# Of the standard library's parser, which resolves entities, only types; and our own drawings are read by it.
XML = "xml.etree.ElementTree"
TYPES = {"Element", "ParseError"}
OWN_DRAWINGS = "hub/drawing.py"


@cache
def imports():
    """What each file imports, as (file, module, names)."""
    found = []
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts):
        for node in ast.walk(ast.parse(path.read_text())):
            name = path.relative_to(ROOT).as_posix()
            if isinstance(node, ast.Import):
                found += [(name, each.name, set()) for each in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.append((name, node.module, {each.name for each in node.names}))
    return found


def test_nothing_else_asks_others_or_parses_what_could_do_harm():
    found = {(module, name) for name, module, _names in imports()}
    assert ("requests", "translation/providers.py") in found
    wrong = [
        f"{name} imports {module}"
        for module, name in found
        for guarded, allowed in GUARDED.items()
        if (module == guarded or module.startswith(f"{guarded}.")) and name not in allowed
    ]
    assert wrong == []


def test_xml_of_strangers_is_read_by_defusedxml():
    used = {(name, each) for name, module, names in imports() if module == XML for each in names - TYPES}
    assert used == {(OWN_DRAWINGS, "fromstring")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/watch?v=aqz-KE-bpKQ",
        "http://127.0.0.1:8000/admin/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
    ],
)
def test_no_address_that_editors_give_is_asked(url, monkeypatch):
    def asked(*args, **kwargs):
        raise AssertionError("Somebody is asked.")

    monkeypatch.setattr("socket.create_connection", asked)
    monkeypatch.setattr("socket.getaddrinfo", asked)
    with pytest.raises(EmbedException):
        get_embed(url)
    answer = log_in(EDITORS).post(reverse("wagtailembeds:chooser_upload"), {"embed-chooser-url": url})
    assert answer.json()["step"] != "embed_chosen"


class Provider(BaseHTTPRequestHandler):
    """Leads elsewhere from /redirect, and says more than it should at /long."""

    asked: list[str] = []

    def do_POST(self):
        self.asked.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(307 if self.path == "/redirect" else 200)
        if self.path == "/redirect":
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b'{"a": 1}' if self.path == "/short" else b"1" * 5_000)

    def log_message(self, *args):
        pass


@pytest.fixture
def provider():
    server = HTTPServer(("127.0.0.1", 0), Provider)
    Thread(target=server.serve_forever, daemon=True).start()
    Provider.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_provider_of_translations_is_followed_nowhere(provider):
    with pytest.raises(requests.TooManyRedirects):
        providers.ask("post", f"{provider}/redirect", json={"api_key": "x"}, timeout=5)
    assert Provider.asked == ["/redirect"]


def test_a_provider_is_not_listened_to_without_end(provider, monkeypatch):
    monkeypatch.setattr(providers, "LARGEST_ANSWER", 4_000)
    with pytest.raises(requests.RequestException, match="too long"):
        providers.ask("post", f"{provider}/long", timeout=5)
    assert providers.ask("post", f"{provider}/short", timeout=5) == {"a": 1}
