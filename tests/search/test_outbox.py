"""Nothing that waits in the outbox is lost, whatever is rolled back, fails or crashes."""

import uuid

import pytest
from django.db import transaction
from django.utils import timezone

from search import documents, outbox
from search.engines import EngineUnavailable, get_engine
from search.engines.tantivy_index import document_of
from search.models import IndexChange, IndexState
from search.outbox import drain
from search.rebuild import compare, rebuild
from tests import content

pytestmark = pytest.mark.django_db


def in_step() -> bool:
    """Whether nothing waits and the index has exactly what the database has."""
    drain()
    return not IndexChange.objects.exists() and not compare().keys


def waiting() -> set[tuple[uuid.UUID, int]]:
    """The works that wait, and how often each has failed."""
    return set(IndexChange.objects.waiting().values_list("key", "failures"))


def test_a_work_that_the_index_cannot_hold_does_not_hold_up_the_others(engine, found, monkeypatch):
    bad, _good = content.post("Water"), content.post("Energy")

    def refuse(work):
        if work.key == str(bad.translation_key):
            raise ValueError("cannot be held")
        return document_of(work)

    with monkeypatch.context() as patch:
        patch.setattr("search.engines.embedded.document_of", refuse)
        assert found() == ["Energy"]
        assert waiting() == {(bad.translation_key, 1)}
        assert IndexState.objects.current().last_error == ""
        assert rebuild() == 1
        assert waiting() == {(bad.translation_key, 0), (bad.translation_key, 1)}
    assert found() == ["Energy", "Water"]


def test_what_is_rolled_back_leaves_nothing_in_the_outbox(engine):
    page = content.post("Water")
    drain()
    with pytest.raises(RuntimeError), transaction.atomic():
        page.unpublish()
        raise RuntimeError
    assert not IndexChange.objects.exists()


def test_publishing_does_not_ask_the_engine(engine, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the engine was asked")

    for name in ("apply", "search", "status", "rebuild"):
        monkeypatch.setattr(type(engine), name, refuse)
    page = content.post("Water")
    page.unpublish()
    page.delete()


STEPS = ["due", "current", "read_each", "apply", "after_apply", "finish"]


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_loses_nothing(engine, found, monkeypatch, step):
    water = content.post("Water")
    content.post("Energy")
    drain()
    water.unpublish()
    content.post("Food")

    class PowerFailure(BaseException):
        pass

    def fail(*args, **kwargs):
        raise PowerFailure

    with monkeypatch.context() as patch:
        if step == "due":
            patch.setattr(type(IndexChange.objects.all()), "due", fail)
        elif step == "current":
            patch.setattr(type(IndexState.objects.all()), "current", fail)
        elif step == "apply":
            patch.setattr(type(engine), "apply", fail)
        elif step == "after_apply":
            apply = type(engine).apply
            patch.setattr(type(engine), "apply", lambda self, *args: (apply(self, *args), fail()))
        else:
            patch.setattr(outbox, "read_each" if step == "read_each" else "_finish", fail)
        with pytest.raises(PowerFailure):
            drain()
    engine.close()
    assert found() == ["Energy", "Food"]
    assert in_step()


def test_a_work_that_is_written_while_it_is_applied_is_applied_again(engine, found, monkeypatch):
    page = content.post("Water")
    apply = type(engine).apply

    def apply_while_somebody_publishes(self, changes, as_of):
        monkeypatch.undo()
        page.title = "Energy"
        page.save_revision().publish()
        apply(self, changes, as_of)

    monkeypatch.setattr(type(engine), "apply", apply_while_somebody_publishes)
    outbox.drain()
    assert found() == ["Energy"]
    assert in_step()


def test_while_the_engine_fails_rows_stay_and_the_error_is_kept(engine, found, monkeypatch):
    page = content.post("Water")
    with monkeypatch.context() as patch:

        def refuse(self, changes, as_of):
            raise EngineUnavailable("disk full")

        patch.setattr(type(engine), "apply", refuse)
        assert drain() == 0
        state = IndexState.objects.current()
        assert (state.last_error, state.failures) == ("disk full", 1)
        assert state.retry_at > timezone.now()
        assert IndexChange.objects.filter(key=page.translation_key).exists()
    assert drain() == 0, "the next try is not due yet"
    IndexState.objects.update(retry_at=timezone.now())
    assert found() == ["Water"]
    assert (IndexState.objects.current().last_error, IndexState.objects.current().failures) == ("", 0)


def test_a_work_that_cannot_be_read_does_not_hold_up_the_others(engine, found, monkeypatch):
    bad, _good = content.post("Water"), content.post("Energy")
    read_works = documents.read_works

    def read(keys):
        if bad.translation_key in keys:
            raise ValueError("broken body")
        return read_works(keys)

    monkeypatch.setattr(documents, "read_works", read)
    assert found() == ["Energy"]
    assert waiting() == {(bad.translation_key, 1)}
    IndexChange.objects.touch([bad.translation_key])
    assert found() == ["Energy"]
    assert waiting() == {(bad.translation_key, 2)}
    assert IndexChange.objects.unreadable().works() == 1
    monkeypatch.undo()
    IndexChange.objects.touch([bad.translation_key])
    assert found() == ["Energy", "Water"]
    assert not IndexChange.objects.exists()


def test_a_second_process_leaves_the_outbox_to_the_first(engine, settings):
    from search.engines.embedded import EmbeddedEngine

    content.post("Water")
    drain()
    other = EmbeddedEngine(settings.SEARCH_INDEX_DIR, [code for code, _name in settings.LANGUAGES])
    content.post("Energy")
    with pytest.raises(EngineUnavailable):
        other.apply([])
    assert get_engine() is engine
    assert in_step()
