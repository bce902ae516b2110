"""Inline markup of files that come back is whole, or the text is refused."""

import pytest

from tests.translation.desk import fill
from translation.files import imports
from translation.files.outcomes import Outcome

from .steps import export, targets

pytestmark = pytest.mark.django_db

BROKEN = [
    ("po", "Read it", "missing"),
    ("po", "Read <a id='a1'>it</a>", "missing"),
    ("po", "<a id='a2'>the <b>R&amp;D</b></a>", "no markup"),
    ("po", "<a id='a1'>the <b>R&amp;D</a></b>", "ends"),
    ("po", "<a id='a1'>the <b>R&amp;D</b>", "no end"),
    ("po", "<a id='a1'>the <b>R&amp;D</b></a><script>alert(1)</script>", "no markup"),
    ("po", "<a id='a1'>the <b>R&amp;D</b></a><img src=x onerror=alert(1)>", "no markup"),
    ("po", "<a id='a1'>the <b>R&amp;D</b></a><!-- so -->", "no markup"),
    ("xliff2", "Read it", "missing"),
    ("xliff2", '<pc id="1">the <pc id="3">R</pc></pc>', "no markup"),
    ("xliff2", '<pc id="1">the</pc><pc id="1"/><pc id="2">R</pc>', "twice"),
    ("xliff2", '<pc id="1">the</pc><ph id="2"/>', "no end"),
    ("xliff2", '<pc id="1">the</pc><sc id="2"/>R', "no end"),
    ("xliff2", '<pc id="1">the<sc id="2"/></pc>R<ec startRef="2"/>', "ends"),
    ("xliff2", '<pc id="b">the</pc>', "no markup"),
    ("xliff2", "<b>so</b>", "no markup"),
    ("xliff1", '<g id="1">the</g><x id="2"/>', "no end"),
    ("xliff1", '<g id="1">the</g><g id="9"/>', "no markup"),
    ("xliff1", '<g id="1">the</g><ph id="2">{b}</ph>', "no markup"),
]


@pytest.mark.parametrize(("file_format", "target", "reason"), BROKEN)
def test_broken_markup_refuses_the_text_and_no_other(file_format, target, reason, translation, read, editor):
    fill(translation)
    report = read(with_target(export(translation, file_format), file_format, target))
    assert report.counts == {Outcome.BROKEN: 1, Outcome.UNCHANGED: 3}
    assert reason in next(line.reason for line in report.files[0].lines if line.outcome == Outcome.BROKEN)
    before = targets(translation)
    imports.apply(report, editor)
    assert targets(translation) == before


WHOLE = [
    ("po", '<b>R&amp;D</b>: <a id=\\"a1\\">so</a>'),
    ("po", '<a id=\\"a1\\">a < b & <1></a><b>\\"</b>'),
    ("xliff2", '<sc id="1"/>the <sc id="2"/>R&amp;D<ec startRef="2"/><ec startRef="1"/>'),
    ("xliff2", '<mrk id="m1" type="term"><pc id="2">R</pc></mrk><pc id="1">D</pc><cp hex="0001"/>'),
    ("xliff1", '<mrk mtype="seg"><bx id="1"/>the</mrk><ex id="1"/><bpt id="2">{b}</bpt>R<ept id="2">{/b}</ept>'),
]


@pytest.mark.parametrize(("file_format", "target"), WHOLE)
def test_markup_as_other_tools_write_it_is_understood(file_format, target, translation, read):
    fill(translation)
    report = read(with_target(export(translation, file_format), file_format, target))
    assert report.counts == {Outcome.APPLIED: 1, Outcome.UNCHANGED: 3}


def with_target(file, file_format, target):
    """The file with another translation of its text with a link."""
    text = file.decode()
    if file_format == "po":
        start = text.index('msgstr "[fr] Lies')
        return (text[:start] + f'msgstr "{target}"' + text[text.index("\n", start) :]).encode()
    start = text.index(">", text.index("<target", text.index("Lies"))) + 1
    return (text[:start] + target + text[text.index("</target>", start) :]).encode()
