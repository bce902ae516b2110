"""A cache that is away, damaged or full keeps nothing and nobody from anything."""

import errno
import socket
import time

import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from wagtail.models import Site

from config import environment as env
from hub import caches
from hub.current_version import current_version
from hub.page_cache import memory
from tests import content

pytestmark = pytest.mark.django_db


@pytest.fixture
def use(settings, monkeypatch):
    """Takes a cache into use: `use(address)`."""

    def set_up(address):
        monkeypatch.setenv("CACHE_URL", address)
        settings.CACHES = {"default": env.cache("CACHE_URL", settings.DATA_DIR)}
        settings.MIDDLEWARE = ["hub.page_cache.PageCacheMiddleware", *settings.MIDDLEWARE]
        memory.clear()
        current_version.forget()

    for each in (caches.ForgivingFileCache, caches.ForgivingRedisCache):
        monkeypatch.setattr(each, "silent_until", 0.0)
    monkeypatch.setattr("hub.current_version.CHECK_EVERY", 0)
    yield set_up
    memory.clear()


@pytest.fixture
def files(use, tmp_path):
    """The folder of a cache in files."""
    use(tmp_path.joinpath("cache").as_uri())
    return tmp_path / "cache"


@pytest.fixture
def nobody():
    """The address of a Redis that takes a connection and never answers."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        yield f"redis://127.0.0.1:{silent.getsockname()[1]}/0"


def read(client, page):
    memory.clear()
    answer = client.get(page.get_url(), headers={"accept-encoding": "identity"})
    assert answer.status_code == 200
    assert page.title in answer.content.decode()


def all_calls():
    cache.set("a", 1)
    cache.set_many({"b": 2})
    found = cache.get("a", "nothing"), cache.get_many(["b"]), cache.add("c", 1), cache.has_key("c"), cache.touch("a")
    cache.delete("a")
    cache.delete_many(["b", "c"])
    return found


def test_while_a_cache_works_it_is_used(files):
    assert all_calls() == (1, {"b": 2}, True, True, True)


def test_one_that_is_away_is_empty(use, client):
    use("redis://127.0.0.1:1/0")
    assert all_calls() == ("nothing", {}, True, False, False)
    read(client, content.post("Water"))


def test_nobody_waits_long_for_one_that_does_not_answer(use, nobody, client):
    use(nobody)
    page = content.post("Water")
    start = time.monotonic()
    for _number in range(3):
        read(client, page)
    assert time.monotonic() - start < 3


def test_a_value_that_cannot_be_read_goes_and_silences_nothing(use, monkeypatch):
    """As one that another release has written."""
    use("redis://127.0.0.1:1/0")
    gone = []

    def unreadable(self, *args, **kwargs):
        raise AttributeError("Can't get attribute 'Kept'")

    monkeypatch.setattr(RedisCache, "get", unreadable)
    monkeypatch.setattr(RedisCache, "get_many", unreadable)
    monkeypatch.setattr(RedisCache, "delete_many", lambda self, keys: gone.append(list(keys)))
    assert cache.get("a") is None
    assert cache.get_many(["b", "c"]) == {}
    assert gone == [["a"], ["b", "c"]]
    assert caches.ForgivingRedisCache.silent_until == 0


@pytest.mark.parametrize("damage", [b"", b"\xff\x00garbage", b"\x80\x05K\x01."], ids=["empty", "garbage", "cut off"])
def test_damaged_files_are_made_again(files, client, damage):
    page = content.post("Water")
    read(client, page)
    Site.get_site_root_paths()
    kept = list(files.iterdir())
    assert len(kept) > 1
    for file in kept:
        file.write_bytes(damage)
    read(client, page)
    assert Site.get_site_root_paths()
    assert all(file.read_bytes() != damage for file in files.iterdir())


def test_a_full_disk_keeps_no_page_away(files, client, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.cache.backends.filebased.tempfile.mkstemp", full)
    page = content.post("Water")
    read(client, page)
    read(client, page)
    assert not any(files.iterdir())


def test_a_place_where_no_folder_can_be_made_is_no_fault(use, tmp_path, client):
    (tmp_path / "file").write_text("no folder")
    use(tmp_path.joinpath("file", "cache").as_uri())
    read(client, content.post("Water"))
