"""What is done with a selection of the queue, or with all that its filters match: each becomes a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from hub.permissions import EDIT_ORIGINALS

from .. import jobs, requests
from ..models import Job, LanguageVersion
from .filters import QueueFilterSet
from .forms import AssignForm, ExportForm, PlainForm, RequestForm
from .navigation import TRANSLATE, desk_tabs
from .rows import visible_to
from .views import with_words, works_with_translations

SHOWN = 8


@dataclass(frozen=True)
class Action:
    """`permission` is what it takes; without one, whoever works at the desk may."""

    label: Any
    icon: str
    form: type[forms.Form]
    explanation: Any
    permission: str = ""

    def is_open_to(self, user: Any) -> bool:
        return not self.permission or user.has_perm(self.permission)


ACTIONS: dict[str, Action] = {
    Job.Kind.REQUEST: Action(
        gettext_lazy("Ask for translations"),
        "mail",
        RequestForm,
        gettext_lazy("Translators of these languages are told. What is published and up to date is left out."),
        EDIT_ORIGINALS,
    ),
    Job.Kind.ASSIGN: Action(
        gettext_lazy("Assign"),
        "user",
        AssignForm,
        gettext_lazy("Who gets them is told by mail, once."),
    ),
    Job.Kind.MACHINE: Action(
        gettext_lazy("Translate by machine"),
        "cogs",
        PlainForm,
        gettext_lazy("Only texts that wait are sent, after the memory was asked. All of it stays a draft."),
        TRANSLATE,
    ),
    Job.Kind.EXPORT: Action(
        gettext_lazy("Export files"),
        "download",
        ExportForm,
        gettext_lazy("One file for each work and language, in a ZIP. What is missing begins when it comes back."),
        TRANSLATE,
    ),
    Job.Kind.PUBLISH: Action(
        gettext_lazy("Publish"),
        "upload",
        PlainForm,
        gettext_lazy("What is complete goes before readers. The others stay as they are, and you are told why."),
        TRANSLATE,
    ),
}


def actions_for(user: Any) -> list[tuple[str, Action]]:
    return [(kind, action) for kind, action in ACTIONS.items() if action.is_open_to(user)]


def selection(request: HttpRequest) -> QuerySet[LanguageVersion]:
    """The versions that an address names, or all that its filters match; of those that the user sees."""
    versions = visible_to(request.user)
    ids = request.GET.getlist("id")
    if "all" not in ids:
        return versions.filter(pk__in=[pk for pk in ids if pk.isdecimal() and len(pk) < 18])
    filters = QueueFilterSet(data=request.GET, request=request)
    if not filters.is_valid():
        return versions.none()
    return with_words(filters.filter_queryset(versions), request.GET.get("q", ""))


class BulkView(WagtailAdminTemplateMixin, FormView):
    template_name = "translation/queue/bulk.html"
    header_icon = "wagtail-localize-language"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.kind = kwargs["kind"]
        if self.kind not in ACTIONS:
            raise Http404
        self.action = ACTIONS[self.kind]
        if not works_with_translations(request.user) or not self.action.is_open_to(request.user):
            raise PermissionDenied
        self.next_url = get_valid_next_url_from_request(request) or reverse("translation_desk:queue")
        if not self.versions.exists():
            messages.error(request, _("Nothing is selected."))
            return redirect(self.next_url)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def versions(self) -> QuerySet[LanguageVersion]:
        return selection(self.request)

    def get_page_title(self) -> Any:
        return self.action.label

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": self.next_url, "label": _("Translations")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_form_class(self) -> type[forms.Form]:
        return self.action.form

    def get_form_kwargs(self) -> dict[str, Any]:
        values = super().get_form_kwargs()
        if self.action.form is AssignForm:
            locales = set(self.versions.order_by().values_list("locale", flat=True).distinct())
            values |= {"user": self.request.user, "locales": locales}
        return values

    def form_valid(self, form: Any) -> HttpResponse:
        user, options = self.request.user, form.options()
        if self.kind == Job.Kind.REQUEST:
            options = {"request": requests.open_request(user=user, **options).pk}
        job = jobs.start(self.kind, self.versions, user, **options)
        return redirect("translation_desk:job", job.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        count = self.versions.count()
        return super().get_context_data(**kwargs) | {
            "action": self.action,
            "count": count,
            "examples": self.versions.select_related("locale").order_by("title", "pk")[:SHOWN],
            "more": max(count - SHOWN, 0),
            "next": self.next_url,
            "submit_url": f"{self.request.path}?{self.request.META['QUERY_STRING']}",
            "media": kwargs["form"].media if "form" in kwargs else self.get_form().media,
            "desk_tabs": desk_tabs(self.request, "translation_desk:queue"),
        }
