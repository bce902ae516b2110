"""Places: countries, named by CLDR, and cities, with names in other languages where they differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from ..languages import country_choices, country_name, site_language_choices
from .concepts import Concept, ConceptQuerySet


class PlaceQuerySet(ConceptQuerySet):
    def with_names(self) -> PlaceQuerySet:
        return self.prefetch_related("names")

    def computed_names(self) -> Iterable[tuple[int, list[str]]]:
        """Names of countries in the languages of the network."""
        for pk, country in self.filter(kind=Place.Kind.COUNTRY).order_by().values_list("pk", "country"):
            yield pk, [country, *(country_name(country, code) for code, _name in settings.LANGUAGES)]

    def for_pages(self) -> PlaceQuerySet:
        return self.named()

    def named(self) -> PlaceQuerySet:
        """Places whose `label()` in the active language is read in the same query."""
        return self.annotate(named=Coalesce(Subquery(local_name(OuterRef("pk"))), F("name")))


def local_name(place: Any) -> models.QuerySet[PlaceName, Any]:
    """The name that `place` has in the active language, as a query of at most one value."""
    return PlaceName.objects.filter(place=place, language=get_language() or "").values("name")[:1]


class Place(Concept):
    """A country or a city."""

    class Kind(models.TextChoices):
        COUNTRY = "country", _("Country")
        CITY = "city", _("City")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CITY)
    country = models.CharField(_("country"), max_length=2, choices=country_choices)
    name = models.CharField(
        _("name"),
        max_length=120,
        blank=True,
        help_text=_("As its own people write it: Köln, Warszawa. Countries are named automatically."),
    )
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )

    objects = PlaceQuerySet.as_manager()
    named: str

    name_paths = ["name", "names__name"]

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["country", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["country"],
                condition=models.Q(kind="country"),
                name="one_place_per_country",
                violation_error_message=_("This country is already in the list."),
            )
        ]

    def label(self, language: str | None = None) -> str:
        if self.kind == self.Kind.COUNTRY:
            return country_name(self.country, language)
        if language is None and "named" in self.__dict__:
            return self.named
        names = {row.language: row.name for row in self.names.all()}
        return names.get(language or get_language() or "", self.name)

    def country_label(self, language: str | None = None) -> str:
        return country_name(self.country, language)

    def clean(self) -> None:
        super().clean()
        if self.kind == self.Kind.CITY and not self.name:
            raise ValidationError({"name": _("A city needs a name.")})


class PlaceName(models.Model):
    place = ParentalKey(Place, on_delete=models.CASCADE, related_name="names")
    language = models.CharField(_("language"), max_length=15, choices=site_language_choices)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("name in a language")
        verbose_name_plural = _("names where they differ")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "language"],
                name="one_name_per_language",
                violation_error_message=_("There is already a name in this language."),
            )
        ]

    def __str__(self) -> str:
        return self.name
