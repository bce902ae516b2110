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


class LanguageField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Locale.objects.order_by("language_code"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return language_name(obj.language_code)


class MemoryDownloadForm(forms.Form):
    """Which part of the memory to write."""

    source = LanguageField(required=False, label=_("From"), empty_label=_("all languages"))
    target = LanguageField(required=False, label=_("Into"), empty_label=_("all languages"))
