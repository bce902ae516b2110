"""Listings of concepts: columns, search and filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import django_filters
from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views import snippets as views

from .. import references
from ..languages import country_choices, own_name
from ..models import Concept, Organisation, Person, Place, Theme


class UsesColumn(Column):
    """How many pages, documents and other concepts use this one, with a link to the list of them."""

    cell_template_name = "hub/admin/uses_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        viewset = instance.snippet_viewset
        if viewset.permission_policy.user_has_permission(context["request"].user, "change"):
            context["url"] = reverse(viewset.get_url_name("usage"), args=[instance.pk])
        context["label"] = ngettext("%(count)d use", "%(count)d uses", instance.uses) % {"count": instance.uses}
        return context


USES = UsesColumn("uses", label=gettext_lazy("Used"), width="10%")


def languages_of(theme: Theme) -> str:
    """The languages of the network, those in which the theme has no label marked."""
    labels = {label.language: label.label for label in theme.labels.all()}
    return format_html(
        '<span class="hub-languages">{}</span>',
        format_html_join(
            " ",
            '<span{} title="{}">{}</span>',
            (
                ("", f"{own_name(code)}: {labels[code]}", code)
                if code in labels
                else (
                    mark_safe(' class="hub-languages__missing"'),
                    _("No label in %(language)s") % {"language": own_name(code)},
                    code,
                )
                for code, _name in settings.LANGUAGES
            ),
        ),
    )


def with_names(queryset: Any) -> Any:
    """Fetches what the names of concepts are made of."""
    if queryset.model is Theme:
        return queryset.prefetch_related("labels")
    if queryset.model is Place:
        return queryset.prefetch_related("names")
    return queryset.select_related("organisation") if queryset.model is Person else queryset


class ConceptIndexView(views.IndexView):
    """A listing that is searched in all languages and shows how often each concept is used."""

    is_searchable = True

    def search_queryset(self, queryset: Any) -> Any:
        return queryset.matching(self.search_query) if self.is_searching else queryset

    def get_table(self, object_list: Any) -> Any:
        concepts = list(object_list)
        found = references.holders(self.model, [concept.pk for concept in concepts])
        for concept in concepts:
            concept.uses = len(found[concept.pk])
        return super().get_table(concepts)

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        buttons: list[Any] = super().get_list_more_buttons(instance)
        if self.user_has_permission("change"):
            usage = reverse(self.model.snippet_viewset.get_url_name("usage"), args=[instance.pk])
            buttons.append(MenuItem(_("Where it is used"), url=usage, icon_name="link", priority=15))
        if self.user_has_permission("delete"):
            merge = reverse(self.model.snippet_viewset.get_url_name("merge"), args=[instance.pk])
            buttons.append(MenuItem(_("Merge"), url=merge, icon_name="resubmit", priority=25))
        return buttons


class ThemeIndexView(ConceptIndexView):
    """The tree of themes; what a search or a filter finds comes in the same order."""

    def order_queryset(self, queryset: Any) -> Any:
        return queryset.order_by("sort_order", "slug")

    def get_queryset(self) -> list[Theme]:
        found = set(super().get_queryset().values_list("pk", flat=True))
        return [theme for theme in Theme.objects.tree() if theme.pk in found]

    def _get_title_column(self, field_name: str, **kwargs: Any) -> Any:
        column = super()._get_title_column(field_name, **kwargs)
        column.cell_template_name = "hub/admin/theme_cell.html"
        return column


class UsedFilter(django_filters.ChoiceFilter):
    def __init__(self, **kwargs: Any) -> None:
        choices = [("yes", gettext_lazy("In use")), ("no", gettext_lazy("Not in use"))]
        super().__init__(label=gettext_lazy("Use"), choices=choices, widget=forms.RadioSelect, **kwargs)

    def filter(self, queryset: Any, value: str) -> Any:
        if not value:
            return queryset
        found = references.holders(queryset.model, queryset.order_by().values_list("pk", flat=True))
        return queryset.filter(pk__in=[pk for pk, holders in found.items() if bool(holders) == (value == "yes")])


class ConceptFilterSet(WagtailFilterSet):
    used = UsedFilter(empty_label=gettext_lazy("All"))


class ThemeFilterSet(ConceptFilterSet):
    missing = django_filters.ChoiceFilter(
        label=gettext_lazy("Without a label in"),
        choices=lambda: [(code, own_name(code)) for code, _name in settings.LANGUAGES],
        method="without_label",
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = Theme
        fields: ClassVar[list[str]] = []

    def without_label(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.exclude(labels__language=value)


def _countries(model: type[Concept]) -> Callable[[], list[tuple[str, str]]]:
    def choices() -> list[tuple[str, str]]:
        present = set(model.objects.order_by().values_list("country", flat=True).distinct())
        return [choice for choice in country_choices() if choice[0] in present]

    return choices


class PlaceFilterSet(ConceptFilterSet):
    country = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Country"), choices=_countries(Place), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Place
        fields: ClassVar[list[str]] = ["kind", "country"]


class OrganisationFilterSet(ConceptFilterSet):
    country = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Country"), choices=_countries(Organisation), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Organisation
        fields: ClassVar[list[str]] = ["country"]


class PersonFilterSet(ConceptFilterSet):
    organisation = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Organisation"),
        queryset=lambda request: Organisation.objects.filter(people__isnull=False).distinct(),
    )

    class Meta:
        model = Person
        fields: ClassVar[list[str]] = ["organisation"]
