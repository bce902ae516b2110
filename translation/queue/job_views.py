"""How far a job is, what failed, and its file."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from hub.languages import language_name

from ..models import Job, JobStep, TranslationRequest
from .columns import Cell
from .filters import JobFilterSet
from .navigation import desk_tabs
from .views import works_with_translations

FAILURES = 500


def jobs_of(user: Any) -> QuerySet[Any]:
    jobs = Job.objects.annotate(
        total=Count("steps") + F("parts"),
        done=Count("steps", filter=Q(steps__done_at__isnull=False)) + F("parts_done"),
        failed=Count("steps", filter=~Q(steps__failure="")),
        succeeded=Count("steps", filter=Q(steps__done_at__isnull=False, steps__failure="")) + F("parts_done"),
    )
    return jobs if user.is_superuser else jobs.filter(user=user)


def by(job: Job) -> str:
    return get_user_display_name(job.user) if job.user else ""


class JobsView(IndexView):
    """Jobs of the user, of everybody for administrators."""

    model = Job
    template_name = "translation/queue/requests.html"
    results_template_name = "translation/queue/requests_results.html"
    page_title = gettext_lazy("Jobs")
    header_icon = "wagtail-localize-language"
    index_url_name = "translation_desk:jobs"
    index_results_url_name = "translation_desk:jobs_results"
    filterset_class = JobFilterSet
    paginate_by = 50
    any_permission_required = None
    show_export_buttons = False
    table_classname = "listing desk-listing"
    columns = [
        TitleColumn(
            "kind", label=gettext_lazy("What"), accessor="get_kind_display", url_name="translation_desk:job",
            classname="title",
        ),
        Column(
            "languages", label=gettext_lazy("Languages"), accessor="languages", width="25%", classname="desk-small"
        ),
        Column("user", label=gettext_lazy("Person"), accessor=by, width="15%", classname="desk-small"),
        Cell("progress", "job_progress", label=gettext_lazy("Done"), width="20%"),
        Cell("created_at", "created", label=gettext_lazy("Begun"), width="18%", classname="desk-small"),
    ]  # fmt: skip

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not works_with_translations(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[Job]:
        return jobs_of(self.request.user).select_related("user")

    def get_table(self, object_list: Any) -> Any:
        jobs, codes = list(object_list), defaultdict(list)
        steps = JobStep.objects.filter(job__in=[job.pk for job in jobs])
        for pk, code in steps.values_list("job", "version__locale__language_code").distinct():
            codes[pk].append(language_name(code))
        for job in jobs:
            job.languages = ", ".join(sorted(codes[job.pk]))
        return super().get_table(jobs)

    def order_queryset(self, queryset: Any) -> Any:
        return queryset.order_by("-created_at", "-pk")

    @cached_property
    def no_results_message(self) -> str:
        if self.is_filtering:
            return _("Nothing matches these filters.")
        return _("No job in the last days. Select rows of the queue, and choose what to do with them.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "desk_tabs": desk_tabs(self.request, self.index_url_name)}


class JobView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "translation/queue/job.html"
    header_icon = "wagtail-localize-language"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        job = self.object = get_object_or_404(jobs_of(request.user), pk=kwargs["pk"])
        if job.has_report and job.user == request.user:
            return redirect("translation_desk:import_report", job.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return self.object.get_kind_display()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("translation_desk:jobs"), "label": _("Jobs")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = self.object
        failures = job.steps.exclude(failure="").select_related("version__locale").order_by("version__title", "pk")
        keys = [job.options.get("request"), *job.options.get("joined", [])] if job.finished_at else []
        return super().get_context_data(**kwargs) | {
            "job": job,
            "percent": 100 * job.done // job.total if job.total else 100 * bool(job.finished_at),
            "failures": failures[:FAILURES],
            "more": max(job.failed - FAILURES, 0),
            "requests": TranslationRequest.objects.filter(pk__in=[key for key in keys if key]),
            "desk_tabs": desk_tabs(self.request, "translation_desk:jobs"),
        }


def download(request: HttpRequest, pk: int) -> FileResponse:
    """The file that a job has made, for who began it."""
    job = get_object_or_404(jobs_of(request.user), pk=pk)
    if not job.result:
        raise Http404
    name = f"translations-{job.created_at:%Y-%m-%d}-{job.pk}.zip"
    return FileResponse(job.result.open(), as_attachment=True, filename=name, content_type="application/zip")
