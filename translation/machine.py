"""Machine translation: of what waits, after the memory, within a budget. Nothing is sent unless it is configured.

What a machine gives back is taken only if its markup is whole and it fits its place; it is marked as translated by
machine until somebody touches it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import requests
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from wagtail.models import Locale
from wagtail_localize.machine_translators import get_machine_translator
from wagtail_localize.models import Translation
from wagtail_localize.strings import StringValue

from hub.languages import language_name

from . import memory
from .budget import left_of, release, reserve
from .inline import MarkupError, fitted, missing
from .models import Term
from .publishing import lock_of
from .segments import Conflict, Segment, fault, segments_of, write

# What is sent at once, at most.
TEXTS, CHARACTERS = 40, 20_000
# After so many batches in a row that failed, the rest is not tried.
PATIENCE = 2


class MachineError(Exception):
    """The machine did not translate; the message is a sentence that says why."""


class Machine(Protocol):
    """Something that translates."""

    name: str

    def translate(self, texts: Sequence[str], source: Locale, target: Locale) -> list[str]:
        """Translations of strings of wagtail-localize, in the same order. Raises MachineError."""


@dataclass
class Outcome:
    """How many texts were filled by machine and from the memory, and sentences about what was not."""

    machine: int = 0
    memory: int = 0
    failures: list[str] = field(default_factory=list)


class _Provider:
    """One of wagtail-localize's machine translators behind the seam, for one pair of languages."""

    def __init__(self, translator: Any) -> None:
        self._translator = translator
        self.name = str(translator.display_name)

    def translate(self, texts: Sequence[str], source: Locale, target: Locale) -> list[str]:
        if not self._translator.can_translate(source, target):
            raise MachineError(
                _("%(machine)s does not translate from %(source)s into %(target)s.")
                % {
                    "machine": self.name,
                    "source": language_name(source.language_code),
                    "target": language_name(target.language_code),
                }
            )
        if getattr(self._translator, "glossary", {}) is None:
            self._translator.glossary = glossary(source, target)
        strings = [StringValue(text) for text in texts]
        try:
            answers = self._translator.translate(source, target, strings)
            return [str(answers[string].data) for string in strings]
        except requests.Timeout as error:
            raise MachineError(_("%(machine)s did not answer in time.") % {"machine": self.name}) from error
        except requests.HTTPError as error:
            status = error.response.status_code if error.response is not None else ""
            raise MachineError(
                _("%(machine)s refused the texts (%(status)s).") % {"machine": self.name, "status": status}
            ) from error
        # Answers that are no JSON are both kinds of error.
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            raise MachineError(
                _("%(machine)s gave an answer that cannot be read.") % {"machine": self.name}
            ) from error
        except requests.RequestException as error:
            raise MachineError(_("%(machine)s could not be reached.") % {"machine": self.name}) from error


def provider() -> Machine | None:
    """The machine that the settings name."""
    translator = get_machine_translator()
    return _Provider(translator) if translator else None


def glossary(source: Locale, target: Locale) -> dict[str, str]:
    """Preferred terms of the glossary with their preferred translations. Two queries."""
    preferred = Term.objects.filter(status=Term.Status.PREFERRED).order_by("pk")
    translations: dict[int, str] = {}
    for concept, text in preferred.filter(locale=target).values_list("concept_id", "text"):
        translations.setdefault(concept, text)
    found: dict[str, str] = {}
    for concept, text in preferred.filter(locale=source).values_list("concept_id", "text"):
        if concept in translations:
            found.setdefault(_one_line(text), _one_line(translations[concept]))
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())


def translate(
    translation: Translation,
    *,
    user: Any,
    on_batch: Callable[[], object] = lambda: None,
) -> Outcome:
    """Fill texts that have no translation. Raises PermissionDenied.

    No transaction may be open: the machine may take long to answer. `on_batch` is called before each time that it is
    asked.
    """
    page = translation.get_target_instance()
    if not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    outcome = Outcome()
    if lock := lock_of(page, user):
        outcome.failures.append(lock)
        return outcome
    waiting = [segment for segment in segments_of(translation) if segment.waits and not segment.target]
    known = {segment.pk for segment in memory.fill(translation, waiting, user=user)}
    outcome.memory = len(known)
    waiting = [segment for segment in waiting if segment.pk not in known]
    machine = provider()
    if waiting and machine is None:
        outcome.failures.append(_("No machine translation is set up."))
    elif waiting and machine:
        _fill_by_machine(translation, machine, waiting, user, outcome, on_batch)
    return outcome


def _fill_by_machine(
    translation: Translation,
    machine: Machine,
    waiting: list[Segment],
    user: Any,
    outcome: Outcome,
    on_batch: Callable[[], object],
) -> None:
    places: dict[str, list[Segment]] = {}
    for segment in waiting:
        places.setdefault(segment.source, []).append(segment)
    failed = 0
    for batch in _batches(places):
        on_batch()
        characters = sum(map(len, batch))
        target = translation.target_locale
        if not reserve(target, characters):
            outcome.failures.append(
                _(
                    "The next texts have %(needed)s characters, and %(left)s of the budget of this month for "
                    "%(language)s are left."
                )
                % {
                    "needed": characters,
                    "left": left_of(target),
                    "language": language_name(target.language_code),
                }
            )
            break
        try:
            answers = machine.translate(batch, translation.source.locale, target)
        except MachineError as error:
            release(target, characters)
            outcome.failures.append(str(error))
            failed += 1
            if failed == PATIENCE:
                break
            continue
        failed = 0
        for source, answer in zip(batch, answers, strict=True):
            for segment in places[source]:
                _take(translation, segment, answer, machine, user, outcome)
    outcome.failures = list(dict.fromkeys(outcome.failures))


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        if batch and (len(batch) == TEXTS or sum(map(len, batch)) + len(text) > CHARACTERS):
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def _take(
    translation: Translation, segment: Segment, answer: str, machine: Machine, user: Any, outcome: Outcome
) -> None:
    """Write an answer if it is whole, or say why not."""
    try:
        data = fitted(answer, segment.source)
    except MarkupError as error:
        reason = str(error)
    else:
        if not data:
            reason = _("There is no translation.")
        elif lost := missing(data, segment.source):
            reason = _("<%(number)s> is missing.") % {"number": lost[0]}
        else:
            reason = fault(segment, data)
    if reason:
        outcome.failures.append(
            _("%(place)s: not taken from %(machine)s. %(reason)s")
            % {"place": segment.place.name, "machine": machine.name, "reason": reason}
        )
    elif _write(translation, segment, data, user=user, tool=machine.name, machine=True):
        outcome.machine += 1


def _write(translation: Translation, segment: Segment, data: str, **options: Any) -> bool:
    """Write a text that nobody has translated meanwhile."""
    try:
        write(translation, segment, data, version="", **options)
    except Conflict:
        return False
    return True
