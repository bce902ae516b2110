"""After too many failed log-ins nobody gets in for a while, not even with the right password.

Counted are the failures of the last WAIT: of a name from one address, of an address, and of a name from anywhere. The
last is what NIST SP 800-63B asks for (3.2.2); it is high, so that nobody can easily keep somebody else out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

WAIT: timedelta = settings.AXES_COOLOFF_TIME
# Failures, in the order of AXES_LOCKOUT_PARAMETERS.
LIMITS = (settings.AXES_FAILURE_LIMIT, 20, 100)


def lately(now: datetime) -> tuple[datetime, datetime]:
    """The time whose failures count. Those noted far ahead are from before the clock was moved back."""
    return now - WAIT, now + WAIT


class Handler(AxesDatabaseHandler):
    """django-axes has one limit for everything that it counts by; here each has its own."""

    def get_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> list[Any]:
        now = request.axes_attempt_time or timezone.now()  # type: ignore[attr-defined]
        found = super().get_user_attempts(request, credentials)
        return [attempts.filter(attempt_time__range=lately(now)) for attempts in found]

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """LIMITS[0] or more where one of the LIMITS is reached."""
        counted = [
            attempts.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        ]
        return max(failures * LIMITS[0] // limit for failures, limit in zip(counted, LIMITS, strict=True))


def name_of(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name as it is counted: capitals make no other name, because they do not when logging in."""
    return str((credentials or {}).get("username", "")).lower()


def forget_failures(user: Any, address: str) -> None:
    """After a log-in, those of this name from this address. Others stay: they may be guesses of another's."""
    AccessAttempt.objects.filter(username=user.get_username().lower(), ip_address=address).delete()


def is_locked(user: Any) -> bool:
    """Whether somebody with this name is kept out, at one address at least."""
    recent = AccessAttempt.objects.filter(
        username=user.get_username().lower(), attempt_time__range=lately(timezone.now())
    )
    by_address = recent.values("ip_address").annotate(failures=Sum("failures_since_start")).order_by()
    counts = list(by_address.values_list("failures", flat=True))
    return sum(counts) >= LIMITS[2] or any(count >= LIMITS[0] for count in counts)


def unlock(user: Any) -> None:
    """Let this name try again, from everywhere."""
    AccessAttempt.objects.filter(username=user.get_username().lower()).delete()


def tidy() -> None:
    """Delete the failures that no longer count."""
    AccessAttempt.objects.exclude(attempt_time__range=lately(timezone.now())).delete()
