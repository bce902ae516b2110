"""What tests of machine translation share."""

import pytest
from django.contrib.auth import get_user_model

from hub.roles import TRANSLATORS
from tests import content
from tests.editing import log_in
from tests.translation.desk import start
from translation.segments import segments_of

RICH = '<p>Read <a href="https://example.org/x">this <b>R&amp;D</b> text</a> now</p><p>Second</p>'
BODY = [{"type": "text", "value": RICH, "id": "11111111-1111-4111-8111-111111111111"}]


@pytest.fixture
def user():
    log_in(TRANSLATORS, "anna")
    return get_user_model().objects.get(username="anna")


@pytest.fixture
def translation():
    return start(content.post("One two", body=BODY), "de")


@pytest.fixture
def dummy(settings):
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {"CLASS": "translation.providers.Dummy"}


def targets(translation):
    return [segment.target for segment in segments_of(translation)]
