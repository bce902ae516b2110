"""The order of words as readers of a language know it. Checked against ICU's collation of CLDR 48."""

import pytest

from hub.collation import heading, sort_key


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("cs", "Brno Cena Čáp Chata Rok Řím"),
        ("da", "Anders Zoo Æble Ørsted Aarhus"),
        ("de", "Äpfel Oper Strasse Straße Über Ulm Zürich"),
        ("el", "Άλφα Βήτα Ωμέγα London"),
        ("bg", "Аврора Йод Казан Sofia"),
        ("hu", "Cukor Csaba Ózd Öl Szeged Zala Zsolt"),
        ("pl", "Lublin Łódź Środa Zabrze Źródło Żory"),
        ("sv", "Oslo Zebra Åre Ängelholm Örebro"),
        ("et", "Sool Šokolaad Zoo Tartu Õun Ämm Ülo"),
        ("en", "2 Éclair Ecole Zoo Αθήνα София"),
    ],
)
def test_words_are_in_the_order_of_the_alphabet(language, words):
    found = words.split()[::-1]
    found.sort(key=lambda word: sort_key(word, language))
    assert found == words.split()


@pytest.mark.parametrize(
    ("text", "language", "letter"),
    [
        ("Łódź", "pl", "Ł"),
        ("Łódź", "de", "L"),
        ("Chata", "cs", "Ch"),
        ("Chata", "fr", "C"),
        ("Århus", "da", "Å"),
        ("“ulm”", "de", "U"),
        ("3 rounds", "en", "0–9"),
        ("Ψ", "en", "Ψ"),
        ("Yla", "lt", "I"),
        ("Œuvre", "fr", "O"),
        ("Ísland", "is", "Í"),
        ("istanbul", "tr", "İ"),
        ("–", "en", ""),
        ("", "en", ""),
    ],
)
def test_a_word_stands_under_its_letter(text, language, letter):
    assert heading(text, language) == letter
