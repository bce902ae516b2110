"""The glossary and the memory in the administration."""

import pytest
from django.contrib.auth import get_user_model
from wagtail.models import Locale
from wagtail.users.models import UserProfile

from hub.roles import EDITORS, MODERATORS, TRANSLATORS
from tests.editing import log_in
from translation.memory import add_units
from translation.models import Concept, MemoryImport, Term, TranslatorLanguage

pytestmark = pytest.mark.django_db

GLOSSARY = "/admin/translations/glossary/"
MEMORY = "/admin/translations/memory/"


def locale(code):
    return Locale.objects.get(language_code=code)


def concept(domain="", **words):
    made = Concept.objects.create(domain=domain)
    for language, word in words.items():
        Term.objects.create(concept=made, locale=locale(language), text=word)
    return made


def page_of(client, address=GLOSSARY, **values):
    response = client.get(address, values)
    assert response.status_code == 200
    return response.content.decode()


def sent(*terms, domain="", initial=0):
    """What the form sends. Terms are (language, text, status)."""
    values = {"domain": domain, "note": "", "terms-TOTAL_FORMS": len(terms), "terms-INITIAL_FORMS": initial}
    values |= {"terms-MIN_NUM_FORMS": 0, "terms-MAX_NUM_FORMS": 1000}
    for number, (language, text, status) in enumerate(terms):
        row = {"locale": locale(language).pk, "text": text, "status": status, "note": "", "id": "", "DELETE": ""}
        values |= {f"terms-{number}-{name}": value for name, value in row.items()}
    return values


def test_moderators_keep_the_glossary():
    client = log_in(MODERATORS)
    page_of(client, f"{GLOSSARY}new/")
    client.post(f"{GLOSSARY}new/", sent(("en", "city", "preferred"), ("de", "Ort", "forbidden"), domain="Places"))
    made = Concept.objects.get(domain="Places")
    assert sorted(made.terms.values_list("text", "status")) == [("Ort", "forbidden"), ("city", "preferred")]
    assert "<s>Ort</s>" in page_of(client)
    client.post(f"{GLOSSARY}delete/{made.pk}/")
    assert not Concept.objects.exists()


def test_a_concept_needs_a_term_and_each_only_once():
    client = log_in(MODERATORS)
    for terms in ([], [("en", "city", "preferred"), ("en", "city", "forbidden")]):
        assert client.post(f"{GLOSSARY}new/", sent(*terms)).status_code == 200
    assert not Concept.objects.exists()


@pytest.mark.parametrize("role", [TRANSLATORS, EDITORS])
def test_others_only_read_it(role):
    made = concept(en="city", de="Stadt")
    client = log_in(role)
    html = page_of(client)
    assert "Stadt" in html and f"{GLOSSARY}new/" not in html
    for path in ("new/", f"edit/{made.pk}/", f"delete/{made.pk}/"):
        assert client.get(GLOSSARY + path).status_code == 302
    client.post(f"{GLOSSARY}delete/{made.pk}/")
    assert Concept.objects.exists()


def test_all_its_pages_have_the_tabs_of_the_desk():
    made = concept(en="city", de="Stadt")
    client = log_in(MODERATORS)
    for path in ("", "new/", f"edit/{made.pk}/", f"delete/{made.pk}/", f"history/{made.pk}/", f"usage/{made.pk}/"):
        html = page_of(client, GLOSSARY + path)
        assert html.count('class="desk-tabs"') == 1
        assert '<a href="/admin/translations/glossary/" aria-current="page">' in html
    assert "desk-tabs" not in page_of(client, f"{GLOSSARY}results/", q="city")


def test_an_empty_glossary_says_so_in_words_of_the_desk():
    for client in (log_in(EDITORS), log_in(MODERATORS)):
        html = page_of(client)
        assert "There are no terms in it." in html
        assert "Why not" not in html
        assert "Nothing matches these filters." in page_of(client, q="city")
        may_open = client.get(f"{GLOSSARY}files/").status_code == 200
        assert (f"{GLOSSARY}files/" in html) == may_open
    concept(en="city")
    assert "There are no terms in it." not in page_of(client)


def test_search_and_filters():
    concept("Places", en="inner city", de="City")
    concept("Transport", en="bicycle", fr="vélo")
    client = log_in(TRANSLATORS)
    html = page_of(client, q="city")
    assert html.count("inner city · City") == 1 and "bicycle" not in html
    assert "bicycle" in page_of(client, domain="Transport") and "inner city" not in page_of(client, domain="Transport")
    french = page_of(client, language=locale("fr").pk)
    assert "bicycle" in french and "inner city" not in french


def test_many_concepts_need_as_many_queries_as_few(django_assert_max_num_queries):
    client = log_in(TRANSLATORS)
    concept(en="one", de="eins")
    page_of(client)
    for number in range(40):
        concept(en=f"word {number}", de=f"Wort {number}")
    with django_assert_max_num_queries(20):
        page_of(client)


def test_the_memory_is_searched_for_words():
    file = MemoryImport.objects.create(name="old.tmx")
    add_units(file, locale("de"), locale("en"), [("Ein <b>Radweg</b> &amp; mehr", "A cycle path &amp; more")])
    client = log_in(TRANSLATORS)
    asked = {"source": locale("de").pk, "target": locale("en").pk}
    assert "Ein <mark>Radweg</mark> &amp; mehr" in page_of(client, MEMORY, q="radweg", **asked)
    html = page_of(client, MEMORY, q="cycle PATH", **asked)
    assert "A <mark>cycle</mark> <mark>path</mark> &amp; more" in html and "old.tmx" in html
    assert "nothing with “&lt;i&gt;”" in page_of(client, MEMORY, q="<i>", **asked)
    assert "required" in page_of(client, MEMORY, q="", source="x")
    page_of(client, MEMORY)


@pytest.mark.parametrize(
    ("languages", "preferred", "expected"),
    [
        (["de", "en", "fr"], "", ("en", "de")),
        (["de", "en", "fr"], "fr", ("en", "fr")),
        (["de", "en", "fr"], "en", ("en", "de")),
        (["en"], "", ("de", "en")),
    ],
)
def test_languages_are_chosen_for_who_searches(languages, preferred, expected):
    file = MemoryImport.objects.create(name="old.tmx")
    source, target = map(locale, expected)
    add_units(file, source, target, [("one", "two")])
    client = log_in(TRANSLATORS)
    user = get_user_model().objects.get(pk=client.session["_auth_user_id"])
    TranslatorLanguage.objects.filter(user=user).delete()
    for code in languages:
        TranslatorLanguage.objects.create(user=user, locale=locale(code))
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": preferred})
    options = [f'<option value="{each.pk}" selected>' for each in (source, target)]
    for values in ({}, {"q": "one"}):
        html = page_of(client, MEMORY, **values)
        assert [part.split(">")[0] + ">" for part in html.split("<option ")[1:] if " selected" in part] == [
            option.removeprefix("<option ") for option in options
        ]
        assert ("<mark>one</mark>" in html) == bool(values)
        assert "required." not in html


def test_the_memory_is_for_translators():
    assert log_in(EDITORS).get(MEMORY).status_code == 302
