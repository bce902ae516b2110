"""A series of four Tuesdays in March 2027 at ten in Berlin: the clocks change before the last one."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from events.models import EventPage

BERLIN = ZoneInfo("Europe/Berlin")
SERIES = {
    "start": datetime(2027, 3, 2, 10, tzinfo=BERLIN),
    "end": datetime(2027, 3, 2, 12, tzinfo=BERLIN),
    "timezone": "Europe/Berlin",
    "recurrence": "FREQ=WEEKLY;COUNT=4",
}


def changed(cancelled="", moved=(), note="", **times):
    """The stream of changes: a day that is cancelled, and one that is moved to another."""
    blocks = []
    if cancelled:
        blocks.append(("cancelled", {"date": cancelled, "note": note}))
    if moved:
        day, new_day = moved
        blocks.append(("moved", {"date": day, "new_date": new_day, "note": note} | times))
    stored = [{"type": kind, "value": value, "id": f"{number}"} for number, (kind, value) in enumerate(blocks)]
    return EventPage._meta.get_field("changes").to_python(json.dumps(stored))
