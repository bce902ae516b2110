"""Forms of the vocabulary."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm

from ..languages import own_name
from ..matching import plain
from ..models import Organisation, Person, Place, Theme
from ..models.concepts import Concept


def free_slug(name: str, model: type[Concept], max_length: int = 80) -> str:
    """An address made of a name that no other concept of this kind has."""
    base = slugify(plain(name))[: max_length - 5] or model._meta.model_name or "concept"
    taken = set(model.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


class ConceptForm(WagtailAdminModelForm):
    """An address left empty is made from the name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def name(self) -> str:
        return self.instance.label("en")

    def save(self, commit: bool = True) -> Any:
        if not self.instance.slug:
            self.instance.slug = free_slug(self.name(), type(self.instance))
        return super().save(commit)


class ByLanguageForm(ConceptForm):
    """A concept whose names are rows by language."""

    rows: str

    def is_valid(self) -> bool:
        valid: bool = super().is_valid()
        seen: set[str] = set()
        for form in self.rows_kept():
            language = form["language"].value()
            if language and language in seen:
                # In place of the sentence about the whole row that comes from the constraint.
                form.errors.pop(NON_FIELD_ERRORS, None)
                form.add_error("language", _("There is already an entry in %(name)s.") % {"name": own_name(language)})
                valid = False
            seen.add(language)
        return valid

    def rows_kept(self) -> list[Any]:
        formset = self.formsets.get(self.rows)
        if formset is None or not formset.is_bound:
            return []
        return [form for form in formset.forms if form not in formset.deleted_forms]


class ThemeForm(ByLanguageForm):
    rows = "labels"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.rows in self.formsets:
            self.formsets[self.rows].error_messages["too_few_forms"] = _(
                "A theme needs a label in one language at least."
            )

    def name(self) -> str:
        return next(filter(None, (form.cleaned_data.get("label") for form in self.rows_kept())), "")


class PlaceForm(ByLanguageForm):
    rows = "names"


class CreateConceptForm(forms.ModelForm):
    """The short form in a chooser: the address is made from the name."""

    def save(self, commit: bool = True) -> Any:
        self.instance.slug = free_slug(self.instance.label("en"), type(self.instance))
        return super().save(commit)


class CreatePlaceForm(CreateConceptForm):
    class Meta:
        model = Place
        fields = ["kind", "country", "name"]


class CreateOrganisationForm(CreateConceptForm):
    class Meta:
        model = Organisation
        fields = ["name", "acronym", "website", "country"]


class CreatePersonForm(CreateConceptForm):
    class Meta:
        model = Person
        fields = ["name", "role", "organisation"]
        widgets = {"organisation": forms.Select}


class ConceptSearchForm(BaseFilterForm):
    """Searches a chooser in names of any language."""

    q = forms.CharField(
        label=gettext_lazy("Search term"),
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("A name in any language")}),
        required=False,
    )

    def filter(self, objects: Any) -> Any:
        objects = super().filter(objects)
        if words := self.cleaned_data.get("q"):
            objects = objects.matching(words)
            self.is_searching, self.search_query = True, words
        return objects


class MergeForm(forms.Form):
    """Which concept takes the place of another one."""

    target = forms.ModelChoiceField(
        Theme.objects.none(),
        label=gettext_lazy("Goes on as"),
        error_messages={"invalid_choice": gettext_lazy("Choose another one of the same kind.")},
    )

    def __init__(self, *args: Any, source: Concept, widget: forms.Widget | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from .fields import ThemeField

        queryset = type(source).objects.exclude(pk=source.pk)
        if isinstance(source, Place):
            queryset = queryset.filter(kind=source.kind)
        field: Any = self.fields["target"]
        if isinstance(source, Theme):
            self.fields["target"] = ThemeField(queryset, label=field.label, error_messages=field.error_messages)
        else:
            field.widget = widget
            field.queryset = queryset
