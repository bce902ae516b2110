"""Asking for languages of pages, and what became of that."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.utils import get_user_display_name, get_valid_next_url_from_request
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Locale, Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from hub.languages import language_name
from hub.permissions import EDIT_ORIGINALS

from .. import jobs, requests
from ..models import Job, LanguageVersion, RequestedVersion, State, TranslationRequest
from .columns import Cell
from .forms import AskForm
from .navigation import desk_tabs
from .rows import Subjects, fetch_for_rows, visible_to
from .views import works_with_translations

# So many versions are asked for at once; more become a job.
AT_ONCE = 60
MOST_PAGES = 300


class AskView(WagtailAdminTemplateMixin, FormView):
    """For the pages that the address names, with all below them if it is asked for."""

    template_name = "translation/queue/ask.html"
    form_class = AskForm
    page_title = gettext_lazy("Ask for translations")
    header_icon = "wagtail-localize-language"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(EDIT_ORIGINALS):
            raise PermissionDenied
        if not self.pages:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def pages(self) -> list[Page]:
        pks = [pk for pk in self.request.GET.getlist("page") if pk.isdecimal() and len(pk) < 18]
        seen = PagePermissionPolicy().explorable_instances(self.request.user)
        return list(seen.filter(pk__in=pks[:MOST_PAGES], depth__gt=1).select_related("locale").order_by("path"))

    def versions(self, *, below: bool) -> QuerySet[LanguageVersion]:
        works = Q(work__in={page.translation_key for page in self.pages})
        if below:
            for page in self.pages:
                works |= Q(work__in=page.get_descendants().order_by().values("translation_key"))
        return visible_to(self.request.user).filter(works)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("translation_desk:requests"), "label": _("Requests")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        has_children = any(page.numchild for page in self.pages)
        sources = {page.locale_id for page in self.pages} if len(self.pages) == 1 and not has_children else set()
        known = set(self.versions(below=False).values_list("locale", flat=True).distinct())
        locales = [
            locale
            for locale in Locale.objects.all()
            if locale.language_code in dict(_site_languages()) and (locale.pk not in sources or locale.pk in known)
        ]
        return super().get_form_kwargs() | {
            "locales": sorted(locales, key=lambda locale: language_name(locale.language_code)),
            "has_children": has_children,
        }

    def get_initial(self) -> dict[str, Any]:
        first, *others = self.pages
        title = first.get_admin_display_title()
        if others:
            title = ngettext("%(title)s and %(count)s more", "%(title)s and %(count)s more", len(others)) % {
                "title": title[:200],
                "count": len(others),
            }
        return {"title": title, "below": not self.versions(below=False).exists()}

    def form_valid(self, form: AskForm) -> HttpResponse:
        values = form.cleaned_data
        chosen = self.versions(below=values.get("below", False)).filter(locale__language_code__in=values["languages"])
        waiting = chosen.exclude(state=State.PUBLISHED)
        count = waiting.count()
        if not count:
            if chosen.exists():
                form.add_error("languages", _("All of it is published and up to date in these languages."))
            else:
                form.add_error(None, _("There is nothing to translate: only published originals are translated."))
            return self.form_invalid(form)
        facts = {name: values[name] for name in ("title", "message", "due")}
        user = self.request.user
        if count > AT_ONCE:
            request = requests.open_request(user=user, **facts)
            job = jobs.start(Job.Kind.REQUEST, waiting, user, request=request.pk)
            return redirect("translation_desk:job", job.pk)
        asked = requests.ask(waiting.select_related("locale"), user=user, **facts)
        for request in asked.joined:
            link = format_html('<a href="{}">{}</a>', reverse("translation_desk:request", args=[request.pk]), request)
            messages.info(
                self.request,
                format_html(
                    _("It is asked for already. You have joined “{}”, and hear when it is published.")
                    if asked.request is None and len(asked.joined) == 1
                    else _("Part of it is asked for already. You have joined “{}”, and hear when it is published."),
                    link,
                ),
            )
        if asked.request:
            messages.success(self.request, _("The translators have been told."))
        return redirect("translation_desk:request", (asked.request or asked.joined[0]).pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        back = get_valid_next_url_from_request(self.request)
        return context | {
            "pages": self.pages[:10],
            "more": max(len(self.pages) - 10, 0),
            "next": back or reverse("wagtailadmin_explore", args=[self.pages[0].get_parent().pk]),
            "submit_url": f"{self.request.path}?{self.request.META['QUERY_STRING']}",
            "media": context["form"].media,
            "desk_tabs": desk_tabs(self.request, "translation_desk:requests"),
        }


def _site_languages() -> list[tuple[str, str]]:
    from django.conf import settings

    return settings.LANGUAGES


def _by(request: TranslationRequest) -> str:
    return get_user_display_name(request.requested_by) if request.requested_by else ""


class RequestsView(IndexView):
    """All requests, those that are open first."""

    model = TranslationRequest
    template_name = "translation/queue/requests.html"
    results_template_name = "translation/queue/requests_results.html"
    page_title = gettext_lazy("Requests")
    header_icon = "wagtail-localize-language"
    index_url_name = "translation_desk:requests"
    paginate_by = 50
    any_permission_required = None
    show_export_buttons = False
    table_classname = "listing desk-listing"
    default_ordering = "-created_at"
    columns = [
        TitleColumn("title", label=gettext_lazy("What for"), url_name="translation_desk:request", classname="title"),
        Cell("progress", "request_progress", label=gettext_lazy("Published"), width="22%"),
        Column("requested_by", label=gettext_lazy("Asked by"), accessor=_by, width="15%", classname="desk-small"),
        Cell("due", "request_due", label=gettext_lazy("Due"), width="12%", classname="desk-small"),
        Cell("created_at", "created", label=gettext_lazy("Asked"), width="18%", classname="desk-small"),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not works_with_translations(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[TranslationRequest]:
        return with_progress(requests_for(self.request.user).select_related("requested_by"))

    def order_queryset(self, queryset: Any) -> Any:
        return queryset.annotate(is_closed=Q(closed_at__isnull=False)).order_by("is_closed", "-created_at", "-pk")

    @cached_property
    def no_results_message(self) -> str:
        return _("Nobody has asked for anything yet. Open a page and choose “Ask for translations”.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "desk_tabs": desk_tabs(self.request, self.index_url_name)}


def requests_for(user: Any) -> QuerySet[TranslationRequest]:
    """Requests that somebody has made, or that are for something that he or she may see."""
    seen = RequestedVersion.objects.filter(version__in=visible_to(user).values("pk"))
    return TranslationRequest.objects.filter(Q(requested_by=user) | Q(pk__in=seen.values("request")))


def with_progress(queryset: QuerySet[TranslationRequest]) -> QuerySet[TranslationRequest]:
    """Requests with how many versions they ask for, and how many of these are published."""
    return queryset.annotate(
        total=Count("versions"), done=Count("versions", filter=Q(versions__version__state=State.PUBLISHED))
    )


class RequestView(WagtailAdminTemplateMixin, TemplateView):
    """A request: its state in each language, its versions, and its log."""

    template_name = "translation/queue/request.html"
    header_icon = "wagtail-localize-language"
    LISTED = 200

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not works_with_translations(request.user):
            raise PermissionDenied
        found = requests_for(request.user).select_related("requested_by")
        self.object = get_object_or_404(found, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return self.object.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("translation_desk:requests"), "label": _("Requests")},
            {"url": "", "label": self.object.title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        rows = visible_to(user).filter(requested__request=self.object)
        counts: dict[str, Counter[str]] = {}
        for code, state, number in (
            rows.order_by().values_list("locale__language_code", "state").annotate(number=Count("pk"))
        ):
            counts.setdefault(code, Counter())[state] += number
        versions = list(rows.order_by("title", "locale_id")[: self.LISTED])
        seen = Q(version=None) | Q(version__in=visible_to(user).values("pk"))
        events = self.object.events.filter(seen).select_related("user", "version__locale")
        fetch_for_rows(versions, user, Subjects())
        return super().get_context_data(**kwargs) | {
            "request_asked": self.object,
            "languages": [language_state(code, counts[code]) for code in sorted(counts, key=language_name)],
            "versions": versions,
            "more": max(sum(map(Counter.total, counts.values())) - len(versions), 0),
            "events": events.order_by("-at", "-pk")[: self.LISTED],
            "may_withdraw": requests.may_withdraw(self.object, user),
            "desk_tabs": desk_tabs(self.request, "translation_desk:requests"),
        }


def language_state(code: str, counts: Counter[str]) -> dict[str, Any]:
    """A language of a request: how many versions are in each state."""
    total = counts.total()
    return {
        "code": code,
        "name": language_name(code),
        "total": total,
        "published": counts[State.PUBLISHED],
        "parts": [
            {
                "state": state.value,
                "label": state.label,
                "count": counts[state],
                "percent": 100 * counts[state] / total,
            }
            for state in reversed(State)
            if counts[state]
        ],
    }


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(TranslationRequest, pk=pk)
    if not requests.may_withdraw(asked, request.user):
        raise PermissionDenied
    requests.withdraw(asked, request.user)
    messages.success(request, _("The request is withdrawn."))
    return redirect("translation_desk:request", pk)
