"""The text of a page as other programs show it: plain HTML with full addresses, nothing that runs or styles."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import override

from .addresses import address

# What has no meaning outside the hub's own pages, or words for the hub's own navigation.
DROPPED = ["script", "style", "svg", "source", "form", "button", "template", ".unseen", ".portrait-empty"]
UNWRAPPED = ["picture", "details"]
ADDRESSES = ("href", "src")
ATTRIBUTES = {
    "href", "src", "alt", "width", "height", "lang", "hreflang", "datetime", "title", "scope", "colspan", "rowspan",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel"}


def full_text(page: Any, request: HttpRequest) -> str:
    """The text of `page`, whose `links` have been read, in its own language."""
    with override(page.language):
        html = render_to_string(page.feed_template, {"page": page, "links": page.links, "request": request})
    return plain_html(html, settings.BASE_URL + address(page))


def plain_html(html: str, base: str) -> str:
    """HTML without classes, scripts and drawings. Its addresses are made full from `base`, the page's own."""
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.select(",".join(DROPPED)):
        element.decompose()
    for element in soup.find_all(UNWRAPPED):
        element.unwrap()
    for element in soup.find_all(True):
        if element.name == "summary":
            element.name = "h3"
        element.attrs = {name: value for name, value in element.attrs.items() if name in ATTRIBUTES}
        for name in ADDRESSES:
            if name in element.attrs:
                element[name] = urljoin(base, str(element[name]))
                if urlsplit(str(element[name])).scheme not in SCHEMES:
                    del element[name]
    return str(soup).strip()
