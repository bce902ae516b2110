"""What all tests share."""

import gc
from itertools import repeat

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation

from config.catalogs import compile_catalogs
from hub.language_trees import ensure_language_trees
from hub.remembering import facts, remembering
from tests.migrated import copy, migrated


def pytest_configure(config):
    """Compile the interface texts, once and not in every process of a parallel run."""
    # Looking for circles among all objects of Django again and again would take an eighth of the time.
    gc.set_threshold(100_000)
    if not hasattr(config, "workerinput"):
        compile_catalogs()


def pytest_collection_modifyitems(items):
    """Begin with what takes long, so that no process has it left at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True)
def interface_in_english():
    """A request in another language leaves it to what comes after it in the same process."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def empty_cache():
    """Wagtail keeps renditions by the keys of images, which come again as tests are rolled back."""
    cache.clear()


@pytest.fixture
def remembers(monkeypatch):
    """What pages have in common is remembered from one request to the next, as while nothing is published."""
    monkeypatch.setattr("tests.middleware.versions", repeat("one"))
    yield
    with remembering("another"):
        facts()


@pytest.fixture(scope="session")
def migrated_database(pytestconfig):
    """The file of an SQLite database with all migrations."""
    return migrated(pytestconfig.cache.mkdir("migrated"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, request):
    """Fill the database of the tests before Django migrates it."""
    if connection.vendor == "sqlite":
        filled = copy(request.getfixturevalue("migrated_database"), connection.creation._get_test_db_name())
        request.addfinalizer(filled.close)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Every test begins with the trees of all languages: it would take half a second each to make them."""
    with django_db_blocker.unblock():
        ensure_language_trees()


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker):
    """The database, for what a module makes once. What a test does to it is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
