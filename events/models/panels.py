"""What editors fill in of an event, tab by tab."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

EVENT_TABS = (
    (
        _("When and where"),
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("start"), FieldPanel("end")]),
                    FieldPanel("timezone"),
                    FieldPanel("all_day"),
                    FieldPanel(
                        "recurrence",
                        help_text=_(
                            "Empty: takes place once. Else a rule as calendars write it, for example "
                            "FREQ=WEEKLY;COUNT=6 for six weeks in a row, or FREQ=MONTHLY;BYDAY=1TU;COUNT=6 for the "
                            "first Tuesday of six months."
                        ),
                    ),
                    FieldPanel("changes"),
                    FieldPanel("status"),
                    FieldPanel("previous_start"),
                ],
                heading=_("When"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("format"),
                    FieldPanel("place"),
                    FieldRowPanel([FieldPanel("venue"), FieldPanel("address")]),
                    FieldPanel("join_url"),
                    FieldPanel("event_languages"),
                ],
                heading=_("Where"),
            ),
        ],
    ),
    (
        _("Registration"),
        [
            FieldRowPanel([FieldPanel("cost"), FieldPanel("cost_note")]),
            FieldPanel("registration_url"),
            FieldRowPanel(
                [
                    FieldPanel(name, help_text=_("In the time zone of the event."))
                    for name in ("registration_opens", "registration_closes")
                ]
            ),
            FieldPanel("registration_full"),
        ],
    ),
    (_("Programme"), [FieldPanel("organisers"), FieldPanel("speakers"), FieldPanel("agenda")]),
)
