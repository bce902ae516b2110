"""How other templates reach search."""

from typing import Any

from django import template
from django.urls import reverse

register = template.Library()


@register.inclusion_tag("search/includes/box.html", takes_context=True)
def search_box(context: dict[str, Any], name: str = "site-search") -> dict[str, Any]:
    """A small search form. `name` tells several of them on one page apart."""
    query = context.get("query")
    return {"action": reverse("search"), "text": getattr(query, "text", ""), "name": name}
