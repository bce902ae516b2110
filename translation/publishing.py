"""Putting a translation before readers: whole, reviewed where that is asked for, and not before what it links to."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page, WorkflowState
from wagtail.workflows import publish_workflow_state
from wagtail_localize.models import Translation

from hub.models.links import linked_ids

from .models import LanguageVersion, TranslationReview
from .segments import fault, segments_of

logger = logging.getLogger(__name__)


class NotReady(Exception):  # noqa: N818 - not a fault
    """A translation cannot be published yet; the message is a sentence that says why."""


def translation_of(page: Page) -> Translation | None:
    """The running translation whose result the page is."""
    return (
        Translation.objects.filter(source__object_id=page.translation_key, target_locale=page.locale_id, enabled=True)
        .select_related("source", "target_locale")
        .first()
    )


def running(version: LanguageVersion) -> Translation | None:
    """The translation that is being written for a version, if its page is there."""
    page = Page.objects.filter(translation_key=version.work, locale=version.locale_id).first()
    return translation_of(page) if page else None


def untranslated(translation: Translation) -> int:
    """How many texts still wait."""
    return sum(segment.waits for segment in segments_of(translation))


def publish(translation: Translation, user: Any) -> list[str]:
    """Publish a translation as it is written now.

    Returns titles of works that it waits for: if there are any, it goes live as soon as they do. Raises NotReady;
    PermissionDenied if the user may not publish it.
    """
    page = translation.get_target_instance()
    if not page.permissions_for_user(user).can_publish():
        raise PermissionDenied
    check_lock(page, user)
    if needs_review(page) and not user.is_superuser:
        raise NotReady(_("Not published: somebody else has to review it first."))
    check_ready(translation)
    if names := works_awaited(translation):
        return names if release(translation) else []
    write_page(translation, user, publish=True)
    return []


def submit(translation: Translation, user: Any) -> None:
    """Hand a translation in for review. Raises NotReady."""
    page = translation.get_target_instance()
    check_lock(page, user)
    check_ready(translation)
    write_page(translation, user, publish=False)
    page.refresh_from_db()
    workflow = page.get_workflow()
    if workflow is None:
        raise NotReady(_("Nobody reviews pages here: publish it."))
    state = page.current_workflow_state
    if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user)
    elif not state:
        workflow.start(page, user)


def lock_of(page: Page, user: Any) -> str:
    """Why somebody may look at a translation and not change it, in a sentence; "" if nothing is against it."""
    lock = page.get_lock()
    return str(lock.get_message(user) or _("This page is locked.")) if lock and lock.for_user(user) else ""


def check_lock(page: Page, user: Any) -> None:
    """Raises NotReady if the page is locked for somebody, also by a review."""
    if reason := lock_of(page, user):
        raise NotReady(reason)


def write_page(translation: Translation, user: Any, *, publish: bool) -> None:
    """Put the texts into the page, as a draft or before readers. Raises NotReady if the page cannot be saved so."""
    try:
        translation.save_target(user=user, publish=publish)
    except ValidationError as error:
        raise NotReady(" ".join(error.messages)) from error


def check_ready(translation: Translation) -> None:
    """Raises NotReady if the translation may not be published yet, whoever asks."""
    segments = segments_of(translation)
    waiting = sum(segment.waits for segment in segments)
    if waiting:
        raise NotReady(
            ngettext(
                "%(count)s text is still to be translated.",
                "%(count)s texts are still to be translated.",
                waiting,
            )
            % {"count": waiting}
        )
    for segment in segments:
        reason = "" if segment.omitted else fault(segment, segment.target)
        if reason:
            raise NotReady(f"{segment.place.name}: {reason}")


def needs_review(page: Page) -> bool:
    """Whether the workflow of the page has a review of translations."""
    workflow = page.get_workflow()
    reviews = TranslationReview.objects.filter(active=True).values("pk")
    return bool(workflow and workflow.workflow_tasks.filter(task__in=reviews).exists())


def goes_live_with(names: list[str]) -> str:
    """A sentence on a translation that waits for works with these titles."""
    return _("It goes live together with %(works)s.") % {"works": ", ".join(names)}


def works_awaited(translation: Translation) -> list[str]:
    """Titles of works that have to be public before the translation, because somebody wants it so."""
    version = _version(translation)
    return [other.title for other in awaited(version)] if version and version.waits_for_links else []


def awaited(version: LanguageVersion) -> list[LanguageVersion]:
    """Works to which the original leads and whose translation into the language is still a draft."""
    original = version.original.specific
    linked = {*linked_ids(original), *original.related_works.values_list("work_id", flat=True)}
    works = set(Page.objects.filter(pk__in=linked).values_list("translation_key", flat=True))
    others = LanguageVersion.objects.filter(work__in=works - {version.work}, locale=version.locale)
    return list(others.exclude(page=None).exclude(page__live=True).order_by("title"))


def release(translation: Translation) -> bool:
    """Let a translation go live with the works it waits for, and return whether it still waits."""
    version = LanguageVersion.objects.filter(work=translation.source.object_id, locale=translation.target_locale)
    version.update(released=True)
    publish_released()
    return version.filter(released=True).exists()


def publish_released() -> None:
    """Publish what was released and waits for nothing any more, or only for others that were released too."""
    waiting = {
        (version.work, version.locale_id): version
        for version in LanguageVersion.objects.filter(released=True).select_related("locale", "original")
    }
    while True:
        held = [
            key
            for key, version in waiting.items()
            if any((other.work, other.locale_id) not in waiting for other in awaited(version))
        ]
        if not held:
            break
        for key in held:
            del waiting[key]
    for version in waiting.values():
        translation = running(version)
        if translation and translation.get_target_instance().get_lock():
            logger.warning("%s is locked, and goes live at the next publication after that", version)
            continue
        LanguageVersion.objects.filter(pk=version.pk).update(released=False)
        try:
            if translation:
                check_ready(translation)
                write_page(translation, None, publish=True)
        except NotReady as reason:
            logger.warning("%s does not go live with the works it waited for: %s", version, reason)


def _version(translation: Translation) -> LanguageVersion | None:
    return LanguageVersion.objects.filter(work=translation.source.object_id, locale=translation.target_locale).first()


def publish_approved(workflow_state: WorkflowState, user: Any = None) -> None:
    """What Wagtail does when a workflow has ended well. A translation goes live as it is written by now, not as it was
    when it was handed in, unless its original has changed meanwhile; with the works it waits for, if there are any."""
    page = workflow_state.content_object
    translation = translation_of(page) if isinstance(page, Page) else None
    if translation and works_awaited(translation):
        release(translation)
        return
    if translation and not untranslated(translation):
        translation.save_target(user=user, publish=False)
        # The workflow's own copy of the page does not know of that revision. Who approves need not be one who may
        # publish without approval.
        translation.get_target_instance().get_latest_revision().publish(user=user, skip_permission_checks=True)
    else:
        publish_workflow_state(workflow_state, user=user)
