import io
import json

import pytest
from django.contrib.auth import get_user_model
from wagtail.models import Locale
from wagtail_localize.models import Translation

from hub.roles import TRANSLATORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in
from tests.translation.desk import start
from translation.files import imports
from translation.files.outcomes import Options
from translation.models import TranslatorLanguage

BODY = '<p>Lies <a href="https://example.org/">das <b>R&amp;D</b></a> &lt;1&gt;</p><p>Zwei<br/>Zeilen</p>'


@pytest.fixture
def editor():
    return get_user_model().objects.create_superuser("editor", "editor@example.org", "secret")


@pytest.fixture(scope="module")
def made(module_db):
    """The keys of the page and its translation."""
    page = content.post("Titel", language="de", lead="Vorspann", body=json.dumps([{"type": "text", "value": BODY}]))
    return page.pk, start(page, "fr", "it").pk


@pytest.fixture
def page(made, db):
    """In German, with a link and bold text in its body."""
    return NewsPage.objects.get(pk=made[0])


@pytest.fixture
def translation(made, db):
    """Of the page into French."""
    return Translation.objects.get(pk=made[1])


@pytest.fixture
def read(editor):
    """Reports on a file."""

    def read_file(file, user=editor, **options):
        return imports.read(io.BytesIO(file), "file", user, Options(**options))

    return read_file


@pytest.fixture
def french():
    """The client of a translator who translates into French."""
    client = log_in(TRANSLATORS)
    user = get_user_model().objects.get(username="translators")
    TranslatorLanguage.objects.create(user=user, locale=Locale.objects.get(language_code="fr"))
    return client


@pytest.fixture
def translator(french):
    return get_user_model().objects.get(username="translators")
