"""Codes and passkeys besides the password."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from tests.accounts.people import LOGIN, PASSWORD, code, give_app, is_logged_in, log_in, person

pytestmark = pytest.mark.django_db
FACTOR = "/admin/login/factor/"


@pytest.fixture
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


def confirm(client, address):
    """Ask for a page that wants the password again, and give it."""
    response = client.get(address)
    assert response["Location"].startswith("/admin/login/confirm/")
    response = client.post(response["Location"], {"password": PASSWORD, "next": address})
    assert response["Location"] == address
    return client.get(address)


def test_the_password_alone_does_not_let_in_who_has_an_app(client):
    give_app(person())
    response = log_in(client)
    assert response["Location"] == f"{FACTOR}authenticate/"
    assert client.get(response["Location"]).status_code == 200
    assert not is_logged_in(client)


def test_password_and_code_let_in(client):
    give_app(person())
    log_in(client)
    response = client.post(f"{FACTOR}authenticate/", {"code": code()})
    assert response["Location"] == "/admin/"
    assert is_logged_in(client)


def test_five_wrong_codes_make_wait(client):
    give_app(person())
    log_in(client)
    for _time in range(5):
        response = client.post(f"{FACTOR}authenticate/", {"code": "000000"})
    assert "Incorrect code" in response.content.decode()
    response = client.post(f"{FACTOR}authenticate/", {"code": code()})
    assert "Wait 15 minutes" in response.content.decode()
    assert not is_logged_in(client)


def test_the_log_in_can_be_stopped_at_the_code(client):
    give_app(person())
    log_in(client)
    assert client.post("/admin/login/stop/", {"next": LOGIN})["Location"] == LOGIN
    assert client.get(f"{FACTOR}authenticate/")["Location"] == LOGIN


def test_setting_up_an_app_gives_recovery_codes_that_let_in_once(client, django_capture_on_commit_callbacks):
    anna = person()
    log_in(client)
    page = confirm(client, f"{FACTOR}totp/activate/")
    assert "data:image/svg+xml" in page.content.decode()
    secret = page.context["form"].secret
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    right = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(f"{FACTOR}totp/activate/", {"code": right})
    assert response["Location"] == f"{FACTOR}recovery-codes/"
    assert client.get(response["Location"]).status_code == 200
    recovery = Authenticator.objects.get(user=anna, type="recovery_codes").wrap().get_unused_codes()[0]
    for is_good in (True, False):
        client.logout()
        log_in(client)
        client.post(f"{FACTOR}authenticate/", {"code": recovery})
        assert is_logged_in(client) == is_good


@pytest.mark.parametrize("name", ["mfa_index", "mfa_list_webauthn", "accounts_sessions"])
def test_pages_of_ones_own_log_in_are_shown(client, name):
    person()
    log_in(client)
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert "wagtailadmin" in page.content.decode()


def test_adding_a_passkey_asks_for_the_password_and_then_offers_it(client):
    person()
    log_in(client)
    page = confirm(client, f"{FACTOR}webauthn/add/").content.decode()
    assert '"userVerification": "required"' in page


def test_a_passkey_can_be_asked_for_without_a_name(client):
    options = client.get(f"{FACTOR}webauthn/login/", headers={"Accept": "application/json"}).json()["request_options"]
    assert options["publicKey"]["userVerification"] == "required"
    assert "Log in with a passkey" in client.get(LOGIN).content.decode()


@pytest.mark.parametrize(
    "address", ["/en/_util/login/", "/de/_util/login/?next=/de/", "/admin/", "/admin/pages/", "/admin/reports/"]
)
def test_all_ways_in_lead_to_one_log_in(client, address):
    response = client.get(address)
    assert response["Location"].split("?")[0] == LOGIN
    assert client.post("/en/_util/login/", {"username": "anna", "password": PASSWORD}).status_code == 302


def test_wagtails_fields_do_not_log_in(client):
    person()
    client.post(LOGIN, {"username": "anna", "password": PASSWORD})
    assert not is_logged_in(client)


@pytest.mark.parametrize(
    "address",
    [
        "login/signup/",
        "signup/",
        "login/email/",
        "login/password/change/",
        "login/3rdparty/",
        "login/code/",
        "login/x/",
    ],
)
def test_nothing_else_of_allauth_is_there(client, address):
    person()
    log_in(client)
    assert client.get(f"/admin/{address}", follow=True).status_code == 404


def test_who_may_not_see_the_admin_is_not_sent_in_circles(client):
    person("guest", "Editors").groups.clear()
    response = log_in(client, "guest")
    for _step in range(4):
        if response.status_code != 302:
            break
        response = client.get(response["Location"])
    assert response.wsgi_request.path not in (LOGIN, "/admin/")


# Required


@pytest.mark.parametrize("role", [None, "Moderators"])
def test_moderators_and_administrators_are_led_to_set_one_up(client, required, role):
    person(role=role)
    log_in(client)
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain == [(FACTOR, 302)]
    assert "Your role needs a second factor" in response.content.decode()
    assert client.get("/admin/users/")["Location"] == FACTOR
    assert client.post("/admin/pages/1/edit/")["Location"] == FACTOR


def test_who_manages_users_is_led_too(client, required):
    anna = person()
    group = Group.objects.create(name="Staff office")
    group.permissions.add(Permission.objects.get(codename="change_user"))
    anna.groups.add(group)
    log_in(client)
    assert client.get("/admin/")["Location"] == FACTOR


@pytest.mark.parametrize("role", ["Editors", "Translators"])
def test_editors_and_translators_are_not(client, required, role):
    person(role=role)
    log_in(client)
    assert client.get("/admin/").status_code == 200


def test_nobody_is_without_the_setting(client):
    person(role=None)
    log_in(client)
    assert client.get("/admin/").status_code == 200


def test_who_gave_one_goes_on(client, required):
    give_app(person(role=None))
    log_in(client)
    client.post(f"{FACTOR}authenticate/", {"code": code()})
    assert client.get("/admin/").status_code == 200


def test_a_session_without_the_factor_that_there_is_is_asked_for_it(client, required):
    anna = person(role=None)
    give_app(anna)
    client.force_login(anna)
    response = client.get("/admin/users/?p=2")
    assert response["Location"] == f"{FACTOR}reauthenticate/?next=%2Fadmin%2Fusers%2F%3Fp%3D2"
    assert client.get(response["Location"]).status_code == 200
    response = client.post(f"{FACTOR}reauthenticate/", {"code": code(), "next": "/admin/users/?p=2"})
    assert response["Location"] == "/admin/users/?p=2"
    assert client.get("/admin/users/").status_code == 200


def test_the_last_one_cannot_be_removed_where_it_is_needed(client, required):
    give_app(person(role=None))
    log_in(client)
    client.post(f"{FACTOR}authenticate/", {"code": code()})
    address = f"{FACTOR}totp/deactivate/"
    confirm(client, address)
    assert "cannot deactivate" in client.post(address, {}).content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


def test_an_administrator_takes_a_lost_one_away(client):
    anna = person()
    give_app(anna)
    client.force_login(person("chief", None))
    address = f"/admin/users/{anna.pk}/log-in/"
    assert "Take away all second factors" in client.get(address).content.decode()
    client.post(address, {"action": "remove_factors"})
    assert not Authenticator.objects.filter(user=anna).exists()


def test_who_has_no_account_to_manage_users_cannot(client):
    anna = person()
    give_app(anna)
    client.force_login(person("moderator", "Moderators"))
    client.post(f"/admin/users/{anna.pk}/log-in/", {"action": "remove_factors"})
    assert Authenticator.objects.filter(user=anna).exists()


def test_who_manages_users_does_not_manage_administrators(client):
    chief = person("chief", None)
    give_app(chief)
    anna = person()
    anna.user_permissions.add(Permission.objects.get(codename="change_user"))
    client.force_login(anna)
    client.post(f"/admin/users/{chief.pk}/log-in/", {"action": "remove_factors"})
    assert Authenticator.objects.filter(user=chief).exists()


def test_readers_get_no_cookie_and_are_asked_for_nothing(client, required):
    response = client.get("/en/")
    assert response.status_code == 200
    assert not response.cookies
