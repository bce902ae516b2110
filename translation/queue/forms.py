"""What is asked before something is done with many versions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.widgets import AdminDateInput
from wagtail.models import Locale

from hub.languages import language_name
from hub.permissions import EDIT_ORIGINALS

from ..people import locales_of, translators


class DueField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=gettext_lazy("Due"), required=False, widget=AdminDateInput, **kwargs)

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later one."))
        return day


class RequestForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("What for"), max_length=255, help_text=gettext_lazy("Translators see it in their mail.")
    )
    message = forms.CharField(
        label=gettext_lazy("Message"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What translators should know: whom it is for, what must stay as it is."),
    )
    due = DueField()

    def options(self) -> dict[str, Any]:
        return self.cleaned_data


class AskForm(RequestForm):
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), widget=forms.CheckboxSelectMultiple, choices=[]
    )
    below = forms.BooleanField(label=gettext_lazy("With all pages below"), required=False)

    field_order = ["languages", "below", "title", "message", "due"]

    def __init__(self, *args: Any, locales: list[Locale], has_children: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].choices = [  # type: ignore[attr-defined]
            (locale.language_code, language_name(locale.language_code)) for locale in locales
        ]
        if not has_children:
            del self.fields["below"]


class AssignForm(forms.Form):
    """Offers those who translate into any of the languages."""

    translator = forms.ChoiceField(label=gettext_lazy("Who gets it"), choices=[])
    due = DueField(help_text=gettext_lazy("Leave empty to keep the dates as they are."))

    def __init__(self, *args: Any, user: Any, locales: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(user.pk), _("I"))] if locales_of(user) & locales else []
        choices.append(("", _("Nobody")))
        if user.has_perm(EDIT_ORIGINALS):
            others = [other for other in translators(administrators=True) if other != user]
            people = [(str(other.pk), get_user_display_name(other)) for other in others if locales_of(other) & locales]
            choices += sorted(people, key=lambda person: person[1].casefold())
        self.fields["translator"].choices = choices  # type: ignore[attr-defined]
        self.fields["translator"].required = False

    def options(self) -> dict[str, Any]:
        chosen, due = self.cleaned_data["translator"], self.cleaned_data["due"]
        return {"translator": int(chosen) if chosen else None, "due": due.isoformat() if due else ""}


class ExportForm(forms.Form):
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=[], widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from ..files import FORMATS

        super().__init__(*args, **kwargs)
        choices = list(FORMATS.items()) if hasattr(FORMATS, "items") else list(FORMATS)
        self.fields["format"].choices = choices  # type: ignore[attr-defined]
        self.fields["format"].initial = choices[0][0]

    def options(self) -> dict[str, Any]:
        return {"format": self.cleaned_data["format"]}


class PlainForm(forms.Form):
    """Asks nothing but whether it is meant."""

    def options(self) -> dict[str, Any]:
        return {}
