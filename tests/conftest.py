"""What all tests share."""

import pytest

from config.catalogs import compile_catalogs
from hub.language_trees import ensure_language_trees


def pytest_configure(config):
    """Compile the interface texts, once and not in every process of a parallel run."""
    if not hasattr(config, "workerinput"):
        compile_catalogs()


def pytest_collection_modifyitems(items):
    """Begin with what takes long, so that no process has it left at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Every test begins with the trees of all languages: it would take half a second each to make them."""
    with django_db_blocker.unblock():
        ensure_language_trees()
