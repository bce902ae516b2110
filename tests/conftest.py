"""What all tests share."""

from config.catalogs import compile_catalogs


def pytest_configure(config):
    """Compile the interface texts, once and not in every process of a parallel run."""
    if not hasattr(config, "workerinput"):
        compile_catalogs()
