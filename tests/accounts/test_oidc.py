"""Logging in elsewhere, by OpenID Connect. The provider is a stand-in for its HTTP answers."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user_model

from accounts.adapters import SocialAccountAdapter
from config import environment as env
from tests.accounts.people import LOGIN, code, give_app, is_logged_in, person

pytestmark = pytest.mark.django_db
PROVIDER = "https://id.example"
START, CALLBACK = "/admin/login/oidc/", "/admin/login/oidc/callback/"
CONFIGURATION = {
    "issuer": PROVIDER,
    "authorization_endpoint": f"{PROVIDER}/authorize",
    "token_endpoint": f"{PROVIDER}/token",
    "userinfo_endpoint": f"{PROVIDER}/userinfo",
    "jwks_uri": f"{PROVIDER}/keys",
}


class Answer:
    status_code = 200

    def __init__(self, data):
        self.data = data
        self.headers = {"content-type": "application/json"}

    def json(self):
        return self.data

    def raise_for_status(self):
        pass


class Provider:
    """What it answers; `claims` is what it says of a person."""

    def __init__(self):
        self.claims = {"sub": "4711", "email": "Anna@example.org", "email_verified": True}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def get(self, url, **kwargs):
        return Answer(self.claims if url.endswith("/userinfo") else CONFIGURATION)

    def request(self, method, url, **kwargs):
        assert url == CONFIGURATION["token_endpoint"]
        return Answer({"access_token": "secret", "token_type": "Bearer"})


@pytest.fixture
def provider(settings, monkeypatch):
    for name, value in (("URL", PROVIDER), ("CLIENT_ID", "hub"), ("CLIENT_SECRET", "s"), ("NAME", "EU Login")):
        monkeypatch.setenv(f"OIDC_{name}", value)
    settings.SOCIALACCOUNT_PROVIDERS = env.oidc("OIDC_URL", "OIDC_NAME", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    settings.OIDC_NAME = "EU Login"
    found = Provider()
    monkeypatch.setattr(SocialAccountAdapter, "get_requests_session", lambda self: found)
    return found


def come_back(client, **parameters):
    """Go there from the log-in page and back."""
    response = client.get(START, {"next": "/admin/pages/"} | parameters)
    asked = parse_qs(urlsplit(response["Location"]).query)
    assert response["Location"].startswith(CONFIGURATION["authorization_endpoint"])
    assert {*asked["scope"][0].split()} == {"openid", "profile", "email"}
    assert "code_challenge" in asked
    return client.get(CALLBACK, {"code": "c", "state": asked["state"][0]})


def test_the_log_in_page_offers_it_by_name(client, provider):
    page = client.get(LOGIN).content.decode()
    assert "Log in with EU Login" in page
    assert START in page


def test_without_the_setting_it_is_not_there(client):
    assert "EU Login" not in client.get(LOGIN).content.decode()
    assert client.get(START, follow=True).status_code == 404


def test_a_verified_address_lets_in_who_has_it_here(client, provider):
    anna = person()
    assert come_back(client)["Location"] == "/admin/pages/"
    assert is_logged_in(client)
    assert SocialAccount.objects.get().user == anna


def test_who_was_matched_before_is_known_without_the_address(client, provider):
    person()
    come_back(client)
    client.logout()
    provider.claims["email"] = "married@example.org"
    assert come_back(client)["Location"] == "/admin/pages/"


@pytest.mark.parametrize(
    "claims", [{"email_verified": False}, {"email_verified": None}, {"email": "bert@example.org"}, {"email": ""}]
)
def test_others_are_refused_in_a_sentence_and_get_no_account(client, provider, claims):
    person()
    provider.claims |= claims
    response = come_back(client)
    assert response["Location"] == LOGIN
    assert "No account here has the e-mail address that EU Login has verified" in client.get(LOGIN).content.decode()
    assert not is_logged_in(client)
    assert get_user_model().objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_an_address_that_two_have_lets_nobody_in(client, provider):
    person()
    person("second").__class__.objects.filter(username="second").update(email="anna@example.org")
    assert come_back(client)["Location"] == LOGIN


def test_who_may_not_log_in_any_more_is_refused(client, provider):
    person(is_active=False)
    assert come_back(client)["Location"] == LOGIN
    assert not is_logged_in(client)


def test_it_gives_no_rights_and_no_groups(client, provider):
    anna = person()
    provider.claims |= {"is_superuser": True, "groups": ["Moderators"], "roles": ["admin"]}
    come_back(client)
    anna.refresh_from_db()
    assert not anna.is_superuser
    assert [group.name for group in anna.groups.all()] == ["Editors"]


def test_it_is_no_way_around_the_second_factor(client, provider):
    give_app(person())
    assert come_back(client)["Location"] == "/admin/login/factor/authenticate/"
    assert not is_logged_in(client)
    client.post("/admin/login/factor/authenticate/", {"code": code()})
    assert is_logged_in(client)


def test_who_has_no_password_can_set_a_second_factor_up(client, provider, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    chief = person(role=None)
    chief.set_unusable_password()
    chief.save()
    come_back(client)
    assert client.get("/admin/")["Location"] == "/admin/login/factor/"
    assert client.get("/admin/login/factor/totp/activate/").status_code == 200


def test_an_account_elsewhere_is_not_connected_by_who_is_logged_in(client, provider):
    client.force_login(person("bert"))
    come_back(client, process="connect")
    assert not SocialAccount.objects.exists()


def test_a_refusal_of_the_provider_is_said(client, provider):
    response = client.get(CALLBACK, {"error": "server_error", "state": "x"})
    assert response["Location"] == LOGIN
    assert "Logging in with EU Login did not work" in client.get(LOGIN).content.decode()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"OIDC_CLIENT_ID": "hub"}, "The setting OIDC_URL is missing"),
        ({"OIDC_URL": PROVIDER}, "The setting OIDC_CLIENT_ID is missing"),
        ({"OIDC_URL": PROVIDER, "OIDC_CLIENT_ID": "hub"}, "The setting OIDC_CLIENT_SECRET is missing"),
        ({"OIDC_URL": "id.example"}, "The setting OIDC_URL must start with"),
    ],
)
def test_half_a_setting_stops_the_start(monkeypatch, values, sentence):
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(env.SettingError, match=sentence):
        env.oidc("OIDC_URL", "OIDC_NAME", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
