"""People of a Keycloak log in to the hub: as the two of them have it, over real HTTP."""

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user_model

from config import environment as env
from tests.accounts.people import LOGIN, is_logged_in, person

from . import server

pytestmark = [pytest.mark.keycloak, pytest.mark.django_db]
START = "/admin/login/oidc/"


@pytest.fixture(scope="module")
def realm() -> Iterator[str]:
    with server.running() as address:
        yield address


@pytest.fixture
def provider(realm, settings, monkeypatch):
    given = {"URL": realm, "NAME": "Keycloak", "CLIENT_ID": server.CLIENT_ID, "CLIENT_SECRET": server.CLIENT_SECRET}
    for name, value in given.items():
        monkeypatch.setenv(f"OIDC_{name}", value)
    settings.SOCIALACCOUNT_PROVIDERS = env.oidc("OIDC_URL", "OIDC_NAME", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    settings.OIDC_NAME = "Keycloak"
    return realm


def log_in_there(client, name, password=server.PASSWORD):
    """From the hub's log-in page to Keycloak's and, if that lets somebody in, back: the address that it leads to."""
    assert f'href="{START}' in client.get(LOGIN).content.decode()
    form = requests.get(client.get(START, {"next": "/admin/pages/"})["Location"], timeout=60)
    assert form.status_code == 200
    action = html.unescape(re.search(r'<form id="kc-form-login"[^>]*action="([^"]+)"', form.text)[1])
    # Browsers take 127.0.0.1 for safe and send cookies back that are for HTTPS.
    cookies = {cookie.name: cookie.value for cookie in form.cookies}
    typed = {"username": name, "password": password}
    answer = requests.post(action, typed, cookies=cookies, allow_redirects=False, timeout=60)
    return answer.headers.get("Location")


def come_back(client, address):
    assert address.startswith(server.CALLBACK)
    return client.get(address.removeprefix("http://testserver"))


def test_who_is_known_by_a_verified_address_gets_where_he_or_she_wanted(client, provider):
    anna = person()
    assert come_back(client, log_in_there(client, "anna"))["Location"] == "/admin/pages/"
    assert is_logged_in(client)
    assert SocialAccount.objects.get().user == anna


def test_once_matched_the_address_may_change_here(client, provider):
    anna = person()
    come_back(client, log_in_there(client, "anna"))
    client.logout()
    anna.email = "married@example.org"
    anna.save()
    come_back(client, log_in_there(client, "anna"))
    assert is_logged_in(client)


@pytest.mark.parametrize("name", ["stranger", "unverified"])
def test_others_are_refused_and_get_no_account(client, provider, name):
    person()
    if name == "unverified":
        person("unverified")
    before = get_user_model().objects.count()
    answer = come_back(client, log_in_there(client, name))
    assert not is_logged_in(client)
    assert answer.status_code == 302
    assert "Keycloak" in client.get(answer["Location"]).content.decode()
    assert get_user_model().objects.count() == before


def test_a_wrong_password_does_not_lead_back(client, provider):
    person()
    assert log_in_there(client, "anna", "wrong") is None


def test_a_code_is_worth_nothing_without_the_visit_that_asked_for_it(client, provider):
    """Somebody else's browser lacks the state; one that has it lacks the code's verifier."""
    person()
    address = log_in_there(client, "anna")
    client.logout()
    come_back(client, address)
    assert not is_logged_in(client)
    stolen = parse_qs(urlsplit(address).query)["code"][0]
    state = parse_qs(urlsplit(client.get(START)["Location"]).query)["state"][0]
    client.get("/admin/login/oidc/callback/", {"code": stolen, "state": state})
    assert not is_logged_in(client)
