"""How far a job is, what failed, and its file."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.ui.tables import DateColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..models import Job, TranslationRequest
from .columns import Cell
from .navigation import desk_tabs
from .views import works_with_translations

FAILURES = 500


def jobs_of(user: Any) -> QuerySet[Any]:
    jobs = Job.objects.annotate(
        total=Count("steps"),
        done=Count("steps", filter=Q(steps__done_at__isnull=False)),
        failed=Count("steps", filter=~Q(steps__failure="")),
    )
    return jobs if user.is_superuser else jobs.filter(user=user)


class JobsView(IndexView):
    """Jobs of the user, of everybody for administrators."""

    model = Job
    template_name = "translation/queue/requests.html"
    results_template_name = "translation/queue/requests_results.html"
    page_title = gettext_lazy("Jobs")
    header_icon = "wagtail-localize-language"
    index_url_name = "translation_desk:jobs"
    paginate_by = 50
    any_permission_required = None
    show_export_buttons = False
    table_classname = "listing desk-listing"
    columns = [
        TitleColumn(
            "kind", label=gettext_lazy("What"), accessor="get_kind_display", url_name="translation_desk:job",
            classname="title",
        ),
        Cell("progress", "job_progress", label=gettext_lazy("Done"), width="30%"),
        DateColumn("created_at", label=gettext_lazy("Begun"), width="15%", classname="desk-small"),
    ]  # fmt: skip

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not works_with_translations(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[Job]:
        return jobs_of(self.request.user)

    def order_queryset(self, queryset: Any) -> Any:
        return queryset.order_by("-created_at", "-pk")

    @cached_property
    def no_results_message(self) -> str:
        return _("No job in the last days. Select rows of the queue, and choose what to do with them.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "desk_tabs": desk_tabs(self.request, "jobs")}


class JobView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "translation/queue/job.html"
    header_icon = "wagtail-localize-language"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.object = get_object_or_404(jobs_of(request.user), pk=kwargs["pk"])
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
            "percent": 100 * job.done // job.total if job.total else 100,
            "succeeded": job.done - job.failed,
            "failures": failures[:FAILURES],
            "more": max(job.failed - FAILURES, 0),
            "requests": TranslationRequest.objects.filter(pk__in=[key for key in keys if key]),
        }


def download(request: HttpRequest, pk: int) -> FileResponse:
    """The file that a job has made, for who began it."""
    job = get_object_or_404(jobs_of(request.user), pk=pk)
    if not job.result:
        raise Http404
    name = f"translations-{job.created_at:%Y-%m-%d}-{job.pk}.zip"
    return FileResponse(job.result.open(), as_attachment=True, filename=name, content_type="application/zip")
