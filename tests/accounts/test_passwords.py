"""Passwords by NIST SP 800-63B-4, 3.1.1."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from demo.logins import create_logins
from tests.accounts.people import give_app, log_in, person

GOOD = "vier nasse Ziegen tanzen"


def codes(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {each.code for each in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "nur kleine buchstaben",
        "ЗИМА БЛИЗКО И ХОЛОДНО",
        "🦊 läuft über die Brücke",
        "mot de passe très long " * 3 + "enfin autre chose",
        "q7" * 3 + "kf92mzx0p " + "x" * 200,
    ],
)
def test_long_passwords_are_taken_whatever_they_are_made_of(password):
    assert not codes(password)


def test_fifteen_characters_are_needed():
    assert codes("zehn Enten 123") == {"password_too_short"}
    assert not codes("zehn Enten 1234")


@pytest.mark.django_db
def test_eight_are_enough_with_a_second_factor():
    anna = person()
    assert codes("v7kqwmzd", anna) == {"password_too_short"}
    give_app(anna)
    assert not codes("v7kqwmzd", anna)
    assert codes("v7kqwmz", anna) >= {"password_too_short"}


@pytest.mark.django_db
def test_common_ones_are_refused_with_a_second_factor_too():
    anna = person()
    give_app(anna)
    assert codes("password1", anna) == {"password_too_common"}


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "passwordpassword",
        "12345678901234567890",
        "abcdefghijklmnopqrst",
        "98765432109876543210",
        "Knowledge hub 2026!",
        "KnowledgeKnowledge1",
    ],
)
def test_long_ones_that_are_easily_guessed_are_refused(password):
    assert "password_guessable" in codes(password) | codes(password, get_user_model()(username="nobody"))


@pytest.mark.parametrize("password", ["annabellecastellano", "Castellano-2026-x", "annabelle.castellano@example.org"])
def test_the_own_name_is_refused(password):
    user = get_user_model()(
        username="annabelle", first_name="Anna", last_name="Castellano", email="annabelle.castellano@example.org"
    )
    assert codes(password, user)


def test_a_name_among_other_words_is_taken():
    assert not codes("Castellano kauft grüne Gläser", get_user_model()(username="anna", last_name="Castellano"))


@pytest.mark.django_db
def test_the_log_ins_of_the_demonstration_keep_the_rules():
    users, passwords = create_logins()
    assert passwords
    for name, password in passwords.items():
        assert not codes(password, users[name])


@pytest.mark.django_db
def test_who_has_a_shorter_one_from_before_is_told(client):
    person()
    log_in(client)
    assert "Your password has fewer" not in client.get("/admin/").content.decode()
    bert = person("bert")
    bert.set_password("short")
    bert.save()
    client.logout()
    log_in(client, "bert", "short")
    assert "Your password has fewer than 15 characters" in client.get("/admin/").content.decode()


@pytest.mark.django_db
def test_the_account_page_keeps_the_rules(client):
    anna = person()
    client.force_login(anna)
    form = {"password-old_password": GOOD, "password-new_password1": "short", "password-new_password2": "short"}
    page = client.post("/admin/account/", form).content.decode()
    assert "Take 15 characters at least" in page
    anna.refresh_from_db()
    assert anna.check_password(GOOD)
