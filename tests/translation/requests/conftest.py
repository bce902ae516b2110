import pytest
from wagtail.models import PageViewRestriction

from hub.roles import EDITORS
from tests import content
from tests.editing import log_in
from translation.progress import refresh

from .steps import translator, user_of


@pytest.fixture
def page():
    page = content.post("Eins", language="de")
    refresh([page.translation_key])
    return page


@pytest.fixture
def editor():
    return user_of(log_in(EDITORS))


@pytest.fixture
def hidden():
    page = content.post("Geheim", language="de")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    refresh([page.translation_key])
    return page


@pytest.fixture
def outsider():
    """She translates into French, and works on no page yet."""
    anna = translator("anna", "fr")
    anna.groups.get().page_permissions.all().delete()
    return anna
