"""Mails of reviews. For translations they take the place of Wagtail's: in the desk's own words, and a translation that
is handed in is told to those only who may decide on it. For all other pages Wagtail's stay."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from wagtail.admin import signal_handlers as wagtails
from wagtail.admin.utils import get_user_display_name
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from .notices import tell
from .people import may_work_on

MAILS: list[tuple[Any, Any, str, Any, str]] = [
    (
        task_submitted,
        TaskState,
        "group_approval_task_submitted_email_notification",
        wagtails.task_submission_email_notifier,
        "handed_in",
    ),
    # To administrators, who hear of the task already.
    (
        workflow_submitted,
        WorkflowState,
        "workflow_state_submitted_email_notification",
        wagtails.workflow_submission_email_notifier,
        "",
    ),
    (
        workflow_rejected,
        WorkflowState,
        "workflow_state_rejected_email_notification",
        wagtails.workflow_rejection_email_notifier,
        "sent_back",
    ),
    (
        workflow_approved,
        WorkflowState,
        "workflow_state_approved_email_notification",
        wagtails.workflow_approval_email_notifier,
        "approved",
    ),
]


def connect() -> None:
    """Comes before Wagtail's own connecting: of two receivers with one name, a signal keeps the first."""
    for signal, sender, name, notifier, mail in MAILS:
        signal.connect(partial(_told, notifier, mail), sender=sender, dispatch_uid=name, weak=False)


def _told(notifier: Any, mail: str, *, instance: Any, user: Any = None, **kwargs: Any) -> None:
    state = instance.workflow_state if isinstance(instance, TaskState) else instance
    page: Any = getattr(state.content_object, "specific", None)
    if not getattr(page, "translated_from", ""):
        notifier(instance, user=user, **kwargs)
        return
    if not mail:
        return
    # A workflow without any task approves at once.
    decided = state.current_task_state if mail != "handed_in" else None
    facts = {
        "title": page.get_admin_display_title(),
        "by": get_user_display_name(user) if user else "",
        "message": decided.specific.get_comment() if decided else "",
        "lines": [{"title": page.get_admin_display_title(), "language": page.locale.language_code, "words": 0}],
        "path": reverse("wagtailadmin_pages:edit", args=[page.pk]),
    }
    # Those who want such mails, by Wagtail's own rules.
    for reader in notifier.get_valid_recipients(instance, user=user):
        if mail != "handed_in" or (may_work_on(reader, page) and instance.task.specific.get_actions(page, reader)):
            tell(reader, mail, facts)
