"""What is written comes back, whatever the texts, and is what the formats' own schemas want."""

import os

import pytest
from hypothesis import HealthCheck, given, settings

from translation.files import WRITERS
from translation.files.exchange import code_of, hashes_of, key_of, normal, tag_of
from translation.files.reading import contents_of
from translation.inline import plain
from translation.segments import Condition

from .checks import XLIFF1, XLIFF2, assert_valid
from .made import exports

CASES = 60  # files of each format, with up to four texts; ROUND_TRIPS=1000 tries more
SCHEMAS = {"xliff2": (XLIFF2,), "xliff1": XLIFF1}
generated = settings(
    max_examples=int(os.environ.get("ROUND_TRIPS", CASES)),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("file_format", WRITERS)
@generated
@given(exported=exports())
def test_a_round_trip_loses_nothing(file_format, exported):
    written = WRITERS[file_format](exported)
    if file_format in SCHEMAS:
        assert_valid(written, *SCHEMAS[file_format])

    [content] = contents_of(written)

    assert content.translation == exported.translation.uuid
    assert (content.source_language, content.language) == (exported.source_language, exported.language)
    assert content.exported_at == exported.at
    assert [(text.place, text.source) for text in content.texts] == [
        hashes_of(key_of(segment)) for segment in exported.segments
    ]
    for text, segment in zip(content.texts, exported.segments, strict=True):
        is_start = file_format == "po" and segment.condition == Condition.CHANGED
        expected, source = (segment.old_target, segment.old_source) if is_start else (segment.target, segment.source)
        assert text.is_empty == (not plain(expected).strip())
        if file_format == "po":
            assert text.html == expected
        elif not text.is_empty:
            assert text.data(source) == normal(expected, source)
        if segment.target:
            assert text.done == (segment.condition == Condition.TRANSLATED)


@pytest.mark.parametrize(
    ("code", "tag"),
    [("de", "de"), ("pt-br", "pt-BR"), ("sr-latn", "sr-Latn"), ("zh-hant-tw", "zh-Hant-TW"), ("EN_gb", "en-GB")],
)
def test_languages_are_written_as_bcp_47_has_them(code, tag):
    assert tag_of(code) == tag


@pytest.mark.parametrize(
    ("tag", "codes", "code"),
    [
        ("de-DE", "de", "de"),
        ("de-DE", "de de-at", "de"),
        ("de-at", "de de-at", "de-at"),
        ("es-419", "es", "es"),
        ("pt", "pt-br", "pt-br"),
        ("pt", "pt-br pt-pt", None),
        ("pt-BR", "pt-pt", None),
        ("zh-TW", "zh-hans", None),
        ("zh-Hant-TW", "zh-hans zh-hant", "zh-hant"),
        ("sr", "sr-latn", None),
        ("sr-Latn", "sr", None),
        ("en", "de fr", None),
    ],
)
def test_a_language_is_known_by_regions_that_are_added_or_missing(tag, codes, code):
    assert code_of(tag, codes.split()) == code
