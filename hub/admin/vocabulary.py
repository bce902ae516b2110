"""The vocabulary: themes, places, organisations and people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import django_filters
from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.models import ReferenceIndex
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.views import chooser as snippet_choosers
from wagtail.snippets.views import snippets as views
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from .. import references
from ..languages import country_choices, country_name, own_name
from ..models import CONCEPTS, Concept, Organisation, Person, Place, Theme
from . import forms as hub_forms
from .merge import MergeView


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


class ConceptUsageView(views.UsageView):
    """Where a concept is used now, even if the reference index lags behind."""

    def get_queryset(self) -> Any:
        references.catch_up(self.object)
        return super().get_queryset()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(*args, **kwargs) | {"drafts": uses_in_drafts(self.object, self.request.user)}


def uses_of(concept: Concept, user: Any, limit: int = 20) -> list[dict[str, Any]]:
    """The first uses of a concept: name, kind and, if the user may edit it, address. `catch_up` comes first."""
    groups = ReferenceIndex.get_grouped_references_to(concept)
    finder = AdminURLFinder(user)
    rows: list[dict[str, Any]] = []
    for holder, entries in groups:
        if len(rows) == limit:
            break
        rows.append({"name": str(holder), "kind": entries[0].model_name, "url": finder.get_edit_url(holder)})
    return rows


def uses_in_drafts(concept: Concept, user: Any) -> list[dict[str, Any]]:
    finder = AdminURLFinder(user)
    return [
        {"name": str(holder), "kind": holder._meta.verbose_name, "url": finder.get_edit_url(holder)}
        for holder in references.drafts_naming(concept)
    ]


class ConceptDeleteView(views.DeleteView):
    """Deletes a concept that nothing uses; of others it shows where they are used."""

    def get_usage(self) -> Any:
        references.catch_up(self.object)
        self.drafts = uses_in_drafts(self.object, self.request.user)
        return super().get_usage()

    @property
    def is_used(self) -> bool:
        return bool(self.usage.count() or self.drafts)

    def form_valid(self, form: Any) -> HttpResponse:
        if self.is_used:
            return self.render_to_response(self.get_context_data(form=form), status=409)
        response: HttpResponse = super().form_valid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "is_protected": self.is_used,
            "uses": uses_of(self.object, self.request.user),
            "drafts": self.drafts,
            "merge_url": reverse(self.object.snippet_viewset.get_url_name("merge"), args=[self.object.pk]),
        }


class DeleteConcepts(DeleteBulkAction):
    """Deletes several concepts; those in use are shown with their uses, and then none is deleted."""

    models = CONCEPTS
    template_name = "hub/admin/delete_concepts.html"

    def annotate_items(self, items: Any) -> Any:
        for concept in items:
            references.catch_up(concept)
        items = super().annotate_items(items)
        for concept in items:
            concept.draft_uses = uses_in_drafts(concept, self.request.user)
            concept.is_used = bool(concept._usage_references.count() or concept.draft_uses)
        self.is_protected = any(concept.is_used for concept in items)
        return items

    def object_context(self, concept: Any) -> dict[str, Any]:
        return super().object_context(concept) | {
            "uses": uses_of(concept, self.request.user, limit=5),
            "drafts": concept.draft_uses,
            "is_protected": concept.is_used,
        }

    def prepare_action(self, objects: Any, objects_without_access: Any) -> None:
        if self.is_protected:
            raise PermissionDenied

    @classmethod
    def execute_action(cls, objects: Any, user: Any = None, **kwargs: Any) -> tuple[int, int]:
        for concept in objects:
            concept.delete()
        return len(objects), 0


class ConceptEditView(views.EditView):
    """The editing form, with the way to a merge among its actions."""

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        buttons = list(super().header_more_buttons)
        if self.user_has_permission("delete"):
            url = reverse(self.model.snippet_viewset.get_url_name("merge"), args=[self.object.pk])
            buttons.append(Button(_("Merge with another"), url=url, icon_name="resubmit", priority=90))
        return buttons


# Choosers


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


def with_names(queryset: Any) -> Any:
    """Fetches what the names of concepts are made of."""
    if queryset.model is Theme:
        return queryset.prefetch_related("labels")
    if queryset.model is Place:
        return queryset.prefetch_related("names")
    return queryset.select_related("organisation") if queryset.model is Person else queryset


# Listings


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


USES = UsesColumn("uses", label=gettext_lazy("Used"), width="10%")


class ConceptViewSet(SnippetViewSet):
    index_view_class = ConceptIndexView
    edit_view_class = ConceptEditView
    usage_view_class = ConceptUsageView
    delete_view_class = ConceptDeleteView
    delete_template_name = "hub/admin/delete_concept.html"
    chooser_viewset_class = ConceptChooserViewSet
    copy_view_enabled = False
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> Any:
        return with_names(self.model.objects.all())

    def get_usage_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_usage_view_kwargs(**kwargs) | {"template_name": "hub/admin/usage.html"}

    def get_urlpatterns(self) -> list[Any]:
        merge = self.construct_view(MergeView)
        return [*super().get_urlpatterns(), path("merge/<int:pk>/", merge, name="merge")]


class ThemeViewSet(ConceptViewSet):
    model = Theme
    icon = "tag"
    index_view_class = ThemeIndexView
    chooser_viewset_class = ThemeChooserViewSet
    filterset_class = ThemeFilterSet
    # The whole tree on one page: a network has some dozens of themes.
    list_per_page = 500
    list_display = ["__str__", Column("labels", label=gettext_lazy("Labels"), accessor=languages_of), USES]
    edit_handler = ObjectList(
        [
            FieldPanel("parent"),
            InlinePanel(
                "labels",
                heading=gettext_lazy("Labels"),
                label=gettext_lazy("Language"),
                min_num=1,
                help_text=gettext_lazy(
                    "One for each language of the network. Where one is missing, readers see another language."
                ),
                panels=[
                    FieldRowPanel([FieldPanel("language"), FieldPanel("label")]),
                    FieldPanel("alternative_labels"),
                    FieldPanel("description"),
                ],
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("slug"), FieldPanel("sort_order")]), FieldPanel("uri")],
                heading=gettext_lazy("Address and position"),
            ),
        ],
        base_form_class=hub_forms.ThemeForm,
    )


class PlaceViewSet(ConceptViewSet):
    model = Place
    icon = "globe"
    filterset_class = PlaceFilterSet
    list_display = [
        "__str__",
        Column("country", label=gettext_lazy("Country"), accessor="country_label", sort_key="country"),
        Column("kind", label=gettext_lazy("Kind"), accessor="get_kind_display", sort_key="kind"),
        USES,
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("kind"), FieldPanel("country")]),
            FieldPanel("name"),
            InlinePanel(
                "names",
                heading=gettext_lazy("Names in other languages"),
                label=gettext_lazy("Name"),
                help_text=gettext_lazy("Only where they differ: Cologne in English, Kolonia in Polish."),
                panels=[FieldRowPanel([FieldPanel("language"), FieldPanel("name")])],
            ),
            FieldRowPanel(
                [FieldPanel("latitude"), FieldPanel("longitude")], heading=gettext_lazy("Position on the map")
            ),
            FieldPanel("slug"),
        ],
        base_form_class=hub_forms.PlaceForm,
    )


class OrganisationViewSet(ConceptViewSet):
    model = Organisation
    icon = "group"
    filterset_class = OrganisationFilterSet
    list_display = [
        "name",
        Column("acronym", label=gettext_lazy("Acronym"), sort_key="acronym"),
        Column(
            "country",
            label=gettext_lazy("Country"),
            accessor=lambda organisation: country_name(organisation.country),
            sort_key="country",
        ),
        USES,
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("acronym")]),
            FieldRowPanel([FieldPanel("website"), FieldPanel("country")]),
            FieldPanel("logo"),
            FieldPanel("slug"),
        ],
        base_form_class=hub_forms.ConceptForm,
    )


class PersonViewSet(ConceptViewSet):
    model = Person
    icon = "user"
    filterset_class = PersonFilterSet
    list_display = [
        "name",
        Column("role", label=gettext_lazy("Role")),
        Column("organisation", label=gettext_lazy("Organisation"), sort_key="organisation__name"),
        USES,
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("role"), FieldPanel("organisation")]),
            FieldPanel("biography"),
            FieldRowPanel([FieldPanel("photo"), FieldPanel("email")]),
            FieldPanel("user"),
            FieldPanel("slug"),
        ],
        base_form_class=hub_forms.ConceptForm,
    )


class VocabularyGroup(SnippetViewSetGroup):
    items = (ThemeViewSet, PlaceViewSet, OrganisationViewSet, PersonViewSet)
    menu_label = gettext_lazy("Vocabulary")
    menu_name = "vocabulary"
    menu_icon = "list-ul"
    menu_order = 250
