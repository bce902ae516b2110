"""What readers see when something is wrong: in their language, and without the database."""

import sqlite3

import pytest
from django.db import OperationalError

from hub.errors import server_error


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pl"])
def test_a_fault_is_told_in_the_readers_language_without_the_database(rf, language):
    response = server_error(rf.get(f"/{language}/news/"))
    assert response.status_code == 500
    assert f'lang="{language}"' in response.content.decode()


def sqlite(code):
    cause = sqlite3.OperationalError("as SQLite says it")
    cause.sqlite_errorcode = code
    return cause


@pytest.mark.parametrize(
    ("cause", "status"),
    [
        (None, 503),  # PostgreSQL
        (sqlite(sqlite3.SQLITE_IOERR_READ), 503),
        (sqlite(sqlite3.SQLITE_BUSY), 503),
        (sqlite(sqlite3.SQLITE_ERROR), 500),  # no such table, or a mistake in a query
    ],
)
def test_a_database_that_is_away_is_not_our_fault_and_a_wrong_query_is(rf, cause, status):
    try:
        raise OperationalError("The server closed the connection.") from cause
    except OperationalError:
        response = server_error(rf.get("/en/"))
    assert response.status_code == status
    assert response.has_header("Retry-After") == (status == 503)


def test_passwords_are_in_no_answer(rf):
    sent = {"login": "anna", "password": "vier nasse Ziegen"}
    assert "Ziegen" not in server_error(rf.post("/admin/login/", sent)).content.decode()
    assert "Ziegen" in server_error(rf.post("/admin/pages/1/edit/", {"title": "Ziegen"})).content.decode()
    assert "Ziegen" not in server_error(rf.post("/en/search/", {"title": "Ziegen"})).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_missing_page_is_told_in_the_language_of_its_address(client, language):
    response = client.get(f"/{language}/there-is-no-such-page/")
    assert response.status_code == 404
    assert f'lang="{language}"' in response.content.decode()
