"""Events in the words of schema.org. Values are those that the event's page shows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from hub import dates
from hub.addresses import address
from hub.structured_data import Node, content_page, filled, full, organisation, person

if TYPE_CHECKING:
    from .models import EventPage, Occurrence

SCHEMA = "https://schema.org/"
ATTENDANCE = {"online": "Online", "in_person": "Offline", "hybrid": "Mixed"}
STATUS = {"scheduled": "Scheduled", "moved": "Rescheduled", "postponed": "Postponed", "cancelled": "Cancelled"}
AVAILABILITY = {"none": "InStock", "not_yet": "PreSale", "open": "InStock", "full": "SoldOut", "closed": "OutOfStock"}


def event_page(page: EventPage, context: Any) -> Node:
    """The page of an event, which is what has translations, with the event."""
    node = content_page(page, context)
    event = event_of(page, context, image=node.pop("image"), about=node.pop("about"))
    return node | {"mainEntity": event}


def event_of(page: EventPage, context: Any, **more: Any) -> Node:
    url = full(address(page))
    event = {
        "@type": "Event",
        "@id": f"{url}#event",
        "url": url,
        "name": page.title,
        "description": page.lead,
        "inLanguage": page.event_languages,
        "eventStatus": f"{SCHEMA}Event{STATUS[page.status]}",
        "eventAttendanceMode": f"{SCHEMA}{ATTENDANCE[page.format]}EventAttendanceMode",
        "location": locations(page),
        "isAccessibleForFree": page.cost == page.Cost.FREE,
        "offers": offer(page) if page.status != page.Status.CANCELLED else None,
        "organizer": [
            {"@type": "Organization", "name": each.name, "url": full(each.get_absolute_url())}
            for each in context.get("organisers") or []
        ]
        or organisation(context),
        "performer": [person(block.value["person"]) for block in page.speakers if block.value["person"]],
        **more,
    }
    if page.shown_dates is None:
        return event
    event |= times(page, *page.shown_dates)
    if page.status == page.Status.MOVED and page.previous_start:
        event["previousStartDate"] = moment(page, page.previous_start.astimezone(page.zone))
    shown = [*(context.get("past_occurrences") or []), *(context.get("occurrences") or [])]
    if page.recurrence and len(shown) > 1:
        event["subEvent"] = [
            {"@type": "Event", "name": page.title, "location": event["location"], **one_date(page, each)}
            for each in shown
        ]
    else:
        event["subEvent"] = agenda(page, page.shown_dates[0])
    return event


def one_date(page: EventPage, occurrence: Occurrence) -> Node:
    """When one date of a series is, and what editors have changed of it."""
    node = times(page, *page.in_zone(occurrence))
    if occurrence.change:
        node["eventStatus"] = f"{SCHEMA}Event{STATUS[occurrence.change]}"
    if occurrence.change == occurrence.Change.MOVED and occurrence.planned_start:
        node["previousStartDate"] = moment(page, occurrence.planned_start.astimezone(page.zone))
    return node


def moment(page: EventPage, moment: datetime) -> str:
    return moment.date().isoformat() if page.all_day else dates.iso(moment)


def times(page: EventPage, start: datetime, end: datetime) -> Node:
    """Start and end in the zone of the event, as days if it has no hours."""
    if page.all_day:
        return {"startDate": start.date().isoformat(), "endDate": dates.last_day(start, end).isoformat()}
    return {"startDate": dates.iso(start), "endDate": dates.iso(end)}


def agenda(page: EventPage, start: datetime) -> list[Node]:
    """The items with a time, of an event on one day."""
    if page.shown_dates is None or page.shown_dates[1].date() != start.date():
        return []
    return [
        {
            "@type": "Event",
            "name": item["title"],
            "startDate": dates.iso(datetime.combine(start.date(), item["starts_at"], start.tzinfo)),
            "endDate": dates.iso(datetime.combine(start.date(), item["ends_at"], start.tzinfo))
            if item["ends_at"]
            else None,
        }
        for item in (block.value for block in page.agenda)
        if item["starts_at"]
    ]


def locations(page: EventPage) -> list[Node]:
    """Where it takes place: somewhere, online, or both."""
    found: list[Node] = []
    if page.format != page.Format.ONLINE:
        city = page.place if page.place and page.place.kind == page.place.Kind.CITY else None
        postal = {
            "@type": "PostalAddress",
            "streetAddress": page.address,
            "addressLocality": page.place_label if city else "",
            "addressCountry": page.place.country_label() if page.place else "",
        }
        name = page.venue or page.place_label
        if name or page.address:
            found.append({"@type": "Place", "name": name or page.address, "address": filled(postal)})
    if page.format != page.Format.IN_PERSON:
        open_to_all = page.join_url and page.is_to_come
        found.append({"@type": "VirtualLocation", "url": page.join_url if open_to_all else full(address(page))})
    return found


def offer(page: EventPage) -> Node:
    """How one takes part, and at what cost."""
    state = page.registration
    found: Node = {"@type": "Offer", "availability": SCHEMA + AVAILABILITY[state], "description": page.cost_note}
    if page.cost == page.Cost.FREE:
        found |= {"price": 0, "priceCurrency": "EUR"}
    if state == page.Registration.OPEN:
        closes = page.registration_closes
        found |= {"url": page.registration_url, "availabilityEnds": dates.iso(closes) if closes else None}
    if state == page.Registration.NOT_YET and page.registration_opens:
        found["validFrom"] = dates.iso(page.registration_opens)
    return found
