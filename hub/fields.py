"""Model fields that several types of content share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .languages import spoken_language_choices


class LanguageCodesField(models.JSONField):
    """Languages that somebody speaks, as a list of BCP 47 codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=spoken_language_choices,
            widget=forms.CheckboxSelectMultiple,
            required=not self.blank,
            label=capfirst(str(self.verbose_name)),
            help_text=kwargs.get("help_text", self.help_text),
        )

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        known = {code for code, _name in spoken_language_choices()}
        unknown = [code for code in value or [] if code not in known]
        if unknown:
            raise forms.ValidationError(_("“%(code)s” is not a known language.") % {"code": unknown[0]})
