import pytest

from hub.roles import TRANSLATORS
from tests import content
from tests.editing import log_in
from tests.translation.desk import start

from .steps import BODY


@pytest.fixture
def translator():
    return log_in(TRANSLATORS)


@pytest.fixture
def translation():
    return start(content.post("Eins", language="de", body=BODY), "en")
