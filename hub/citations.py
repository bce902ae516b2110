"""How a work is cited: in words, in BibTeX and in RIS."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from .addresses import address
from .dates import format_day


class Format(NamedTuple):
    """A way to write citations: its name, the ending of its files and their media type."""

    name: Any
    ending: str
    media_type: str


FORMATS = {
    "txt": Format(_("Text"), "txt", "text/plain"),
    "bib": Format("BibTeX", "bib", "application/x-bibtex"),
    "ris": Format("RIS", "ris", "application/x-research-info-systems"),
}
# Characters with a meaning in BibTeX and LaTeX.
LATEX = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
})  # fmt: skip
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Citation:
    """A page as reference managers see it. `author` is the person who submitted it, empty if the network did."""

    title: str
    author: str
    publisher: str
    published: datetime | None
    language: str
    url: str
    slug: str
    keywords: tuple[str, ...] = ()

    @classmethod
    def of(cls, page: Any, publisher: str, themes: Any = ()) -> Citation:
        published = page.first_published_at
        return cls(
            title=one_line(page.title),
            author=one_line(page.submitted_by.name) if page.submitted_by else "",
            publisher=one_line(publisher),
            published=timezone.localtime(published) if published else None,
            language=page.language,
            url=settings.BASE_URL + address(page),
            slug=page.slug,
            keywords=tuple(one_line(theme.label()) for theme in themes),
        )

    def write(self, form: str) -> str:
        """The citation in one of FORMATS."""
        return {"txt": self.as_text, "bib": self.as_bibtex, "ris": self.as_ris}[form]()

    def as_text(self) -> str:
        """In words, in the active language."""
        day = format_day(self.published) if self.published else ""
        parts = [self.title.rstrip("."), ", ".join(filter(None, [self.publisher, day])), self.url]
        head = f"{self.author}: " if self.author else ""
        return head + ". ".join(parts)

    def as_bibtex(self) -> str:
        """An entry of the type that all styles know. Its text stays Unicode, as BibTeX's successors read it."""
        ascii_slug = slugify(unicodedata.normalize("NFKD", self.slug))
        author = f"{{{latex(self.author)}}}" if " and " in f" {self.author} " else latex(self.author)
        fields = {
            "author": author or f"{{{latex(self.publisher)}}}",
            "title": f"{{{latex(self.title)}}}",
            "organization": latex(self.publisher),
            "year": str(self.published.year) if self.published else "",
            "month": MONTHS[self.published.month - 1] if self.published else "",
            "language": self.language,
            "keywords": latex(", ".join(self.keywords)),
            "url": self.url,
        }
        # Months are names that BibTeX knows, all else is text.
        lines = [
            f"  {name} = {value if name == 'month' else '{' + value + '}'}" for name, value in fields.items() if value
        ]
        key = re.sub(r"[^a-z0-9-]", "", f"{self.language}-{ascii_slug}") or self.language
        return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"

    def as_ris(self) -> str:
        """A web page in RIS, whose lines end as its specification says."""
        day = self.published
        rows = [
            ("TY", "ELEC"),
            ("AU", self.author or self.publisher),
            ("TI", self.title),
            ("PB", self.publisher),
            ("PY", f"{day:%Y}" if day else ""),
            ("DA", f"{day:%Y/%m/%d}" if day else ""),
            ("LA", self.language),
            *(("KW", word) for word in self.keywords),
            ("UR", self.url),
        ]
        lines = [f"{tag}  - {value}" for tag, value in rows if value]
        return "\r\n".join([*lines, "ER  - "]) + "\r\n"


def one_line(text: str) -> str:
    """The text without line breaks and control characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def latex(text: str) -> str:
    return text.translate(LATEX)
