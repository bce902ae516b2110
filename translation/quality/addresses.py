"""Addresses of mail and of the web in two texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Of bounded parts: else a text of many such characters would take for ever.
MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
WEB = re.compile(
    r"(?:https?://|\bwww\.)[^\s<>\"“”„«»]+|(?<![\w@.-])(?:[\w-]+\.)+(?:eu|org|com|net|info)\b[^\s<>\"“”„«»]*",
    re.IGNORECASE,
)
BEFORE_HOST = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
AFTER_ADDRESS = ".,;:!?…)]}'’"


def lost(original: str, text: str, source: str, target: str) -> list[str]:
    """Addresses of the original that the other text has not. Those of a site's pages in its own language are the
    same: /en/about and /de/ueber-uns."""
    mails = {mail.casefold() for mail in MAIL.findall(text)}
    there = {_without_language(address, target) for address in _web(text)} | set(_web(text))
    return [
        *(mail for mail in MAIL.findall(original) if mail.casefold() not in mails),
        *(
            address
            for address in _web(original)
            if address not in there and _without_language(address, source) not in there
        ),
    ]


def without(text: str) -> str:
    """The text with a space for each address."""
    return WEB.sub(" ", MAIL.sub(" ", text))


def _web(text: str) -> Iterator[str]:
    for match in WEB.finditer(MAIL.sub(" ", text)):
        yield BEFORE_HOST.sub("", match[0]).rstrip(AFTER_ADDRESS).rstrip("/").casefold()


def _without_language(address: str, language: str) -> str:
    """The host alone of an address that has the language's code in it; others whole."""
    code = language.split("-")[0]
    if code not in re.split(r"[^a-z0-9]+", address):
        return address
    return address.partition("/")[0].removeprefix(f"{code}.")
