"""What each answer says to the browser, and what readers' pages hold: nothing of anybody else, and nothing to keep."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from hub.roles import EDITORS
from tests import content
from tests.editing import log_in

from .addresses import expected, path_of

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "media-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "frame-src 'self'",
    "frame-ancestors 'self'",
    "form-action 'self'",
    "base-uri 'none'",
}


class Page(HTMLParser):
    """What of a page the strict policy would stop, or would ask another site."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        is_data = found.get("type", "").endswith("json")
        if tag == "style" or (tag == "script" and "src" not in found and not is_data):
            self.wrong.append(f"<{tag}>")
        self.wrong += [name for name in found if name == "style" or name.startswith("on")]
        loads = [found.get("src", ""), found.get("poster", ""), found.get("data", "")]
        loads += [part.split()[0] for part in found.get("srcset", "").split(",") if part.strip()]
        if tag == "link" and {"stylesheet", "preload", "icon", "manifest", "preconnect"} & set(found["rel"].split()):
            loads.append(found["href"])
        self.wrong += [url for url in loads if urlsplit(url).netloc or urlsplit(url).scheme not in ("", "data")]
        self.wrong += [value for value in found.values() if value.strip().lower().startswith("javascript:")]


@pytest.fixture(scope="module")
def answers(people, names):
    """What a reader gets at each of the site's own addresses."""
    paths = [path_of(address, names) for _method, address in expected() if not address.startswith("admin/")]
    paths += ["/en/", "/en/news/", "/en/events/", "/en/events/event/", "/en/hubs/", "/en/hubs/hub/", "/en/platforms/"]
    answers = {path: people["anonymous"].get(path) for path in paths}
    for path, answer in answers.items():
        answer.whole = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code in (200, 302, 404, 503), path
    return answers


def test_no_reader_gets_a_cookie(answers):
    forms = re.compile("/authenticate_with_password/")  # a form that is protected from other sites' needs one
    assert [path for path, answer in answers.items() if answer.cookies and not forms.search(path)] == []


def test_no_readers_page_has_inline_code_or_anything_from_elsewhere(answers):
    pages = {path: answer for path, answer in answers.items() if answer["Content-Type"].startswith("text/html")}
    assert len(pages) > 20
    assert {path: wrong for path, answer in pages.items() if (wrong := Page(answer.whole.decode()).wrong)} == {}


def test_a_page_with_what_is_not_allowed_would_be_found():
    html = """<style>a{}</style><p style="color:red" onclick="x()"><script>x()</script><img src="//a.example/b.png">
    <link rel="stylesheet" href="https://fonts.example/a.css"><a href="javascript:x()">a</a>"""
    assert len(Page(html).wrong) == 7
    assert Page('<script type="application/ld+json">{}</script><a href="https://a.example/">a</a>').wrong == []


def test_every_answer_has_the_headers(answers):
    for path, answer in answers.items():
        policy = set(answer["Content-Security-Policy"].split("; "))
        assert policy == STRICT or {"default-src 'none'"} <= policy, path
        assert not any("unsafe" in part for part in policy if not part.startswith("style-src")), path
        assert answer["X-Content-Type-Options"] == "nosniff", path
        assert answer["X-Frame-Options"] == "SAMEORIGIN", path
        assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin", path
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert "camera=()" in answer["Permissions-Policy"], path
        pictures = path.startswith(("/media/", "/pictures/", "/share/"))
        assert answer["Cross-Origin-Resource-Policy"] == ("cross-origin" if pictures else "same-origin"), path


def test_editors_pages_have_inline_elements_and_no_inline_handlers():
    answer = log_in(EDITORS).get("/admin/")
    policy = answer["Content-Security-Policy"].split("; ")
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "script-src-attr 'none'" in policy
    assert {part.split()[0] for part in policy if "unsafe" in part} == {"script-src", "style-src"}
    assert not [part for part in policy if "unsafe-eval" in part or "http" in part or "*" in part]


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/password_reset/", "/admin/password_reset/complete/"])
def test_who_is_not_logged_in_gets_the_strict_policy_in_the_admin_too(client, path):
    answer = client.get(path)
    assert set(answer["Content-Security-Policy"].split("; ")) == STRICT
    assert Page(answer.content.decode()).wrong == []


def test_no_page_of_the_editors_has_a_handler_in_an_attribute():
    """`script-src-attr` would stop it."""
    editor, post = log_in(name="another"), content.post("A post")
    names = ["wagtailadmin_home", "wagtailadmin_account", "wagtailimages:add_multiple", "wagtaildocs:add_multiple"]
    paths = [reverse(name) for name in names]
    paths += [reverse("wagtailadmin_pages:edit", args=[post.pk]), reverse("wagtailadmin_explore", args=[1])]
    for path in paths:
        html = editor.get(path).content.decode()
        found = [name for name in Page(html).wrong if name.startswith(("on", "javascript:"))]
        assert found == [], path


class TestSecurityTxt:
    def test_it_says_where_to_tell_of_a_hole_and_until_when(self, client, settings):
        settings.SECURITY_CONTACT = "mailto:security@example.org"
        settings.BASE_URL = "https://hub.example.eu"
        answer = client.get("/.well-known/security.txt")
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
        assert fields["Contact"] == "mailto:security@example.org"
        assert fields["Canonical"] == "https://hub.example.eu/.well-known/security.txt"
        assert fields["Preferred-Languages"] == "en, de, fr, es, it, pl"
        left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
        assert timedelta(days=100) < left < timedelta(days=365)

    def test_without_an_address_there_is_none(self, client, settings):
        settings.SECURITY_CONTACT = ""
        assert client.get("/.well-known/security.txt").status_code in (302, 404)
