"""How works are cited."""

import re
from datetime import UTC, datetime

import pytest
from wagtail.models import PageViewRestriction

from hub.citations import Citation
from hub.models import Person
from news.models import NewsPage
from tests import content


def citation(**fields) -> Citation:
    values = {
        "title": "Sponge streets", "author": "Ada Lovelace", "publisher": "CityLoom", "language": "en",
        "published": datetime(2026, 3, 1, 12, tzinfo=UTC), "slug": "sponge",
        "url": "https://hub.example/en/news/sponge/",
    }  # fmt: skip
    return Citation(**values | fields)


def test_in_words():
    assert (
        citation().as_text()
        == "Ada Lovelace: Sponge streets. CityLoom, 1 March 2026. https://hub.example/en/news/sponge/"
    )
    assert (
        citation(author="", published=None).as_text()
        == "Sponge streets. CityLoom. https://hub.example/en/news/sponge/"
    )


def test_in_bibtex():
    assert citation(keywords=("Water", "R&D")).as_bibtex() == (
        "@misc{en-sponge,\n"
        "  author = {Ada Lovelace},\n"
        "  title = {{Sponge streets}},\n"
        "  organization = {CityLoom},\n"
        "  year = {2026},\n"
        "  month = mar,\n"
        "  language = {en},\n"
        "  keywords = {Water, R\\&D},\n"
        "  url = {https://hub.example/en/news/sponge/}\n"
        "}\n"
    )


def test_nothing_in_a_title_breaks_bibtex():
    entry = citation(
        title=r"100 % {open} $ & # _ ^ ~ \input{x}", author="Rand and Sons", slug="kühle-höfe-ñ"
    ).as_bibtex()
    assert entry.startswith("@misc{en-kuhle-hofe-n,\n")
    assert r"{{100 \% \{open\} \$ \& \# \_ \textasciicircum{} \textasciitilde{} \textbackslash{}input\{x\}}}" in entry
    assert "author = {{Rand and Sons}}" in entry
    unescaped = re.sub(r"\\[{}]", "", entry)
    assert unescaped.count("{") == unescaped.count("}")


def test_in_ris():
    lines = citation(keywords=("Water",)).as_ris().split("\r\n")
    assert lines == [
        "TY  - ELEC", "AU  - Ada Lovelace", "TI  - Sponge streets", "PB  - CityLoom", "PY  - 2026", "DA  - 2026/03/01",
        "LA  - en", "KW  - Water", "UR  - https://hub.example/en/news/sponge/", "ER  - ", "",
    ]  # fmt: skip


def test_a_page_without_an_author_is_by_the_network():
    assert "author = {{City Loom}}" in citation(author="", publisher="City Loom").as_bibtex()
    assert "AU  - City Loom" in citation(author="", publisher="City Loom").as_ris()


@pytest.mark.django_db
class TestOnPages:
    def test_works_offer_their_citations_as_text_and_as_files(self, client):
        water = content.theme("water")
        person = Person.objects.create(name="Ada", slug="ada")
        content.post("Post", themes=[water], submitted_by=person)
        content.event("Event")
        content.platform("Platform")
        content.thematic_hub(water, "Hub")
        for path in ("/en/news/post/", "/en/events/event/", "/en/platforms/platform/", "/en/hubs/hub/"):
            html = client.get(path).content.decode()
            for form, beginning in (("txt", ""), ("bib", "@misc{en-"), ("ris", "TY  - ELEC\r\n")):
                assert f'href="{path}cite.{form}"' in html
                answer = client.get(f"{path}cite.{form}")
                assert answer["Content-Disposition"] == f'attachment; filename="citation.{form}"'
                text = answer.content.decode()
                assert text.startswith(beginning)
                assert f"http://127.0.0.1:8000{path}" in text
        assert "AU  - Ada\r\n" in client.get("/en/news/post/cite.ris").content.decode()
        assert "KW  - Water\r\n" in client.get("/en/news/post/cite.ris").content.decode()

    def test_the_day_is_that_of_the_network(self, client):
        post = content.post("Post")
        NewsPage.objects.filter(pk=post.pk).update(first_published_at=datetime(2026, 2, 28, 23, 30, tzinfo=UTC))
        assert "DA  - 2026/03/01" in client.get("/en/news/post/cite.ris").content.decode()
        assert "1 March 2026" in client.get("/en/news/post/cite.txt").content.decode()

    def test_nothing_else_is_cited(self, client):
        content.post("Draft", live=False)
        content.post("Post")
        secret = content.post("Secret")
        PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
        for path in (
            "news/draft/cite.bib",
            "news/secret/cite.bib",
            "news/post/cite.pdf",
            "news/x/cite.ris",
            "x/y/cite.z",
        ):
            assert client.get(f"/en/{path}").status_code == 404, path
