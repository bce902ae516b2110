"""The vocabulary: themes, places, organisations and people."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views import snippets as views
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from ..languages import country_name
from ..models import Organisation, Person, Place, Theme
from . import forms as hub_forms
from .choosers import ConceptChooserViewSet, ThemeChooserViewSet
from .concept_listings import (
    USES,
    ConceptIndexView,
    OrganisationFilterSet,
    PersonFilterSet,
    PlaceFilterSet,
    ThemeFilterSet,
    ThemeIndexView,
    languages_of,
    with_names,
)
from .merge import MergeView
from .uses import ConceptDeleteView, ConceptUsageView


class ConceptEditView(views.EditView):
    """The editing form, with the way to a merge among its actions."""

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        buttons = list(super().header_more_buttons)
        if self.user_has_permission("delete"):
            url = reverse(self.model.snippet_viewset.get_url_name("merge"), args=[self.object.pk])
            buttons.append(Button(_("Merge with another"), url=url, icon_name="resubmit", priority=90))
        return buttons


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
