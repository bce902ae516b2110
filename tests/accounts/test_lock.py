"""Whoever guesses has to wait."""

import logging
from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.utils import timezone

from accounts import lock, upkeep
from tests.accounts.people import LOGIN, PASSWORD, is_logged_in, log_in, person

pytestmark = pytest.mark.django_db


def fail(client, times, name="anna", **headers):
    for _time in range(times):
        response = log_in(client, name, "wrong", **headers)
    return response


def test_who_knows_the_password_is_let_in(client):
    person()
    assert log_in(client)["Location"] == "/admin/"
    assert is_logged_in(client)


def test_a_wrong_password_is_refused_in_a_sentence(client):
    person()
    response = fail(client, 1)
    assert response.status_code == 200
    assert "password you specified are not correct" in response.content.decode()


def test_the_fifth_failure_locks_the_name_at_its_address(client):
    person()
    assert fail(client, 4).status_code == 200
    response = fail(client, 1)
    assert response.status_code == 429
    assert response["Retry-After"] == "900"
    assert "Wait 15 minutes" in response.content.decode()
    assert log_in(client).status_code == 429
    assert not is_logged_in(client)


def test_the_lock_is_said_in_the_readers_language(client):
    person()
    response = fail(client, 5, headers={"Accept-Language": "de"})
    assert "Warten Sie 15 Minuten" in response.content.decode()


def test_capitals_make_no_other_name(client):
    person()
    fail(client, 3, "anna")
    assert fail(client, 2, "ANNA").status_code == 429


def test_a_locked_name_gets_in_from_elsewhere(client):
    person()
    fail(client, 5)
    assert log_in(client, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_others_at_the_address_get_in(client):
    person()
    person("bert")
    fail(client, 5)
    assert log_in(client, "bert").status_code == 302


def test_an_address_is_locked_after_twenty_failures_whatever_the_names(client):
    person()
    for number in range(20):
        response = fail(client, 1, f"guess-{number}")
    assert response.status_code == 429
    assert log_in(client).status_code == 429


def test_a_name_is_locked_after_a_hundred_failures_from_anywhere(client):
    person()
    for number in range(25):
        fail(client, 4, REMOTE_ADDR=f"192.0.2.{number}")
    assert log_in(client, REMOTE_ADDR="198.51.100.1").status_code == 429


def test_neighbours_in_one_ipv6_network_are_one(client):
    person()
    for number in range(5):
        response = fail(client, 1, REMOTE_ADDR=f"2001:db8:1:2::{number}")
    assert response.status_code == 429
    assert log_in(client, REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


def test_the_lock_ends_after_its_time_although_somebody_goes_on_trying(client):
    person()
    fail(client, 5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert fail(client, 3).status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert log_in(client).status_code == 302


def test_a_log_in_forgets_the_failures_before_it(client):
    person()
    fail(client, 4)
    log_in(client)
    client.post("/admin/logout/")
    assert fail(client, 4).status_code == 200


def test_ones_own_log_in_does_not_forget_the_guesses_of_anothers_password(client):
    person()
    person("mallory")
    fail(client, 4)
    log_in(client, "mallory")
    client.post("/admin/logout/")
    assert fail(client, 1).status_code == 429


def test_an_administrator_unlocks(client):
    anna = person()
    fail(client, 5)
    client.force_login(person("chief", None))
    address = f"/admin/users/{anna.pk}/log-in/"
    page = client.get(address).content.decode()
    assert "Log-in of anna" in page
    assert "is kept out for 15 minutes" in page
    client.post(address, {"action": "unlock"})
    assert "Not locked." in client.get(address).content.decode()
    client.logout()
    assert log_in(client).status_code == 302


def test_no_address_and_no_name_is_kept_or_logged(client, caplog):
    person()
    with caplog.at_level(logging.DEBUG):
        fail(client, 6, REMOTE_ADDR="192.0.2.77", HTTP_USER_AGENT="Browser of Anna")
        log_in(client, REMOTE_ADDR="192.0.2.78")
    assert caplog.messages
    for text in ("192.0.2.7", "anna", "wrong", PASSWORD):
        assert not [message for message in caplog.messages if text in message]
    row = AccessAttempt.objects.values().get()
    for text in ("192.0.2.7", "wrong"):
        assert text not in str(row)
    assert row["ip_address"].startswith("fd")
    assert not AccessLog.objects.exists()


def test_the_worker_deletes_what_no_longer_counts(client):
    person()
    fail(client, 1)
    upkeep.tidy()
    assert AccessAttempt.objects.count() == 1
    AccessAttempt.objects.update(attempt_time=timezone.now() - lock.WAIT - timedelta(seconds=1))
    upkeep.tidy()
    assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize(
    ("said", "proxies", "same"),
    [
        ("203.0.113.9", 0, True),  # nobody may say it without a proxy
        ("203.0.113.9", 1, False),
        ("198.51.100.1, 203.0.113.9", 1, False),
        ("nonsense", 1, True),
        ("203.0.113.9", 2, True),  # fewer than there are proxies
    ],
)
def test_a_proxy_says_who_asks(rf, settings, said, proxies, same):
    from hub.clients import client_address

    settings.PROXIES = proxies
    found = client_address(rf.get(LOGIN, HTTP_X_FORWARDED_FOR=said, REMOTE_ADDR="192.0.2.1"))
    assert found == ("192.0.2.1" if same else "203.0.113.9")


def test_asking_for_a_new_password_is_limited(client):
    person()
    answers = {client.post("/admin/password_reset/", {"email": "anna@example.org"}).status_code for _n in range(11)}
    assert answers == {302, 429}
