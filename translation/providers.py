"""wagtail-localize's machine translators, as the hub uses them: they say when they fail, and DeepL gets the glossary.

Each takes and gives strings of wagtail-localize. What `translate` raises beside MachineError is caught by `machine`.
"""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any

import requests
from django.conf import settings
from wagtail.models import Locale
from wagtail_localize.machine_translators.deepl import DeepLTranslator, language_code
from wagtail_localize.machine_translators.dummy import DummyTranslator
from wagtail_localize.machine_translators.libretranslate import LibreTranslator
from wagtail_localize.strings import StringValue

logger = logging.getLogger(__name__)

LARGEST_ANSWER = 20_000_000  # bytes


class Dummy(DummyTranslator):
    """Turns sentences around. Sends nothing."""

    display_name = "Dummy"


class LibreTranslate(LibreTranslator):
    """As wagtail-localize's, and follows no redirect: nobody else gets the texts and the key."""

    def translate(
        self, source_locale: Locale, target_locale: Locale, strings: list[StringValue]
    ) -> dict[StringValue, StringValue]:
        sent = {
            "q": [string.data for string in strings],
            "source": self.language_code(source_locale.language_code),
            "target": self.language_code(target_locale.language_code),
            "api_key": self.options["API_KEY"],
            "format": "html",
        }
        answer = ask("post", f"{self.get_api_endpoint()}/translate", timeout=self.get_timeout(), json=sent)
        return dict(zip(strings, map(StringValue, answer["translatedText"]), strict=True))


class DeepL(DeepLTranslator):
    """Takes `glossary` (terms and their translations) before the first `translate`. One is made for each work."""

    glossary: dict[str, str] | None = None
    _glossary_id: str | None = None

    def get_api_endpoint(self) -> str:
        return f"{self.options['URL']}/translate" if self.options.get("URL") else super().get_api_endpoint()

    def translate(
        self, source_locale: Locale, target_locale: Locale, strings: list[StringValue]
    ) -> dict[StringValue, StringValue]:
        parameters = self.get_parameters(source_locale, target_locale, strings)
        if self.glossary and self._glossary_id is None:
            self._glossary_id = self._copy_of(
                self.glossary, parameters["source_lang"], language_code(parameters["target_lang"])
            )
        if self._glossary_id:
            parameters["glossary_id"] = self._glossary_id
        answer = self._ask("post", "translate", data=parameters)
        texts = [translation["text"] for translation in answer["translations"]]
        return dict(zip(strings, map(StringValue, texts), strict=True))

    def _copy_of(self, glossary: dict[str, str], source: str, target: str) -> str:
        """The id of DeepL's copy of the glossary, "" if it cannot be had. Older copies of this site's go."""
        entries = "\n".join(f"{term}\t{word}" for term, word in sorted(glossary.items()))
        pair = f"hub {settings.BASE_URL} {source} {target} ".lower()
        name = pair + hashlib.sha256(entries.encode()).hexdigest()[:16]
        found = ""
        try:
            for copy in self._ask("get", "glossaries")["glossaries"]:
                if copy["name"] == name:
                    found = copy["glossary_id"]
                elif copy["name"].startswith(pair):
                    self._ask("delete", f"glossaries/{copy['glossary_id']}")
            if not found:
                made = {"name": name, "source_lang": source, "target_lang": target, "entries": entries}
                found = self._ask("post", "glossaries", data=made | {"entries_format": "tsv"})["glossary_id"]
        except (requests.RequestException, LookupError, TypeError, AttributeError):
            logger.warning("DeepL has not taken the glossary from %s into %s.", source, target, exc_info=True)
        return found

    def _ask(self, method: str, path: str, **sent: Any) -> Any:
        url = f"{self.get_api_endpoint().removesuffix('/translate')}/{path}"
        return ask(method, url, headers=self.get_headers(), timeout=self.options["TIMEOUT"], **sent)


def ask(method: str, url: str, *, timeout: float, **sent: Any) -> Any:
    """The JSON that a provider answers; `timeout` is in seconds, and for each part of it.

    Raises RequestException for errors, redirects and what is too long.
    """
    with requests.request(method, url, timeout=timeout, allow_redirects=False, stream=True, **sent) as response:
        response.raise_for_status()
        if response.is_redirect:
            raise requests.TooManyRedirects("The provider leads elsewhere, and is not followed.", response=response)
        content = b""
        for chunk in response.iter_content(65_536):
            content += chunk
            if len(content) > LARGEST_ANSWER:
                raise requests.RequestException("The provider's answer is too long.")
    return json.loads(content) if content else None
