"""Parts of pages that are written once for each version of all content, see `hub.remembering`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ..remembering import facts

register = template.Library()


class RememberedNode(template.Node):
    def __init__(self, nodelist: template.NodeList, depends_on: list[Any]) -> None:
        self.nodelist = nodelist
        self.depends_on = depends_on

    def render(self, context: template.Context) -> SafeString:
        kept = facts()
        if kept is None:
            return self.nodelist.render(context)
        values = [each.resolve(context, ignore_failures=True) for each in self.depends_on]
        # Text that is safe is not the same as other text.
        key = (self, get_language(), *map(type, values), *values)
        if key not in kept:
            kept[key] = self.nodelist.render(context)
        found: SafeString = kept[key]
        return found


@register.tag
def remembered(parser: template.base.Parser, token: template.base.Token) -> RememberedNode:
    """`{% remembered page.pk heading %}...{% endremembered %}`: what differs only by these and the language.

    They must be hashable.
    """
    depends_on = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(("endremembered",))
    parser.delete_first_token()
    return RememberedNode(nodelist, depends_on)
