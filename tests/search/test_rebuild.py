"""Rebuilding while changes flow, comparing, repairing."""

import shutil
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from search import rebuild as rebuilding
from search.engines import get_engine
from search.models import IndexChange, IndexState
from search.outbox import drain
from search.rebuild import RebuildRunning, compare, needs_rebuild, rebuild, rebuild_if_needed
from tests import content

pytestmark = pytest.mark.django_db


def command(name: str, *options: str) -> str:
    out = StringIO()
    call_command(name, *options, stdout=out)
    return out.getvalue()


def test_a_change_that_is_applied_to_the_old_index_during_a_rebuild_is_in_the_new_one(engine, found, monkeypatch):
    page = content.post("Water")
    drain()
    read_all = rebuilding.read_all

    def read_while_somebody_publishes():
        monkeypatch.undo()
        yield from read_all()
        page.title = "Energy"
        page.save_revision().publish()
        assert drain() == 1
        assert not IndexChange.objects.waiting().exists()
        assert IndexChange.objects.filter(key=page.translation_key, applied=True).exists()

    monkeypatch.setattr(rebuilding, "read_all", read_while_somebody_publishes)
    before = engine.status().generation
    rebuild()
    assert engine.status().generation != before
    assert found() == ["Energy"]
    assert not IndexChange.objects.exists()
    assert not compare().keys


def test_a_change_that_is_applied_between_the_switch_and_its_record_is_kept(engine, found, monkeypatch):
    page = content.post("Water")
    drain()
    build = type(engine).rebuild

    def build_and_drain(self, documents, as_of):
        refused = build(self, documents, as_of)
        page.title = "Energy"
        page.save_revision().publish()
        drain()
        return refused

    monkeypatch.setattr(type(engine), "rebuild", build_and_drain)
    rebuild()
    assert found() == ["Energy"]
    assert not compare().keys


def test_two_rebuilds_do_not_run_at_once(engine):
    IndexState.objects.update(rebuild="7b0a9f0e-52b5-4a8b-9f6e-0d8f2b6f3f10", rebuild_seen_at=timezone.now())
    with pytest.raises(RebuildRunning):
        rebuild()
    with pytest.raises(CommandError, match="Another process"):
        command("search_rebuild")
    IndexState.objects.update(generation="")
    assert "Another process" in command("search_rebuild", "--if-missing")


def test_a_rebuild_that_lost_its_claim_leaves_the_state_to_the_other(engine, found, monkeypatch):
    content.post("Water")
    drain()
    before = IndexState.objects.current().generation
    other = uuid.UUID("7b0a9f0e-52b5-4a8b-9f6e-0d8f2b6f3f10")
    build = type(engine).rebuild

    def build_and_be_overtaken(self, documents, as_of):
        refused = build(self, documents, as_of)
        IndexState.objects.update(rebuild=other, rebuild_seen_at=timezone.now())
        return refused

    with monkeypatch.context() as patch:
        patch.setattr(type(engine), "rebuild", build_and_be_overtaken)
        with pytest.raises(RebuildRunning, match="taken over"):
            rebuild()
    assert (IndexState.objects.current().rebuild, IndexState.objects.current().generation) == (other, before)
    IndexState.objects.update(rebuild_seen_at=timezone.now() - 2 * rebuilding.ABANDONED_AFTER)
    assert rebuild_if_needed() is True
    assert found() == ["Water"]


def test_a_rebuild_that_was_killed_does_not_bar_the_next(engine, found):
    content.post("Water")
    long_ago = timezone.now() - 2 * rebuilding.ABANDONED_AFTER
    IndexState.objects.update(rebuild="7b0a9f0e-52b5-4a8b-9f6e-0d8f2b6f3f10", rebuild_seen_at=long_ago)
    assert rebuild() == 1
    assert found() == ["Water"]


def test_what_a_killed_rebuild_has_left_is_tidied_up(engine, found):
    page = content.post("Water")
    drain()
    claim = {"rebuild": "7b0a9f0e-52b5-4a8b-9f6e-0d8f2b6f3f10", "rebuild_seen_at": timezone.now()}
    IndexState.objects.update(**claim)
    page.save_revision().publish()
    drain()
    assert rebuild_if_needed() is False
    assert IndexChange.objects.filter(applied=True).exists(), "it may still run"
    IndexState.objects.update(rebuild_seen_at=timezone.now() - 2 * rebuilding.ABANDONED_AFTER)
    assert rebuild_if_needed() is False
    assert not IndexChange.objects.exists()
    assert IndexState.objects.current().rebuild is None
    assert not compare().keys


def test_a_rebuild_that_fails_leaves_the_old_index_and_may_be_tried_again(engine, found, monkeypatch):
    content.post("Water")
    drain()

    def fail():
        raise ValueError("no power")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(rebuilding, "read_all", fail)
        with pytest.raises(Exception, match="no power"):
            rebuild()
    assert found() == ["Water"]
    assert rebuild() == 1


def test_a_missing_index_is_made_anew(engine, found, settings):
    content.post("Water")
    drain()
    assert needs_rebuild() == ""
    engine.close()
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    engine._forget()
    assert needs_rebuild()
    assert rebuild_if_needed() is True
    assert found() == ["Water"]
    assert rebuild_if_needed() is False


def test_a_broken_index_is_made_anew(engine, found, settings):
    content.post("Water")
    drain()
    engine.close()
    for file in (settings.SEARCH_INDEX_DIR / engine.status().generation).iterdir():
        file.write_bytes(b"rubbish")
    engine._forget()
    assert engine.status().error
    assert rebuild_if_needed() is True
    assert found() == ["Water"]


def test_an_index_of_another_database_is_not_written_to_and_is_made_anew(engine, found):
    page = content.post("Water")
    IndexState.objects.update(generation="another")
    assert drain() == 0
    assert IndexChange.objects.filter(key=page.translation_key).exists()
    assert rebuild_if_needed() is True
    assert found() == ["Water"]


def test_check_names_what_differs_and_repairs_it(engine, found):
    _kept, changed, gone = content.post("Water"), content.post("Energy"), content.post("Food")
    drain()
    type(changed).objects.filter(pk=changed.pk).update(title="Wind")
    type(gone).objects.filter(pk=gone.pk).update(live=False)
    engine.apply([])
    differences = compare()
    assert differences.outdated == [str(changed.translation_key)]
    assert differences.surplus == [str(gone.translation_key)]
    with pytest.raises(CommandError, match="2 works differ"):
        command("search_check")
    assert "2 works repaired" in command("search_check", "--repair")
    assert found() == ["Water", "Wind"]
    assert "agree" in command("search_check")


def test_check_finds_what_is_missing(engine):
    page = content.post("Water")
    IndexChange.objects.all().delete()
    assert compare().missing == [str(page.translation_key)]


def test_what_waits_is_not_a_difference(engine):
    content.post("Water")
    assert not compare().keys


def test_the_commands_say_what_they_did(engine):
    content.post("Water")
    assert "The search index is there." in command("search_rebuild", "--if-missing")
    assert "has 1 works" in command("search_rebuild")
    assert get_engine().status().generation in command("search_status")
