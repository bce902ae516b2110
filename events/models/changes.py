"""Changes of single dates of a series, as editors write them: blocks whose notes are translated and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from hub.translatable import Shared

from .occurrence import DateChange


def changes_of(stream: Any) -> list[DateChange]:
    """The changes in the blocks, without those that a draft has not filled in."""
    changes = []
    for block in stream or ():
        value, cancelled = block.value, block.block_type == "cancelled"
        if value.get("date"):
            moved = {} if cancelled else {
                "new_day": value.get("new_date"),
                "starts_at": value.get("starts_at"),
                "ends_at": value.get("ends_at"),
            }  # fmt: skip
            changes.append(DateChange(value["date"], cancelled, note=value.get("note") or "", **moved))
    return changes


class SharedChanges(Shared):
    """The changes without their notes, through `EventPage.shared_changes`.

    What has texts waits for translators, but a date that is cancelled is so in every language at once.
    """

    def __init__(self) -> None:
        super().__init__("shared_changes")

    def get_field(self, model: Any) -> Any:
        return SimpleNamespace(name="shared_changes", attname="shared_changes")


def with_own_notes(blocks: Iterable[dict[str, Any]], own: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blocks of the original, as they are stored, with the notes that a translation has for them."""
    notes = {block["id"]: block["value"].get("note", "") for block in own}
    return [block | {"value": block["value"] | {"note": notes.get(block["id"], "")}} for block in blocks]
