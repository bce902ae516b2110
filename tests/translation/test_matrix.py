"""Works by languages, and coverage."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale

from hub.roles import EDITORS
from tests import content
from tests.editing import log_in
from translation.models import LanguageVersion, State
from translation.progress import check_versions
from translation.queue.matrix import Coverage, count_coverage
from translation.queue.rows import Subjects

from .desk import republish, start, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(django_capture_on_commit_callbacks):
    cache.clear()
    climate = content.theme("climate", en="Climate")
    energy, heat = content.theme("energy", climate, en="Energy"), content.theme("heat", climate, en="Heat")
    content.thematic_hub(climate, "Climate hub")
    german = content.post("Deutsch", language="de", themes=[energy, heat])
    english = content.event("English", themes=[energy])
    translate(german, "fr", django_capture_on_commit_callbacks)
    translate(english, "fr", django_capture_on_commit_callbacks)
    republish(english, lead="Other.")
    start(german, "en")
    check_versions()
    return {"german": german, "english": english, "climate": climate}


def table(client, query=""):
    """{title: {language: state}}."""
    codes = dict(Locale.objects.values_list("pk", "language_code"))
    response = client.get(reverse("translation_desk:matrix") + query)
    assert response.status_code == 200
    return {
        row.title: {codes[locale]: version.state for locale, version in row.by_locale.items()}
        for row in response.context["table"].data
    }


def test_a_row_for_each_work_whatever_its_language(works):
    rows = table(log_in(EDITORS))
    assert set(rows) == {"Deutsch", "English", "Climate hub"}
    assert rows["Deutsch"] == {
        "en": State.IN_PROGRESS, "fr": State.PUBLISHED, "es": State.MISSING, "it": State.MISSING, "pl": State.MISSING,
    }  # fmt: skip
    assert rows["English"]["fr"] == State.OUTDATED
    assert "en" not in rows["English"]


def test_cells_say_their_state_in_words_and_lead_on(works):
    html = log_in(EDITORS).get(reverse("translation_desk:matrix")).content.decode()
    version = LanguageVersion.objects.get(work=works["english"].translation_key, locale__language_code="fr")
    assert f'href="{reverse("translation_desk:open", args=[version.pk])}" title="Outdated' in html
    assert html.count('desk-cell--original" title="Original"') == 3


def test_filters(works):
    client = log_in(EDITORS)
    assert set(table(client, "?source=de")) == {"Deutsch"}
    assert set(table(client, "?lacking=fr")) == {"English", "Climate hub"}
    assert set(table(client, "?lacking=en")) == {"Deutsch"}
    assert set(table(client, "?theme=heat")) == {"Deutsch"}
    assert set(table(client, "?q=engl")) == {"English"}
    assert set(table(client, f"?kind={works['english'].content_type_id}")) == {"English"}
    assert table(client, "?theme=nonsense") == {}
    assert list(table(client, "?ordering=-title")) == ["English", "Deutsch", "Climate hub"]


def test_the_same_queries_whatever_the_number_of_works(works):
    client, url = log_in(EDITORS), reverse("translation_desk:matrix")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(5):
        content.post(f"Post {number}", themes=[works["climate"]])
    check_versions()
    client.get(url)
    with CaptureQueriesContext(connection) as more:
        assert len(table(client)) == 8
    # `table` itself reads the languages.
    assert len(more) == len(few) + 1 <= QUERIES


QUERIES = 22


def test_coverage_counts_a_work_once_in_each_hub_and_theme(works):
    french = Locale.objects.get(language_code="fr").pk
    subjects = Subjects()
    counts = count_coverage(LanguageVersion.objects.all(), subjects)
    climate = works["climate"]
    assert dict(counts[("", None)][french]) == {State.PUBLISHED: 1, State.OUTDATED: 1, State.MISSING: 1}
    # The German post has two of its sub-themes.
    assert dict(counts[("theme", climate.pk)][french]) == {State.PUBLISHED: 1, State.OUTDATED: 1, State.MISSING: 1}
    assert counts[("hub", subjects.hubs[0].work)] == counts[("theme", climate.pk)]
    kind = works["english"].content_type_id
    assert dict(counts[("kind", kind)][french]) == {State.OUTDATED: 1}


def test_the_picture_says_its_numbers_in_words_and_in_a_table(works):
    html = log_in(EDITORS).get(reverse("translation_desk:coverage")).content.decode()
    assert "<strong>33 %</strong> of 3 published" in html
    assert "By hub" in html and "Climate hub" in html and "By theme" in html
    assert '<th scope="row">French</th><td>1</td><td>0</td><td>1</td><td>0</td><td>1</td><td>3</td>' in html
    assert "locale=fr&amp;theme=climate" in html


def test_coverage_is_only_full_when_everything_is_published():
    from collections import Counter

    almost = Coverage("fr", Counter({State.PUBLISHED: 999, State.MISSING: 1}), "")
    assert almost.percent == 99
    assert Coverage("fr", Counter({State.PUBLISHED: 3}), "").percent == 100


def test_an_empty_network_is_no_error():
    cache.clear()
    client = log_in(EDITORS)
    for name in ("matrix", "coverage"):
        assert "There are no works." in client.get(reverse(f"translation_desk:{name}")).content.decode()
