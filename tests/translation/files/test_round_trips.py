"""What goes out as a file comes back as it was, whatever it is."""

import json
import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import content
from tests.translation.desk import fill, start
from tests.translation.test_blocks import CASES, ids, plain, with_ids  # noqa: F401 - ids is a fixture
from translation.files import FORMATS, imports
from translation.files.exchange import normal
from translation.files.outcomes import Outcome
from translation.segments import segments_of, write

from .made import translations
from .steps import export, outcomes, targets, wipe

pytestmark = pytest.mark.django_db
ALL = pytest.mark.parametrize("file_format", FORMATS)


@pytest.mark.parametrize(("field", "name", "value"), CASES, ids=[name for _field, name, _value in CASES])
def test_every_block_comes_back_as_it_went(field, name, value, ids, read, editor):  # noqa: F811
    block = {"type": name.split()[0], "value": with_ids(plain(value), ids)}
    translation = start(content.event("Titel", language="de", **{field: json.dumps([block])}), "en")
    fill(translation)
    before = targets(translation)
    for file_format in FORMATS:
        file = export(translation, file_format)
        assert set(outcomes(read(file))) == {Outcome.UNCHANGED}
        wipe(translation)
        report = read(file)
        assert set(outcomes(report)) == {Outcome.APPLIED}
        imports.apply(report, editor)
        assert targets(translation) == before


PAGES = int(os.environ.get("ROUND_TRIPS", 5))  # pages of generated translations, in each format


@ALL
@settings(
    max_examples=PAGES,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_a_page_of_all_blocks_comes_back_whatever_its_translations(file_format, whole, read, editor, data):
    for segment in segments_of(whole):
        if not segment.place.max_length:
            write(whole, segment, data.draw(translations(segment.source)), user=None)
    before = {(each.path, each.source): (each.target, normal(each.target, each.source)) for each in segments_of(whole)}
    file = export(whole, file_format)
    wipe(whole)
    report = read(file)
    assert set(outcomes(report)) == {Outcome.APPLIED}
    imports.apply(report, editor)
    for key, target in targets(whole).items():
        assert target in before[key]


@pytest.fixture
def whole(ids):  # noqa: F811
    """A translation of a page with every block, whose titles are translated."""
    fields = {
        field: json.dumps(
            [
                {"type": name.split()[0], "value": with_ids(plain(value), ids)}
                for where, name, value in CASES
                if where == field
            ]
        )
        for field in ("body", "speakers", "agenda")
    }
    translation = start(content.event("Titel", language="de", **fields), "en")
    fill(translation)
    return translation


def test_files_take_a_fixed_number_of_queries(translation, whole, django_assert_max_num_queries):
    for each in (translation, whole):
        with django_assert_max_num_queries(22):
            export(each)
