"""The page on which a translation is written. It takes the place of wagtail-localize's editor, whose script offers no
place for differences, suggestions, terms and checks. See docs/translation-internals.md."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.pages.utils import get_breadcrumbs_items_for_page
from wagtail.models import Page, WorkflowState
from wagtail_localize.models import Translation

from hub.languages import language_name
from hub.permissions import EDIT_ORIGINALS

from .. import machine, memory, notes, source_language
from ..files import FORMATS
from ..models import LanguageVersion
from ..people import may_work_in
from ..places import Kind
from ..publishing import (
    NotReady,
    goes_live_with,
    lock_of,
    needs_review,
    publish,
    running,
    submit,
    translation_of,
    works_awaited,
    write_page,
)
from ..queue.navigation import desk_tabs
from ..queue.rows import Subjects, fetch_for_rows, visible_to
from ..segments import Segment, segments_of
from .api import may_read, opened
from .overrides import OverridesForm

LEFT = gettext_lazy("Texts left: %(texts)s, words: %(words)s")


def edit(request: HttpRequest, translation: Translation, page: Page) -> HttpResponse:
    """Show the translation, or do with the whole of it what one of the buttons at its foot says."""
    page = page.specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    if request.method == "POST":
        return _act(request, translation, page)
    return show(request, translation, page, OverridesForm(translation))


def show(
    request: HttpRequest, translation: Translation, page: Page, overrides: OverridesForm, *, lock: str = ""
) -> HttpResponse:
    """The editor, only to look at if there is a sentence why."""
    permissions = page.permissions_for_user(request.user)
    segments = in_reading_order(segments_of(translation))
    lock = lock or lock_of(page, request.user)
    source, target = translation.source.locale.language_code, translation.target_locale.language_code
    version = LanguageVersion.objects.filter(
        work=translation.source.object_id, locale=translation.target_locale
    ).first()
    workflow_task = page.current_workflow_task
    context = {
        "translation": translation,
        "page": page,
        "original": translation.source.get_source_instance(),
        "segments": segments,
        "blocks": blocks_of(segments),
        "counts": counts(segments),
        "left": LEFT,
        "left_now": left(segments),
        "open_notes": open_notes(translation, segments),
        "review": review_of(page),
        "from_memory": 0 if lock else len(memory.exact_matches(translation, segments)),
        "overrides": overrides,
        "version": version,
        "source_language": source,
        "target_language": target,
        "source_name": language_name(source),
        "target_name": language_name(target),
        "lock": lock,
        "machine": machine.provider(),
        "may_publish": permissions.can_publish() and not (needs_review(page) and not request.user.is_superuser),
        "may_submit": permissions.can_submit_for_moderation(),
        "workflow_actions": workflow_task.get_actions(page, request.user) if workflow_task else [],
        "may_edit": permissions.can_edit(),
        "may_unpublish": page.live and permissions.can_unpublish(),
        "may_stop": request.user.has_perm(EDIT_ORIGINALS),
        "desk_url": reverse("translation_desk:texts", args=[translation.pk]).removesuffix("texts/"),
        "preview_url": reverse("translation_desk:preview", args=[translation.pk]),
        "stop_url": reverse("translation_desk:stop", args=[translation.pk]),
        "file_formats": FORMATS if request.user.has_perm("wagtail_localize.submit_translation") else {},
        "download_url": reverse("translation_desk:download_file", args=[translation.pk]),
        "upload_url": reverse("translation_desk:upload_file", args=[translation.pk]),
        "may_make_original": source_language.may_change(request.user, page),
        "breadcrumbs_items": [
            *get_breadcrumbs_items_for_page(
                page.get_parent(), request.user, "wagtailadmin_explore", "wagtailadmin_explore_root"
            ),
            {"url": "", "label": page.get_admin_display_title()},
        ],
        "header_title": page.get_admin_display_title(),
        "header_icon": "wagtail-localize-language",
        "media": overrides.media,
    }
    return render(request, "translation/editor/edit.html", context)


def in_reading_order(segments: list[Segment]) -> list[Segment]:
    """As a reader meets the texts: what only search engines see comes last."""
    return sorted(segments, key=lambda segment: segment.place.kind == Kind.SEARCH_ENGINES)


def blocks_of(segments: list[Segment]) -> dict[str, Segment]:
    """The first text of every block of the page, by the block's id: where the block can be left out."""
    blocks: dict[str, Segment] = {}
    for segment in segments:
        if segment.place.block:
            blocks.setdefault(segment.place.block, segment)
    return blocks


def counts(segments: list[Segment]) -> dict[str, int]:
    """How many texts there are, and how many are done and wait."""
    shown = [segment for segment in segments if not segment.omitted]
    waiting = sum(segment.waits for segment in shown)
    return {"texts": len(shown), "done": len(shown) - waiting, "waiting": waiting}


def left(segments: list[Segment]) -> str:
    """What waits, in texts and words."""
    waiting = [segment for segment in segments if segment.waits]
    if not waiting:
        return _("All texts are translated.")
    return str(LEFT) % {"texts": len(waiting), "words": sum(segment.words for segment in waiting)}


def open_notes(translation: Translation, segments: list[Segment]) -> dict[int, int]:
    """How many notes on texts are not settled, by the primary key of the text."""
    found = notes.notes_on(translation)
    return {
        segment.pk: sum(note.resolved_at is None for note in found.get((segment.context_id, segment.string_id), []))
        for segment in segments
    }


def review_of(page: Page) -> dict[str, Any] | None:
    """What the review of a translation has come to: who has handed it in, or sent it back with which comment."""
    state = page.current_workflow_state
    task = state.current_task_state if state else None
    if task is None:
        return None
    is_back = state.status == WorkflowState.STATUS_NEEDS_CHANGES
    person = task.finished_by if is_back else state.requested_by
    name = {"name": get_user_display_name(person) if person else _("Somebody else")}
    return {
        "is_back": is_back,
        "sentence": (_("Sent back by %(name)s.") if is_back else _("Handed in for review by %(name)s.")) % name,
        "comment": task.specific.get_comment() if is_back else "",
    }


def _act(request: HttpRequest, translation: Translation, page: Page) -> HttpResponse:
    action = request.POST.get("action", "")
    here = redirect("wagtailadmin_pages:edit", page.pk)
    if "workflow" in request.POST:
        return _review(request, page)
    if lock := lock_of(page, request.user):
        messages.error(request, lock)
        return here
    try:
        if action == "publish":
            if names := publish(translation, request.user):
                messages.info(request, goes_live_with(names))
            else:
                messages.success(request, _("Published in %(language)s.") % {"language": _language(translation)})
        elif action == "submit":
            submit(translation, request.user)
            messages.success(request, _("Handed in for review."))
        elif action == "save":
            write_page(translation, request.user, publish=False)
            messages.success(request, _("The draft of the page has these texts now."))
        elif action == "overrides":
            form = OverridesForm(translation, request.POST)
            if not form.is_valid():
                for name, errors in form.errors.items():
                    place = f"{form.fields[name].label}: " if name in form.fields else ""
                    messages.error(request, place + " ".join(map(str, errors)))
                return show(request, translation, page, form)
            form.save(request.user)
            messages.success(request, _("What differs in this language is saved."))
        elif action == "wait" and request.user.has_perm(EDIT_ORIGINALS):
            LanguageVersion.objects.filter(work=translation.source.object_id, locale=translation.target_locale).update(
                waits_for_links="waits" in request.POST
            )
            messages.success(request, _("Saved."))
    except NotReady as reason:
        messages.error(request, str(reason))
    return here


def _review(request: HttpRequest, page: Page) -> HttpResponse:
    """Approve what was handed in, or send it back."""
    task, action = page.current_workflow_task, request.POST["workflow"]
    if not task or action not in {name for name, *_rest in task.get_actions(page, request.user)}:
        raise PermissionDenied
    comment = request.POST.get("comment", "")[:1000]
    task.on_action(page.current_workflow_task_state, request.user, action, comment=comment)
    translation = translation_of(page)
    if action == "approve" and translation and (names := works_awaited(translation)):
        messages.info(request, goes_live_with(names))
    messages.success(request, _("Approved.") if action == "approve" else _("Sent back to the translator."))
    return redirect("wagtailadmin_pages:edit", page.pk)


def _language(translation: Translation) -> str:
    return language_name(translation.target_locale.language_code)


@xframe_options_sameorigin
def preview(request: HttpRequest, translation_id: int, mode: str | None = None) -> HttpResponse:
    """The page as it would be with the texts written so far, and the original's where there are none."""
    translation, page = opened(request, translation_id, reading=True)
    try:
        shown = translation.source.get_ephemeral_translated_instance(translation.target_locale, fallback=True)
    except (ValueError, LookupError) as error:
        return render(request, "translation/editor/no_preview.html", {"reason": error}, status=200)
    return shown.make_preview_request(request, mode or page.default_preview_mode)


@require_POST
def stop(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Make an ordinary page of a translation: nothing tells its translators any more what changes in the original."""
    translation, page = opened(request, translation_id)
    if not request.user.has_perm(EDIT_ORIGINALS):
        raise PermissionDenied
    translation.enabled = False
    translation.save(update_fields=["enabled"])
    messages.success(request, _("The page is edited on its own from now on."))
    return redirect("wagtailadmin_pages:edit", page.pk)


def open_version(request: HttpRequest, version_id: int) -> HttpResponse:
    """Leads from a row of a list to what can be done with it: to the editor, as it is if that is nothing, or to the
    start of what nobody has begun."""
    version = get_object_or_404(visible_to(request.user).select_related("locale", "page"), pk=version_id)
    page = version.page.specific if version.page else None
    if page and page.permissions_for_user(request.user).can_edit():
        return redirect("wagtailadmin_pages:edit", page.pk)
    if page or not may_work_in(request.user, version.locale_id):
        language = language_name(version.locale.language_code)
        reason = (
            _("You may not change this page.")
            if may_work_in(request.user, version.locale_id)
            else _("You do not translate into %(language)s.") % {"language": language}
        )
        translation = running(version)
        if page and translation and may_read(request.user, translation):
            return show(request, translation, page, OverridesForm(translation), lock=reason)
        messages.error(request, reason)
        return redirect("translation_desk:queue")
    fetch_for_rows([version], request.user, Subjects())
    context = {
        "version": version,
        "may_ask": request.user.has_perm(EDIT_ORIGINALS),
        "header_title": version.title,
        "header_icon": "wagtail-localize-language",
        "breadcrumbs_items": [
            {"url": reverse("translation_desk:queue"), "label": _("Translations")},
            {"url": "", "label": version.title},
        ],
        "desk_tabs": desk_tabs(request, "translation_desk:queue"),
    }
    return render(request, "translation/queue/start.html", context)
