"""translate-toolkit, which many tools are built on, reads what we write, and what it writes comes back."""

import io
from html import escape

import pytest
from django.utils import timezone
from translate.storage import po as toolkit_po
from translate.storage import tbx as toolkit_tbx
from translate.storage import tmx as toolkit_tmx
from translate.storage import xliff as toolkit_xliff
from translate.storage import xliff2 as toolkit_xliff2
from wagtail.models import Locale

from tests.translation.desk import fill, republish, segment_at
from translation.files import export_file, glossary, imports, tbx, tmx
from translation.files.outcomes import Outcome
from translation.models import Concept, MemoryImport, MemoryUnit, Term
from translation.segments import Condition, segments_of

pytestmark = pytest.mark.django_db

STORES = {
    "xliff2": toolkit_xliff2.Xliff2File,
    "xliff1": toolkit_xliff.Xliff1File,
    "po": toolkit_po.pofile,
}
ALL = pytest.mark.parametrize("file_format", STORES)


def opened(translation, file_format):
    return STORES[file_format].parsestring(export_file(translation, file_format)[1])


def units_of(store):
    return [unit for unit in store.units if not unit.isheader()]


def is_done(unit, file_format):
    if file_format == "xliff1":  # where it calls translated only what is approved, which nobody has done yet
        return bool(unit.target) and unit.get_state_n() == unit.S_TRANSLATED
    return unit.istranslated()


@ALL
def test_it_reads_what_we_write(file_format, translation):
    fill(translation)
    units = units_of(opened(translation, file_format))
    assert len(units) == len(segments_of(translation)) == 4
    assert (units[0].source, units[0].target) == ("Titel", "[fr] Titel")
    assert all(is_done(unit, file_format) for unit in units)
    assert "R&" in units[2].source
    if file_format != "xliff2":  # whose notes it looks for in another place
        assert "At most 255 characters." in units[0].getnotes()


@ALL
def test_it_sees_what_is_left(file_format, page, translation):
    fill(translation)
    republish(page, title="Neuer Titel")
    units = units_of(opened(translation, file_format))
    assert [is_done(unit, file_format) for unit in units] == [False, True, True, True]
    if file_format == "po":
        assert units[0].isfuzzy()
        assert units[0].prev_source == "Titel"
    if file_format == "xliff1":
        [old] = units[0].getalttrans()
        assert (old.source, old.target) == ("Titel", "[fr] Titel")


@ALL
def test_what_it_translates_comes_back_whole(file_format, translation, read, editor):
    store = opened(translation, file_format)
    for unit in units_of(store):
        translate(unit, file_format)
    report = imports.apply(read(bytes(store)), editor)
    assert report.counts == {Outcome.APPLIED: 4}
    found = segments_of(translation)
    assert [each.condition for each in found] == [Condition.TRANSLATED] * 4
    assert [each.target for each in found] == [
        f"« Été & < » {each.source}".replace("& <", "&amp; &lt;") for each in found
    ]


def translate(unit, file_format):
    """Puts something before the text; its markup stays."""
    if file_format == "po":
        unit.target = f"« Été &amp; &lt; » {unit.source}"
        return
    rich = unit.rich_source
    rich[0].sub.insert(0, "« Été & < » ")
    unit.rich_target = rich
    unit.marktranslated()


WORDS = ["Общност „R&D“ <1>", "Κοινότητα", "Komunità ġdida", "مجتمع \u200fجديد", "日本語\u3000😀", "Ação & < >"]


@ALL
@pytest.mark.parametrize("words", WORDS)
def test_words_of_any_script_come_back(file_format, words, translation, read, editor):
    store = opened(translation, file_format)
    units_of(store)[0].target = escape(words, quote=False) if file_format == "po" else words
    imports.apply(read(bytes(store)), editor)
    assert segment_at(translation, "title").target == escape(words, quote=False)


def test_it_reads_and_writes_our_memories(editor):
    de, fr = (Locale.objects.get(language_code=code) for code in ("de", "fr"))
    unit = MemoryUnit(
        pk=7, source_locale=de, target_locale=fr, source="Lies <b>R&amp;D</b>", target="Lisez <b>R&amp;D</b>",
        source_hash=1, written_at=timezone.now(),
    )  # fmt: skip
    with tmx.write_tmx([unit]) as file:
        store = toolkit_tmx.tmxfile.parsestring(file.read(), "de", "fr")
    [found] = store.units
    assert found.source.startswith("Lies ")
    assert found.target.startswith("Lisez ")
    store.addtranslation("Zwei & <2>", "de", "Deux & <2>", "fr")
    target = io.BytesIO()
    store.serialize(target)
    imported = MemoryImport.objects.create(name="back", imported_by=editor)
    pairs = io.BytesIO()
    tmx.check(target, set(Locale.objects.values_list("pk", flat=True)), pairs)
    tmx.load(pairs, imported)
    assert list(MemoryUnit.objects.order_by("pk").values_list("source", "target")) == [
        ("Lies <b>R&amp;D</b>", "Lisez <b>R&amp;D</b>"),
        ("Zwei &amp; &lt;2&gt;", "Deux &amp; &lt;2&gt;"),
    ]


def test_it_reads_and_writes_our_glossaries():
    de, fr = (Locale.objects.get(language_code=code) for code in ("de", "fr"))
    made = Concept.objects.create(domain="Climate", note="Advice")
    Term.objects.create(concept=made, locale=de, text="Klima & <1>")
    Term.objects.create(concept=made, locale=fr, text="climat", status=Term.Status.FORBIDDEN)
    store = toolkit_tbx.tbxfile.parsestring(tbx.write_tbx(glossary.concepts(), "en"), "de", "fr")
    [unit] = store.units
    assert (unit.source, unit.target) == ("Klima & <1>", "climat")
    assert [term.deprecated for term in unit.get_target_terms("fr")] == [True]
    store.addunit(toolkit_tbx.tbxunit.buildfromunit(unit))
    Concept.objects.all().delete()
    loaded = glossary.load(tbx.read_tbx(io.BytesIO(bytes(store))), may=lambda locale: True)
    assert loaded.terms >= 2
    assert Term.objects.filter(locale=de, text="Klima & <1>").exists()
