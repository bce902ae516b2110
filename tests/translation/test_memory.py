"""The memory offers what was translated: the same text first, in the same place before all, then what is like it."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale
from wagtail_localize.models import Translation

from events.models import EventIndexPage
from tests import content
from translation.memory import add_units, begin, concordance, forget, lookup, lookup_many, remember, remember_published
from translation.models import MemoryImport, MemoryKey, MemoryUnit
from translation.progress import refresh_stale
from translation.segments import segments_of, write
from translation.texts import hash_of

from .desk import fill, publish, republish, segment_at, start, translate

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def locale(code):
    return Locale.objects.get(language_code=code)


def look(data, **options):
    return lookup(data, source=locale("de"), target=locale("en"), **options)


@pytest.fixture
def german():
    """A published post in German and its published translation."""

    def make(capture, title="Die Stadt plant ein Fest", **texts):
        page = content.post(title, language="de")
        translate(page, "en", capture, **{"title": "The city plans a feast"} | texts)
        return page

    return make


def imported(*pairs, name="old.tmx"):
    file = MemoryImport.objects.create(name=name)
    add_units(file, locale("de"), locale("en"), pairs)
    return file


def test_a_publication_is_remembered(german, django_capture_on_commit_callbacks):
    german(django_capture_on_commit_callbacks)
    refresh_stale()
    (match,) = look("Die Stadt plant ein Fest")
    assert (match.score, match.target) == (100, "The city plans a feast")
    assert "Die Stadt plant ein Fest" in match.origin


def test_a_draft_is_not(django_capture_on_commit_callbacks):
    fill(start(content.post("Die Stadt plant ein Fest", language="de"), "en"))
    assert not MemoryUnit.objects.exists()


@pytest.mark.parametrize("above", [False, True])
def test_what_not_everybody_may_read_is_not(above, django_capture_on_commit_callbacks, capsys):
    page = content.post("Die Stadt plant ein Fest", language="de")
    closed = page.get_parent() if above else page
    closed.view_restrictions.create(restriction_type="login")
    translate(page, "en", django_capture_on_commit_callbacks)
    call_command("fill_memory")
    assert "0 new" in capsys.readouterr().out
    assert not MemoryUnit.objects.exists()
    closed.view_restrictions.get().delete()
    call_command("fill_memory")
    assert "2 new" in capsys.readouterr().out


@pytest.mark.parametrize("above", [False, True])
def test_what_is_closed_to_some_is_forgotten_until_it_is_open_again(german, above, django_capture_on_commit_callbacks):
    page = german(django_capture_on_commit_callbacks)
    german(django_capture_on_commit_callbacks, title="Etwas anderes")
    closed = page.get_parent() if above else page
    closed.view_restrictions.create(restriction_type="login")
    assert not look("Die Stadt plant ein Fest", minimum=100)
    assert bool(look("Etwas anderes")) is not above
    assert MemoryKey.objects.values("unit").distinct().count() == MemoryUnit.objects.count()
    closed.view_restrictions.get().delete()
    call_command("fill_memory")
    assert look("Die Stadt plant ein Fest")[0].score == 100


def test_a_closed_translation_leaves_those_into_other_languages(german, django_capture_on_commit_callbacks):
    page = german(django_capture_on_commit_callbacks)
    french = translate(page, "fr", django_capture_on_commit_callbacks)
    french.view_restrictions.create(restriction_type="login")
    assert {unit.target_locale.language_code for unit in MemoryUnit.objects.all()} == {"en"}


def test_a_page_that_moves_below_a_closed_one_is_forgotten(german, django_capture_on_commit_callbacks):
    page = german(django_capture_on_commit_callbacks)
    closed = EventIndexPage.objects.get(locale=locale("de"))
    closed.view_restrictions.create(restriction_type="login")
    assert MemoryUnit.objects.exists()
    type(page).objects.get(pk=page.pk).move(closed, "last-child")
    assert not MemoryUnit.objects.exists()


def test_what_is_written_after_the_publication_is_no_part_of_it(german, django_capture_on_commit_callbacks):
    german(django_capture_on_commit_callbacks)
    translation = Translation.objects.get()
    write(translation, segment_at(translation, "title"), "Not yet public", user=None)
    remember_published.call(translation.pk)
    translation.save_target(publish=False)
    call_command("fill_memory")
    assert [match.target for match in look("Die Stadt plant ein Fest")] == ["The city plans a feast"]


def test_a_page_that_is_gone_before_it_is_remembered_is_let_be(german, django_capture_on_commit_callbacks):
    german(django_capture_on_commit_callbacks)
    translation = Translation.objects.get()
    translation.get_target_instance().delete()
    remember_published.call(translation.pk)


def test_a_memory_without_publications_begins_with_those_that_are_there(german, django_capture_on_commit_callbacks):
    german(django_capture_on_commit_callbacks)
    MemoryUnit.objects.all().delete()
    imported(("Ein Satz", "A sentence"))
    begin()
    assert look("Die Stadt plant ein Fest")[0].target == "The city plans a feast"
    with CaptureQueriesContext(connection) as queries:
        begin()
    assert len(queries) == 1


def test_what_a_machine_wrote_is_not_remembered_until_somebody_has_touched_it(django_capture_on_commit_callbacks):
    translation = start(content.post("Die Stadt plant ein Fest", language="de"), "en")
    fill(translation)
    title = segment_at(translation, "title")
    write(translation, title, "The town", user=None, machine=True, tool="M")
    publish(translation, django_capture_on_commit_callbacks)
    assert look("Die Stadt plant ein Fest") == []
    write(translation, segment_at(translation, "title"), "The town", user=None)
    publish(translation, django_capture_on_commit_callbacks)
    assert look("Die Stadt plant ein Fest")[0].target == "The town"


def test_a_later_publication_replaces_the_translation_and_keeps_the_old_text(
    german, django_capture_on_commit_callbacks
):
    page = german(django_capture_on_commit_callbacks)
    translation = Translation.objects.get()
    write(translation, segment_at(translation, "title"), "The town plans a party", user=None)
    publish(translation, django_capture_on_commit_callbacks)
    assert [match.target for match in look("Die Stadt plant ein Fest")] == ["The town plans a party"]
    republish(page, title="Das Dorf plant ein Fest")
    translation = Translation.objects.get()
    write(translation, segment_at(translation, "title"), "The village plans a party", user=None)
    publish(translation, django_capture_on_commit_callbacks)
    assert [match.target for match in look("Die Stadt plant ein Fest")] == ["The town plans a party"]
    assert [match.target for match in look("Das Dorf plant ein Fest")] == ["The village plans a party"]


def test_remembering_twice_changes_nothing(german, django_capture_on_commit_callbacks, capsys):
    german(django_capture_on_commit_callbacks)
    before = MemoryUnit.objects.count(), MemoryKey.objects.count()
    assert remember(Translation.objects.get()) == 0
    call_command("fill_memory")
    assert "0 new" in capsys.readouterr().out
    assert (MemoryUnit.objects.count(), MemoryKey.objects.count()) == before


def test_the_same_neighbours_come_before_the_same_text(german, django_capture_on_commit_callbacks):
    german(django_capture_on_commit_callbacks, lead="A lead here")
    imported(("A lead.", "Something else"))
    page = content.post("Die Stadt plant ein Fest", language="de")
    translation = start(page, "en")
    title = segment_at(translation, "title")
    assert lookup_many([title], translation)[title.pk][0].score == 101
    assert look("Die Stadt plant ein Fest")[0].score == 100
    lead = segment_at(translation, "lead")
    assert lookup_many([lead], translation)[lead.pk][0].target == "A lead here"


@pytest.mark.parametrize(
    ("text", "lowest", "highest"),
    [
        ("Die Stadt plant ein großes Fest im Sommer", 85, 99),
        ("Die Stadt plant ein <b>Fest</b> im Sommer", 94, 98),
        ("Das Rathaus plant ein Fest im Winter", 60, 85),
    ],
)
def test_what_is_alike_is_found_with_a_score(text, lowest, highest):
    imported(("Die Stadt plant ein Fest im Sommer", "The city plans a feast in summer"))
    (match,) = look(text, minimum=50)
    assert lowest <= match.score <= highest


def test_other_numbers_and_other_markup_cost_points():
    imported(("Am 3. Mai um 10 Uhr im Rathaus", "On 3 May at 10 in the town hall"))
    same, other = look("Am 4. Mai um 10 Uhr im Rathaus"), look("Am 3. Mai um 10 Uhr im Rathausse")
    assert same[0].score < other[0].score
    assert look("Am 3. Mai um 10 Uhr im <i>Rathaus</i>")[0].score == 97


def test_what_is_unlike_or_of_other_languages_is_not_found():
    imported(("Die Stadt plant ein Fest im Sommer", "The city plans a feast in summer"))
    assert look("Etwas ganz anderes über Radwege") == []
    assert lookup("Die Stadt plant ein Fest im Sommer", source=locale("de"), target=locale("fr")) == []
    assert lookup("Die Stadt plant ein Fest im Sommer", source=locale("en"), target=locale("de")) == []


@pytest.mark.parametrize("text", ["", "x", "Ja", "?", "10", "Łódź", "<b>a</b>", "&amp;"])
def test_short_and_odd_texts_find_themselves(text):
    imported((text, "target"), ("Ganz anders", "other"))
    assert look(text)[0].score == 100


def test_of_two_equal_texts_a_publication_comes_before_a_file(german, django_capture_on_commit_callbacks):
    imported(("Die Stadt plant ein Fest", "From the file"))
    german(django_capture_on_commit_callbacks)
    assert [match.target for match in look("Die Stadt plant ein Fest")] == ["The city plans a feast", "From the file"]
    assert "old.tmx" in look("Die Stadt plant ein Fest")[1].origin


def test_an_imported_file_can_be_taken_out_again(german, django_capture_on_commit_callbacks):
    german(django_capture_on_commit_callbacks)
    before = MemoryUnit.objects.count(), MemoryKey.objects.count()
    file = imported(*((f"Satz Nummer {number}", f"Sentence {number}") for number in range(1200)))
    assert file.units.count() == 1200
    forget(file)
    assert (MemoryUnit.objects.count(), MemoryKey.objects.count()) == before


def test_of_a_text_that_stands_everywhere_a_few_units_are_read(django_capture_on_commit_callbacks):
    imported(*(("Mehr lesen", f"Read more {number % 7}") for number in range(300)))
    page = content.post("Mehr lesen", language="de", lead="Hier")
    translate(page, "en", django_capture_on_commit_callbacks, title="More")
    read = []

    def note(instance, **kwargs):
        read.append(instance)

    post_init.connect(note, sender=MemoryUnit)
    found = look("Mehr lesen", before=0, after=hash_of("Hier"))
    assert [(match.score, match.target) for match in found] == [
        (101, "More"),
        *((100, f"Read more {number}") for number in (5, 4, 3, 2)),
    ]
    assert len(read) <= 10
    read.clear()
    translation = start(content.post("Mehr lesen", language="de", lead="Mehr lesen"), "en")
    found = lookup_many(segments_of(translation), translation)
    assert [match.target for (match,) in found.values()] == ["More", "More"]
    assert len(read) <= 4


def test_concordance_finds_words_on_both_sides():
    imported(("Die Stadt plant ein Fest", "The city plans a feast"), ("Ein Radweg", "A cycle path"))
    for words in ("plant stadt", "feast", "cycle path"):
        found = concordance(words, source=locale("de"), target=locale("en"))
        assert len(found) == 1, words
    imported(("Übergänge &amp; mehr", "Transitions &amp; more"))
    for words in ("übergänge", "ÜBERGÄNGE & mehr", "transitions &"):
        assert len(concordance(words, source=locale("de"), target=locale("en"))) == 1, words
    for words in ("feast radweg", "amp", "more b"):
        assert concordance(words, source=locale("de"), target=locale("en")) == [], words


def test_concordance_looks_through_markup():
    imported(("Ein <b>Fest</b>", "A <b>feast</b>"), ("Bären", "Bears"))
    assert [match.source for match in concordance("b", source=locale("de"), target=locale("en"))] == ["Bären"]


@pytest.mark.parametrize("count", [1, 30])
def test_looking_up_takes_as_many_queries_for_many_texts(count, django_assert_max_num_queries):
    body = [{"type": "text", "value": "".join(f"<p>Satz {number} im Text</p>" for number in range(count))}]
    translation = start(content.post("Die Stadt plant ein Fest", language="de", body=body), "en")
    imported(*((f"Satz {number} im Text", f"Sentence {number}") for number in range(count)))
    segments = segments_of(translation)
    with django_assert_max_num_queries(15):
        assert len(lookup_many(segments, translation)) == count
    with django_assert_max_num_queries(5):
        look("Satz 999 im Text")
