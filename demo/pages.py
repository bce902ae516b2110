"""Turns the texts of a work into the fields of a page."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from events.models import EventPage
from hub.models import ContentPage, PlatformPage, StandardPage, ThematicHubPage
from news.models import NewsPage

from .reading import Work

MODELS: dict[str, type[ContentPage]] = {
    "hubs": ThematicHubPage,
    "platforms": PlatformPage,
    "news": NewsPage,
    "events": EventPage,
    "pages": StandardPage,
}
PARENTS = {"hubs": "hub.HubIndexPage", "platforms": "hub.PlatformIndexPage", "news": "news.NewsIndexPage",
           "events": "events.EventIndexPage", "pages": "hub.HomePage"}  # fmt: skip
NAMESPACE = uuid.UUID("8f3f2a52-5d0c-4a4e-9a63-0d6d3f6e5f10")
RELATIONS = ("themes", "places", "organisations", "contact_people", "organisers")


def key_of(work: Work) -> uuid.UUID:
    """The translation key of a work: always the same, so that a second load finds it whatever has been edited."""
    return uuid.uuid5(NAMESPACE, work.key)


def published_at(work: Work) -> datetime:
    """When the first language went online, never in the future."""
    hour = time(work.facts.get("hour", 9), 12)
    moment = datetime.combine(_day(work.facts["published"]), hour, timezone.get_default_timezone())
    return min(moment, timezone.now() - timedelta(hours=2))


def _day(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


def _moment(value: dict[str, Any], zone: str) -> datetime:
    """A moment given as days from today and a time in `zone`."""
    return datetime.combine(_day(value["days"]), time.fromisoformat(value.get("time", "00:00")), ZoneInfo(zone))


class Writer:
    """Writes page fields. `find` gives the row or page for (kind of reference, its slug or key)."""

    def __init__(self, find: Callable[[str, str], Any], picture: Callable[[str], int]) -> None:
        self.find = find
        self.picture = picture

    def facts(self, work: Work) -> dict[str, Any]:
        """The plain fields that all languages of the work share."""
        facts = work.facts
        fields: dict[str, Any] = {
            "submitted_by": self.find("people", facts.get("submitted_by", "")),
            "source_url": facts.get("source_url", ""),
            "source_label": facts.get("source_label", ""),
        }
        return fields | getattr(self, f"_{work.kind}")(facts)

    def _pages(self, facts: dict[str, Any]) -> dict[str, Any]:
        return {"show_in_menus": True}

    def _hubs(self, facts: dict[str, Any]) -> dict[str, Any]:
        return {"theme": self.find("themes", facts["theme"])}

    def _platforms(self, facts: dict[str, Any]) -> dict[str, Any]:
        return {
            "address": facts["address"],
            "operator": self.find("organisations", facts.get("operator", "")),
            "platform_languages": facts.get("platform_languages", []),
            "access": facts["access"],
            "last_checked": _day(facts["last_checked"]) if "last_checked" in facts else None,
        }

    def _news(self, facts: dict[str, Any]) -> dict[str, Any]:
        return {"news_kind": facts["kind"], "deadline": _day(facts["deadline"]) if "deadline" in facts else None}

    def _events(self, facts: dict[str, Any]) -> dict[str, Any]:
        zone = facts["timezone"]
        plain = ("all_day", "recurrence", "status", "format", "venue", "address", "join_url", "cost",
                 "registration_url", "registration_full")  # fmt: skip
        moments = ("start", "end", "previous_start", "registration_opens", "registration_closes")
        return {
            **{name: facts[name] for name in plain if name in facts},
            **{name: _moment(facts[name], zone) for name in moments if name in facts},
            "timezone": zone,
            "event_languages": facts["event_languages"],
            "place": self.find("places", facts.get("place", "")),
        }

    def relations(self, work: Work) -> dict[str, list[Any]]:
        kinds = {"contact_people": "people", "organisers": "organisations"}
        return {
            name: [self.find(kinds.get(name, name), slug) for slug in work.facts[name]]
            for name in RELATIONS
            if name in work.facts
        }

    def words(self, work: Work, language: str) -> dict[str, Any]:
        """The short texts in one language."""
        text = work.texts[language]
        return {name: text[name] for name in ("title", "slug", "lead", "image_alt", "cost_note") if name in text}

    def streams(self, work: Work, language: str) -> dict[str, str]:
        """Body, speakers, agenda and changed dates as StreamField JSON. Blocks have the same ids in all languages."""
        text = work.texts[language]
        streams = {
            "body": [
                (block["type"], self._block(work, number, block))
                for number, block in enumerate(text["body"])
                if block["type"] != "button" or self._leads_somewhere(block)
            ]
        }
        if work.kind == "events":
            streams["speakers"] = [("speaker", self._speaker(row)) for row in text.get("speakers", [])]
            streams["agenda"] = [("item", self._agenda_item(row)) for row in text.get("agenda", [])]
            streams["changes"] = [(row["type"], self._change(row)) for row in text.get("changes", [])]
        return {
            name: json.dumps(
                [
                    {"type": kind, "value": value, "id": self._id(work, name, number)}
                    for number, (kind, value) in enumerate(blocks)
                ]
            )
            for name, blocks in streams.items()
        }

    def _id(self, work: Work, *parts: object) -> str:
        return str(uuid.uuid5(NAMESPACE, "/".join([work.key, *map(str, parts)])))

    def _items(self, work: Work, number: int, values: list[Any]) -> list[dict[str, Any]]:
        return [
            {"type": "item", "value": value, "id": self._id(work, "body", number, item)}
            for item, value in enumerate(values)
        ]

    def _speaker(self, row: dict[str, Any]) -> dict[str, Any]:
        return {"person": self.find("people", row["person"]).pk, "role": row["role"], "topic": row.get("topic", "")}

    def _agenda_item(self, row: dict[str, Any]) -> dict[str, Any]:
        text = f"<p>{row['text']}</p>" if row.get("text") else ""
        return {
            "starts_at": row.get("starts"), "ends_at": row.get("ends"), "kind": row["kind"], "title": row["title"],
            "text": text,
        }  # fmt: skip

    def _change(self, row: dict[str, Any]) -> dict[str, Any]:
        """A changed date of a series. Days count from today."""
        change = {"date": _day(row["days"]).isoformat(), "note": row.get("note", "")}
        if row["type"] == "cancelled":
            return change
        new_date = _day(row["new_days"]).isoformat()
        return change | {"new_date": new_date, "starts_at": row.get("starts"), "ends_at": row.get("ends")}

    def _block(self, work: Work, number: int, block: dict[str, Any]) -> Any:
        """The value of a block of the body, as it is stored."""
        match block["type"]:
            case "text":
                return self.html(block["html"])
            case "heading":
                return {"text": block["text"], "level": block["level"]}
            case "quote":
                return {"text": block["text"], "attribution": block.get("attribution", "")}
            case "embed":
                return {"url": block["url"], "title": block["title"]}
            case "button":
                return self._link(block) | {"label": block["label"]}
            case "callout":
                return self._link(block) | {
                    "title": block["title"],
                    "text": self.html(block["html"]),
                    "deadline": _day(block["deadline"]).isoformat() if "deadline" in block else None,
                    "label": block.get("label", ""),
                }
            case "table":
                return {
                    "caption": block["caption"],
                    "columns": [{"type": "text", "heading": heading} for heading in block["header"]],
                    "rows": [{"values": row} for row in block["rows"]],
                }
            case "accordion":
                values = [{"title": item["title"], "text": self.html(item["html"])} for item in block["items"]]
                return self._items(work, number, values)
            case "cards":
                values = [
                    self._link(item) | {"title": item.get("title", ""), "text": item.get("text", "")}
                    for item in block["items"]
                    if self._leads_somewhere(item)
                ]
                return self._items(work, number, values)
            case "image":
                return self._picture(block, body_picture(work, number))
            case "gallery":
                values = [
                    self._picture(item, body_picture(work, number, item_number))
                    for item_number, item in enumerate(block["items"])
                ]
                return self._items(work, number, values)
            case "documents":
                return self._items(work, number, [self.find("documents", file).pk for file in block["files"]])
        raise ValueError(block["type"])

    def _leads_somewhere(self, part: dict[str, Any]) -> bool:
        """False for a link to a work in none of the languages of this hub."""
        return not part.get("work") or self.find("works", part["work"]) is not None

    def _link(self, part: dict[str, Any]) -> dict[str, Any]:
        page = self.find("works", part["work"]).pk if part.get("work") else None
        return {"page": page, "url": part.get("url", "")}

    def _picture(self, part: dict[str, Any], name: str) -> dict[str, Any]:
        picture = {"image": self.picture(name), "decorative": False, "alt_text": part["alt"]}
        return {"picture": picture, "caption": part.get("caption", "")}

    def html(self, html: str) -> str:
        """Links to works become links to pages as Wagtail stores them; those that lead nowhere become plain words."""

        def link(match: re.Match[str]) -> str:
            page = self.find("works", match[1])
            return f'<a linktype="page" id="{page.pk}">{match[2]}</a>' if page else match[2]

        return re.sub(r'<a data-work="([^"]+)">(.*?)</a>', link, html)


def body_picture(work: Work, *numbers: int) -> str:
    """The name of a picture in the text of a work."""
    return "-".join([work.key, *map(str, numbers)])


def pictures_of(work: Work) -> dict[str, tuple[str, str]]:
    """(motif, alternative text in the first language) of each picture of a work, by its name."""
    text = work.texts[work.first_language]
    found = {work.key: (work.facts["motif"], text["image_alt"])}
    for number, block in enumerate(text["body"]):
        if block["type"] == "image":
            found[body_picture(work, number)] = (block["motif"], block["alt"])
        elif block["type"] == "gallery":
            for item_number, item in enumerate(block["items"]):
                found[body_picture(work, number, item_number)] = (item["motif"], item["alt"])
    return found
