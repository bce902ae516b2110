"""Form fields and widgets by which editors choose concepts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import models
from django.forms.models import ModelChoiceIterator
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.telepath import JSContext
from wagtail.snippets.widgets import AdminSnippetChooser

from ..matching import plain

MEDIA = forms.Media(css={"all": ["hub/admin/concepts.css"]}, js=["hub/admin/concepts.js"])


class ProjectTemplateMixin:
    """Renders a widget with the project's templates, where Django would only look into those of the apps."""

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        return mark_safe(render_to_string(template_name, context))


class ThemeIterator(ModelChoiceIterator):
    """All themes that the field allows, in the order of the tree. Three queries."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        allowed = set(self.queryset.values_list("pk", flat=True))
        for theme in self.queryset.model.objects.tree():
            if theme.pk in allowed:
                yield self.choice(theme)


class ThemeTree(ProjectTemplateMixin, forms.CheckboxSelectMultiple):
    """Check boxes indented as the themes are, with a field that narrows them by a label in any language."""

    template_name = "hub/admin/widgets/theme_tree.html"

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)
        theme = value.instance
        names = [word for row in theme.labels.all() for word in (row.label, *row.alternatives)]
        option.update(depth=theme.depth, parent=theme.parent_id, words=plain(" ".join(names)))
        return option

    @property
    def media(self) -> forms.Media:
        return MEDIA


class ThemesField(forms.ModelMultipleChoiceField):
    widget = ThemeTree
    iterator = ThemeIterator


class ThemeField(forms.ModelChoiceField):
    """One theme, from a list that is indented as the tree is."""

    iterator = ThemeIterator

    def label_from_instance(self, theme: Any) -> str:
        return "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}" * theme.depth + theme.label()


class ConceptPicker(ProjectTemplateMixin, forms.SelectMultiple):
    """The chosen concepts in a list, and a button for Wagtail's chooser, where several can be ticked."""

    template_name = "hub/admin/widgets/concept_picker.html"

    model: Any

    def __init__(self, model: type[models.Model], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model = model

    def __deepcopy__(self, memo: Any) -> ConceptPicker:
        copied: ConceptPicker = super().__deepcopy__(memo)
        copied.__dict__.pop("_chooser", None)
        return copied

    @cached_property
    def _chooser(self) -> tuple[JSContext, Any]:
        context = JSContext()
        return context, context.pack(AdminSnippetChooser(model=self.model))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        # Not the parent's: it would list every concept there is as an option.
        pks = [str(getattr(pk, "pk", pk)) for pk in value or []]
        known = {str(concept.pk): concept for concept in self.model.objects.filter(pk__in=[*filter(str.isdigit, pks)])}
        chosen = [{"pk": pk, "label": known[pk].label()} for pk in dict.fromkeys(pks) if pk in known]
        return {
            "widget": {"name": name, "attrs": self.build_attrs(self.attrs, attrs)},
            "chosen": chosen,
            "chooser": json.dumps(self._chooser[1]),
            "model": self.model._meta,
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return ""

    @property
    def media(self) -> forms.Media:
        return MEDIA + self._chooser[0].media + forms.Media(js=[versioned_static("wagtailadmin/js/chooser-modal.js")])


def concepts_field(model: type[models.Model], **kwargs: Any) -> forms.ModelMultipleChoiceField:
    """The form field for several concepts of a kind."""
    from ..models import Theme

    if model is Theme:
        kwargs.pop("widget", None)
        return ThemesField(**kwargs)
    return forms.ModelMultipleChoiceField(**{"widget": ConceptPicker(model), **kwargs})
