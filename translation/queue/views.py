"""The queue: what waits, in all works and languages."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.views.generic import IndexView

from hub.permissions import EDIT_ORIGINALS

from ..models import LanguageVersion, SavedView
from ..publishing import NotReady
from ..starting import take, translation_for
from .columns import QUEUE
from .filters import QueueFilterSet
from .navigation import Tab, desk_tabs
from .rows import OPEN_STATES, STATE_ORDER, fetch_for_rows, visible_to

# What an address of the queue may say and a saved view does not keep.
PASSING = ["p", "id", "next", "_w_filter_fragment"]

ORDERS: dict[str, Any] = {
    "title": F("title"),
    "language": F("locale_id"),
    "state": Case(
        *(When(state=state, then=Value(number)) for number, state in enumerate(STATE_ORDER)),
        output_field=IntegerField(),
    ),
    "words": F("words_new") + F("words_fuzzy") + F("words_repeated"),
    "translator": Lower(
        Coalesce(
            NullIf(Trim(Concat("translator__first_name", Value(" "), "translator__last_name")), Value("")),
            "translator__username",
        )
    ),
    "due": F("due"),
    "changed": F("changed_at"),
}


def works_with_translations(user: Any) -> bool:
    return user.has_perm("wagtail_localize.submit_translation") or user.has_perm(EDIT_ORIGINALS)


class DeskListing(IndexView):
    """A list of the desk, for those who translate and those who edit."""

    model = LanguageVersion
    template_name = "translation/queue/listing.html"
    results_template_name = "translation/queue/listing_results.html"
    header_icon = "wagtail-localize-language"
    paginate_by = 50
    any_permission_required = None
    show_export_buttons = False
    verbose_name = gettext_lazy("translation")
    verbose_name_plural = gettext_lazy("translations")
    table_classname = "listing desk-listing"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not works_with_translations(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[LanguageVersion]:
        return visible_to(self.request.user)

    def get_paginator(self, *args: Any, **kwargs: Any) -> Any:
        paginator = super().get_paginator(*args, **kwargs)
        # What the pages count, in place of the model's name.
        paginator.verbose_name, paginator.verbose_name_plural = self.verbose_name, self.verbose_name_plural
        return paginator

    def filter_queryset(self, queryset: Any) -> Any:
        # Something that does not exist is found nowhere, and not everywhere.
        if self.filters and not self.filters.is_valid():
            return queryset.none()
        return super().filter_queryset(queryset)

    def search_queryset(self, queryset: Any) -> Any:
        return with_words(queryset, self.search_query)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "desk_tabs": desk_tabs(self.request, self.index_url_name)}


# More would be a deeper query than SQLite reads, and no title has as many.
MOST_WORDS = 30


def with_words(queryset: QuerySet[LanguageVersion], text: str) -> QuerySet[LanguageVersion]:
    """Versions with all the words in their title, in any case that people write them in."""
    for word in text.replace("\0", "").split()[:MOST_WORDS]:
        # SQLite tells ä from Ä.
        spellings = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
        queryset = queryset.filter(reduce(or_, [Q(title__icontains=spelling) for spelling in spellings]))
    return queryset


class QueueView(DeskListing):
    page_title = gettext_lazy("Translations")
    index_url_name = "translation_desk:queue"
    index_results_url_name = "translation_desk:queue_results"
    filterset_class = QueueFilterSet
    columns = QUEUE
    default_ordering = "-changed"
    search_fields = ["title"]

    def order_queryset(self, queryset: Any) -> Any:
        return queryset.order_by(*ordered_by(self.ordering))

    def get_table(self, object_list: Any) -> Any:
        versions = list(object_list)
        fetch_for_rows(versions, self.request.user, self.filters.subjects)
        return super().get_table(versions)

    @cached_property
    def no_results_message(self) -> str:
        if self.filters and not self.filters.is_valid():
            return _("A filter in this address says something that does not exist.")
        if self.is_searching or self.is_filtering:
            return _("Nothing matches these filters.")
        return _("There is nothing to translate: published originals show up here by themselves.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        from .bulk import actions_for

        query = query_to_keep(self.request.GET)
        return {
            **super().get_context_data(**kwargs),
            "views": self._views(query),
            "query": query,
            "saves_views": bool(query),
            "bulk_actions": actions_for(self.request.user),
        }

    def _views(self, query: str) -> list[Tab]:
        user, address = self.request.user, reverse("translation_desk:queue")
        open_states = [("state", state) for state in OPEN_STATES]
        built_in: list[tuple[Any, list[tuple[str, Any]]]] = [(_("All"), [])]
        if user.has_perm("wagtail_localize.submit_translation"):
            built_in += [
                (_("To do in my languages"), [("locale", "mine"), *open_states]),
                (_("Mine"), [("translator", "me"), *open_states]),
            ]
        built_in += [
            (_("Ready to publish"), [("state", "complete")]),
            (_("Overdue"), [("due", "overdue")]),
        ]
        queries = [(name, urlencode(pairs), None) for name, pairs in built_in]
        queries += [(view.name, view.query, view.pk) for view in SavedView.objects.filter(user=user)]
        return [
            Tab(name, f"{address}?{saved}" if saved else address, saved == query, pk) for name, saved, pk in queries
        ]


def ordered_by(ordering: str) -> list[Any]:
    name = ordering.removeprefix("-")
    order = ORDERS[name]
    if ordering.startswith("-"):
        return [order.desc(nulls_last=True) if name in ("due", "translator") else order.desc(), "-pk"]
    return [order.asc(nulls_last=True) if name in ("due", "translator") else order.asc(), "pk"]


def query_to_keep(data: QueryDict) -> str:
    """Filters and order of an address, without what only passes."""
    kept = [(name, value) for name, values in data.lists() if name not in PASSING for value in values if value]
    return urlencode(kept)


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters and the order under a name; the same name again replaces what it stood for."""
    name = " ".join(request.POST.get("name", "").split())
    query = query_to_keep(QueryDict(request.POST.get("query", "")))
    back = f"{reverse('translation_desk:queue')}?{query}"
    if not name or len(name) > 80 or "\0" in name:
        messages.error(request, _("Give the view a name of at most 80 characters."))
    elif not query or len(query) > 2000:
        messages.error(request, _("Choose filters or an order first, and not too many."))
    else:
        SavedView.objects.update_or_create(user=request.user, name=name, defaults={"query": query})
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": name})
    return redirect(back)


@require_POST
def delete_view(request: HttpRequest, view_id: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=view_id, user=request.user)
    view.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return redirect("translation_desk:queue")


@require_POST
def start(request: HttpRequest, version_id: int) -> HttpResponse:
    """Begin a missing version as a draft, and open it."""
    version = get_object_or_404(visible_to(request.user).select_related("locale", "original"), pk=version_id)
    try:
        page = translation_for(version, request.user).get_target_instance()
    except NotReady as reason:
        messages.error(request, str(reason))
        return redirect("translation_desk:queue")
    take(request.user, version.work, [version.locale_id])
    return redirect("wagtailadmin_pages:edit", page.pk)
