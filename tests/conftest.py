"""What all tests share."""

from config.catalogs import compile_catalogs


def pytest_configure(config):
    """Compile the interface texts, once and not in every process of a parallel run."""
    if not hasattr(config, "workerinput"):
        compile_catalogs()


def pytest_collection_modifyitems(items):
    """Begin with what takes long, so that no process has it left at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
