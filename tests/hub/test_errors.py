"""What readers see when something is wrong: in their language, and without the database."""

import pytest
from django.utils import translation
from django.views.defaults import server_error


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pl"])
def test_a_fault_is_told_in_the_readers_language_without_the_database(rf, language):
    with translation.override(language):
        response = server_error(rf.get(f"/{language}/news/"))
    assert response.status_code == 500
    assert f'lang="{language}"' in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_missing_page_is_told_in_the_language_of_its_address(client, language):
    response = client.get(f"/{language}/there-is-no-such-page/")
    assert response.status_code == 404
    assert f'lang="{language}"' in response.content.decode()
