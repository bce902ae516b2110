"""Publishing and unpublishing at the times that editors have set. The worker calls this every few seconds."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
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
        done += _carry_out(expired, _unpublish)
    due = Revision.objects.filter(approved_go_live_at__lte=now)
    for pk in due.order_by("approved_go_live_at").values_list("pk", flat=True):
        done += _carry_out(due.filter(pk=pk), partial(_publish, now=now))
    return done


def _expired(now: datetime) -> Iterator[QuerySet[Any]]:
    """Yield, one by one, what is live although its time is over: pages, and snippets that can be drafts."""
    drafting = [
        model for model in apps.get_models() if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    for model in [Page, *drafting]:
        over = model.objects.filter(live=True, expire_at__lte=now)
        for pk in over.order_by("expire_at").values_list("pk", flat=True):
            yield over.filter(pk=pk)


def _publish(revision: Revision, *, now: datetime) -> None:
    """Publish; what has expired meanwhile, as no worker ran for a while, is over in the same transaction."""
    revision.publish(log_action="wagtail.publish.scheduled")
    model = type(revision.as_object())
    if expired := model.objects.filter(pk=revision.object_id, live=True, expire_at__lte=now).first():
        _unpublish(expired)


def _unpublish(expired: DraftStateMixin) -> None:
    expired.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _carry_out(due: QuerySet[Any], action: Callable[[Any], None]) -> bool:
    """Publish or unpublish one object, all or nothing, unless another worker has done it meanwhile."""
    target = None
    try:
        with transaction.atomic():
            target = due.select_for_update().first()
            if target is None:
                return False
            action(target)
    except Exception:
        logger.exception("Could not carry out what was scheduled for %s; trying again", target)
        return False
    logger.info("Carried out as scheduled: %s", target)
    return True
