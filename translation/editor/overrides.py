"""What a language may have of its own beside texts: pictures, documents, videos, link targets, its address."""

from __future__ import annotations

import json
import re
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext as _
from wagtail.admin.forms.models import registry
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.models import OverridableSegment, SegmentOverride, Translation
from wagtail_localize.segments.ingest import unquote_path_component

from ..places import Places

# The address a rich text links to is the last part of its path, quoted because it has points in it.
LINK = re.compile(r"\.('.*')$", re.DOTALL)


class OverridesForm(forms.Form):
    """A field for everything that may differ in the language. An empty one follows the original."""

    def __init__(self, translation: Translation, data: Any = None) -> None:
        super().__init__(data)
        self.translation = translation
        self.known: dict[str, Any] = {}
        locale = translation.target_locale
        rows = OverridableSegment.objects.filter(source=translation.source).select_related("context")
        self.segments = {f"override-{row.pk}": row for row in rows.order_by("order", "pk")}
        own = SegmentOverride.objects.filter(
            locale=locale, context__in=[row.context_id for row in self.segments.values()]
        )
        self.own = {row.context_id: row for row in own}
        places = Places(translation.source, {})
        for name, row in list(self.segments.items()):
            field = _field(places, row)
            if field is None:
                del self.segments[name]
                continue
            if override := self.own.get(row.context_id):
                field.initial = override.data
                if override.has_error:
                    field.help_text = override.get_error() or field.help_text
            self.fields[name] = field

    @property
    def seen(self) -> str:
        """What is set now: sent along with the form, to tell what was changed in it from what was only shown.

        A form that comes back knows of what others have set meanwhile only where it says so.
        """
        values = {name: self._set(row) for name, row in self.segments.items()}
        return json.dumps(values | self.known, cls=DjangoJSONEncoder)

    def clean(self) -> dict[str, Any]:
        """Leave what was not changed out of the data, and refuse to write over what somebody else has set since."""
        cleaned = super().clean() or {}
        try:
            seen = dict(json.loads(self.data.get("seen", "")))
        except (ValueError, TypeError, RecursionError):
            raise ValidationError(_("This is not what the editor sends.")) from None
        self.known = dict(seen)
        for name, row in self.segments.items():
            if name not in cleaned:
                continue
            value = cleaned[name].pk if isinstance(cleaned[name], models.Model) else cleaned[name]
            cleaned[name] = value = "" if value is None else value
            if value == seen.get(name, ""):
                del cleaned[name]
            elif seen.get(name, "") != self._set(row):
                self.add_error(name, _("Somebody else has set this meanwhile: %(value)s") % {"value": self._set(row)})
                self.known[name] = self._set(row)
        return cleaned

    def _set(self, row: OverridableSegment) -> Any:
        own = self.own.get(row.context_id)
        return own.data if own else ""

    def save(self, user: Any) -> None:
        """Write what was filled in, and take away what was emptied. Call only if the form is valid."""
        for name, row in self.segments.items():
            if name not in self.cleaned_data:
                continue
            value = self.cleaned_data[name]
            if value in ("", row.data):
                SegmentOverride.objects.filter(locale=self.translation.target_locale, context=row.context).delete()
                continue
            SegmentOverride.objects.update_or_create(
                locale=self.translation.target_locale,
                context=row.context,
                defaults={
                    "data_json": json.dumps(value, cls=DjangoJSONEncoder),
                    "last_translated_by": user,
                    "has_error": False,
                    "field_error": "",
                },
            )


class LinkTarget(forms.CharField):
    """A web or mail address, or a place within the hub that begins with a slash."""

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        if not value or (value.startswith("/") and not value.startswith("//")):
            return value
        if value.startswith("mailto:"):
            forms.EmailField().clean(value.removeprefix("mailto:"))
            return value
        return forms.URLField(assume_scheme="https").clean(value)


def _field(places: Places, row: OverridableSegment) -> forms.Field | None:
    """A form field for one value, None for what is better not set by hand."""
    path = row.context.path
    if link := LINK.search(path):
        place = places.of(path[: link.start()], 0)
        field: forms.Field = LinkTarget(max_length=2000)
        return _named(field, place.name, _("leads to %(address)s") % {"address": unquote_path_component(link[1])})
    place = places.of(path, 0)
    block = places.block_at(path)
    if block is not None:
        form_field = getattr(block, "field", None)
        return _named(copy(form_field), place.name, _shown(row, form_field)) if form_field else None
    try:
        model_field = places.instance._meta.get_field(path)
    except (AttributeError, FieldDoesNotExist):
        return None
    if isinstance(model_field, StreamField) or model_field.many_to_many:
        return None
    form_field = model_field.formfield(**_options(model_field))
    return _named(form_field, place.name, _shown(row, form_field)) if form_field else None


def _options(model_field: Any) -> dict[str, Any]:
    """How Wagtail's own forms show the field: with its choosers."""
    if isinstance(model_field, models.ForeignKey):
        return registry.foreign_key_lookup(model_field) or {}
    return {}


def _named(field: forms.Field, label: str, original: str) -> forms.Field:
    field.required = False
    field.label = label
    field.help_text = _("Original: %(value)s") % {"value": original} if original else ""
    return field


def _shown(row: OverridableSegment, field: Any) -> str:
    """What the original has, in words."""
    queryset = getattr(field, "queryset", None)
    if queryset is None:
        return str(row.data)
    try:
        found = queryset.model._default_manager.filter(pk=row.data).first()
    except (ValueError, TypeError, ValidationError):
        found = None
    return (found.get_admin_display_title() if isinstance(found, Page) else str(found)) if found else ""
