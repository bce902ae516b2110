"""Editors ask for languages; translators and editors hear what becomes of it.

While a version is asked for, a second request for it joins the first: the earlier date counts, and both askers are
told when it is public. A request closes when all that it asks for is public.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.utils import get_user_display_name
from wagtail_localize.models import StringTranslation

from . import people
from .models import LanguageVersion, RequestedVersion, RequestEvent, State, TranslationRequest
from .notices import LISTED, line_of, tell
from .progress import Change

Kind = RequestEvent.Kind
# What takes versions out of what a request waits for.
ENDED = [Kind.DONE, Kind.ORIGINAL_DELETED]
# As long a job may take until it has entered the first version of a new request.
BEING_WRITTEN = timedelta(hours=1)
# Of one original that is published again and again, translators hear so often at most.
PAUSE = timedelta(hours=1)


@dataclass
class Asked:
    """What became of a request: its own row if any version was not asked for before, and those that it joined."""

    request: TranslationRequest | None
    joined: list[TranslationRequest] = field(default_factory=list)
    published: int = 0  # versions that are public and up to date


@transaction.atomic
def ask(
    versions: Iterable[LanguageVersion], *, user: Any, title: str, message: str = "", due: date | None = None
) -> Asked:
    """Ask for all these versions at once, and tell their translators."""
    request = open_request(user=user, title=title, message=message, due=due)
    versions = list(versions)
    asked = [version.pk for version in versions if add(request, version, user)]
    return close_or_announce(request, asked, len(versions) - len(asked))


def open_request(*, user: Any, title: str, message: str = "", due: date | None = None) -> TranslationRequest:
    request = TranslationRequest.objects.create(
        title=" ".join(title.split())[:255], message=message, due=due, requested_by=user
    )
    RequestEvent.objects.create(request=request, kind=Kind.ASKED, user=user)
    return request


def add(request: TranslationRequest, version: LanguageVersion, user: Any) -> bool:
    """Ask for one version more, or join who has asked for it before. False if it is public and up to date."""
    if version.state == State.PUBLISHED:
        return False
    if request.due and (version.due is None or request.due < version.due):
        LanguageVersion.objects.filter(pk=version.pk).update(due=request.due)
    requested, is_new = RequestedVersion.objects.get_or_create(
        version=version, done_at=None, defaults={"request": request}
    )
    if is_new or requested.request_id == request.pk:
        return True
    first = requested.request
    RequestEvent.objects.create(
        request=first, kind=Kind.JOINED, user=user, version=version, text=request.message or request.title
    )
    if request.due and (version.due is None or request.due < version.due):
        RequestEvent.objects.create(
            request=first, kind=Kind.DUE, user=user, version=version, text=request.due.isoformat()
        )
    return True


def close_or_announce(request: TranslationRequest, versions: Any, published: int = 0) -> Asked:
    """End asking for these versions (keys, or a query for them): a request that only joined others goes. Translators
    are told of what is new, and of what is due earlier now."""
    others = RequestedVersion.objects.filter(version__in=versions, done_at=None).exclude(request=request)
    joined = list(TranslationRequest.objects.filter(pk__in=others.values("request")))
    earlier = RequestEvent.objects.filter(
        kind=Kind.DUE, user=request.requested_by, at__gte=request.created_at, version__in=others.values("version")
    )
    rows = RequestedVersion.objects.filter(done_at=None).select_related("version__locale", "version__translator")
    for each in joined:
        announce(request, rows.filter(request=each, version__in=earlier.values("version")), path_of(each))
    if not request.versions.exists():
        request.delete()
        return Asked(None, joined, published)
    announce(request, rows.filter(request=request), path_of(request))
    return Asked(request, joined, published)


def path_of(request: TranslationRequest) -> str:
    return reverse("translation_desk:request", args=[request.pk])


def announce(request: TranslationRequest, rows: Iterable[RequestedVersion], path: str) -> None:
    """Tell those who have the versions, or else all who translate into their languages: one mail each."""
    facts = {
        "title": request.title,
        "message": request.message,
        "due": request.due.isoformat() if request.due else "",
        "by": get_user_display_name(request.requested_by) if request.requested_by else "",
        "path": path,
    }
    for user, versions in _by_reader([row.version for row in rows]).items():
        if user != request.requested_by:
            tell(user, "asked", facts | _lines(versions))


def assign(version: LanguageVersion, *, translator: Any, due: date | None, by: Any) -> None:
    """Give a version to somebody; a date of None leaves the one it has. Who gets it is told by the caller, once."""
    values: dict[str, Any] = {"translator": translator}
    if due:
        values["due"] = due
    LanguageVersion.objects.filter(pk=version.pk).update(**values)
    requested = RequestedVersion.objects.filter(version=version, done_at=None).first()
    if requested:
        name = get_user_display_name(translator) if translator else ""
        RequestEvent.objects.create(
            request_id=requested.request_id, kind=Kind.ASSIGNED, user=by, version=version, text=name
        )


def tell_assigned(translator: Any, versions: Sequence[LanguageVersion], *, by: Any, due: date | None) -> None:
    if translator and versions and translator != by:
        facts = {
            "by": get_user_display_name(by) if by else "",
            "due": due.isoformat() if due else "",
            "count": len(versions),
            "path": f"{reverse('translation_desk:queue')}?translator=me",
        }
        tell(translator, "assigned", facts | _lines(versions))


@transaction.atomic
def withdraw(request: TranslationRequest, user: Any) -> None:
    """End a request whose versions are no longer needed. Who joined it is told."""
    now = timezone.now()
    # First, so that a job that fills it either has ended its step or sees that it is closed.
    TranslationRequest.objects.filter(pk=request.pk).update(closed_at=now)
    request.versions.filter(done_at=None).update(done_at=now)
    RequestEvent.objects.create(request=request, kind=Kind.CLOSED, user=user)
    facts = {
        "title": request.title,
        "by": get_user_display_name(user),
        "path": path_of(request),
    }
    for asker in _askers(request):
        if asker != user:
            tell(asker, "withdrawn", facts)


def may_withdraw(request: TranslationRequest, user: Any) -> bool:
    return request.closed_at is None and (request.requested_by_id == user.pk or user.is_superuser)


# What the counting of works finds


def follow_changes(changes: Sequence[Change]) -> None:
    """Called when versions have been counted again: something was published, or an original has changed."""
    done = [change.version.pk for change in changes if change.is_published]
    if done:
        _note_done(done)
    changed = [change for change in changes if change.source_has_changed and change.version.page_id]
    if changed:
        _note_changed_sources(changed)
    _close_finished()


def _note_done(pks: list[int]) -> None:
    # The next time that the original changes there is no date yet.
    LanguageVersion.objects.filter(pk__in=pks, due__isnull=False).update(due=None)
    rows = list(RequestedVersion.objects.filter(version__in=pks, done_at=None))
    RequestEvent.objects.bulk_create(
        RequestEvent(request_id=row.request_id, version_id=row.version_id, kind=Kind.DONE) for row in rows
    )
    RequestedVersion.objects.filter(pk__in=[row.pk for row in rows]).update(done_at=timezone.now())
    for request in TranslationRequest.objects.filter(pk__in={row.request_id for row in rows}):
        _tell_joined(request, set(pks))


def _tell_joined(request: TranslationRequest, done: set[int]) -> None:
    """Tell those who joined a request once the last version that they asked for is public."""
    waiting = set(request.versions.filter(done_at=None).values_list("version_id", flat=True))
    wanted: dict[Any, set[int]] = defaultdict(set)
    for event in request.events.filter(kind=Kind.JOINED).select_related("user"):
        if event.user and event.version_id:
            wanted[event.user].add(event.version_id)
    for user, versions in wanted.items():
        if user.pk != request.requested_by_id and versions & done and not versions & waiting:
            _tell_done(user, request, versions)


def _close_finished() -> None:
    waiting = RequestedVersion.objects.filter(request=OuterRef("pk"), done_at=None)
    finished = TranslationRequest.objects.filter(~Exists(waiting), closed_at=None)
    for request in finished.select_related("requested_by"):
        is_new = abs(timezone.now() - request.created_at) < BEING_WRITTEN
        if is_new and not request.versions.exists() and not request.events.filter(kind__in=ENDED).exists():
            continue
        TranslationRequest.objects.filter(pk=request.pk).update(closed_at=timezone.now())
        RequestEvent.objects.create(request=request, kind=Kind.CLOSED)
        _tell_done(request.requested_by, request, set(request.versions.values_list("version_id", flat=True)))


def _tell_done(user: Any, request: TranslationRequest, versions: set[int]) -> None:
    rows = request.versions.filter(version__in=versions).select_related("version__locale")
    if not rows:
        return
    facts = {"title": request.title, "path": path_of(request)}
    tell(user, "done", facts | _lines([row.version for row in rows]))


def _askers(request: TranslationRequest) -> set[Any]:
    joined = request.events.filter(kind=Kind.JOINED).select_related("user")
    return {user for user in (request.requested_by, *(event.user for event in joined)) if user}


def _note_changed_sources(changes: Sequence[Change]) -> None:
    pks = [change.version.pk for change in changes]
    versions = LanguageVersion.objects.filter(pk__in=pks).select_related("locale", "translator")
    were_published = {change.version.pk for change in changes if change.before.state == State.PUBLISHED}
    requests = dict(
        RequestedVersion.objects.filter(version__in=pks, done_at=None).values_list("version_id", "request_id")
    )
    now = timezone.now()
    just_now = RequestEvent.objects.filter(at__range=(now - PAUSE, now), version__in=pks, kind=Kind.SOURCE_CHANGED)
    told = set(just_now.values_list("version_id", flat=True))
    concerned = []
    for version in versions:
        if not version.translator and version.pk not in requests and version.pk in were_published:
            version.translator = _last_translator(version)
        if version.pk not in told and (version.translator or version.pk in requests):
            concerned.append(version)
    RequestEvent.objects.bulk_create(
        RequestEvent(request_id=requests[version.pk], version=version, kind=Kind.SOURCE_CHANGED)
        for version in concerned
        if version.pk in requests
    )
    facts = {"path": f"{reverse('translation_desk:queue')}?state=outdated&state=in_progress"}
    for user, theirs in _by_reader(concerned).items():
        tell(user, "source_changed", facts | _lines(theirs))


def _last_translator(version: LanguageVersion) -> Any:
    """Who has written a text of it last, if he or she still translates into the language."""
    written = StringTranslation.objects.filter(context__object_id=version.work, locale=version.locale_id)
    last = (
        written.exclude(last_translated_by=None).order_by("-updated_at").select_related("last_translated_by").first()
    )
    user = last.last_translated_by if last else None
    return user if user and version.locale_id in people.locales_of(user) else None


def _by_reader(versions: Iterable[LanguageVersion]) -> dict[Any, list[LanguageVersion]]:
    """Versions by those who are to hear of them: who has them, or else all who translate into their languages."""
    found: dict[Any, list[LanguageVersion]] = defaultdict(list)
    unassigned: dict[int, list[LanguageVersion]] = defaultdict(list)
    for version in versions:
        if version.translator:
            found[version.translator].append(version)
        else:
            unassigned[version.locale_id].append(version)
    if unassigned:
        for user in people.translators():
            for locale in people.locales_of(user) & set(unassigned):
                found[user] += unassigned[locale]
    return {user: seen for user, theirs in found.items() if (seen := _seen_by(user, theirs))}


def _seen_by(user: Any, versions: Sequence[LanguageVersion]) -> list[LanguageVersion]:
    from .queue.rows import visible_to

    seen = set(visible_to(user).filter(pk__in=[version.pk for version in versions]).values_list("pk", flat=True))
    return [version for version in versions if version.pk in seen]


def _lines(versions: Sequence[LanguageVersion]) -> dict[str, Any]:
    ordered = sorted(versions, key=lambda version: (version.title, version.locale.language_code))
    return {"lines": [line_of(version) for version in ordered[:LISTED]], "more": len(ordered[LISTED:])}
