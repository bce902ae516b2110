import pytest

from tests import content
from translation.progress import check_versions


@pytest.fixture
def pages():
    made = [content.post(title, language="de") for title in ("Eins", "Zwei", "Drei")]
    check_versions()
    return made
