"""What machine translation costs: characters of originals, counted for each language and month (UTC) before they are
sent."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from wagtail.models import Locale

from .models import MachineBudget, MachineUse
from .models.machine import this_month


def reserve(locale: Locale, characters: int) -> bool:
    """Count characters that are about to be sent, unless the month's budget of the language does not allow them."""
    with transaction.atomic():
        use, _is_new = MachineUse.objects.get_or_create(locale=locale, month=this_month())
        uses = MachineUse.objects.filter(pk=use.pk)
        budget = MachineBudget.objects.filter(locale=locale).first()
        if budget:
            uses = uses.filter(characters__lte=budget.characters - characters)
        return bool(uses.update(characters=F("characters") + characters))


def release(locale: Locale, characters: int) -> None:
    """Give back what was counted and not translated."""
    uses = MachineUse.objects.filter(locale=locale, month=this_month(), characters__gte=characters)
    uses.update(characters=F("characters") - characters)


def left_of(locale: Locale) -> int:
    """Characters that may still be sent this month. Only for languages with a budget."""
    use = MachineUse.objects.filter(locale=locale, month=this_month()).first()
    return max(0, MachineBudget.objects.get(locale=locale).characters - (use.characters if use else 0))
