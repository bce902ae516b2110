"""What pages of posts show of other posts."""

from collections.abc import Iterable
from typing import Any

from django import template

from ..models import Around, NewsPage

register = template.Library()


@register.simple_tag
def posts_around(page: NewsPage, shown: Iterable[Any]) -> Around:
    """The posts before and after a post, and others on its theme which the page has not `shown` already."""
    return page.around({each.pk for each in shown})
