"""Sessions that their owners, and administrators, can end."""

import pytest
from django.test import Client

from accounts.sessions import browser_of
from tests.accounts.people import PASSWORD, is_logged_in, log_in, person

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36 Edg/141.0"


@pytest.fixture
def places():
    """Anna is logged in at two places, and somebody else at one."""
    person()
    person("bert")
    clients = [Client(headers={"User-Agent": agent}) for agent in (FIREFOX, EDGE, FIREFOX)]
    for place, name in zip(clients, ("anna", "anna", "bert"), strict=True):
        log_in(place, name)
    return clients


def test_browsers_are_named_as_people_know_them():
    assert browser_of(FIREFOX) == "Firefox, Linux"
    assert browser_of(EDGE) == "Edge, Windows"
    assert browser_of("<script>") == ""


def test_people_see_their_own_sessions(places):
    page = places[0].get("/admin/account/sessions/").content.decode()
    assert page.count("This one") == 1
    assert page.count("Firefox, Linux") == 1
    assert page.count("Edge, Windows") == 1


def test_people_end_their_other_sessions(places):
    response = places[0].post("/admin/account/sessions/", follow=True)
    assert "1 session has ended." in response.content.decode()
    assert [is_logged_in(place) for place in places] == [True, False, True]


def test_an_administrator_ends_all_sessions_of_somebody(places, client):
    chief = person("chief", None)
    client.force_login(chief)
    anna = places[0].get("/admin/").wsgi_request.user
    address = f"/admin/users/{anna.pk}/log-in/"
    assert "Logged in at 2 places." in client.get(address).content.decode()
    client.post(address, {"action": "end_sessions"})
    assert [is_logged_in(place) for place in places] == [False, False, True]


def test_others_end_nobodys_sessions(places):
    bert, anna = places[2], places[0].get("/admin/").wsgi_request.user
    bert.post(f"/admin/users/{anna.pk}/log-in/", {"action": "end_sessions"})
    assert is_logged_in(places[0])


def test_a_changed_password_ends_the_others(places):
    new = "elf sehr müde Pferde"
    form = {
        "name_email-first_name": "Anna",
        "name_email-last_name": "A",
        "name_email-email": "anna@example.org",
        "locale-preferred_language": "en",
        "locale-current_time_zone": "Europe/Brussels",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "password-old_password": PASSWORD,
        "password-new_password1": new,
        "password-new_password2": new,
    }
    assert places[0].post("/admin/account/", form).status_code == 302
    assert [is_logged_in(place) for place in places] == [True, False, True]
    assert places[0].get("/admin/account/sessions/").content.decode().count("Firefox, Linux") == 1


def test_the_users_page_leads_to_the_log_in(client):
    anna = person()
    client.force_login(person("chief", None))
    assert f"/admin/users/{anna.pk}/log-in/" in client.get("/admin/users/").content.decode()
