"""What editors do to a page happens whole or not at all.

Wagtail commits each step of it: a process that is killed in between would leave a page that readers see without a
history, or a review that only half of the reviewers have been told of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

type View = Callable[..., HttpResponseBase]

# Of wagtail.admin.urls.pages. Its other views write in one step, or nothing.
STEPS = frozenset(
    {
        "add", "confirm_workflow_cancellation", "copy", "edit", "lock", "move_confirm", "revisions_revert",
        "revisions_unschedule", "set_privacy", "unlock", "unpublish", "workflow_action",
    }
)  # fmt: skip


def all_or_nothing(view: View) -> View:
    """The view, in one transaction where something is sent to it.

    Drafts that are saved while somebody types are left to Wagtail: nobody is told of them.
    """

    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or not request.accepts("text/html"):
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return update_wrapper(inner, view)


def make_whole(urlpatterns: Iterable[Any]) -> None:
    """Have the views of Wagtail's page addresses do what they do whole."""
    for pattern in urlpatterns:
        if pattern.name in STEPS:
            pattern.callback = all_or_nothing(pattern.callback)
