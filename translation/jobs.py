"""Work on many versions at once, in the background.

A job has a step for each version. `run` is a task that does them one by one, each in a transaction of its own: what
fails is written into its step and keeps nothing from the others. After SLICE seconds it lets other tasks pass. Whoever
works on a job holds it for a while; when its worker is killed, `resume` finds it afterwards and goes on. A worker that
was only slow finds out, and leaves it to the other.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext, suppress
from datetime import date, timedelta
from itertools import batched
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.tasks import task
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.utils import get_user_display_name

from hub.languages import language_name
from hub.moments import passed
from hub.permissions import EDIT_ORIGINALS

from . import requests
from .models import Job, JobStep, LanguageVersion, TranslationRequest
from .notices import language_of
from .people import may_translate, may_work_in
from .publishing import NotReady, goes_live_with, publish, running
from .segments import Conflict
from .starting import translation_for, translation_to_export

logger = logging.getLogger(__name__)

SLICE = 20.0  # seconds
HOLD = timedelta(minutes=2)
UNEXPECTED = gettext_lazy("Something unexpected went wrong. The log of the server says what.")
KEEP = timedelta(days=30)  # how long finished jobs and their files can be seen


class Taken(BaseException):
    """Somebody else is at the job now. It is no failure: nothing that catches those may catch it."""


@transaction.atomic
def start(
    kind: str, versions: Iterable[LanguageVersion] | QuerySet[LanguageVersion], user: Any, **options: Any
) -> Job:
    """Begin a job. Options are plain values, as the actions below read them."""
    job = Job.objects.create(kind=kind, options=options, user=user)
    pks = (
        versions.values_list("pk", flat=True)
        if isinstance(versions, QuerySet)
        else [version.pk for version in versions]
    )
    for batch in batched(pks, 1000):
        JobStep.objects.bulk_create(JobStep(job=job, version_id=pk) for pk in batch)
    run.enqueue(job.pk)
    return job


@task()
def run(job_id: int) -> None:
    work(job_id)


def resume() -> None:
    """Go on with jobs whose worker was killed, and delete old ones. The worker calls this every now and then."""
    now = timezone.now()
    begun = Job.objects.filter(~Q(created_at__range=(now - HOLD, now)), finished_at=None)
    for pk in begun.filter(passed("held_until", now, HOLD)).values_list("pk", flat=True):
        work(pk)
    for job in Job.objects.filter(finished_at__lt=now - KEEP):
        job.result.delete(save=False)
        job.delete()


def work(job_id: int) -> None:
    """Do what is left of a job, unless somebody else is at it."""
    if not _hold(job_id):
        return
    job = Job.objects.select_related("user").get(pk=job_id)
    end = None
    with translation.override(language_of(job.user)), suppress(Taken):
        for _piece in _pieces(job):
            hold_on(job)
            # From the first piece on, before which a file may have to be read.
            end = end or time.monotonic() + SLICE
            if time.monotonic() > end:
                with transaction.atomic():
                    Job.objects.filter(pk=job_id).update(held_until=None)
                    run.enqueue(job_id)
                return
        _finish(job)


def _hold(job_id: int) -> bool:
    now = timezone.now()
    free = Job.objects.filter(passed("held_until", now, HOLD), pk=job_id, finished_at=None)
    return bool(free.update(held_until=now + HOLD))


def hold_on(job: Job) -> None:
    """Say that we are still at it. Whatever may take longer than HOLD says so meanwhile. Raises Taken."""
    until = timezone.now() + HOLD
    if not Job.objects.filter(pk=job.pk, held_until=job.held_until).update(held_until=until):
        raise Taken
    job.held_until = until


def _pieces(job: Job) -> Iterator[None]:
    """Do what is left of a job, piece by piece."""
    if job.kind == Job.Kind.IMPORT:
        yield from _import(job)
    while step := _next_step(job):
        _do(job, step)
        yield


def _import(job: Job) -> Iterator[None]:
    from .files import background

    try:
        if job.user is None:
            raise NotReady(_("The person who began this is not there any more."))
        yield from background.pieces(job)
    except NotReady as reason:
        job.failure = str(reason)
    except Exception:
        logger.exception("%s could not go on", job)
        job.failure = str(UNEXPECTED)


def _next_step(job: Job) -> JobStep | None:
    steps = job.steps.filter(done_at=None).select_related("version__locale", "version__original")
    return steps.order_by("pk").first()


def _do(job: Job, step: JobStep) -> None:
    action = ACTIONS[job.kind]
    step.done_at = timezone.now()
    try:
        if job.user is None:
            raise NotReady(_("The person who began this is not there any more."))
        if job.kind in (Job.Kind.MACHINE, Job.Kind.EXPORT):
            # It may wait for somebody else's server: no transaction is open meanwhile. Doing it again does no harm.
            action(job, step)
            step.save()
        else:
            with transaction.atomic():
                action(job, step)
                step.save()
        return
    except NotReady as reason:
        step.failure = str(reason)
    except PermissionDenied:
        step.failure = _("You may not do this with this page.")
    except ValidationError as error:
        step.failure = " ".join(error.messages)
    except Conflict:
        step.failure = _("Somebody else was writing it at the same moment.")
    except Exception:
        logger.exception("%s failed for %s", job, step.version)
        step.failure = str(UNEXPECTED)
    step.save()


def _finish(job: Job) -> None:
    hold_on(job)
    try:
        # Files take long to write: no transaction is open meanwhile.
        with nullcontext() if job.kind == Job.Kind.EXPORT else transaction.atomic():
            if job.kind in FINISHES:
                FINISHES[job.kind](job)
    except NotReady as reason:
        job.failure = str(reason)
    except Exception:
        logger.exception("%s could not be finished", job)
        job.failure = str(UNEXPECTED)
    job.finished_at = timezone.now()
    job.save(update_fields=["finished_at", "result", "failure", "options"])


# What each kind does with a version. Each raises NotReady with a sentence, or PermissionDenied.


def _request(job: Job, step: JobStep) -> None:
    """Options: `request`, the key of the request; the finish says what became of it."""
    request = _open_request(job)
    if request is None:
        raise NotReady(_("The request is withdrawn."))
    if not requests.add(request, step.version, job.user):
        raise NotReady(_("It is published and up to date: nothing was asked for."))


def _assign(job: Job, step: JobStep) -> None:
    """Options: `translator`, a user's key or None for nobody; `due`, a date as YYYY-MM-DD or ""."""
    version, translator = step.version, _translator(job)
    user: Any = job.user
    if not user.has_perm(EDIT_ORIGINALS) and not _takes_own(user, version, translator):
        raise PermissionDenied
    if translator and not may_translate(translator, version.locale):
        raise NotReady(
            _("%(person)s does not translate into %(language)s.")
            % {
                "person": get_user_display_name(translator),
                "language": language_name(version.locale.language_code),
            }
        )
    requests.assign(version, translator=translator, due=_due(job), by=job.user)


def _takes_own(user: Any, version: LanguageVersion, translator: Any) -> bool:
    """Whether a translator takes what nobody has, or gives back what is his or her own."""
    mine = version.translator_id in (None, user.pk) and (translator is None or translator == user)
    return mine and may_translate(user, version.locale)


def _machine(job: Job, step: JobStep) -> None:
    from . import machine

    if machine.provider() is None:
        raise NotReady(_("No machine translation is set up."))
    translation = translation_for(step.version, job.user)
    outcome = machine.translate(translation, user=job.user, on_batch=lambda: hold_on(job))
    if outcome.failures:
        raise NotReady(" ".join(outcome.failures))


def _export(job: Job, step: JobStep) -> None:
    """Options: `format`, one of `files.FORMATS`. The end writes the files."""
    translation_to_export(step.version, job.user)


def _publish(job: Job, step: JobStep) -> None:
    translation = running(step.version)
    if translation is None:
        if step.version.page_id:
            raise NotReady(_("This page was made without the translators' desk: publish it from its own form."))
        raise NotReady(_("Nobody has begun it."))
    if not may_work_in(job.user, step.version.locale_id):
        raise PermissionDenied
    if names := publish(translation, job.user):
        step.failure = goes_live_with(names)


ACTIONS: dict[str, Callable[[Job, JobStep], None]] = {
    Job.Kind.REQUEST: _request,
    Job.Kind.ASSIGN: _assign,
    Job.Kind.MACHINE: _machine,
    Job.Kind.EXPORT: _export,
    Job.Kind.PUBLISH: _publish,
}


# What each kind does in the end


def _end_request(job: Job) -> None:
    request = _open_request(job)
    if request is None:
        return
    asked = requests.close_or_announce(request, job.steps.filter(failure="").values("version"))
    job.options |= {
        "request": asked.request.pk if asked.request else None,
        "joined": [request.pk for request in asked.joined],
    }


def _end_assign(job: Job) -> None:
    steps = job.steps.filter(failure="").select_related("version__locale")
    versions = [step.version for step in steps]
    requests.tell_assigned(_translator(job), versions, by=job.user, due=_due(job))


def _end_export(job: Job) -> None:
    from .files import export_archive

    if not job.steps.filter(failure="").exists():
        job.failure = _("There was nothing to export.")
        return
    with export_archive(_exported(job), job.options["format"]) as archive:
        job.result.save(f"{job.pk}.zip", File(archive), save=False)


def _exported(job: Job) -> Iterator[Any]:
    steps = job.steps.filter(failure="").select_related("version__locale").order_by("version__title", "pk")
    for step in steps:
        with suppress(NotReady):
            translation = translation_to_export(step.version, job.user)
            hold_on(job)
            yield translation


FINISHES: dict[str, Callable[[Job], None]] = {
    Job.Kind.REQUEST: _end_request,
    Job.Kind.ASSIGN: _end_assign,
    Job.Kind.EXPORT: _end_export,
}


def _open_request(job: Job) -> TranslationRequest | None:
    """The request that the job fills, None if it was withdrawn meanwhile. Nobody withdraws it before the transaction
    ends."""
    open_ones = TranslationRequest.objects.select_for_update().filter(closed_at=None)
    return open_ones.filter(pk=job.options["request"]).first()


def _translator(job: Job) -> Any:
    pk = job.options.get("translator")
    if pk is None:
        return None
    user = get_user_model().objects.filter(pk=pk, is_active=True).first()
    if user is None:
        raise NotReady(_("The person is not there any more."))
    return user


def _due(job: Job) -> date | None:
    return date.fromisoformat(job.options["due"]) if job.options.get("due") else None
