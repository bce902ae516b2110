"""gettext's PO.

Texts are HTML as wagtail-localize stores and writes them: its own files are read as well, editors of PO files check
tags, and `msgctxt` with `msgid` say by themselves which text is meant. A changed text is “fuzzy”, with what the place
said before.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import polib  # type: ignore[import-untyped]
from django.utils.translation import gettext as _
from wagtail_localize.models import String, TranslationContext

from ..inline import FORBIDDEN
from ..segments import Condition, Segment
from .exchange import Exported, FileContent, FileError, FileText, remarks_on, uuid_in
from .limits import LONGEST_TEXT, MOST_TEXTS
from .xliff import TOOL, moment

TRANSLATION = "X-WagtailLocalize-TranslationID"
CHARSET = re.compile(rb"Content-Type:[^\n]{0,100}charset=([\w.:-]{1,40})")
MARKS = '#"\\\n'  # what PO is made of
LONGEST_HEAD = 10_000  # characters
UNSURE = {Condition.CHANGED, Condition.MACHINE, Condition.BROKEN}


def write(exported: Exported) -> bytes:
    po = polib.POFile(wrapwidth=0)
    po.header = _comment([exported.title, exported.address, exported.preview])
    po.metadata = {
        "POT-Creation-Date": exported.at.strftime("%Y-%m-%d %H:%M%z"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": exported.language.replace("-", "_"),
        "X-Source-Language": exported.source_language,
        "X-Generator": TOOL,
        "X-Exported": exported.at.isoformat(),
        TRANSLATION: str(exported.translation.uuid),
    }
    po.extend(_entry(segment, exported) for segment in exported.segments)
    return str(po).encode()


def read_po(content: bytes) -> list[FileContent]:
    # polib takes a text that is a path for the file at that path: it gets the path of the file itself.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.po"
        try:
            text = content.removeprefix(b"\xef\xbb\xbf").decode(_encoding(content))
            path.write_text("\n".join(_lines(text)), "utf-8")
            po = polib.pofile(str(path), wrapwidth=0, encoding="utf-8")
        except UnicodeError:
            raise FileError(_("Its characters are not in the encoding that it names.")) from None
        except FileError:
            raise
        except (OSError, ValueError, IndexError, LookupError) as error:
            raise FileError(_("It is no PO file, or it is damaged.")) from error
    if not po:
        raise FileError(_("It contains no texts to translate."))
    is_ours = "X-Exported" in po.metadata  # wagtail-localize's do not tell what a machine has translated
    return [
        FileContent(
            uuid_in(po.metadata.get(TRANSLATION, "")),
            po.metadata.get("X-Source-Language", "").strip(),
            po.metadata.get("Language", "").strip().replace("_", "-"),
            moment(po.metadata.get("X-Exported")),
            [_text(entry, is_ours=is_ours) for entry in po],
        )
    ]


def _encoding(content: bytes) -> str:
    """The encoding that the head names, if PO can be written in it."""
    found = CHARSET.search(content[:100_000])
    name = found[1].decode() if found else "utf-8"
    try:
        return name if MARKS.encode(name) == MARKS.encode() else "utf-8"
    except (LookupError, UnicodeError):
        return "utf-8"


def _lines(content: str) -> Iterable[str]:
    """What of a file is needed, each text in one line: polib takes for ever to put many together. Raises FileError."""
    lines: list[list[str]] = []
    texts = 0
    for line in map(str.strip, io.StringIO(content, newline=None)):
        if line.startswith('"') and lines and lines[-1][-1].endswith('"'):
            lines[-1][-1] = lines[-1][-1][:-1]
            lines[-1].append(line[1:])
        elif line.startswith("#,") or not line.startswith("#"):
            lines.append([line])
            texts += line.startswith("msgid")
            if texts > MOST_TEXTS + 1:
                raise FileError(_("It has more than %(count)s texts.") % {"count": MOST_TEXTS})
    joined = ["".join(pieces) for pieces in lines]
    for line, after in pairwise(joined):
        if line.split() == ["msgid", '""'] and len(after) > LONGEST_HEAD:
            raise FileError(_("It is no PO file, or it is damaged."))
    return joined


def _entry(segment: Segment, exported: Exported) -> polib.POEntry:
    changed = segment.condition == Condition.CHANGED
    return polib.POEntry(
        msgctxt=segment.path,
        msgid=segment.source,
        msgstr=segment.old_target if changed else segment.target,
        previous_msgctxt=segment.path if changed else None,
        previous_msgid=segment.old_source if changed else None,
        flags=["fuzzy"] if segment.condition in UNSURE else [],
        comment=_comment(remark for _kind, remark in remarks_on(segment, exported)),
    )


def _comment(lines: Iterable[str]) -> str:
    """Lines of a comment. Only plain ends of lines are read as such by all tools."""
    return "\n".join(FORBIDDEN.sub("", " ".join(part.split())) for line in lines for part in line.splitlines())


def _text(entry: polib.POEntry, *, is_ours: bool) -> FileText:
    place = TranslationContext._get_path_id(entry.msgctxt or "")
    source = String._get_data_hash(entry.msgid)
    if len(entry.msgstr) > LONGEST_TEXT:
        fault = _("The text is longer than %(count)s characters.") % {"count": LONGEST_TEXT}
        return FileText(place, source, shown=entry.msgid, fault=fault)
    done = False if "fuzzy" in entry.flags else True if is_ours else None
    return FileText(place, source, shown=entry.msgid, html=entry.msgstr, done=done)
