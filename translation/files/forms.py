from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from hub.languages import language_name


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("XLIFF or PO, or a ZIP of such files. Before anything changes you see what will."),
    )
    machine = forms.BooleanField(
        label=_("A machine has translated them"),
        required=False,
        help_text=_("Texts are marked so, until somebody has read them."),
    )


class TableForm(forms.Form):
    """A file of the memory or the glossary."""

    file = forms.FileField(label=_("File"))


class MemoryDownloadForm(forms.Form):
    """Which part of the memory to write."""

    source = forms.ModelChoiceField(Locale.objects.none(), required=False, label=_("From"))
    target = forms.ModelChoiceField(Locale.objects.none(), required=False, label=_("Into"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "target"):
            field: Any = self.fields[name]
            field.queryset = Locale.objects.order_by("language_code")
            field.empty_label = _("all languages")
            field.label_from_instance = lambda locale: language_name(locale.language_code)
