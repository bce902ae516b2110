"""What a balancer asks to know whether this installation can serve readers."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from .engines import get_engine
from .models import IndexChange
from .outbox import oldest_waiting


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 if database and index answer and no change waits longer than SEARCH_OUTBOX_MAX_AGE seconds, else
    503. Works that cannot be read are counted, and leave the rest as ready as it is."""
    try:
        waiting, age = IndexChange.objects.waiting().works(), oldest_waiting(timezone.now())
        unreadable = IndexChange.objects.unreadable().works()
    except DatabaseError:
        return JsonResponse({"ready": False, "database": False}, status=503)
    status = get_engine().status()
    ready = not status.error and age <= settings.SEARCH_OUTBOX_MAX_AGE
    answer = {
        "ready": ready,
        "database": True,
        "index": {"engine": status.name, "works": status.documents, "available": not status.error},
        "outbox": {"waiting": waiting, "oldest_seconds": round(age, 1), "unreadable": unreadable},
    }
    return JsonResponse(answer, status=200 if ready else 503)
