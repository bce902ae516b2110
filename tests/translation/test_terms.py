"""Terms of the glossary and names of themes are found in texts, in any form and whole."""

import pytest
from wagtail.models import Locale

from hub.models import Theme, ThemeLabel
from tests import content
from translation.models import Concept, GlossaryVersion, Term
from translation.terms import FoundTerm, Matcher, TermWord, find_terms

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def locale(code):
    return Locale.objects.get(language_code=code)


def concept(domain="", note="", **words):
    """A concept with words by language: "word", "-word" for an admitted one, "!word" for a forbidden one."""
    made = Concept.objects.create(domain=domain, note=note)
    statuses = {"!": Term.Status.FORBIDDEN, "-": Term.Status.ADMITTED}
    for language, listed in words.items():
        for word in [listed] if isinstance(listed, str) else listed:
            status = statuses.get(word[0], Term.Status.PREFERRED)
            made.terms.add(Term(locale=locale(language), text=word.lstrip("!-"), status=status))
    made.save()
    return made


def terms(data, source="en", target="de"):
    return find_terms(data, source=locale(source), target=locale(target))


def texts(data, source="en", target="de"):
    return [found.text for found in terms(data, source, target)]


def test_a_term_is_found_with_its_translations_and_where_it_stands():
    concept(domain="Transport", note="Not for cars.", en="cycle path", de=["!Fahrradpfad", "-Radweg", "Fahrradweg"])
    data = "The new <b>cycle</b> path &amp; more"
    assert terms(data) == [
        FoundTerm(
            8,
            18,
            "cycle path",
            [
                TermWord("Fahrradweg", "preferred"),
                TermWord("Radweg", "admitted"),
                TermWord("Fahrradpfad", "forbidden"),
            ],
            "Transport",
            "Not for cars.",
        )
    ]


@pytest.mark.parametrize(
    ("language", "term", "text", "is_there"),
    [
        ("en", "city", "European cities meet.", True),
        ("en", "city", "The Capacity", False),
        ("en", "climate change", "CLIMATE CHANGE", True),
        ("en", "climate change", "Climate-change policy", True),
        ("en", "climate change", "a change of climate", False),
        ("en", "climate change", "a mild climate. Change is near", False),
        ("en", "NGO", "All NGOs and one NGO", True),
        ("en", "IT", "Do it now", False),
        ("en", "aid", "People with AIDS", False),
        ("en", "networking", "All networks", False),
        ("en", "building", "Two buildings", True),
        ("en", "R&D", "More R&D, please", True),
        ("en", "R&D", "More R and D, please", False),
        ("de", "Stadt", "In den Städten", True),
        ("de", "Stadt", "Im Stadtrat", False),
        ("de", "Weg", "Das ist weg.", False),
        ("de", "Weg", "Auf allen Wegen", True),
        ("de", "Digitale Transformation", "die digitale Transformation", True),
        ("de", "Digitale Transformation", "der digitalen Transformation", True),
        ("fr", "transition numérique", "les transitions numériques", True),
        ("fr", "innovation", "l’innovation sociale", True),
        ("pl", "miasto", "w polskich miastach", True),
        ("es", "ciudad", "las ciudades", True),
        ("it", "città", "le città", True),
    ],
)
def test_whole_words_in_any_form(language, term, text, is_there):
    assert bool(Matcher(language, [term]).find(text)) is is_there


def test_the_longest_term_counts():
    concept(en="change", de="Wandel")
    concept(en="climate change", de="Klimawandel")
    assert texts("Climate change brings change") == ["climate change", "change"]


def test_a_word_of_two_concepts_is_there_twice():
    concept(domain="Finance", en="bank", de="Bank")
    concept(domain="Rivers", en="bank", de="Ufer")
    assert [found.domain for found in terms("By the bank")] == ["Finance", "Rivers"]


def test_names_of_themes_are_terms():
    theme = content.theme("mobility", en="Urban mobility", de="Städtische Mobilität")
    ThemeLabel.objects.filter(theme=theme, language="de").update(alternative_labels="Mobilität in der Stadt\nVerkehr")
    GlossaryVersion.changed()
    (found,) = terms("Plans for urban mobility")
    assert [word.text for word in found.translations] == ["Städtische Mobilität", "Mobilität in der Stadt", "Verkehr"]
    assert found.domain == "Theme"
    assert [found.text for found in terms("Mehr Verkehr", "de", "en")] == ["Verkehr"]


def test_the_glossary_says_more_than_a_theme_of_the_same_name():
    content.theme("energy", en="Energy", de="Energie")
    concept(domain="Physics", en="energy", de="Energieform")
    assert [found.domain for found in terms("Clean energy")] == ["Physics"]
    assert [found.domain for found in terms("Clean energy", target="fr")] == ["Physics", "Theme"]


def test_every_change_is_seen_at_once():
    made = concept(en="city", de="Stadt")
    assert texts("The city") == ["city"]
    term = Term.objects.get(text="city")
    term.text = "town"
    term.save()
    assert texts("The city, the town") == ["town"]
    Term.objects.get(text="Stadt").delete()
    assert terms("The town")[0].translations == []
    made.delete()
    assert terms("The town") == []
    theme = content.theme("energy", en="Energy")
    assert texts("Clean energy") == ["Energy"]
    Theme.objects.get(pk=theme.pk).delete()
    assert texts("Clean energy") == []


def test_what_another_process_changed_is_seen(monkeypatch):
    concept(en="city", de="Stadt")
    assert texts("The city and the village") == ["city"]
    made = Concept.objects.create()
    Term.objects.bulk_create([Term(concept=made, locale=locale("en"), text="village")])  # sends no signal
    GlossaryVersion.changed()
    assert texts("The city and the village") == ["city", "village"]


def test_a_look_takes_one_query(django_assert_num_queries):
    for number in range(50):
        concept(en=f"word {number}", de=f"Wort {number}")
    english, german = locale("en"), locale("de")
    find_terms("word 1", source=english, target=german)
    with django_assert_num_queries(1):
        assert len(find_terms("word 1, word 2", source=english, target=german)) == 2


@pytest.mark.parametrize("data", ["", "<b></b>", "—", "&amp;", "🙂", "a" * 5000])
def test_odd_texts_have_none(data):
    concept(en="city", de="Stadt")
    assert terms(data) == []
