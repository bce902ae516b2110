"""Files of translations, down and up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from hub.languages import language_name

from ..editor.api import opened
from ..models import Job
from ..queue.navigation import desk_tabs
from . import CONTENT_TYPES, FORMATS, background, export_file, imports, uploads
from .exchange import FileError
from .forms import UploadForm
from .outcomes import REFUSED, WRITTEN, Line, Options, Outcome, Report

LINES_ON_A_PAGE = 100
QUIET = {Outcome.UNCHANGED, Outcome.EMPTY}

type View = Callable[..., HttpResponseBase]


def for_translators(view: View) -> View:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("wagtail_localize.submit_translation"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapped


@require_GET
@for_translators
def download(request: HttpRequest, translation_id: int, file_format: str = "") -> HttpResponse:
    """A translation as a file; its format is in the address or in `?format=`."""
    translation, _page = opened(request, translation_id)
    file_format = file_format or request.GET.get("format", "xliff2")
    if file_format not in FORMATS:
        raise Http404
    name, content = export_file(translation, file_format)
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES[file_format],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


@for_translators
def upload(request: HttpRequest, translation_id: int | None = None) -> HttpResponse:
    """Take in a file, for its report. With a translation, only files of it."""
    translation = opened(request, translation_id)[0] if translation_id else None
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            file, machine = form.cleaned_data["file"], form.cleaned_data["machine"]
            if background.is_large(file):
                job = background.start(file, request.user, only=translation_id, machine=machine)
                return redirect("translation_desk:job", job.pk)
            token = uploads.keep(request, file, only=translation_id, machine=machine)
            return redirect("translation_desk:upload_report", token)
        except FileError as error:
            form.add_error("file", str(error))
    title = translation.source.object_repr if translation else ""
    return render(
        request,
        "translation/files/upload.html",
        {
            "form": form,
            "translation_title": title,
            "language": language_name(translation.target_locale.language_code) if translation else "",
            **heading(request, _("Upload translated files"), "translation_desk:upload"),
        },
    )


@for_translators
def report(request: HttpRequest, token: str) -> HttpResponse:
    """What a file would change; by POST, change it."""
    kept = uploads.find(request, token)
    if kept is None:
        messages.error(request, _("This file is not here any more: upload it again."))
        return redirect("translation_desk:upload")
    only = opened(request, kept.only)[0] if kept.only else None
    applying = request.method == "POST"
    options = Options(
        only=only,
        machine=kept.machine,
        overwrite=applying and "overwrite" in request.POST,
        seen_at=kept.seen_at if applying else None,
    )
    read_at = timezone.now()
    with kept.open() as file:
        found = imports.read(file, kept.name, request.user, options)
    if applying:
        imports.apply(found, request.user)
        uploads.forget(request, token)
        _say(request, found)
    else:
        uploads.mark_seen(request, token, read_at)
    wanted = request.GET.get("outcome", "")
    rows = [(file, line) for file in found.files for line in file.lines if _is_shown(line, wanted, done=applying)]
    lines = Paginator(rows, LINES_ON_A_PAGE if not applying else 1_000).get_page(request.GET.get("p"))
    return _show(request, found, kept.name, found.counts, lines, done=applying, has_pages=not applying)


@for_translators
def import_report(request: HttpRequest, job_id: int) -> HttpResponse:
    """What a large file would change, or has changed; by POST, have it changed."""
    job = get_object_or_404(Job, pk=job_id, kind=Job.Kind.IMPORT, user=request.user)
    if request.method == "POST":
        background.approve(job, overwrite="overwrite" in request.POST)
    if not job.has_report:
        return redirect("translation_desk:job", job.pk)
    done, wanted = job.options["approved"], request.GET.get("outcome", "")
    rows = background.texts_of(job).order_by("number")
    if wanted in Outcome.values:
        rows = rows.filter(outcome=wanted)
    elif wanted != "all":
        rows = rows.exclude(outcome__in=QUIET | WRITTEN if done else QUIET)
    lines = Paginator(rows, LINES_ON_A_PAGE).get_page(request.GET.get("p"))
    lines.object_list = [background.line_of(row) for row in lines.object_list]
    found, counts = background.report_of(job), background.counts(job)
    return _show(request, found, job.options["name"], counts, lines, done=done, has_pages=True, job=job)


def _show(
    request: HttpRequest,
    found: Report,
    name: str,
    counts: Counter[Outcome],
    lines: Any,
    *,
    done: bool,
    has_pages: bool,
    job: Job | None = None,
) -> HttpResponse:
    return render(
        request,
        "translation/files/report.html",
        {
            "report": found,
            "job": job,
            "file_name": name,
            "done": done,
            "has_pages": has_pages,
            "outcomes": [(outcome, counts[outcome]) for outcome in Outcome if counts[outcome]],
            "wanted": request.GET.get("outcome", ""),
            "unreadable": [file for file in found.files if file.error],
            "texts": sum(counts.values()),
            "lines": lines,
            "applicable": counts[Outcome.APPLIED],
            "suggested": counts[Outcome.SUGGESTED],
            "may_overwrite": counts[Outcome.CHANGED_HERE],
            "show_file": len(found.files) > 1,
            **heading(request, _("Report on an uploaded file"), "translation_desk:upload"),
        },
    )


def heading(request: HttpRequest, title: str, tab: str) -> dict[str, Any]:
    return {
        "page_title": title,
        "header_title": title,
        "header_icon": "wagtail-localize-language",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("translation_desk:queue"), "label": _("Translations")},
            {"url": "", "label": title},
        ],
        "desk_tabs": desk_tabs(request, tab),
    }


def _is_shown(line: Line, wanted: str, *, done: bool) -> bool:
    if wanted == "all":
        return True
    if wanted:
        return line.outcome == wanted
    return line.outcome not in QUIET and not (done and line.outcome in WRITTEN)


def _say(request: HttpRequest, found: Report) -> None:
    counts = found.counts
    applied, suggested = counts[Outcome.APPLIED], counts[Outcome.SUGGESTED]
    text = ngettext("%(count)s translation was taken over.", "%(count)s translations were taken over.", applied)
    refused = sum(counts[outcome] for outcome in REFUSED)
    messages.success(request, text % {"count": applied})
    if suggested:
        text = ngettext(
            "%(count)s translation was kept as a suggestion.",
            "%(count)s translations were kept as suggestions.",
            suggested,
        )
        messages.success(request, text % {"count": suggested})
    if refused:
        text = ngettext("%(count)s text was not taken over.", "%(count)s texts were not taken over.", refused)
        messages.warning(request, text % {"count": refused})
