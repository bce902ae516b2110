"""Mails to translators and editors, each in its reader's own language of the admin.

One task sends one mail: what fails for one reader keeps nothing from the others, and is tried again by the worker.
Facts are what the mail says, without language: names and dates are written when it is sent.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import DNS_NAME, EmailMessage
from django.tasks import TaskContext, task
from django.template.loader import render_to_string
from django.utils import translation
from wagtail.admin.utils import get_user_display_name
from wagtail.users.models import UserProfile

from hub.languages import language_name
from hub.mail import OUTSIDE

# Lines of works that a mail lists; it says how many more there are.
LISTED = 20


def tell(user: Any, template: str, facts: dict[str, Any]) -> None:
    """Send a mail to somebody who is still there and has an address."""
    if user and user.is_active and user.email:
        send.enqueue(user.pk, template, facts)


@task(takes_context=True)
def send(context: TaskContext, user_id: int, template: str, facts: dict[str, Any]) -> None:
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if not user or not user.email:
        return
    with translation.override(language_of(user)):
        lines = [line | {"language": language_name(line["language"])} for line in facts.get("lines", [])]
        words = facts | {
            "reader": get_user_display_name(user),
            "lines": lines[:LISTED],
            "more": len(lines[LISTED:]) + facts.get("more", 0),
            "due": date.fromisoformat(facts["due"]) if facts.get("due") else None,
            "address": f"{settings.BASE_URL}{facts['path']}",
            "site": settings.WAGTAIL_SITE_NAME,
        }
        text = render_to_string(f"translation/mail/{template}.txt", words).strip()
    subject, _separator, body = text.partition("\n")
    # The same whenever the task runs: see hub/mail.py.
    headers = {"Message-ID": f"<{context.task_result.id}@{DNS_NAME}>"}
    message = EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[user.email], headers=headers)
    message.send(using=OUTSIDE)


def language_of(user: Any) -> str:
    """The language of the admin that somebody has chosen; the network's first if none."""
    profile = UserProfile.objects.filter(user=user).first() if user else None
    return (profile.preferred_language if profile else "") or settings.LANGUAGE_CODE


def line_of(version: Any) -> dict[str, Any]:
    """What a mail says of a version."""
    return {"title": version.title, "language": version.locale.language_code, "words": version.words_to_do}
