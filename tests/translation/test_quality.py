"""The checks find what is wrong, and are silent on ordinary good translations."""

import time

import pytest

from translation.inline import coded
from translation.places import Kind, Place
from translation.quality import check
from translation.segments import Segment
from translation.terms import FoundTerm, TermWord


def segment(source, kind=Kind.TEXT, path="body", max_length=None):
    place = Place(kind, "Text", max_length=max_length)
    return Segment(pk=1, string_id=1, context_id=1, path=path, order=0, place=place, source=source, links={})


def test_markup_that_the_original_lacks_is_called_so_and_no_number():
    found = check(segment("A title"), "Ein &lt;1&gt;Titel&lt;/1&gt; &lt;2&gt;", source="en", target="de")
    assert [finding.message for finding in found] == [
        "<1> is no markup of the original.", "<2> is no markup of the original.",
    ]  # fmt: skip


def codes(source, target, languages="en de", terms=(), **options):
    one, other = languages.split()
    return [
        finding.code for finding in check(segment(source, **options), target, source=one, target=other, terms=terms)
    ]


GOOD = [
    ("en de", "The conference starts on 25 February 2026 at 2:30 pm.",
     "Die Konferenz beginnt am 25. Februar 2026 um 14.30 Uhr."),
    ("en de", "Open from 9 am to 5 pm", "Geöffnet von 9 bis 17 Uhr"),
    ("en de", "1,250.5 tonnes of CO2", "1.250,5 Tonnen CO₂"),
    ("en de", "Twelve cities and 3 regions take part.", "12 Städte und drei Regionen nehmen teil."),
    ("en de", "She called it “a new start”.", "Sie nannte es „einen Neuanfang“."),
    ("en de", "She called it “a new start”.", "Sie nannte es »einen Neuanfang«."),
    ("en de", "What is next?", "Wie geht es weiter?"),
    ("en de", "Join us!", "Machen Sie mit!"),
    ("en de", "The people that that concerns", "Die Leute, die die Sache angeht"),
    ("en de", "Anna van der Berg, Rotterdam", "Anna van der Berg, Rotterdam"),
    ("en de", "TechPlace", "TechPlace"),
    ("en de", "Podcast", "Podcast"),
    ("en it", "e-mail", "e-mail"),
    ("fr en", "Yanis Belhadri, Atelier des Rives", "Yanis Belhadri, Atelier des Rives"),
    ("es en", "Ana Rey, Laboratorio Urbano de la Sabana", "Ana Rey, Laboratorio Urbano de la Sabana"),
    ("en pl", "The standard EN 301 549", "Norma EN 301 549"),
    ("it de", "Non è «posso?», ma «come?».", "Nicht: „Darf ich?“, sondern: „Wie?“"),
    ("en de", "https://example.org/about-us", "https://example.org/about-us"),
    ("en de", "Call +44 20 7946 0958", "Telefon: +44 20 7946 0958"),
    ("en de", "a) first, b) second", "a) erstens, b) zweitens"),
    ("en de", "Published on 3 May 2026", "Veröffentlicht am 03.05.2026"),
    ("en de", "Read <b>this</b> and <a id=\"a1\">that</a>.", "Lesen Sie <a id=\"a1\">das</a> und <b>dies</b>."),
    ("en de", "See Art. 5 (2) of the Directive", "Siehe Art. 5 Abs. 2 der Richtlinie"),
    ("en de", "R&amp;D in the EU", "F&amp;E in der EU"),
    ("en de", "In the 1990s", "In den 1990er Jahren"),
    ("en de", "Version 2.0.1 of the app", "Version 2.0.1 der App"),
    ("en de", "A 27\" screen", "Ein 27\"-Bildschirm"),
    ("en de", "From 27\" to 32\"", "Von 27\" bis 32\""),
    ("de en", "„Horizont 2020“", "\"Horizon 2020\""),
    ("de en", "„Horizont 2020“ auf 27\"", "\"Horizon 2020\" on 27\""),
    ("en de", "It costs 3.50 euros.", "Es kostet 3,5 Euro."),
    ("en de", "0.05 %, version 3.5, at 9.30", "0,05 %, Version 3.5, um 9.30"),
    ("en fr", "From 2.05 pm", "Dès 14 h 05"),
    ("de en", "Der Verein Stadtleben e.V.", "The association Stadtleben"),
    ("de en", "Am 1. Januar treffen sich zwei Städte.", "Two cities meet on 1st January."),
    ("de en", "Am 25.02.2026 um 10:00 Uhr", "On 25 February 2026 at 10 am"),
    ("de en", "Rund 10.000 Menschen, 3,5 Millionen Euro", "Some 10,000 people, EUR 3.5 million"),
    ("de fr", "Digitale Transformation: „Wir fangen an“", "Transformation numérique\u00a0: «\u202fOn commence\u202f»"),
    ("de pl", "Im 21. Jahrhundert", "W XXI wieku"),
    ("en fr", "In the 21st century, 1,000 towns", "Au XXIe siècle, 1\u202f000 villes"),
    ("en fr", "What is it?", "Qu’est-ce que c’est\u00a0?"),
    ("en fr", "Call for projects: until 3 May 2026", "Appel à projets\u00a0: jusqu’au 3 mai 2026"),
    ("en fr", "From 2 pm to 4 pm", "De 14 h à 16 h"),
    ("en fr", "At 14:00", "À 14 h 00"),
    ("en fr", "The first city", "La 1re ville"),
    ("en fr", "We ask ourselves “why”?", "Nous nous demandons «\u00a0pourquoi\u00a0»\u00a0?"),
    ("en es", "Why now?", "¿Por qué ahora?"),
    ("en es", "It costs 2 billion euros.", "Cuesta 2000 millones de euros."),
    ("en es", "On 8 March 2026", "El 8 de marzo de 2026"),
    ("en es", "The “smart” city", "La ciudad «inteligente»"),
    ("en it", "On 1 April at 10:30", "Il 1º aprile alle 10.30"),
    ("en it", "Five years of work", "Cinque anni di lavoro"),
    ("en pl", "More than 12,500 people", "Ponad 12 500 osób"),
    ("en pl", "The “green” deal", "„Zielony” ład"),
    ("en pl", "Meeting on 5 October", "Spotkanie 5 października"),
    ("en cs", "It begins on 7 June at 9:00.", "Začíná 7. června v 9.00."),
    ("en cs", "The “green” city", "„Zelené“ město"),
    ("en sv", "The “green” city", "Den ”gröna” staden"),
    ("en fi", "The “green” city, 4 May 2026 at 2 pm", "”Vihreä” kaupunki, 4. toukokuuta 2026 klo 14"),
    ("en nl", "On 12 December 2026", "Op 12 december 2026"),
    ("en hu", "On 12 December 2026", "2026. december 12-én"),
    ("en el", "What is new?", "Τι νέο υπάρχει;"),
    ("en el", "Two cities, 3 May", "2 πόλεις, 3 Μαΐου"),
    ("en bg", "Three projects", "3 проекта"),
    ("en pt", "On 2 June at 3 pm", "Em 2 de junho, às 15h00"),
    ("en lt", "On 2 June 2026", "2026 m. birželio 2 d."),
    ("en lv", "On 2 June 2026", "2026. gada 2. jūnijā"),
    ("en et", "“Open” data on 2 June", "„Avatud“ andmed 2. juunil"),
    ("en ro", "“Open” data", "Date „deschise”"),
    ("en sl", "5 cities", "Pet mest"),
    ("en sk", "5 cities", "Päť miest"),
    ("en hr", "5 cities", "Pet gradova"),
    ("en da", "5 cities", "Fem byer"),
    ("en ga", "5 cities", "Cúig chathair"),
    ("en mt", "5 cities", "Ħames bliet"),
    ("en fr", "At 10:30, a ratio of 3:1", "À 10:30, un rapport de 3:1"),
    ("en fr", "Why not (you too)?!", "Pourquoi pas (vous aussi)\u202f?!"),
    ("en fr", "Ask Yahoo! now", "Demandez à Yahoo! maintenant"),
    ("en fr-ca", "Why not?", "Pourquoi pas?"),
    ("en de", "Write to info@example.org.", "Schreiben Sie an info@example.org!"),
    ("en de", "See https://www.example.org/en/about", "Siehe https://www.example.org/de/ueber-uns"),
    ("en de", "See en.wikipedia.org/wiki/City", "Siehe de.wikipedia.org/wiki/Stadt"),
    ("en de", "See (www.example.org).", "Siehe https://example.org/."),
    ("en de", "Call John, e.g. at noon", "Rufen Sie John an, z. B. mittags"),
]  # fmt: skip


@pytest.mark.parametrize(("languages", "source", "target"), GOOD)
def test_good_translations_pass(languages, source, target):
    assert codes(source, target, languages) == []


BAD = [
    ("en de", "Read <b>this</b> now", "Lesen Sie das jetzt", "markup"),
    ("en de", 'Read <a id="a1">this</a> now', "Lesen Sie das jetzt", "link"),
    ("en de", "Read this now", "Lesen Sie <b>das</b> jetzt", "unknown_markup"),
    ("en de", 'Read <a id="a1">this</a>', 'Lesen <a id="a1">Sie</a> <a id="a2">das</a>', "unknown_markup"),
    ("en de", "In 2026", "Im Jahr 2025", "number"),
    ("en de", "There are 5 cities", "Es gibt Städte", "number"),
    ("en de", "There are cities", "Es gibt 50 Städte", "number"),
    ("en de", "1,000 people", "1,000 Menschen", "number"),
    ("en de", "2.5 million", "25 Millionen", "number"),
    ("en de", "1.05 million", "1,5 Millionen", "number"),
    ("en de", "At 2:30 pm", "Um 14.15 Uhr", "number"),
    ("en de", "At 2 pm", "Um 15 Uhr", "number"),
    ("en fr", "3 of 7 towns", "3 des 8 villes", "number"),
    ("en de", "On 3 May 2026", "Am 3. März 2026", "date"),
    ("en pl", "On 3 May", "3 marca", "date"),
    ("en fr", "On 3 May 2026", "Le 3 juin 2026", "date"),
    ("en de", "The new city", "Die neue  Stadt", "double_space"),
    ("en de", "The new city", "Die neue \u00a0Stadt", "double_space"),
    ("en de", "The new city", " Die neue Stadt", "outer_space"),
    ("en de", "The new city", "Die neue Stadt ", "outer_space"),
    ("en de", "Hello world", "Hello world", "untranslated"),
    ("de en", "Zum Programm", "Zum Programm", "untranslated"),
    ("en de", "Read the <b>report</b> of 2026", "Read the <b>report</b> of 2026", "untranslated"),
    ("en de", "The “green” city", "Die „grüne Stadt", "quotes"),
    ("en de", 'The "green" city', 'Die "grüne Stadt', "quotes"),
    ("en fr", "The “green” city", "La ville «\u202fverte", "quotes"),
    ("en de", "The “green” city", "Die “grüne” Stadt", "quote_style"),
    ("en pl", "The “green” city", "„Zielone“ miasto", "quote_style"),
    ("en en-gb", "The “green” city", "The «green» city", "quote_style"),
    ("en fr", "The “green” city", "La ville «verte»", "quote_spaces"),
    ("en fr", "The “green” city", "La ville « verte »", "quote_spaces"),
    ("en de", 'The "green" city', 'Die "grüne" Stadt', "quote_style"),
    ("en fr", "What is next?", "Quelle est la suite?", "punctuation_space"),
    ("en fr", "Come (all of you)!", "Venez (tous) !", "punctuation_space"),
    ("en fr", "Call: until May", "Appel: jusqu’en mai", "punctuation_space"),
    ("en de", "Write to info@example.org", "Schreiben Sie an info@exampel.org", "address"),
    ("en de", "See https://example.org/about", "Siehe https://example.org/abuot", "address"),
    ("en de", "See www.example.org now", "Sehen Sie jetzt nach", "address"),
    ("en de", "The city (new)", "Die Stadt (neu", "brackets"),
    ("en de", "The city (new)", "Die Stadt neu)", "brackets"),
    ("en de", "The city [new]", "Die Stadt [neu)", "brackets"),
    ("en de", "The city is very new.", "Die Stadt ist sehr neu", "end"),
    ("en de", "The city is very new", "Die Stadt ist sehr neu.", "end"),
    ("en de", "Is the city new?", "Ist die Stadt neu.", "end"),
    ("en de", "These are the cities:", "Das sind die Städte", "end"),
    ("en de", "The city is new", "Die Stadt ist ist neu", "repeated_word"),
]


@pytest.mark.parametrize(("languages", "source", "target", "code"), BAD)
def test_what_is_wrong_is_found_and_nothing_else(languages, source, target, code):
    assert codes(source, target, languages) == [code]


def test_what_cannot_be_published_is_an_error_and_comes_first():
    found = check(segment('See <a id="a1">it</a> (5)'), "Siehe  dort (4)", source="en", target="de")
    assert [finding.severity for finding in found] == ["error", "warning", "warning"]
    assert found[0].message == "The link <1> is missing."


@pytest.mark.parametrize(
    ("options", "length", "code"),
    [
        ({"max_length": 50}, 50, None),
        ({"max_length": 50}, 51, "length"),
        ({"kind": Kind.SEARCH_ENGINES, "path": "seo_title"}, 60, None),
        ({"kind": Kind.SEARCH_ENGINES, "path": "seo_title"}, 61, "recommended_length"),
        ({"kind": Kind.SEARCH_ENGINES, "path": "search_description"}, 161, "recommended_length"),
        ({"kind": Kind.TITLE, "path": "title"}, 101, "recommended_length"),
        ({}, 500, None),
    ],
)
def test_length(options, length, code):
    assert codes("A title", "Ab" * (length // 2) + "c" * (length % 2), **options) == ([code] if code else [])


def test_what_the_original_has_is_not_held_against_the_translation():
    assert codes("The (new city  is", "Die (neue Stadt  ist") == []
    assert codes("“This goes on", "„Das geht weiter") == []
    assert codes("A" * 80, "B" * 75, kind=Kind.SEARCH_ENGINES, path="seo_title") == []


def test_no_text_has_no_findings():
    assert codes("The city", "") == codes("The city", "<b> </b>") == []


CITY = FoundTerm(
    4, 8, "city", [TermWord("Stadt", "preferred"), TermWord("Kommune", "admitted"), TermWord("Ort", "forbidden")]
)
CLIMATE = FoundTerm(0, 14, "climate change", [TermWord("Klimawandel", "preferred")])
FUNDING = FoundTerm(0, 7, "Funding", [TermWord("Finanzierung und Förderung", "preferred")])
ADAPTATION = FoundTerm(0, 18, "climate adaptation", [TermWord("Anpassung an den Klimawandel", "preferred")])


@pytest.mark.parametrize(
    ("target", "terms", "found"),
    [
        ("Die Stadt", [CITY], []),
        ("Die Städte", [CITY], []),
        ("Alle Kommunen", [CITY], []),
        ("Das Dorf", [CITY], ["term"]),
        ("Der Ort", [CITY], ["forbidden_term"]),
        ("Die Stadt ist der Ort", [CITY], ["forbidden_term"]),
        ("Folgen des Klimawandels", [CLIMATE], []),
        ("Klimawandelfolgen", [CLIMATE], []),
        ("Die Klimakrise", [CLIMATE], ["term"]),
        ("Anpassungen der Städte an den raschen Klimawandel", [ADAPTATION], []),
        ("Finanzierungen", [FUNDING], []),
        ("Das Dorf und das Dorf", [CITY, CITY], ["term"]),
        (
            "Das Ufer",
            [
                FoundTerm(0, 4, "bank", [TermWord("Bank", "preferred")]),
                FoundTerm(0, 4, "bank", [TermWord("Ufer", "preferred")]),
            ],
            [],
        ),
        ("Irgendetwas", [FoundTerm(0, 4, "bank", [])], []),
    ],
)
def test_terms(target, terms, found):
    assert codes("The city", target, terms=terms) == found


PIECES = [
    "@", "a", "a@", "a.", "a-", "a’", "a1", "1", "1.", "+1", "00 1", "1 000 ", "5 ", "x.eu/", "may ", "a a ", "\\",
]  # fmt: skip
BEGINNINGS = ["1", "may", "+1", "ab"]


@pytest.mark.parametrize(
    ("beginning", "piece"), [("", piece) for piece in PIECES] + [(each, " ") for each in BEGINNINGS]
)
def test_long_texts_do_not_take_long(beginning, piece):
    text = beginning + piece * (10_000 // len(piece))
    began = time.monotonic()
    for source, target in (("A text", text), (text, text[:-1])):
        codes(source, target, "en fr")
    coded(text)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("text", ["<", "&amp;", "(", "„", "🙂" * 50, "١٢٣", "²½", "\u2028", "5" * 5000, "I" * 50])
def test_odd_texts_break_nothing(text):
    codes(text, text + " ", "en xx")
    codes("The city", text)
    codes(text, "Die Stadt", "xx de")
