"""The glossary as CSV, a row for each term, for spreadsheets.

UTF-8 with a mark at its beginning, which spreadsheets look for. A cell that a spreadsheet would take for a formula
gets an apostrophe, which is taken off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from ..inline import FORBIDDEN
from ..models import Concept, Term
from .exchange import FileError
from .glossary import ConceptRow, TermRow
from .limits import LARGEST_FILE, MB

COLUMNS = ["concept", "domain", "concept note", "language", "term", "status", "term note"]
NEEDED = ["language", "term"]
FORMULA = re.compile(r"'*[=+\-@\t\r]")


def write_csv(concepts: Iterable[Concept]) -> bytes:
    target = io.StringIO()
    rows = csv.writer(target)
    rows.writerow(COLUMNS)
    for number, concept in enumerate(concepts, 1):
        for term in concept.terms.all():
            cells = [concept.domain, concept.note, term.locale.language_code, term.text, term.status, term.note]
            rows.writerow([number, *map(_guarded, cells)])
    return target.getvalue().encode("utf-8-sig")


def read_csv(content: bytes) -> list[ConceptRow]:
    """Rows with the same value under “concept” are one; without that column every row is one. Columns may stand in any
    order, between commas, semicolons or tabs. Raises FileError."""
    if len(content) > LARGEST_FILE:
        raise FileError(_("It is larger than %(size)s MB.") % {"size": LARGEST_FILE // MB})
    try:
        written = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeError:
        raise FileError(_("It is not in UTF-8: save it again as “CSV UTF-8”.")) from None
    head = written.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    lines = csv.reader(io.StringIO(written, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [name.strip().lower() for name in next(lines, [])]
        if missing := [name for name in NEEDED if name not in columns]:
            raise FileError(_("Its first row has no column “%(name)s”.") % {"name": missing[0]})
        concepts: dict[str, ConceptRow] = {}
        for number, line in enumerate(lines, 2):
            values = {name: _plain(FORBIDDEN.sub("", cell).strip()) for name, cell in zip(columns, line, strict=False)}
            if not any(values.values()):
                continue
            key = values.get("concept") or f"row {number}"
            concept = concepts.setdefault(key, ConceptRow())
            concept.domain = concept.domain or values.get("domain", "")
            concept.note = concept.note or values.get("concept note", "")
            status = values.get("status", "").lower() or Term.Status.PREFERRED
            if status not in Term.Status.values:
                raise FileError(
                    _("Row %(number)s: the status is preferred, admitted or forbidden, and not “%(value)s”.")
                    % {"number": number, "value": status[:40]}
                )
            concept.terms.append(
                TermRow(values.get("language", ""), values.get("term", ""), status, values.get("term note", ""))
            )
    except csv.Error as error:
        raise FileError(_("It is no CSV: %(reason)s") % {"reason": error}) from None
    if not concepts:
        raise FileError(_("There are no terms in it."))
    return list(concepts.values())


def _guarded(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
