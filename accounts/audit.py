"""Who logged in and what changed in what people may do, where administrators read it: in Wagtail's site history.

No addresses, and no names that nobody has: somebody may have typed a password there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.signals import user_logged_in
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.http import HttpRequest
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import GroupCollectionPermission, GroupPagePermission, ModelLogEntry

from hub.clients import client_pseudonym

from . import lock, sessions

KEEP = timedelta(days=366)
LOG_IN, FAILURE, LOCK, UNLOCK = "accounts.log_in", "accounts.failure", "accounts.lock", "accounts.unlock"
CODE_FAILURE = "accounts.code_failure"
SESSIONS_ENDED = "accounts.sessions_ended"
FACTOR_ADDED, FACTOR_REMOVED, CODES_MADE = "accounts.factor_added", "accounts.factor_removed", "accounts.codes_made"
PASSWORD, STATE = "accounts.password", "accounts.state"
GROUPS, PERMISSIONS = "accounts.groups", "accounts.permissions"


def connect() -> None:
    """Listen to what is noted."""
    user_logged_in.connect(note_log_in)
    mfa.authenticator_added.connect(note_factor_added)
    mfa.authenticator_removed.connect(note_factor_removed)
    mfa.authenticator_reset.connect(note_codes_made)
    mfa.authentication_failed.connect(note_code_failure)
    user = get_user_model()
    pre_save.connect(note_state, sender=user)
    for through in (user.groups.through, user.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(note_membership, sender=through)
    for model in (GroupPagePermission, GroupCollectionPermission):
        post_save.connect(note_permission_given, sender=model)
        post_delete.connect(note_permission_taken, sender=model)


def tidy() -> None:
    """Delete what is older than a year."""
    ModelLogEntry.objects.filter(action__startswith="accounts.", timestamp__lt=timezone.now() - KEEP).delete()


# Logging in


def note_log_in(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    sessions.note(request)
    lock.forget_failures(user, client_pseudonym(request))
    ways = [record.get("type") or record["method"] for record in get_authentication_records(request, user)]
    log(instance=user, action=LOG_IN, user=user, data={"ways": ways})


def note_failure(name: str, *, locked: bool) -> None:
    """A password that was wrong, and whether nobody gets in by this name from there for a while."""
    user = get_user_model()._default_manager.filter(username__iexact=name).first()
    if user:
        log(instance=user, action=FAILURE)
        if locked:
            log(instance=user, action=LOCK)


def note_code_failure(user: Any, **kwargs: Any) -> None:
    log(instance=user, action=CODE_FAILURE)


def note_factor_added(request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        log(instance=user, action=CODES_MADE, user=user)
        return
    # Setting it up showed that it is there: nobody is asked for it again in this session.
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    log(instance=user, action=FACTOR_ADDED, user=user, data={"type": authenticator.type})


def note_factor_removed(request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    log(instance=authenticator.user, action=FACTOR_REMOVED, user=user, data={"type": authenticator.type})


def note_codes_made(user: Any, **kwargs: Any) -> None:
    log(instance=user, action=CODES_MADE, user=user)


# What people may do


def note_state(instance: Any, update_fields: Any, raw: bool = False, **kwargs: Any) -> None:
    """A password, and whether somebody is active or an administrator."""
    watched = {"password": PASSWORD, "is_active": STATE, "is_superuser": STATE}
    # Django refreshes the hash of a password alone, and the time of a log-in.
    if (
        raw
        or instance.pk is None
        or (update_fields is not None and not {"is_active", "is_superuser"} & {*update_fields})
    ):
        return
    before = type(instance)._default_manager.filter(pk=instance.pk).values(*watched).first()
    changed = {name: getattr(instance, name) for name in before or {} if before[name] != getattr(instance, name)}
    if "password" in changed:
        del changed["password"]
        log(instance=instance, action=PASSWORD)
    if changed:
        log(instance=instance, action=STATE, data=changed)


def note_membership(
    action: str, instance: Any, reverse: bool, model: type[Model], pk_set: set[int] | None, **kwargs: Any
) -> None:
    """Groups of a user, and permissions of a user or a group, from whichever side they are changed."""
    if action not in ("post_add", "post_remove", "pre_clear"):
        return
    if action == "pre_clear":
        others = related(instance, model)
    else:
        others = list(model._default_manager.filter(pk__in=pk_set or ()))
    given = action == "post_add"
    if not reverse:
        note_change(instance, others, given)
    else:
        for other in others:
            note_change(other, [instance], given)


def related(instance: Any, model: type[Model]) -> list[Any]:
    """What is about to be taken away."""
    for field in instance._meta.get_fields(include_hidden=True):
        if field.many_to_many and field.related_model is model:
            accessor = field.get_accessor_name() if field.auto_created else field.name
            return list(getattr(instance, accessor).all())
    return []


def note_change(owner: Any, others: list[Any], given: bool) -> None:
    if others:
        action = GROUPS if isinstance(others[0], Group) else PERMISSIONS
        names = sorted(other.name if isinstance(other, Group) else label(other) for other in others)
        log(instance=owner, action=action, data={"given" if given else "taken": names})


def label(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"


def note_permission_given(instance: Any, created: bool, raw: bool, **kwargs: Any) -> None:
    if created and not raw:
        note_on(instance, "given")


def note_permission_taken(instance: Any, origin: Any = None, **kwargs: Any) -> None:
    # With its group, page or collection all of its permissions go.
    if origin is instance or not isinstance(origin, Model):
        note_on(instance, "taken")


def note_on(instance: Any, way: str) -> None:
    """A permission of a group on pages or files."""
    place = instance.page.title if isinstance(instance, GroupPagePermission) else instance.collection.name
    log(instance=instance.group, action=PERMISSIONS, data={way: [f"{label(instance.permission)}: {place}"]})
