"""Publishing and unpublishing at the times that editors have set. The worker calls this every few seconds."""

import logging
from collections.abc import Iterator
from datetime import datetime

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

logger = logging.getLogger(__name__)


def publish_scheduled() -> int:
    """Carry out what is due, and return how many objects were published or unpublished.

    An object that fails is logged and tried again at the next call; it does not keep the others from going live.
    """
    now = timezone.now()
    done = 0
    for expired in _expired(now):
        done += _carry_out(expired, "unpublish", set_expired=True, log_action="wagtail.unpublish.scheduled")
    for revision in Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at"):
        done += _carry_out(revision, "publish", log_action="wagtail.publish.scheduled")
    return done


def _expired(now: datetime) -> Iterator[DraftStateMixin]:
    """Yield what is live although its time is over: pages, and snippets that can be drafts."""
    drafting = [
        model for model in apps.get_models() if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    for model in [Page, *drafting]:
        yield from model.objects.filter(live=True, expire_at__lte=now).order_by("expire_at")


def _carry_out(target: Revision | DraftStateMixin, action: str, **options: object) -> bool:
    """Publish or unpublish one object, all or nothing."""
    try:
        with transaction.atomic():
            getattr(target, action)(**options)
    except Exception:
        logger.exception("Could not %s %s at its time; trying again", action, target)
        return False
    logger.info("Carried out as scheduled: %s %s", action, target)
    return True
