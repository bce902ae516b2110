"""What may be wrong with translations: see hub/doctor.py."""

from __future__ import annotations

from collections.abc import Iterator

from hub.doctor import Problem, named

from .integrity import REPAIRED, differences, repair


def language_trees() -> Iterator[Problem]:
    found = list(differences())
    if repaired := [each for each in found if each.kind in REPAIRED]:
        yield Problem(
            f"The trees of the languages differ. {named([str(each) for each in repaired])}", mend=lambda: repair(found)
        )
    if others := [each for each in found if each.kind not in REPAIRED]:
        yield Problem(
            f"The trees of the languages differ. {named([str(each) for each in others])}",
            advice="Translations › Languages out of step lists them.",
        )
