"""Works by languages, and how much of the network is in which language."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Locale

from hub.languages import language_name

from ..models import LanguageVersion, State
from ..people import may_work_in
from .columns import Cell, MatrixCell
from .filters import MatrixFilterSet
from .navigation import desk_tabs
from .rows import Subjects, kinds, visible_to
from .views import DeskListing, works_with_translations

# Seconds for which the coverage of the whole network may be as it was.
FRESH = 60


def site_locales() -> list[Locale]:
    """The languages of the network in its own order."""
    found = {locale.language_code: locale for locale in Locale.objects.all()}
    return [found[code] for code, _name in settings.LANGUAGES if code in found]


class MatrixView(DeskListing):
    """A row for each work. It is found by one of its versions: that in the first language, or in the second if the
    work is written in the first."""

    page_title = gettext_lazy("Matrix")
    verbose_name = gettext_lazy("work")
    verbose_name_plural = gettext_lazy("works")
    index_url_name = "translation_desk:matrix"
    index_results_url_name = "translation_desk:matrix_results"
    template_name = "translation/queue/matrix.html"
    results_template_name = "translation/queue/matrix_results.html"
    filterset_class = MatrixFilterSet
    table_classname = "listing desk-listing desk-matrix"
    default_ordering = "-changed_at"
    search_fields = ["title"]

    @cached_property
    def locales(self) -> list[Locale]:
        return site_locales()

    @cached_property
    def columns(self) -> list[Any]:
        return [
            Cell("title", "work", label=_("Title"), sort_key="title", classname="title"),
            *(
                MatrixCell(
                    f"in_{locale.language_code}",
                    locale.pk,
                    label=locale.language_code.upper(),
                    classname="desk-matrix__cell",
                )
                for locale in self.locales
            ),
        ]

    def get_valid_orderings(self) -> list[str]:
        return ["title", "-title", "changed_at", "-changed_at"]

    def get_base_queryset(self) -> QuerySet[LanguageVersion]:
        first, *others = [locale.pk for locale in self.locales]
        one = Q(locale=first)
        if others:
            one |= Q(source_locale=first, locale=others[0])
        return super().get_base_queryset().filter(one)

    def order_queryset(self, queryset: Any) -> Any:
        return queryset.order_by(self.ordering, "pk")

    def get_table(self, object_list: Any) -> Any:
        rows = list(object_list)
        names, user = kinds(), self.request.user
        versions: dict[Any, dict[int, LanguageVersion]] = defaultdict(dict)
        found: Any = LanguageVersion.objects.filter(work__in=[row.work for row in rows])
        for version in found:
            version.is_locked = not may_work_in(user, version.locale_id)
            versions[version.work][version.locale_id] = version
        themes = self.filters.subjects.read({row.original_id for row in rows})
        for row in rows:
            row.kind = names.get(row.content_type_id, "")
            row.by_locale = versions[row.work]
            row.hubs = [hub.title for hub in self.filters.subjects.hubs_of(themes.get(row.original_id, set()))]
        return super().get_table(rows)

    @cached_property
    def no_results_message(self) -> str:
        if self.filters and not self.filters.is_valid():
            return _("A filter in this address says something that does not exist.")
        return (
            _("Nothing matches these filters.") if self.is_filtering or self.is_searching else _("There are no works.")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "states": State}


@dataclass
class Coverage:
    """Works of a group in one language. `query` leads to them in the queue."""

    language: str
    counts: Counter[str]
    query: str

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def percent(self) -> int:
        """Whole percents of works that are published; 100 only if all are."""
        return 100 * self.counts[State.PUBLISHED] // self.total if self.total else 0

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The states that occur, what is done first."""
        return [
            {
                "state": state.value,
                "label": state.label,
                "count": self.counts[state],
                "percent": round(100 * self.counts[state] / self.total, 2),
            }
            for state in reversed(State)
            if self.counts[state]
        ]

    @property
    def name(self) -> str:
        return language_name(self.language)

    @property
    def url(self) -> str:
        return f"{reverse('translation_desk:queue')}?{self.query}"

    @property
    def numbers(self) -> list[int]:
        return [self.counts[state] for state in reversed(State)]


@dataclass
class Group:
    name: str
    languages: list[Coverage]

    @property
    def works(self) -> int:
        return max((coverage.total for coverage in self.languages), default=0)

    @property
    def percent(self) -> int:
        total = sum(coverage.total for coverage in self.languages)
        return 100 * sum(coverage.counts[State.PUBLISHED] for coverage in self.languages) // total if total else 0


type Counts = dict[tuple[str, Any], dict[int, Counter[str]]]


def count_coverage(versions: QuerySet[LanguageVersion], subjects: Subjects) -> Counts:
    """Versions by state, for all works ("", None), and by kind, hub and theme: {(dimension, key): {locale: states}}.

    A work counts once in each hub and theme that it has through any of its themes.
    """
    nothing: frozenset[int] = frozenset()
    themes = {original: frozenset(ids) for original, ids in subjects.read().items()}
    locales = list(Locale.objects.order_by("pk").values_list("pk", flat=True))
    # A row for each work, with its state in each language; works that are alike are counted together.
    rows = (
        versions.order_by()
        .values("original_id", "content_type_id")
        .annotate(**{f"state_{pk}": Max("state", filter=Q(locale=pk)) for pk in locales})
        .values_list("original_id", "content_type_id", *(f"state_{pk}" for pk in locales))
    )
    alike = Counter((row[1], themes.get(row[0], nothing), row[2:]) for row in rows)
    groups_of: dict[frozenset[int], list[tuple[str, Any]]] = {}
    found: Counts = defaultdict(lambda: defaultdict(Counter))
    for (kind, ids, states), number in alike.items():
        if ids not in groups_of:
            groups_of[ids] = [
                *(("hub", hub.work) for hub in subjects.hubs_of(ids)),
                *(("theme", theme) for theme in subjects.above(ids)),
            ]
        for key in (("", None), ("kind", kind), *groups_of[ids]):
            for locale, state in zip(locales, states, strict=True):
                if state:
                    found[key][locale][state] += number
    return {key: dict(by_locale) for key, by_locale in found.items()}


class CoverageView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "translation/queue/coverage.html"
    page_title = gettext_lazy("Coverage")
    header_icon = "wagtail-localize-language"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not works_with_translations(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        subjects = Subjects()
        counts = self._counts(subjects)
        locales = {locale.pk: locale.language_code for locale in site_locales()}

        def group(name: Any, key: tuple[str, Any], query: dict[str, str]) -> Group:
            languages = counts.get(key, {})
            return Group(
                str(name),
                [
                    Coverage(code, languages[pk], urlencode({"locale": code, **query}))
                    for pk, code in locales.items()
                    if pk in languages
                ],
            )

        everything = group(_("All works"), ("", None), {})
        sections = [
            (_("By kind"), [group(name, ("kind", pk), {"kind": str(pk)}) for pk, name in kinds().items()]),
            (_("By hub"), [group(hub.title, ("hub", hub.work), {"hub": str(hub.work)}) for hub in subjects.hubs]),
            (
                _("By theme"),
                [
                    group(theme.label(), ("theme", theme.pk), {"theme": theme.slug})
                    for theme in subjects.themes.values()
                    if theme.parent_id is None
                ],
            ),
        ]
        return super().get_context_data(**kwargs) | {
            "everything": everything,
            "sections": [(name, _shown(groups)) for name, groups in sections if _shown(groups)],
            "states": list(reversed(State)),
            "desk_tabs": desk_tabs(self.request, "translation_desk:coverage"),
        }

    def _counts(self, subjects: Subjects) -> Counts:
        user = self.request.user
        versions = visible_to(user)
        # Who sees everything sees the same.
        who = "all" if not versions.query.where else f"user-{user.pk}"
        key = f"translation-coverage-{who}"
        counts = cache.get(key)
        if counts is None:
            counts = count_coverage(versions, subjects)
            cache.set(key, counts, FRESH)
        return counts


def _shown(groups: Iterable[Group]) -> list[Group]:
    return [group for group in groups if group.languages]
