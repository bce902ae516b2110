"""What readers searched without result, for those who may pin works to words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import DateFromToRangeFilter
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.views.reports import ReportView
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.contrib.search_promotions.views import CreateView
from wagtail.permissions import policy_registry

from hub.dates import format_day
from hub.languages import language_name

from .analysis import folded_words
from .models import UnansweredSearch
from .outbox import unreadable_works

MOST_TITLES = 10


def language_choices() -> list[tuple[str, str]]:
    return [(code, language_name(code)) for code, _name in settings.LANGUAGES]


class UnansweredFilterSet(WagtailFilterSet):
    day = DateFromToRangeFilter(label=gettext_lazy("Date"), widget=DateRangePickerWidget)
    language = django_filters.ChoiceFilter(
        label=gettext_lazy("Language"), choices=language_choices, empty_label=gettext_lazy("All")
    )

    class Meta:
        model = UnansweredSearch
        fields = ["language", "day"]


def _address(row: dict[str, Any]) -> str:
    return f"/{row['language']}/search/?{urlencode({'q': row['words']})}"


class UnansweredView(ReportView):
    model = UnansweredSearch
    page_title = gettext_lazy("Searches without result")
    template_name = "search/unanswered.html"
    header_icon = "search"
    is_searchable = True
    search_fields = ["words"]
    filterset_class = UnansweredFilterSet
    default_ordering = "-searches"
    index_url_name = "search_unanswered"
    index_results_url_name = "search_unanswered_results"
    any_permission_required = ["add", "change", "delete"]
    columns = [
        Column(
            "words",
            label=gettext_lazy("Words"),
            sort_key="words",
            accessor=lambda row: format_html('<a href="{}">{}</a>', _address(row), row["words"]),
        ),
        Column(
            "language",
            label=gettext_lazy("Language"),
            sort_key="language",
            accessor=lambda row: language_name(row["language"]),
        ),
        NumberColumn("searches", label=gettext_lazy("Times"), sort_key="searches"),
        Column("last", label=gettext_lazy("Last"), sort_key="last", accessor=lambda row: format_day(row["last"])),
        Column("pin", label=gettext_lazy("Recommended"), accessor="pin"),
    ]
    list_export = ["words", "language", "searches", "last"]
    export_headings = {
        "words": gettext_lazy("Words"),
        "language": gettext_lazy("Language"),
        "searches": gettext_lazy("Times"),
        "last": gettext_lazy("Last"),
    }

    @cached_property
    def permission_policy(self) -> Any:
        return policy_registry.get_by_type(SearchPromotion)

    def get_base_queryset(self) -> QuerySet[Any, Any]:
        return UnansweredSearch.objects.values("words", "language").annotate(searches=Sum("times"), last=Max("day"))

    def get_filterset_kwargs(self) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(), "queryset": self.get_base_queryset()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """For administrators also the works that could not be brought into the index."""
        context = super().get_context_data(**kwargs)
        if self.request.user.is_superuser and not (self.results_only or self.is_export):
            works = unreadable_works()
            links = [(reverse("wagtailadmin_pages:edit", args=[work.page]), work.title) for work in works if work.page]
            context["unreadable"] = {
                "number": len(works),
                "titles": format_html_join(", ", '<a href="{}">{}</a>', links[:MOST_TITLES]),
                "more": len(links) > MOST_TITLES,
            }
        return context

    def decorate_paginated_queryset(self, rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        """Adds the link to pin a work to the words, or to what is pinned to them."""
        if self.is_export:
            return rows
        pinned = {
            tuple(folded_words(text)): pk
            for pk, text in Query.objects.filter(editors_picks__isnull=False).values_list("pk", "query_string")
        }
        for row in rows:
            pk = pinned.get(tuple(folded_words(row["words"])))
            url = reverse("wagtailsearchpromotions:edit", args=[pk]) if pk else reverse("search_pin")
            url += "" if pk else "?" + urlencode({"words": row["words"]})
            row["pin"] = format_html('<a href="{}">{}</a>', url, _("Change") if pk else _("Recommend a page"))
        return rows


class PinView(CreateView):
    """Wagtail's form for promoted results, with the words filled in."""

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "query_string": self.request.GET.get("words", "")[:80]}
