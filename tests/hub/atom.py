"""Reads feeds strictly: as feedparser does without forgiving anything, and by the schema of Atom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import feedparser
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "schemas" / "atom.rng"))


def parsed(content: bytes) -> Any:
    feed = feedparser.parse(content)
    assert feed.bozo is False, feed.get("bozo_exception")
    root = etree.fromstring(content)
    assert SCHEMA.validate(root), SCHEMA.error_log
    # Section 4.1.1 and 4.1.2, which the schema says in Schematron.
    assert root.find(f"{ATOM}author") is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    return feed


def links(feed: Any) -> dict[str, str]:
    """Addresses of the feed itself by their relation, without the host."""
    return {link.rel: link.href.removeprefix("http://127.0.0.1:8000") for link in feed.feed.links}
