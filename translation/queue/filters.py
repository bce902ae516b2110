"""Filters of the queue. The matrix has those that do not speak of one language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import django_filters
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Locale

from hub.languages import language_name

from ..models import Job, JobStep, LanguageVersion, RequestedVersion, State, TranslationRequest
from ..people import locales_of
from .rows import Subjects, kinds, with_themes

ALL = gettext_lazy("All")


def language_choices() -> list[tuple[str, str]]:
    return sorted(((code, language_name(code)) for code, _name in settings.LANGUAGES), key=lambda choice: choice[1])


class WorkFilterSet(WagtailFilterSet):
    """What a work is about."""

    filters: Any

    kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Kind"), choices=lambda: list(kinds().items()), method="of_kind", distinct=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    hub = django_filters.ChoiceFilter(label=gettext_lazy("Hub"), choices=list, method="in_hub", empty_label=ALL)
    theme = django_filters.ChoiceFilter(
        label=gettext_lazy("Theme"), choices=list, method="under_theme", empty_label=ALL
    )

    class Meta:
        model = LanguageVersion
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["hub"].extra["choices"] = [(str(hub.work), hub.title) for hub in self.subjects.hubs]
        self.filters["theme"].extra["choices"] = [
            (theme.slug, "\N{NO-BREAK SPACE}" * 3 * theme.depth + theme.label())
            for theme in self.subjects.themes.values()
        ]

    @cached_property
    def subjects(self) -> Subjects:
        return Subjects()

    def of_kind(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.filter(content_type__in=value) if value else queryset

    def in_hub(self, queryset: Any, name: str, value: str) -> Any:
        hub = next(hub for hub in self.subjects.hubs if str(hub.work) == value)
        themes = self.subjects.below(hub.theme) if hub.theme else set()
        return queryset.filter(with_themes(themes) | Q(work=hub.work))

    def under_theme(self, queryset: Any, name: str, value: str) -> Any:
        theme = next(theme for theme in self.subjects.themes.values() if theme.slug == value)
        return queryset.filter(with_themes(self.subjects.below(theme.pk)))


class QueueFilterSet(WorkFilterSet):
    locale = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Language"), choices=lambda: [("mine", _("Those I translate into")), *language_choices()],
        method="in_language", widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"), choices=State.choices, method="in_state", widget=forms.CheckboxSelectMultiple
    )
    translator = django_filters.ChoiceFilter(
        label=gettext_lazy("Who has it"), choices=list, method="of_translator", empty_label=ALL
    )
    due = django_filters.ChoiceFilter(
        label=gettext_lazy("Due"),
        choices=[
            ("overdue", gettext_lazy("Overdue")),
            ("week", gettext_lazy("Within seven days")),
            ("any", gettext_lazy("With a date")),
            ("none", gettext_lazy("Without a date")),
        ],
        method="is_due", widget=forms.RadioSelect, empty_label=ALL,
    )  # fmt: skip
    review = django_filters.ChoiceFilter(
        label=gettext_lazy("Review"),
        choices=[("yes", gettext_lazy("In review")), ("no", gettext_lazy("Not in review"))],
        method="in_review", widget=forms.RadioSelect, empty_label=ALL,
    )  # fmt: skip
    request = django_filters.ChoiceFilter(
        label=gettext_lazy("Request"), choices=list, method="asked_for_in", empty_label=ALL
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["translator"].extra["choices"] = self._people()
        self.filters["request"].extra["choices"] = self._requests()
        order = ["locale", "state", "translator", "due", "kind", "hub", "theme", "review", "request"]
        self.filters = type(self.filters)((name, self.filters[name]) for name in order)

    def _people(self) -> list[tuple[str, str]]:
        having = LanguageVersion.objects.order_by().filter(translator__isnull=False).values("translator").distinct()
        people = [
            (str(user.pk), get_user_display_name(user)) for user in get_user_model().objects.filter(pk__in=having)
        ]
        return [("me", _("I")), ("nobody", _("Nobody")), *sorted(people, key=lambda person: person[1].casefold())]

    def _requests(self) -> list[tuple[str, str]]:
        """Open requests, and the one that is looked at."""
        asked = self.data.get("request", "") if self.data else ""
        wanted = Q(closed_at=None) | Q(pk=int(asked) if asked.isdecimal() and len(asked) < 18 else None)
        rows = TranslationRequest.objects.filter(wanted).values_list("pk", "title")[:200]
        return [("any", _("Any open request")), *((str(pk), title) for pk, title in rows)]

    def in_language(self, queryset: Any, name: str, value: list[str]) -> Any:
        if not value:
            return queryset
        query = Q(locale__in=_locales(value))
        if "mine" in value:
            query |= Q(locale__in=locales_of(self.request.user))
        return queryset.filter(query)

    def in_state(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.filter(state__in=value) if value else queryset

    def of_translator(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(translator={"me": self.request.user.pk, "nobody": None}.get(value, value))

    def is_due(self, queryset: Any, name: str, value: str) -> Any:
        today = timezone.localdate()
        if value == "none":
            return queryset.filter(due=None)
        if value == "any":
            return queryset.filter(due__isnull=False)
        queryset = queryset.exclude(state=State.PUBLISHED)
        if value == "overdue":
            return queryset.filter(due__lt=today)
        return queryset.filter(due__range=(today, today + timedelta(days=7)))

    def in_review(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(in_review=value == "yes")

    def asked_for_in(self, queryset: Any, name: str, value: str) -> Any:
        asked = RequestedVersion.objects.filter(**({"done_at": None} if value == "any" else {"request": value}))
        return queryset.filter(pk__in=asked.values("version"))


class MatrixFilterSet(WorkFilterSet):
    source = django_filters.ChoiceFilter(
        label=gettext_lazy("Original in"), choices=language_choices, method="from_language", widget=forms.RadioSelect,
        empty_label=ALL,
    )  # fmt: skip
    lacking = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Not published in"), choices=language_choices, method="lacking_in",
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def from_language(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(source_locale__in=_locales([value]))

    def lacking_in(self, queryset: Any, name: str, value: list[str]) -> Any:
        """Works that are unpublished or outdated in all of these languages."""
        for locale in _locales(value):
            version = LanguageVersion.objects.filter(work=OuterRef("work"), locale=locale)
            queryset = queryset.filter(Exists(version.exclude(state=State.PUBLISHED)))
        return queryset


class JobFilterSet(WagtailFilterSet):
    kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("What"), choices=Job.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    locale = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Language"), choices=language_choices, method="in_language",
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = Job
        fields: ClassVar[list[str]] = []

    def in_language(self, queryset: Any, name: str, value: list[str]) -> Any:
        steps = JobStep.objects.filter(version__locale__in=_locales(value))
        return queryset.filter(pk__in=steps.values("job")) if value else queryset


def _locales(codes: list[str]) -> list[int]:
    return list(Locale.objects.filter(language_code__in=codes).values_list("pk", flat=True))
