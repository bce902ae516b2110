"""Housekeeping of logging in, which the worker calls."""

from importlib import import_module

from django.conf import settings

from . import audit, lock


def tidy() -> None:
    """Delete failed log-ins that no longer count, sessions that have ended, and what was noted long ago. The worker
    calls this every five minutes."""
    lock.tidy()
    audit.tidy()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
