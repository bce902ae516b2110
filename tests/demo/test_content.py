"""The texts of the demonstration are as the format asks, and as many as the hub wants to show."""

import shutil
from collections import Counter

import pytest
from pypdf import PdfReader

from demo import documents
from demo.checking import check, faults_of
from demo.reading import FOLDER, LANGUAGES, ContentError, read


@pytest.fixture(scope="module")
def content():
    return read()


@pytest.fixture
def copy(tmp_path):
    """A content folder of our own to make mistakes in."""
    return shutil.copytree(FOLDER, tmp_path / "content")


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_there_is_no_fault_in_the_content_folder(content):
    assert list(faults_of(content)) == []


def test_twelve_themes_in_two_levels_in_six_languages(content):
    parents = {slug: row.get("parent", "") for slug, row in content.themes.items()}
    assert len(parents) == 12
    assert any(parents.values())
    assert all(not parents[parent] for parent in parents.values() if parent)
    assert all(set(row["labels"]) == set(LANGUAGES) for row in content.themes.values())


def test_the_works_are_as_many_as_promised(content):
    assert Counter(work.kind for work in content.works.values()) == {
        "hubs": 4, "platforms": 6, "news": 30, "events": 12, "pages": 4,
    }  # fmt: skip


def test_languages_are_mixed(content):
    works = [work for work in content.works.values() if work.kind != "pages"]
    assert sum(work.first_language != "en" for work in works) >= 8
    assert {work.first_language for work in works} == set(LANGUAGES)
    assert sum(len(work.translations) >= 2 for work in works) >= 12


def test_one_translation_is_outdated_one_post_a_draft_one_restricted(content):
    works = content.works.values()
    assert [len(work.facts["outdated"]) for work in works if "outdated" in work.facts] == [1]
    assert Counter(work.state for work in works if work.kind == "news") == {"live": 28, "draft": 1, "restricted": 1}


def test_events_are_of_every_sort(content):
    events = [work.facts for work in content.works.values() if work.kind == "events"]
    assert sum(bool(event.get("recurrence")) for event in events) == 1
    assert any(event["format"] == "hybrid" for event in events)
    assert any(not event["timezone"].startswith("Europe/") for event in events)
    assert any(event["end"]["days"] < 0 for event in events)
    assert any(event["start"]["days"] > 0 for event in events)


def test_both_documents_hold_the_text_that_they_were_made_from(content):
    assert len(content.documents) == 2
    for name, document in content.documents.items():
        pdf = PdfReader(FOLDER / "documents" / name)
        text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
        for _kind, words in documents.paragraphs(document["text"]):
            assert words in text, "run “python -m demo.documents” after changing documents.toml"
        assert pdf.metadata.title == document["title"]
        assert pdf.trailer["/Root"]["/Lang"] == document["language"]
        assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('motif = "network"', 'motif = "spaceship"', "“motif” names “spaceship”, which does not exist"),
        ('submitted_by = "lena-brandhorst"', 'submitted_by = "nobody"', "“submitted_by” names “nobody”"),
        ("related = [", 'related = ["news/gone", ', "“related” names “news/gone”"),
        ('type = "heading"', 'type = "headline"', "“headline” is not a type of block"),
        ('<a data-work="', '<a target="_blank" data-work="', "may only have data-work or href"),
        ("published = ", "publisht = ", "“publisht” is not a fact of news"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_that_names_the_file(copy, old, new, sentence):
    edit(copy / "news" / "connected-in-europe.toml", old, new)
    with pytest.raises(ContentError, match=r"news/connected-in-europe\.toml") as raised:
        check(read(copy))
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("glossary", 'en = { preferred = ["good', 'en = { correct = ["good', "“good-practice” has a term in en that"),
        ("glossary", 'pl = { preferred = ["dobra', 'xx = { preferred = ["dobra', "has no preferred term in pl"),
        ("glossary", '["gute Praxis"]', '["digitaler Zwilling"]', "of “digital-twin” and of “good-practice”"),
        ("glossary", "domain = ", "field = ", "“domain” of “integrated-action-plan” is missing"),
        ("requests", 'by = "editor"', 'by = "nobody"', "names “nobody”, who cannot log in"),
        ("requests", 'works = ["news/', 'works = ["news/gone", "news/', "names “news/gone”, which is not a work"),
        ("requests", "due = ", "until = ", "has no “due”"),
        ("requests", 'language = "fr"', 'language = "pl"', "does not ask for what is begun"),
        ("requests", 'language = "fr"', 'language = "de"', "is begun in de, and it is there"),
        ("requests", "image_alt = ", "body = ", "begins “body”, which is not a text that can be begun"),
    ],
)  # fmt: skip
def test_a_mistake_in_what_the_desk_has_is_told(copy, file, old, new, sentence):
    edit(copy / f"{file}.toml", old, new)
    with pytest.raises(ContentError, match=rf"{file}\.toml") as raised:
        check(read(copy))
    assert sentence in str(raised.value)


def test_a_translation_with_a_block_less_is_told(copy):
    path = copy / "platforms" / "techplace.toml"
    head, _, tail = path.read_text().rpartition("[[fr.body]]")
    path.write_text(head)
    with pytest.raises(ContentError, match=r"platforms/techplace\.toml, \[fr\]: \d+ × body, but \d+ in \[en\]"):
        check(read(copy))


@pytest.mark.parametrize("broken", ["title = ", 'first_language = "xx"\n', 'first_language = "en"\n'])
def test_a_file_that_cannot_be_read_is_named(copy, broken):
    (copy / "news" / "broken.toml").write_text(broken)
    with pytest.raises(ContentError, match=r"news/broken\.toml"):
        read(copy)
