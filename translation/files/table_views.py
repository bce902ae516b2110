"""Files of the memory and of the glossary, down and up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ..models import MemoryImport, MemoryUnit
from ..people import locales_of, may_translate
from . import csv_terms, glossary, tbx, tmx, uploads
from .exchange import FileError
from .forms import MemoryDownloadForm, TableForm
from .reading import looks_like_xml
from .views import for_translators, heading


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
            **heading(request, _("Files of the translation memory"), "translation_desk:memory"),
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
            **heading(request, _("Files of the glossary"), "glossary:index"),
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


def _load_memory(request: HttpRequest, file: Any) -> tmx.Checked:
    """Check a file now, and take it into the memory in the background. Raises FileError."""
    with uploads.created() as (token, pairs):
        checked = tmx.check(file, locales_of(request.user), pairs)
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
