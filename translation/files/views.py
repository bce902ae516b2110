"""Files of translations, of the memory and of the glossary, down and up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from hub.languages import language_name

from ..editor.api import opened
from ..models import Job, MemoryImport, MemoryUnit
from ..people import locales_of, may_translate
from ..queue.navigation import desk_tabs
from . import CONTENT_TYPES, FORMATS, background, csv_terms, export_file, glossary, imports, tbx, tmx, uploads
from .exchange import FileError
from .forms import MemoryDownloadForm, TableForm, UploadForm
from .outcomes import REFUSED, WRITTEN, Line, Options, Outcome, Report
from .reading import looks_like_xml

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
            **_heading(request, _("Upload translated files"), "translation_desk:upload"),
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
    if job.finished_at is None or job.failure:
        return redirect("translation_desk:job", job.pk)
    done, wanted = job.options["approved"], request.GET.get("outcome", "")
    rows = job.texts.order_by("number")
    if wanted in Outcome.values:
        rows = rows.filter(outcome=wanted)
    elif wanted != "all":
        rows = rows.exclude(outcome__in=QUIET | WRITTEN if done else QUIET)
    lines = Paginator(rows, LINES_ON_A_PAGE).get_page(request.GET.get("p"))
    lines.object_list = [background.line_of(row) for row in lines.object_list]
    found = background.report_of(job)
    return _show(request, found, job.options["name"], background.counts(job), lines, done=done, has_pages=True)


def _show(
    request: HttpRequest,
    found: Report,
    name: str,
    counts: Counter[Outcome],
    lines: Any,
    *,
    done: bool,
    has_pages: bool,
) -> HttpResponse:
    return render(
        request,
        "translation/files/report.html",
        {
            "report": found,
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
            **_heading(request, _("Report on an uploaded file"), "translation_desk:upload"),
        },
    )


@for_translators
def memory(request: HttpRequest) -> HttpResponse:
    """The memory as files; by POST, take in a TMX file."""
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _said_of_memory(_load_memory(request, form.cleaned_data["file"])))
            return redirect("translation_desk:memory_files")
        except FileError as error:
            form.add_error("file", str(error))
    rows = MemoryImport.objects.annotate(units_count=Count("units")).select_related("imported_by")[:200]
    return render(
        request,
        "translation/files/memory.html",
        {
            "form": form,
            "download": MemoryDownloadForm(),
            "imports": [(row, _may_remove(request, row)) for row in rows],
            **_heading(request, _("Files of the translation memory"), "translation_desk:memory"),
        },
    )


@require_GET
@for_translators
def download_memory(request: HttpRequest) -> HttpResponseBase:
    form = MemoryDownloadForm(request.GET)
    if not form.is_valid():
        raise Http404
    units = MemoryUnit.objects.select_related("source_locale", "target_locale").order_by("pk")
    name = "memory"
    for end in ("source", "target"):
        if locale := form.cleaned_data[end]:
            units = units.filter(**{f"{end}_locale": locale})
            name += f"-{locale.language_code}"
    return FileResponse(
        tmx.write_tmx(units.iterator(chunk_size=2_000)),
        as_attachment=True,
        filename=f"{name}.tmx",
        content_type="application/x-tmx+xml",
    )


@require_POST
@for_translators
def remove_import(request: HttpRequest, import_id: int) -> HttpResponse:
    found = get_object_or_404(MemoryImport, pk=import_id)
    if not _may_remove(request, found):
        raise PermissionDenied
    tmx.forget_in_background.enqueue(found.pk)
    messages.success(request, _("“%(name)s” is being taken out of the memory.") % {"name": found.name})
    return redirect("translation_desk:memory_files")


@for_translators
def terms(request: HttpRequest) -> HttpResponse:
    """The glossary as files; by POST, take in one."""
    may_change = request.user.has_perm("translation.change_concept")
    form = TableForm(request.POST or None, request.FILES or None)
    loaded = None
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        if form.is_valid():
            try:
                loaded = _load_terms(request, form.cleaned_data["file"])
                messages.success(request, _said_of_terms(loaded))
                form = TableForm()
            except FileError as error:
                form.add_error("file", str(error))
    return render(
        request,
        "translation/files/terms.html",
        {
            "form": form,
            "may_change": may_change,
            "loaded": loaded,
            **_heading(request, _("Files of the glossary"), "glossary:index"),
        },
    )


@require_GET
@for_translators
def download_terms(request: HttpRequest, file_format: str) -> HttpResponse:
    concepts = glossary.concepts()
    if file_format == "tbx":
        content, content_type = tbx.write_tbx(concepts, "en"), "application/x-tbx"
    else:
        content, content_type = csv_terms.write_csv(concepts), "text/csv; charset=utf-8"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="glossary.{file_format}"'},
    )


def _heading(request: HttpRequest, title: str, tab: str) -> dict[str, Any]:
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


def _load_memory(request: HttpRequest, file: Any) -> tmx.Checked:
    """Check a file now, and take it into the memory in the background. Raises FileError."""
    token, pairs = uploads.create()
    try:
        with pairs:
            checked = tmx.check(file, locales_of(request.user), pairs)
    except FileError:
        uploads.drop(token)
        raise
    imported = MemoryImport.objects.create(name=Path(file.name).name[:255], imported_by=request.user)
    tmx.load_in_background.enqueue(imported.pk, token)
    return checked


def _said_of_memory(checked: tmx.Checked) -> str:
    text = ngettext(
        "%(count)s translation goes into the memory. Left out: %(skipped)s.",
        "%(count)s translations go into the memory, which takes a while. Left out: %(skipped)s.",
        checked.units,
    )
    return text % {"count": checked.units, "skipped": checked.skipped}


def _said_of_terms(loaded: glossary.LoadedTerms) -> str:
    return _(
        "New: %(concepts)s concepts and %(terms)s terms. Changed: %(changed)s. As before: %(unchanged)s. "
        "Left out: %(skipped)s."
    ) % {
        "concepts": loaded.concepts,
        "terms": loaded.terms,
        "changed": loaded.changed,
        "unchanged": loaded.unchanged,
        "skipped": loaded.skipped,
    }


def _may_remove(request: HttpRequest, found: MemoryImport) -> bool:
    user = request.user
    return found.imported_by_id == user.pk or user.has_perm("translation.delete_memoryimport")


def _load_terms(request: HttpRequest, file: Any) -> glossary.LoadedTerms:
    start = file.read(4096)
    file.seek(0)
    rows = tbx.read_tbx(file) if looks_like_xml(start) else csv_terms.read_csv(file.read())
    return glossary.load(rows, may=lambda locale: may_translate(request.user, locale))
