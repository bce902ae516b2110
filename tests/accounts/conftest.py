import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nothing_counted():
    """Limits count in the cache, which tests share."""
    cache.clear()
