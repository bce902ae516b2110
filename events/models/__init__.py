from .index import EventIndexPage
from .occurrence import Occurrence
from .pages import EventPage, EventPageQuerySet
from .sequence import CalendarSequence

__all__ = ["CalendarSequence", "EventIndexPage", "EventPage", "EventPageQuerySet", "Occurrence"]
