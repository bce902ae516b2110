from .occurrence import Occurrence
from .pages import EventIndexPage, EventPage, EventPageQuerySet

__all__ = ["EventIndexPage", "EventPage", "EventPageQuerySet", "Occurrence"]
