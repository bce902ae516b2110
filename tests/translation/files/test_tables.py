"""The memory as TMX, the glossary as TBX and CSV: both ways, valid, and as other tools write them."""

import io
import tracemalloc

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale

from translation import memory
from translation.files import csv_terms, glossary, tbx, tmx
from translation.files.exchange import FileError, normal
from translation.inline import coded
from translation.models import Concept, GlossaryVersion, MemoryImport, MemoryUnit, Term

from .checks import TBX, TMX, assert_valid
from .made import sources, texts, translations

pytestmark = pytest.mark.django_db
generated = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def locale(code):
    return Locale.objects.get(language_code=code)


def everywhere(found):
    return True


def load(content, user, may=everywhere):
    """As the page does, without waiting."""
    allowed = {each.pk for each in Locale.objects.all() if may(each)}
    checked, checked_pairs = checked_memory(content, allowed)
    assert not tmx.load(checked_pairs, MemoryImport.objects.create(name="old.tmx", imported_by=user))
    return checked


def checked_memory(content, allowed=None):
    target = io.BytesIO()
    allowed = set(Locale.objects.values_list("pk", flat=True)) if allowed is None else allowed
    return tmx.check(io.BytesIO(content), allowed, target), target


def written(units):
    with tmx.write_tmx(units) as file:
        return file.read()


def unit(source, target, languages=("de", "fr")):
    return MemoryUnit(
        pk=1, source_locale=locale(languages[0]), target_locale=locale(languages[1]), source=source, target=target,
        source_hash=1, written_at=timezone.now(),
    )  # fmt: skip


def pairs():
    return [(each.source, each.target) for each in MemoryUnit.objects.order_by("pk")]


# Memory


@generated
@given(data=st.data())
def test_a_memory_comes_back_as_it_went(data, editor):
    source = data.draw(sources())
    target = data.draw(translations(source))
    content = written([unit(source, target)])
    assert_valid(content, TMX)
    MemoryImport.objects.all().delete()
    assert load(content, editor).units == 1
    [(source_here, target_here)] = pairs()
    assert coded(source_here) == coded(normal(source, source))
    assert target_here == normal(target, source)


def test_a_memory_of_another_tool_keeps_what_html_has_a_name_for(editor):
    content = """<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">
    <tmx version="1.4"><header srclang="DE-DE" segtype="sentence" o-tmf="x" adminlang="en" datatype="rtf"
     creationtool="x" creationtoolversion="1"/><body>
    <tu><tuv xml:lang="DE-DE"><seg>Lies <bpt i="1" type="bold">{\\b </bpt>das<ept i="1">}</ept> &amp;
      <bpt i="2" x="7" type="link">[</bpt>dort<ept i="2">]</ept><it pos="begin">{}</it><ph x="4">-</ph></seg></tuv>
    <tuv xml:lang="FR-FR"><seg><bpt i="1" x="7" type="link">[</bpt>Là<ept i="1">]</ept><hi>, </hi>
      <bpt i="2" type="bold">{\\b </bpt>lisez<ept i="2">}</ept><ut>x</ut></seg></tuv>
    <tuv xml:lang="xx"><seg>?</seg></tuv></tu>
    <tu><tuv xml:lang="de"><seg>Eins</seg></tuv></tu>
    <tu><tuv xml:lang="de"><seg>Zwei</seg></tuv><tuv xml:lang="pl"><seg>Dwa</seg></tuv></tu>
    <tu><tuv xml:lang="de"><seg>Drei</seg></tuv><tuv xml:lang="fr"><seg> </seg></tuv></tu>
    </body></tmx>""".encode()
    loaded = load(content, editor)
    assert (loaded.units, loaded.skipped) == (2, 3)
    assert loaded.pairs == {("de", "fr"): 1, ("de", "pl"): 1}
    first, second = pairs()
    assert first[0].startswith("Lies <b>das</b> &amp;<br/>")
    assert '<a id="a1">dort</a>' in first[0]
    assert first[1].startswith('<a id="a1">Là</a>, ')
    assert first[1].endswith("<b>lisez</b>")
    assert second == ("Zwei", "Dwa")
    assert MemoryImport.objects.get().name == "old.tmx"


def test_markup_of_a_memory_that_is_not_whole_is_left_out(editor):
    content = b"""<tmx version="1.4"><header srclang="de"/><body><tu><tuv xml:lang="de"><seg>Ein
<bpt i="1">&lt;b></bpt>Wort<bpt i="2">&lt;i></bpt> so<ept i="1"/> <ept i="2"/></seg></tuv>
<tuv xml:lang="fr"><seg>Un <bpt i="1">&lt;b></bpt>mot</seg></tuv></tu></body></tmx>"""
    load(content, editor)
    assert pairs() == [("Ein<br/>Wort so ", "Un mot")] or pairs() == [("Ein<br/>Wort so", "Un mot")]


def test_a_memory_that_is_broken_further_down_leaves_nothing(editor):
    content = written([unit("Eins", "Un") for _number in range(2_000)])
    with pytest.raises(FileError):
        load(content[:-200], editor)
    assert not MemoryImport.objects.exists()
    assert not MemoryUnit.objects.exists()


def test_a_memory_fills_only_languages_of_ones_own(editor):
    content = written([unit("Eins", "Un"), unit("Eins", "Jeden", ("de", "pl"))])
    loaded = load(content, editor, lambda each: each.language_code == "fr")
    assert (loaded.units, loaded.skipped) == (1, 1)
    with pytest.raises(FileError):
        load(content, editor, lambda each: each.language_code == "it")


def test_a_memory_is_read_with_little_room(editor, monkeypatch):
    """A file of several megabytes is never held as a whole."""
    taken = []
    monkeypatch.setattr(
        "translation.memory.add_units", lambda imported, source, target, pairs: taken.append(len(pairs))
    )
    content = written(unit("Ein Satz, der etwas sagt. " * 20, "Une phrase. " * 20) for _number in range(10_000))
    assert len(content) > 8_000_000
    tracemalloc.start()
    load(content, editor)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(taken) == 10_000
    assert peak < 20_000_000  # twice the file itself, which the test holds, and little more


def test_a_large_memory_is_taken_in_by_slices(editor, monkeypatch):
    monkeypatch.setattr(tmx, "SLICE", 0)
    monkeypatch.setattr(tmx, "BATCH", 10)
    content = written(unit(f"Eins {number}", f"Un {number}") for number in range(25))
    imported = MemoryImport.objects.create(name="a.tmx")
    checked_pairs = checked_memory(content)[1]
    counts = []
    while tmx.load(checked_pairs, MemoryImport.objects.get(pk=imported.pk)):
        counts.append(MemoryUnit.objects.count())
    assert counts == [10, 20, 25]
    assert pairs() == [(f"Eins {number}", f"Un {number}") for number in range(25)]


def test_a_memory_whose_worker_was_killed_is_taken_in_once_and_whole(monkeypatch):
    monkeypatch.setattr(tmx, "BATCH", 10)
    checked_pairs = checked_memory(written(unit(f"Eins {number}", f"Un {number}") for number in range(25)))[1]
    imported = MemoryImport.objects.create(name="a.tmx")
    real, calls = memory.add_units, []

    def killed(*args):
        calls.append(real(*args))
        if len(calls) == 2:
            raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr("translation.memory.add_units", killed)
        tmx.load(checked_pairs, imported)
    late = MemoryImport.objects.get()
    assert (MemoryUnit.objects.count(), late.position > 0) == (10, True)
    assert not tmx.load(checked_pairs, MemoryImport.objects.get())
    assert not tmx.load(checked_pairs, late)
    assert pairs() == [(f"Eins {number}", f"Un {number}") for number in range(25)]


# Glossary


def concept(domain="", note="", **terms):
    made = Concept.objects.create(domain=domain, note=note)
    for code, words in terms.items():
        for text, status, remark in words:
            Term.objects.create(concept=made, locale=locale(code), text=text, status=status, note=remark)
    return made


def terms_here():
    return sorted(
        (
            each.domain,
            each.note,
            sorted((term.locale.language_code, term.text, term.status, term.note) for term in each.terms.all()),
        )
        for each in glossary.concepts()
    )


FORMATS = {
    "tbx": (lambda: tbx.write_tbx(glossary.concepts(), "en"), lambda content: tbx.read_tbx(io.BytesIO(content))),
    "csv": (lambda: csv_terms.write_csv(glossary.concepts()), csv_terms.read_csv),
}
BOTH = pytest.mark.parametrize("name", FORMATS)


@pytest.fixture
def terms():
    concept(
        "Climate", "What we do about it.\nSecond line, with “R&D” <b>",
        de=[("Klimaschutz", "preferred", "so"), ("Klima & <1>", "admitted", ""), ("=1+1", "forbidden", "-nie")],
        fr=[("protection du climat", "preferred", "")],
        pl=[("ochrona klimatu", "preferred", "«опазване на климата»")],
    )  # fmt: skip
    concept("Finance", "", de=[("Bank", "preferred", "")], fr=[("banque", "preferred", "")])
    concept("Parks", "", de=[("Bank", "preferred", "")], fr=[("banc", "preferred", "")])
    concept("", "", en=[('"quote", semicolon; \'=', "admitted", "'")])


@BOTH
def test_a_glossary_comes_back_as_it_went(name, terms):
    write, read = FORMATS[name]
    before, content = terms_here(), write()
    Concept.objects.all().delete()
    loaded = glossary.load(read(content), may=everywhere)
    assert (loaded.concepts, loaded.terms, loaded.skipped) == (4, 10, 0)
    assert terms_here() == before


@BOTH
def test_a_glossary_that_is_brought_again_changes_nothing(name, terms):
    write, read = FORMATS[name]
    before = terms_here()
    loaded = glossary.load(read(write()), may=everywhere)
    assert (loaded.concepts, loaded.terms, loaded.changed, loaded.unchanged) == (0, 0, 0, 10)
    assert terms_here() == before


@BOTH
@generated
@given(data=st.data())
def test_any_words_come_back(name, data):
    Concept.objects.all().delete()
    clean = texts.map(lambda text: " ".join("".join(filter(str.isprintable, text)).split()))
    for _number in range(data.draw(st.integers(1, 3))):
        words = data.draw(st.lists(clean.filter(bool), min_size=1, max_size=3, unique=True))
        concept("a domain", data.draw(clean), de=[(word, "preferred", data.draw(clean)) for word in words])
    write, read = FORMATS[name]
    before, content = terms_here(), write()
    if name == "tbx":
        assert_valid(content, TBX)
    Concept.objects.all().delete()
    glossary.load(read(content), may=everywhere)
    assert terms_here() == before


def test_tbx_is_valid(terms):
    assert_valid(FORMATS["tbx"][0](), TBX)


@pytest.mark.parametrize(
    "content",
    [
        """<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"><tbxHeader/><text><body>
        <conceptEntry id="c1"><descrip type="subjectField">Climate</descrip>
        <langSec xml:lang="de-DE"><termSec><term>Klima</term><termNote type="administrativeStatus"
        >admittedTerm-admn-sts</termNote></termSec></langSec>
        <langSec xml:lang="xx"><termSec><term>?</term></termSec></langSec></conceptEntry></body></text></tbx>""",
        """<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2" xmlns:min="urn:min"
        xmlns:basic="urn:basic"><text><body><conceptEntry id="c1"><min:subjectField>Climate</min:subjectField>
        <langSec xml:lang="de"><termSec><term>Klima</term>
        <min:administrativeStatus>admittedTerm-admn-sts</min:administrativeStatus></termSec></langSec>
        <langSec xml:lang="xx"><termSec><term>?</term></termSec></langSec></conceptEntry></body></text></tbx>""",
        """<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd"><martif type="TBX"><text><body><termEntry id="c1">
        <descripGrp><descrip type="subjectField">Climate</descrip></descripGrp>
        <langSet xml:lang="de"><ntig><termGrp><term>Klima</term><termNote type="administrativeStatus"
        >admittedTerm-admn-sts</termNote></termGrp></ntig></langSet>
        <langSet xml:lang="xx"><tig><term>?</term></tig></langSet></termEntry></body></text></martif>""",
    ],
    ids=["version 3, DCA", "version 3, DCT", "version 2, ntig"],
)
def test_glossaries_of_other_tools_are_read(content):
    loaded = glossary.load(tbx.read_tbx(io.BytesIO(content.encode())), may=everywhere)
    assert terms_here() == [("Climate", "", [("de", "Klima", "admitted", "")])]
    assert loaded.reasons == ["The hub has no language xx."]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_of_spreadsheets_are_read(delimiter, encoding):
    rows = [
        ("Term", "Language", "Concept"),
        ("Straße", "de", "1"),
        ("rue", "fr", "1"),
        ("", "", ""),
        ("Weg", "de", ""),
    ]
    content = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    glossary.load(csv_terms.read_csv(content), may=everywhere)
    assert [each[2] for each in terms_here()] == [
        [("de", "Straße", "preferred", ""), ("fr", "rue", "preferred", "")],
        [("de", "Weg", "preferred", "")],
    ]


def test_a_cell_is_no_formula(terms):
    content = FORMATS["csv"][0]().decode()
    assert "'=1+1" in content
    assert ",=1+1" not in content


def test_a_concept_is_known_by_its_terms_and_grows():
    here = concept("Climate", de=[("Klima", "preferred", "")])
    row = glossary.ConceptRow(
        "", "Advice", [glossary.TermRow("de", "Klima", "admitted"), glossary.TermRow("fr", "climat"),
                       glossary.TermRow("it", "x" * 256), glossary.TermRow("pl", "klimat")],
    )  # fmt: skip
    loaded = glossary.load([row], may=lambda each: each.language_code != "pl")
    assert (loaded.concepts, loaded.terms, loaded.changed, loaded.skipped) == (0, 1, 2, 2)
    here.refresh_from_db()
    assert (here.domain, here.note) == ("Climate", "Advice")
    assert {(term.text, term.status) for term in here.terms.all()} == {("Klima", "admitted"), ("climat", "preferred")}


def test_what_is_said_of_a_concept_in_one_language_is_kept():
    content = b"""<martif type="TBX"><text><body><termEntry><note>Advice</note><langSet xml:lang="en">
    <descripGrp><descrip type="definition">How warm it is</descrip></descripGrp><note>Not weather</note>
    <tig><term>climate</term></tig></langSet></termEntry></body></text></martif>"""
    glossary.load(tbx.read_tbx(io.BytesIO(content)), may=everywhere)
    assert Concept.objects.get().note == "Advice\nHow warm it is\nNot weather"


def test_a_large_glossary_takes_few_queries_and_is_one_change(django_assert_max_num_queries, monkeypatch):
    def rows(note):
        return [
            glossary.ConceptRow(
                "d", note, [glossary.TermRow(code, f"{code} {number}", note=note) for code in ("de", "fr")]
            )
            for number in range(150)
        ]

    versions = []
    monkeypatch.setattr(GlossaryVersion, "changed", lambda: versions.append(1))
    for note in ("a", "b"):
        with django_assert_max_num_queries(20):
            glossary.load(rows(note), may=everywhere)
    assert len(versions) == 2
    assert set(Term.objects.values_list("note", flat=True)) == {"b"}
    assert set(Concept.objects.values_list("note", flat=True)) == {"b"}
    monkeypatch.setattr(glossary, "MOST_TERMS", 299)
    with pytest.raises(FileError, match="more than 299 terms"):
        glossary.load(rows("c"), may=everywhere)
    glossary.load([], may=everywhere)
    assert len(versions) == 2
