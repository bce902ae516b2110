"""The tree of themes, also where it is broken."""

import pytest

from hub.models import Theme
from tests import content

pytestmark = pytest.mark.django_db


def test_a_circle_of_themes_hangs_nobody(client):
    """Two saves at the same moment can make one."""
    a = content.theme("a", en="A")
    b = content.theme("b", a, en="B")
    post = content.post("A post", themes=[b])
    Theme.objects.filter(pk=a.pk).update(parent=b)
    assert Theme.objects.descendant_ids(a) == {a.pk, b.pk}
    assert Theme.objects.ancestor_ids(a) == [a.pk, b.pk]
    for path in ("/en/news/", "/en/news/?theme=a", "/en/themes/", "/en/themes/a/", post.url):
        assert client.get(path).status_code == 200
