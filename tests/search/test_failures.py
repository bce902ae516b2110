"""What happens when something fails: a damaged index, a full disk, an engine or a process that is gone."""

import json
import multiprocessing
import secrets
import shutil
import subprocess
import time
from io import StringIO

import pytest
from django.core.management import call_command
from wagtail.models import PageViewRestriction

from hub.models import Person
from search import documents
from search.documents import read_each
from search.engines import EngineUnavailable, get_engine
from search.engines.embedded import EmbeddedEngine
from search.engines.protocol import EngineBusy
from search.models import IndexChange, IndexState
from search.outbox import drain
from search.query import SearchQuery
from search.rebuild import compare, needs_rebuild
from search.works import WorkDocument, WorkText
from tests import content
from tests.search import processes
from tests.search.pages import SIMPLER, events_page

LANGUAGES = ("en", "de")


def work(number: int) -> WorkDocument:
    return WorkDocument(str(number), "news", (WorkText("en", number, f"/{number}/", f"Work {number}"),))


def command(name: str, *options: str) -> str:
    out = StringIO()
    call_command(name, *options, stdout=out)
    return out.getvalue()


# One index, several processes


@pytest.fixture
def shared(tmp_path):
    """An embedded index that this process has written."""
    engine = EmbeddedEngine(tmp_path / "index", LANGUAGES)
    engine.rebuild([work(0)])
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def forked():
    """Starts processes that have all modules already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.search.processes"])
    return context


def test_readers_in_other_processes_see_a_commit_within_a_second(shared, forked):
    seen = forked.Queue()
    arguments = (shared.generations.folder, LANGUAGES, 10, seen)
    readers = [forked.Process(target=processes.read_until, args=arguments, daemon=True) for _number in range(2)]
    for reader in readers:
        reader.start()
    assert [seen.get(timeout=60)[0] for _reader in readers] == [1, 1]
    committed = {}
    for number in range(1, 10):
        shared.apply([work(number)])
        committed[number + 1] = time.monotonic()
        time.sleep(0.1)
    lags = []
    while len(lags) < 2:
        documents_seen, moment = seen.get(timeout=60)
        if documents_seen == 10:
            lags.append(moment - committed[10])
    for reader in readers:
        reader.join()
    assert max(lags) < 1


def test_a_second_writer_is_told_so_and_takes_over_when_the_first_is_killed(shared, forked):
    shared.close()
    ready = forked.Event()
    arguments = (shared.generations.folder, LANGUAGES, ready)
    first = forked.Process(target=processes.write_and_stay, args=arguments, daemon=True)
    first.start()
    assert ready.wait(60)
    with pytest.raises(EngineBusy):
        shared.apply([work(2)])
    first.kill()
    first.join()
    shared.apply([work(2)])
    assert sorted(key for key, _digest in shared.digests()) == ["0", "1", "2"]


# A damaged index, at start


def _parts(folder):
    generation = folder / (folder / "current").read_text()
    return {path.suffix or path.name: path for path in generation.iterdir() if not path.name.startswith(".")}


DAMAGES = ["no folder", "no current", "garbage in current", "no meta.json", "garbage in meta.json"]
SEGMENTS = (".store", ".term", ".idx", ".pos", ".fast", ".fieldnorm")


@pytest.mark.django_db
@pytest.mark.parametrize("damage", [*DAMAGES, *(f"half of {part}" for part in SEGMENTS), "no .store"])
def test_a_damaged_index_is_made_anew_at_start_with_a_message(engine, found, settings, damage):
    content.post("Water")
    assert found() == ["Water"]
    engine.close()
    folder = settings.SEARCH_INDEX_DIR
    how, name = damage.rsplit(" ", 1)
    path = (
        folder
        if name == "folder"
        else folder / "current"
        if name == "current"
        else _parts(folder)[".json" if name == "meta.json" else name]
    )
    if how == "no":
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    elif how == "garbage in":
        path.write_bytes(b"\xff\x00garbage")
    else:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    engine._forget()
    said = command("search_rebuild", "--if-missing")
    assert "The search index has 1 works." in said
    assert len(said.splitlines()) == 2, "the reason comes first"
    assert found("water") == ["Water"]
    assert command("search_rebuild", "--if-missing") == "The search index is there.\n"
    assert not compare().keys


# A full disk


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a file system of two megabytes, and a way to make it larger."""

    def mount(*options):
        return subprocess.run(["mount", *options, str(tmp_path / "disk")], check=False, capture_output=True).returncode

    (tmp_path / "disk").mkdir()
    if mount("-t", "tmpfs", "-o", "size=2m", "tmpfs"):
        pytest.skip("only root may mount a small file system")
    yield tmp_path / "disk", lambda: mount("-o", "remount,size=200m")
    subprocess.run(["umount", "--lazy", str(tmp_path / "disk")], check=True)


@pytest.mark.django_db
def test_a_full_disk_is_reported_and_loses_nothing(small_disk, engine, settings, client):
    disk, enlarge = small_disk
    shutil.copytree(settings.SEARCH_INDEX_DIR, disk / "index")
    settings.SEARCH_INDEX_DIR = disk / "index"
    content.post("Bread")
    drain()
    for number in range(8):
        content.post(f"Water {number}", body=[("text", f"<p>{secrets.token_hex(300_000)}</p>")])
    drain()
    assert "No space left" in IndexState.objects.current().last_error
    assert "No space left" in command("search_status")
    assert IndexChange.objects.waiting().works() == 8
    html = client.get("/en/search/?q=bread").content.decode()
    assert "Bread" in html
    assert enlarge() == 0
    IndexState.objects.update(retry_at=None)
    drain()
    if needs_rebuild():
        command("search_rebuild")
        drain()
    assert not IndexChange.objects.exists()
    assert not compare().keys


@pytest.mark.django_db
def test_a_writer_that_failed_gives_up_its_lock_while_its_failure_is_still_looked_at(small_disk, engine, settings):
    disk, enlarge = small_disk
    shutil.copytree(settings.SEARCH_INDEX_DIR, disk / "index")
    settings.SEARCH_INDEX_DIR = disk / "index"
    posts = [
        content.post(f"Water {number}", body=[("text", f"<p>{secrets.token_hex(300_000)}</p>")]) for number in range(8)
    ]
    works, _unreadable = read_each([post.translation_key for post in posts])
    small = get_engine()
    with pytest.raises(EngineUnavailable) as failure:
        small.apply(list(works.values()))
    assert enlarge() == 0
    small.apply(list(works.values()))
    assert "No space left" in str(failure.value)
    small.close()


# An engine that is away


@pytest.mark.django_db
def test_publishing_is_as_fast_with_the_engine_away_as_with_it(engine, settings):
    """One after the other with the index there and not there; to the quickest of many other load adds little."""
    page = content.post("Water")
    away = settings.SEARCH_INDEX_DIR.with_name("away")

    def seconds() -> float:
        start = time.perf_counter()
        page.save_revision().publish()
        return time.perf_counter() - start

    seconds()
    there, gone = [], []
    for _number in range(25):
        there.append(seconds())
        settings.SEARCH_INDEX_DIR.rename(away)
        settings.SEARCH_INDEX_DIR.write_text("a file where a folder should be")
        engine._forget()
        gone.append(seconds())
        settings.SEARCH_INDEX_DIR.unlink()
        away.rename(settings.SEARCH_INDEX_DIR)
        engine._forget()
    assert min(gone) < 1.2 * min(there)
    assert IndexChange.objects.filter(key=page.translation_key).exists()


@pytest.mark.django_db
def test_the_results_page_does_without_the_engine_says_so_and_goes_back_to_it(engine, settings, client):
    content.post("Water and bread")
    content.event("Water fair")
    drain()
    away = settings.SEARCH_INDEX_DIR.with_name("away")
    assert SIMPLER not in events_page(client)
    engine.close()
    settings.SEARCH_INDEX_DIR.rename(away)
    time.sleep(0.3)
    assert SIMPLER in events_page(client)
    away.rename(settings.SEARCH_INDEX_DIR)
    time.sleep(0.3)
    assert SIMPLER not in events_page(client)


# What says how search is


@pytest.mark.django_db
def test_a_work_that_stays_unreadable_is_reported_and_leaves_the_hub_ready(engine, client, settings, monkeypatch):
    bad = content.post("Water")
    read_works = documents.read_works

    def read(keys):
        if bad.translation_key in keys:
            raise ValueError("broken body")
        return read_works(keys)

    monkeypatch.setattr(documents, "read_works", read)
    drain()
    IndexChange.objects.update(waiting_since="2026-01-01T00:00Z")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["outbox"]["unreadable"]) == (200, 1)
    status = json.loads(command("search_status", "--json"))
    assert status["unreadable"] == [{"key": str(bad.translation_key), "title": "Water", "tries": 1}]
    assert status["outbox"] == {"waiting": 1, "oldest_seconds": 0.0}
    assert f"{bad.translation_key} Water" in command("search_status")
    IndexChange.objects.touch([bad.translation_key])
    assert client.get("/readyz").status_code == 200
    content.post("Energy")
    settings.SEARCH_OUTBOX_MAX_AGE = -1
    assert client.get("/readyz").status_code == 503, "the outbox as such does not move"


# One transaction


@pytest.mark.django_db
def test_a_restriction_is_saved_with_its_row_in_the_outbox_or_not_at_all(engine, admin_client, monkeypatch):
    page = content.post("Water")
    drain()

    def fail(self, keys):
        raise KeyboardInterrupt

    address = f"/admin/pages/{page.pk}/privacy/"
    with monkeypatch.context() as patch:
        patch.setattr(type(IndexChange.objects.all()), "touch", fail)
        with pytest.raises(KeyboardInterrupt):
            admin_client.post(address, {"restriction_type": "login"})
    assert not PageViewRestriction.objects.exists()
    admin_client.post(address, {"restriction_type": "login"})
    assert PageViewRestriction.objects.exists()
    drain()
    assert not engine.search(SearchQuery(language="en")).hits


@pytest.mark.django_db
def test_a_restriction_that_moves_to_another_page_opens_the_first(engine, found):
    water, energy = content.post("Water"), content.post("Energy")
    restriction = PageViewRestriction.objects.create(page=water, restriction_type="login")
    assert found() == ["Energy"]
    restriction.page = energy
    restriction.save()
    assert found() == ["Water"]


@pytest.mark.django_db
def test_a_speaker_is_renamed_before_the_reference_index_knows_the_event(found, settings):
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    person = Person.objects.create(name="Beta", slug="beta")
    content.event("Fair", speakers=[("speaker", {"person": person, "role": "keynote", "topic": "Bikes"})])
    assert found("beta") == ["Fair"]
    person.name = "Epsilon"
    person.save()
    assert (found("beta"), found("epsilon")) == ([], ["Fair"])


def test_an_unreadable_folder_is_an_engine_that_is_away(tmp_path):
    (tmp_path / "index").write_text("a file")
    engine = EmbeddedEngine(tmp_path / "index", LANGUAGES)
    assert engine.status().error
    with pytest.raises(EngineUnavailable):
        engine.search(SearchQuery(language="en"))
