"""Choosers of concepts in forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views import chooser as snippet_choosers

from ..languages import country_name
from ..models import Concept, Organisation, Person, Place
from . import forms as hub_forms
from .concept_listings import with_names


class ConceptChooseMixin:
    model_class: Any
    filter_form_class = hub_forms.ConceptSearchForm
    per_page = 25

    def get_object_list(self) -> Any:
        return with_names(self.model_class.objects.all())

    @property
    def columns(self) -> list[Column]:
        kind = CHOOSER_COLUMNS.get(self.model_class, [])
        return [*super().columns, *(Column(name, label=label, accessor=get) for name, label, get in kind)]


class ConceptChooseView(ConceptChooseMixin, snippet_choosers.ChooseView):
    pass


class ConceptChooseResultsView(ConceptChooseMixin, snippet_choosers.ChooseResultsView):
    pass


CHOOSER_COLUMNS: dict[type[Concept], list[tuple[str, Any, Callable[[Any], str]]]] = {
    Place: [("country", gettext_lazy("Country"), lambda place: place.country_label())],
    Organisation: [
        ("acronym", gettext_lazy("Acronym"), lambda organisation: organisation.acronym),
        ("country", gettext_lazy("Country"), lambda organisation: country_name(organisation.country)),
    ],
    Person: [
        ("role", gettext_lazy("Role"), lambda person: person.role),
        ("organisation", gettext_lazy("Organisation"), lambda person: person.organisation or ""),
    ],
}


class ConceptChooserViewSet(snippet_choosers.SnippetChooserViewSet):
    choose_view_class = ConceptChooseView
    choose_results_view_class = ConceptChooseResultsView
    create_action_label = gettext_lazy("Add")
    creation_tab_label = gettext_lazy("Add a new one")

    @property
    def _creation_form_class(self) -> Any:
        return {
            Place: hub_forms.CreatePlaceForm,
            Organisation: hub_forms.CreateOrganisationForm,
            Person: hub_forms.CreatePersonForm,
        }.get(self.model)


class ThemeChooserViewSet(ConceptChooserViewSet):
    # Forms show the tree instead, see hub.admin.fields.ThemeField.
    register_widget = False
