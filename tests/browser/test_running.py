"""The hub as `make run` starts it: one web server, one worker, the demonstration."""

import json
import re
import stat
from urllib.request import Request, urlopen

import pytest

pytestmark = pytest.mark.browser


def read(url: str, **headers: str):
    """Fetch what the running hub answers: (headers, text)."""
    with urlopen(Request(url, headers=headers), timeout=10) as response:
        return response.headers, response.read().decode()


def test_it_prints_its_address_and_the_log_ins(hub):
    log = (hub.data / "log").read_text()
    assert f"{hub.url}/" in log
    for login in hub.logins.values():
        assert re.search(rf"\b{login['username']}\s+{re.escape(login['password'])}", log)


def test_secrets_are_for_the_owner_only(hub):
    for name in ("demo-logins.json", "secret-key"):
        assert stat.S_IMODE((hub.data / name).stat().st_mode) == 0o600


def test_database_index_and_outbox_are_in_order(hub):
    _, answer = read(f"{hub.url}/readyz")
    assert json.loads(answer)["ready"]


def test_the_address_without_a_language_leads_to_the_readers_own(hub):
    headers, page = read(f"{hub.url}/", **{"Accept-Language": "pl"})
    assert 'lang="pl"' in page
    assert headers["Content-Language"] == "pl"


def test_static_files_may_be_kept_for_ever(hub):
    _, page = read(f"{hub.url}/en/")
    address = re.search(r'href="(/static/[^"]+\.css)"', page).group(1)
    headers, _ = read(hub.url + address)
    assert "immutable" in headers["Cache-Control"]


def test_no_page_breaks_its_content_security_policy(hub, visit):
    """Inline code, or a request to another host, shows in the browser's console."""
    page = visit()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in (
        "/en/",
        "/de/news/",
        "/en/events/",
        "/en/hubs/",
        "/en/platforms/",
        "/en/themes/",
        "/en/search/?q=data",
    ):
        page.goto(hub.url + path)
    assert complaints == []
