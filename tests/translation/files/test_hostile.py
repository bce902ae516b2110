"""Files that harm, or are no files of ours: a sentence says what is wrong, and nothing changes."""

import io
import time
import tracemalloc
import zipfile
import zlib

import pytest
from wagtail_localize.models import StringTranslation

from tests.translation.desk import fill
from translation.files import csv_terms, export_file, imports, limits, tbx, tmx
from translation.files.exchange import FileError
from translation.files.outcomes import Outcome

pytestmark = pytest.mark.django_db

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
XLIFF = '<xliff version="2.1" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="de" trgLang="fr">'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def unit(target, attributes=""):
    return (
        f'{XLIFF}<file id="f"><unit id="u" {attributes}><segment><source>a</source><target>{target}</target>'
        "</segment></unit></file></xliff>"
    )


def entities(declared):
    return f"{HEAD}<!DOCTYPE xliff [{declared}]>{unit('&e;')}".encode()


def in_latin_1(charset):
    """A PO file that says it is in another encoding."""
    return f'msgid ""\nmsgstr "Content-Type: text/plain; charset={charset}\\n"\n\nmsgid "é"\nmsgstr ""\n'.encode(
        "latin-1"
    )


HOSTILE = {
    "an entity": (entities('<!ENTITY e "so">'), "DOCTYPE"),
    "a billion laughs": (entities(f'<!ENTITY l0 "ha">{LAUGHS}<!ENTITY e "&l9;">'), "DOCTYPE"),
    "a quadratic blow-up": (entities(f'<!ENTITY e "{"a" * 100_000}">'), "DOCTYPE"),
    "an external entity": (entities('<!ENTITY e SYSTEM "file:///etc/passwd">'), "DOCTYPE"),
    "an external entity on the web": (entities('<!ENTITY e SYSTEM "http://127.0.0.1:1/">'), "DOCTYPE"),
    "a parameter entity": (entities('<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p; <!ENTITY e "">'), "DOCTYPE"),
    "an external document type": (f'<!DOCTYPE xliff SYSTEM "http://127.0.0.1:1/">{unit("x")}'.encode(), "DOCTYPE"),
    "an entity that is not declared": (unit("&nbsp;").encode(), "line 1"),
    "elements without end": (unit("<pc id='1'>" * 100_000).encode(), "too deep"),
    "deep elements": (unit("<mrk id='m'>" * 5_000 + "</mrk>" * 5_000).encode(), "too deep"),
    "half a file": (unit("so").encode()[:-40], "line"),
    "a control character": (unit("\x01").encode(), "line 1"),
    "a control character as a number": (unit("&#1;").encode(), "line 1"),
    "half a surrogate": (unit("&#xD800;").encode(), "line 1"),
    "Latin 1 that says UTF-8": (f"{HEAD}{unit('é')}".encode("latin-1"), "line 1"),
    "UTF-16 that says UTF-8": (f"{HEAD}{unit('é')}".encode("utf-16"), "line 1"),
    "an encoding that does not exist": (f'<?xml version="1.0" encoding="x-none"?>{unit("é")}'.encode(), ""),
    "an encoding with several bytes": (f'<?xml version="1.0" encoding="shift_jis"?>{unit("é")}'.encode(), ""),
    "UTF-7": (f'<?xml version="1.0" encoding="utf-7"?>{unit("+AOk-")}'.encode(), ""),
    "an encoding that is none of text": (f'<?xml version="1.0" encoding="zlib"?>{unit("é")}'.encode(), ""),
    "two attributes of one name": (unit("so", 'name="a" name="b"').encode(), "line 1"),
    "a namespace without declaration": (unit("<x:y/>").encode(), "line 1"),
    "XLIFF without files": (f"{XLIFF}</xliff>".encode(), "no texts"),
    "XLIFF of the future": (XLIFF.replace("2.1", "9.9").encode() + b"</xliff>", "9.9"),
    "XLIFF without a version": (b"<xliff/>", "version"),
    "a page": (b"<!doctype html><p>Hello", "line 1"),
    "a picture": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "neither"),
    "a memory": (b"<tmx version='1.4'><header/><body/></tmx>", "pages of their own"),
    "nothing": (b"", "empty"),
    "white space": (b" \n\t ", "empty"),
    "zeros": (bytes(1000), "neither"),
    "a PNG": (b"\x89PNG\r\n\x1a\n" + bytes(100), "neither"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "neither"),
    "a path": (b"/etc/passwd", "neither"),
    "a path in a PO": (b"/etc/passwd msgid", "no PO"),
    "PO without end": (b'msgid "a\nmsgstr "b', "no texts"),
    "PO that is nonsense": (b'msgid "a"\nmsgwhat "b"\n', "no PO"),
    "PO in Latin 1": (in_latin_1("utf-8"), "encoding"),
    "PO in an encoding that does not exist": (in_latin_1("x-none"), "encoding"),
    "PO with nothing in it": (b'msgid ""\nmsgstr "Language: fr\\n"\n', "no texts"),
    "PO with a head without end": (b'msgid ""\nmsgstr ""\n' + b'"a\\n"\n' * 100_000, "no PO"),
    "PO with zeros": (b'msgid "a\x00"\nmsgstr "\x00"\nmsgid', "no PO"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(name, read, editor, translation):
    content, reason = HOSTILE[name]
    report = imports.apply(read(content, only=translation), editor)
    [file] = report.files
    assert reason in file.error
    assert file.error.endswith(".")
    assert not file.lines
    assert not StringTranslation.objects.exists()


HARMLESS = {
    "processing instructions and comments": unit("<!-- a --><?so b?>c"),
    "characters as numbers": unit("&#233;&#x1F1EA;"),
    "CDATA": unit("<![CDATA[<script>]]>"),
    "a key of somebody else": unit("so", 'name="../../etc/passwd"'),
    "links to other files": unit("<mrk id='m' ref='file:///etc/passwd'>so</mrk>"),
    "a namespace of somebody else": unit("so").replace("<file", '<file xmlns:xi="http://www.w3.org/2001/XInclude"', 1),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_what_belongs_to_no_text_is_unknown_and_changes_nothing(name, read, editor, translation):
    report = imports.apply(read(HARMLESS[name].encode(), only=translation), editor)
    assert report.counts == {Outcome.UNKNOWN: 1}
    assert not StringTranslation.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1", "windows-1252"])
def test_files_in_other_encodings_are_read_where_they_say_so(encoding, read, translation):
    fill(translation, lead="Été")
    text = export_file(translation, "xliff2")[1].decode()
    if not encoding.startswith("utf-8"):
        text = text.replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-le")}"')
    content = text.encode(encoding, "xmlcharrefreplace")
    if encoding == "utf-16-le":
        content = b"\xff\xfe" + content
    assert read(content).counts == {Outcome.UNCHANGED: 4}


def test_what_a_translation_says_cannot_become_a_script(read, editor, translation):
    file = export_file(translation, "xliff2")[1].replace(
        b"<source>Vorspann</source>", b"<source>Vorspann</source><target>&lt;script>alert(1)&lt;/script></target>"
    )
    imports.apply(read(file), editor)
    assert StringTranslation.objects.get().data == "&lt;script&gt;alert(1)&lt;/script&gt;"


# Large ones


@pytest.mark.parametrize("start", [b"<", b"PK\x03\x04", b'msgid "'])
def test_50_mb_are_refused_at_once(start, read, translation):
    report = read(start + b"a" * 50 * limits.MB)
    assert report.error


def test_a_text_of_a_megabyte_is_refused_and_no_other(read, translation):
    fill(translation)
    for file_format in ("xliff2", "xliff1", "po"):
        content = export_file(translation, file_format)[1].replace(b"[fr] Vorspann", b"a" * limits.MB)
        assert read(content).counts == {Outcome.BROKEN: 1, Outcome.UNCHANGED: 3}


def test_a_file_of_too_many_texts_is_refused(read, translation, monkeypatch):
    monkeypatch.setattr("translation.files.xliff.MOST_TEXTS", 3)
    monkeypatch.setattr("translation.files.po.MOST_TEXTS", 3)
    for file_format in ("xliff2", "xliff1", "po"):
        [file] = read(export_file(translation, file_format)[1]).files
        assert "more than 3 texts" in file.error


SLOW = {
    "a text of many lines": b'msgid "a"\nmsgstr ""\n' + b'"aaaa"\n' * 600_000,
    "an original of many lines": b'msgid ""\n' + b'"aaaa"\n' * 600_000 + b'msgstr ""\n',
    "a comment of many lines": b"#. a\n" * 600_000 + b'msgid "a"\nmsgstr ""\n',
    "a comment after a space of another kind": "\u00a0#. a\n".encode() * 600_000 + b'msgid "a"\nmsgstr ""\n',
    "many texts": b'msgid "a"\nmsgstr "b"\n\n' * 100_000,
    "an encoding that takes long": (
        b'msgid ""\nmsgstr "Content-Type: text/plain; charset=punycode\\n"\n#' + b"a" * 50_000 + b"-" + b"b" * 50_000
    ),
    "many encodings": b'msgid ""\nmsgstr "' + b"Content-Type: " * 50_000 + b'"\n',
    "elements that are no units": (
        f'{XLIFF}<file id="f">{"<a/>" * 20_000}{"<unit/>" * 20_000}</file></xliff>'.encode()
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SLOW)
def test_no_file_takes_long(name, read, translation):
    began = time.process_time()
    read(SLOW[name], only=translation)
    assert time.process_time() - began < 4


def test_no_memory_takes_long_or_much_room():
    content = f"<tmx>{'<a/>' * 20_000}{'<tu/>' * 20_000}{'<a><b/></a>' * 40_000}</tmx>".encode()
    began = time.process_time()
    tracemalloc.start()
    with pytest.raises(FileError):
        tmx.check(io.BytesIO(content), {1}, io.BytesIO())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.process_time() - began < 8
    assert peak < 5_000_000


# ZIPs


def zipped(files, method=zipfile.ZIP_DEFLATED, **kwargs):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content, **kwargs)
    return target.getvalue()


def encrypted():
    """As far as its flags say."""
    content = bytearray(zipped({"a.xlf": unit("so")}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def lying():
    """A ZIP that says its file is small."""
    content = bytearray(zipped({"a.xlf": b" " * 30 * limits.MB}))
    start = content.index(b"PK\x01\x02")
    content[start + 24 : start + 28] = (100).to_bytes(4, "little")
    content[22:26] = (100).to_bytes(4, "little")
    return bytes(content)


def damaged():
    content = bytearray(zipped({"a.xlf": bytes(zlib.compress(unit("so").encode()))}))
    content[60] ^= 0xFF
    return bytes(content)


def long_list(more=b""):
    """A ZIP whose list has a file 100,000 times, and whose end says that there is one."""
    entry = zipped({"a.xlf": GOOD})
    start, end = entry.index(b"PK\x01\x02"), entry.index(b"PK\x05\x06")
    listed = entry[start:end] * 100_000
    tail = bytearray(entry[end:])
    tail[12:16] = len(listed).to_bytes(4, "little")
    return entry[:start] + listed + more + bytes(tail)


GOOD = unit("so")
ZIPS = {
    "a list without end": (long_list, "more than"),
    "a list that is said elsewhere": (lambda: long_list(b"PK\x06\x07" + bytes(16)), "packed in a way"),
    "half of one": (lambda: zipped({"a.xlf": GOOD})[:-30], "damaged"),
    "its beginning": (lambda: b"PK\x03\x04", "damaged"),
    "an empty one": (lambda: zipped({}), "no files"),
    "a damaged one": (damaged, "damaged"),
    "an encrypted one": (encrypted, "encrypted"),
    "a bomb": (lambda: zipped({"a.xlf": bytes(100 * limits.MB)}), "larger than"),
    "a bomb of many": (lambda: zipped({f"{n}.xlf": bytes(19 * limits.MB) for n in range(11)}), "larger than"),
    "a bomb that lies": (lying, ""),
    "too many files": (lambda: zipped({f"{n}.xlf": "" for n in range(limits.MOST_FILES + 1)}), "more than"),
    "a path upwards": (lambda: zipped({"../../etc/cron.d/a": GOOD}), "leaves it"),
    "a path upwards in the middle": (lambda: zipped({"a/../../b.xlf": GOOD}), "leaves it"),
    "a path from the root": (lambda: zipped({"/etc/passwd": GOOD}), "leaves it"),
    "a path of Windows": (lambda: zipped({"C:\\a.xlf": GOOD}), "leaves it"),
    "a path upwards of Windows": (lambda: zipped({"..\\..\\a.xlf": GOOD}), "leaves it"),
    "a path of nothing": (lambda: zipped({".\\.": GOOD}), "leaves it"),
    "one that is packed otherwise": (lambda: zipped({"a.xlf": GOOD}, zipfile.ZIP_LZMA), "packed in a way"),
    "only a note": (lambda: zipped({"README.txt": "Hello", "__MACOSX/._a.xlf": "", "a/": ""}), "no files"),
}


@pytest.mark.parametrize("name", ZIPS)
def test_a_hostile_zip_is_refused_whole(name, read, editor, translation):
    make, reason = ZIPS[name]
    report = imports.apply(read(make(), only=translation), editor)
    assert reason in report.error
    assert report.error
    assert not report.files


def test_a_file_in_a_zip_that_cannot_be_read_keeps_no_other(read, translation):
    fill(translation)
    good = export_file(translation, "xliff2")[1]
    report = read(zipped({"a.zip": zipped({"b": GOOD}), "b.xlf": b"no", "c.xlf": good, "d.xlf": good}))
    assert [bool(file.error) for file in report.files] == [True, True, False, False]
    assert "ZIP within" in report.files[0].error
    assert all("same page" in line.reason for line in report.files[3].lines)


# Memories and glossaries


def with_entity(root, declared='<!ENTITY e "so">'):
    return f"{HEAD}<!DOCTYPE {root} [{declared}]><{root}>&e;</{root}>".encode()


@pytest.mark.parametrize("root", ["tmx", "martif"])
def test_hostile_memories_and_glossaries_are_refused(root, editor):
    def load(content):
        if root == "tmx":
            return tmx.check(io.BytesIO(content), {1, 2, 3}, io.BytesIO())
        return tbx.read_tbx(io.BytesIO(content))

    files = [
        with_entity(root),
        with_entity(root, f'<!ENTITY l0 "ha">{LAUGHS}<!ENTITY e "&l9;">'),
        with_entity(root, '<!ENTITY e SYSTEM "file:///etc/passwd">'),
        with_entity(root, '<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;'),
        f"<{root}>{'<a>' * 100_000}".encode(),
        f"<{root}/>".encode(),
        f"<{root}>".encode(),
        b"<html/>",
        b"",
        b"no",
        bytes(100),
    ]
    for content in files:
        with pytest.raises(FileError) as refused:
            load(content)
        assert str(refused.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "column"),
        (b"\xff\xff\xff", "UTF-8"),
        ("language,term\nde,\xe9".encode("latin-1"), "UTF-8"),
        (b"a,b\n1,2", "column"),
        (b"language,term\n", "no terms"),
        (b"language,term,status\nde,Stadt,nice", "Row 2"),
        (b'language,term\nde,"Stadt', "no CSV"),
        (b"language,term\nde," + b"a" * 200_000, "no CSV"),
        (b"language,term\nde,\x00", ""),
    ],
)
def test_hostile_tables_are_refused(content, reason):
    try:
        rows = csv_terms.read_csv(content)
    except FileError as error:
        assert reason in str(error)
    else:
        assert not reason
        assert rows
