"""Speakers and agenda."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.snippets.blocks import SnippetChooserBlock

from hub.blocks import SMALL_TEXT_FEATURES

SPEAKER_ROLES = [
    ("keynote", pgettext_lazy("role of a speaker", "Keynote")),
    ("talk", pgettext_lazy("role of a speaker", "Talk")),
    ("panel", pgettext_lazy("role of a speaker", "Panel")),
    ("moderation", pgettext_lazy("role of a speaker", "Moderation")),
    ("workshop", pgettext_lazy("role of a speaker", "Workshop")),
]

AGENDA_KINDS = [
    ("keynote", pgettext_lazy("agenda item", "Keynote")),
    ("talk", pgettext_lazy("agenda item", "Talk")),
    ("panel", pgettext_lazy("agenda item", "Panel discussion")),
    ("workshop", pgettext_lazy("agenda item", "Workshop")),
    ("break", pgettext_lazy("agenda item", "Break")),
    ("other", pgettext_lazy("agenda item", "Other")),
]


class RoleValue(blocks.StructValue):
    @property
    def role_label(self) -> Any:
        return dict(SPEAKER_ROLES).get(self.get("role"), "")


class SpeakerBlock(blocks.StructBlock):
    person = SnippetChooserBlock("hub.Person", label=_("Person"))
    role = blocks.ChoiceBlock(label=_("Role"), choices=SPEAKER_ROLES, default="talk", search_index=False)
    topic = blocks.CharBlock(label=_("Topic"), required=False, max_length=250)

    class Meta:
        icon = "user"
        label = _("Speaker")
        value_class = RoleValue


class AgendaValue(blocks.StructValue):
    @property
    def kind_label(self) -> Any:
        return dict(AGENDA_KINDS).get(self.get("kind"), "")


class AgendaItemBlock(blocks.StructBlock):
    starts_at = blocks.TimeBlock(label=_("Starts"), required=False)
    ends_at = blocks.TimeBlock(label=_("Ends"), required=False)
    kind = blocks.ChoiceBlock(label=_("Kind"), choices=AGENDA_KINDS, default="talk", search_index=False)
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    text = blocks.RichTextBlock(label=_("Text"), features=SMALL_TEXT_FEATURES, required=False)

    class Meta:
        icon = "time"
        label = _("Item of the agenda")
        value_class = AgendaValue

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["starts_at"] and cleaned["ends_at"] and cleaned["ends_at"] < cleaned["starts_at"]:
            raise StructBlockValidationError({"ends_at": ValidationError(_("This item ends before it starts."))})
        return cleaned


class CancelledDateBlock(blocks.StructBlock):
    date = blocks.DateBlock(label=_("Date"), help_text=_("The day on which the rule has it."))
    note = blocks.CharBlock(label=_("Note for readers"), required=False, max_length=200)

    class Meta:
        icon = "cross"
        label = _("A date that is cancelled")
        label_format = "{date}"


class MovedDateBlock(blocks.StructBlock):
    date = blocks.DateBlock(label=_("Date"), help_text=_("The day on which the rule has it."))
    new_date = blocks.DateBlock(label=_("New date"), help_text=_("The same day if only the hours change."))
    starts_at = blocks.TimeBlock(label=_("Starts"), required=False, help_text=_("Empty: at the usual time."))
    ends_at = blocks.TimeBlock(label=_("Ends"), required=False, help_text=_("Empty: it lasts as long as usual."))
    note = blocks.CharBlock(label=_("Note for readers"), required=False, max_length=200)

    class Meta:
        icon = "date"
        label = _("A date that is moved")
        label_format = "{date} → {new_date}"


SPEAKER_BLOCKS = [("speaker", SpeakerBlock())]
AGENDA_BLOCKS = [("item", AgendaItemBlock())]
CHANGE_BLOCKS = [("cancelled", CancelledDateBlock()), ("moved", MovedDateBlock())]
