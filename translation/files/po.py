"""gettext's PO.

Texts are HTML as wagtail-localize stores and writes them: its own files are read as well, editors of PO files check
tags, and `msgctxt` with `msgid` say by themselves which text is meant. A changed text is “fuzzy”, with what the place
said before.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import polib  # type: ignore[import-untyped]
from django.utils.translation import gettext as _
from wagtail_localize.models import String, TranslationContext

from ..inline import FORBIDDEN
from ..segments import Condition, Segment
from .exchange import Exported, FileContent, FileError, FileText, remarks_on, uuid_in
from .limits import LONGEST_TEXT, MOST_TEXTS
from .xliff import TOOL, Faulty, moment

TRANSLATION = "X-WagtailLocalize-TranslationID"
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
        path.write_bytes(content.removeprefix(b"\xef\xbb\xbf"))
        try:
            po = polib.pofile(str(path), wrapwidth=0)
        except UnicodeError:
            raise FileError(_("Its characters are not in the encoding that it names.")) from None
        except (OSError, ValueError, IndexError, LookupError) as error:
            raise FileError(_("It is no PO file, or it is damaged.")) from error
    entries = [entry for entry in po if not entry.obsolete]
    if len(entries) > MOST_TEXTS:
        raise FileError(_("It has more than %(count)s texts.") % {"count": MOST_TEXTS})
    if not entries:
        raise FileError(_("It contains no texts to translate."))
    is_ours = "X-Exported" in po.metadata  # wagtail-localize's do not tell what a machine has translated
    return [
        FileContent(
            uuid_in(po.metadata.get(TRANSLATION, "")),
            po.metadata.get("X-Source-Language", "").strip(),
            po.metadata.get("Language", "").strip().replace("_", "-"),
            moment(po.metadata.get("X-Exported")),
            [_text(entry, is_ours=is_ours) for entry in entries],
        )
    ]


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
        reason = _("The text is longer than %(count)s characters.") % {"count": LONGEST_TEXT}
        return Faulty(place, source, shown=entry.msgid, html=reason)
    done = False if "fuzzy" in entry.flags else True if is_ours else None
    return FileText(place, source, shown=entry.msgid, html=entry.msgstr, done=done)
