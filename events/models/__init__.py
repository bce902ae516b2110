from .occurrence import Occurrence
from .pages import EventIndexPage, EventPage, EventPageQuerySet
from .sequence import CalendarSequence

__all__ = ["CalendarSequence", "EventIndexPage", "EventPage", "EventPageQuerySet", "Occurrence"]
