"""Listings of pages by type, and of what is below the index pages.

Every row shows the same few facts whatever the number of rows costs: what cells need is fetched for the page at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Q, prefetch_related_objects
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import (
    BulkActionsColumn,
    PageStatusColumn,
    PageTitleColumn,
)
from wagtail.admin.views.pages.choose_parent import ChooseParentView
from wagtail.admin.views.pages.listing import ExplorableIndexView, IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet, PageViewSet
from wagtail.models import Page, PageViewRestriction

from ..dates import format_day
from ..languages import own_name
from ..listings import years_of
from ..models import ContentPage, Theme


class TitleColumn(PageTitleColumn):
    """A title that leads to the form, or to the live page for those who may not edit it."""

    cell_template_name = "hub/admin/page_title_cell.html"


class LanguageColumn(Column):
    """The language of the page and of its translations, as links, dashed where not published; and the way to more."""

    def get_cell_context_data(self, instance: Any, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        user = parent_context["request"].user
        if user.has_perm("wagtail_localize.submit_translation") and is_to_be_translated(instance):
            context["value"] += format_html(
                ' <a href="{}" class="hub-languages__more">{}</a>',
                reverse("wagtail_localize:submit_page_translation", args=[instance.pk]),
                _("Translate"),
            )
        return context

    def get_value(self, page: Any) -> str:
        versions = sorted(page.versions, key=lambda version: (version.pk != page.pk, version.locale.language_code))
        return format_html(
            '<span class="hub-languages">{}</span>',
            format_html_join(
                " ",
                '<a href="{}" title="{}"{}>{}</a>',
                (
                    (
                        reverse("wagtailadmin_pages:edit", args=[version.pk]),
                        own_name(version.locale.language_code) + ("" if version.live else f" ({_('draft')})"),
                        "" if version.live else mark_safe(' class="hub-languages__draft"'),
                        version.locale.language_code,
                    )
                    for version in versions
                ),
            ),
        )


def is_to_be_translated(page: Any) -> bool:
    """Whether a page is a published original that lacks a language of the site."""
    languages = {version.locale.language_code for version in page.versions}
    is_original = isinstance(page, ContentPage) and page.live and not page.translated_from
    return is_original and any(code not in languages for code, _name in settings.LANGUAGES)


def themes_of(page: Any) -> str:
    return ", ".join(theme.label() for theme in page.themes.all()) if isinstance(page, ContentPage) else ""


def first_published(page: Any) -> str:
    return format_day(page.first_published_at, "medium") if page.first_published_at else ""


# Columns that narrow screens do without.
ROOMY = "hub-roomy"

CHECKBOX = BulkActionsColumn("bulk_actions")
TITLE = TitleColumn("title", label=gettext_lazy("Title"), sort_key="title", classname="title")
THEMES = Column("themes", label=gettext_lazy("Themes"), accessor=themes_of, width="18%", classname=ROOMY)
LANGUAGES = LanguageColumn("languages", label=gettext_lazy("Languages"), width="12%")
PUBLISHED = Column(
    "published",
    label=gettext_lazy("Published"),
    accessor=first_published,
    sort_key="first_published_at",
    width="10%",
    classname=ROOMY,
)
UPDATED = DateColumn(
    "latest_revision_created_at",
    label=gettext_lazy("Updated"),
    sort_key="latest_revision_created_at",
    width="10%",
    classname=ROOMY,
)
STATUS = PageStatusColumn("status", label=gettext_lazy("Status"), sort_key="live", width="8%")


def fetch_for_rows(pages: list[Any]) -> None:
    """Fetches themes with labels, all language versions and restrictions, in a fixed number of queries per type."""
    restricted = tuple(PageViewRestriction.objects.values_list("page__path", flat=True))
    versions: dict[Any, list[Page]] = defaultdict(list)
    keys = {page.translation_key for page in pages}
    fields = ("translation_key", "live", "locale__language_code")
    for version in Page.objects.filter(translation_key__in=keys).select_related("locale").only(*fields):
        versions[version.translation_key].append(version)
    by_type: dict[type, list[Any]] = defaultdict(list)
    for page in pages:
        page.versions = versions[page.translation_key]
        page.is_restricted = page.path.startswith(restricted)
        if isinstance(page, ContentPage):
            by_type[type(page)].append(page)
    for same in by_type.values():
        prefetch_related_objects(same, "themes__labels")


class ContentListingMixin:
    """Columns with few queries, and a search that needs no index."""

    show_locale_labels = False
    search_query: str
    is_searching: bool
    is_explicitly_ordered: bool
    default_ordering: str | None

    def get_table(self, object_list: Iterable[Any]) -> Any:
        pages = list(object_list)
        fetch_for_rows(pages)
        return super().get_table(pages)

    def search_queryset(self, queryset: Any) -> Any:
        """Pages that have all the words in their title; in the order of the listing."""
        for word in self.search_query.split():
            spellings = {word, word.lower(), word.upper(), word.capitalize()}
            query = Q()
            for spelling in spellings:
                query |= Q(title__icontains=spelling) | Q(draft_title__icontains=spelling)
            queryset = queryset.filter(query)
        if self.is_searching and not self.is_explicitly_ordered:
            queryset = queryset.order_by(*self.default_orderings)
        return queryset

    @property
    def default_orderings(self) -> list[str]:
        return [self.default_ordering] if self.default_ordering else ["-latest_revision_created_at"]


class ContentIndexView(ContentListingMixin, IndexView):
    """All pages of one type, of all languages."""

    def get_add_url(self) -> str | None:
        """Without a filter by language, the language of a new page is asked for."""
        url = super().get_add_url()
        return url if url is None or self.request.GET.get("locale") else url.partition("?")[0]


class ChooseLanguageView(ChooseParentView):
    """Asks in which language a new page is written: its parent is the index of that language."""

    template_name = "hub/admin/choose_language.html"
    page_title = gettext_lazy("Which language do you write in?")

    def get_locale(self) -> Any:
        return super().get_locale() if self.request.GET.get("locale") else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        options = self.model._meta
        parents = self.get_valid_parent_pages(self.request.user).select_related("locale")
        languages = [
            (
                parent.locale.language_code,
                own_name(parent.locale.language_code),
                reverse("wagtailadmin_pages:add", args=[options.app_label, options.model_name, parent.pk]),
            )
            for parent in parents.order_by("locale_id", "path")
        ]
        return super().get_context_data(languages=languages, **kwargs)


# Filters


def theme_choices() -> list[tuple[str, str]]:
    return [(theme.slug, "\N{NO-BREAK SPACE}" * 3 * theme.depth + theme.label()) for theme in Theme.objects.tree()]


def year_choices(model: type[ContentPage], field: str) -> Callable[[], list[tuple[str, str]]]:
    def choices() -> list[tuple[str, str]]:
        return [(str(year), str(year)) for year in reversed(years_of(model.objects.all(), field))]

    return choices


class ContentFilterSet(WagtailFilterSet):
    """Language (by Wagtail), theme with sub-themes, and whether readers see the page."""

    theme = django_filters.ChoiceFilter(
        label=gettext_lazy("Theme"), choices=theme_choices, method="under_theme", empty_label=gettext_lazy("All")
    )
    live = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        choices=[("true", gettext_lazy("Published")), ("false", gettext_lazy("Not published"))],
        method="is_live",
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("All"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "locale" in self.filters:
            self.filters["locale"].label = _("Language")

    def under_theme(self, queryset: Any, name: str, value: str) -> Any:
        theme = Theme.objects.filter(slug=value).first()
        return queryset.under(theme) if theme else queryset.none()

    def is_live(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(live=value == "true")


def year_filter(model: type[ContentPage], field: str) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(
        label=gettext_lazy("Year"),
        field_name=field,
        lookup_expr="year",
        choices=year_choices(model, field),
        empty_label=gettext_lazy("All"),
    )


# Viewsets


class ContentListingViewSet(PageListingViewSet):
    """The menu entry of a type of content."""

    index_view_class = ContentIndexView
    choose_parent_view_class = ChooseLanguageView
    add_to_admin_menu = True
    list_per_page = 50
    ordering = "-latest_revision_created_at"


class ContentExplorerView(ContentListingMixin, ExplorableIndexView):
    """The pages below an index page. They have no pages below them, so no column leads there."""

    @property
    def explorable_columns(self) -> list[Any]:
        return self.columns


def explorer_of(listing: ContentListingViewSet) -> PageViewSet:
    """The explorer's view of what is below an index page, with the columns and filters of the listing of its type."""
    viewset = type(f"{listing.model.__name__}ViewSet", (PageViewSet,), {"columns": listing.columns})
    return viewset(
        model=listing.model,
        index_view_class=ContentExplorerView,
        filterset_class=listing.filterset_class,
        ordering=listing.ordering,
        list_per_page=listing.list_per_page,
    )
