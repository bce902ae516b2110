"""Concepts: one row each, whatever the language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, ProtectedError, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import ReferenceIndex

from .. import references
from ..languages import country_choices, country_name, site_language_choices
from ..matching import all_words_in


class ReferencesConcepts:
    """Enters the many-to-many values of a field in the reference index, as references that prevent deletion."""

    remote_field: Any
    related_model: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remote_field.on_delete = models.PROTECT

    def formfield(self, **kwargs: Any) -> Any:
        from ..admin.fields import concepts_field

        return super().formfield(**{**kwargs, "form_class": partial(concepts_field, self.related_model)})

    def extract_references(self, value: Iterable[models.Model]) -> Iterable[tuple[type[models.Model], str, str, str]]:
        for concept in value:
            yield type(concept), str(concept.pk), "item", str(concept.pk)


class ConceptsField(ReferencesConcepts, ParentalManyToManyField):
    """Concepts of a page."""


class PlainConceptsField(ReferencesConcepts, models.ManyToManyField):
    """Concepts of something that has no drafts."""


class ConceptQuerySet(models.QuerySet):
    model: Any

    def matching(self, words: str) -> Self:
        """Concepts that have all the words, or beginnings and parts of them, in any of their names in any language.

        Case and accents do not matter. Vocabularies are small, so this reads them whole: always fresh, and the same
        on every database.
        """
        names: dict[int, list[str]] = {}
        for pk, *values in self.order_by().values_list("pk", *self.model.name_paths):
            names.setdefault(pk, []).extend(filter(None, values))
        for pk, more in self.computed_names():
            names.setdefault(pk, []).extend(more)
        return self.filter(pk__in=[pk for pk, texts in names.items() if all_words_in(words, texts)])

    def computed_names(self) -> Iterable[tuple[int, list[str]]]:
        """Names that are not in the database."""
        return []


class Concept(ClusterableModel):
    slug = models.SlugField(
        _("address"),
        max_length=80,
        unique=True,
        help_text=_("Used in web addresses, the same in all languages. Keep it once it is public."),
    )

    objects = ConceptQuerySet.as_manager()
    name_paths: ClassVar[list[str]]

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label()

    def label(self, language: str | None = None) -> str:
        """The name in `language` (active by default), falling back to the network's language, then to any."""
        raise NotImplementedError

    def in_use(self) -> bool:
        """Whether a page, a document, another concept or a draft refers to this one."""
        references.catch_up(self)
        return ReferenceIndex.get_references_to(self).exists() or bool(references.drafts_naming(self))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises ProtectedError while anything refers to the concept."""
        if self.in_use():
            raise ProtectedError("A concept in use cannot be deleted.", {self})
        references.forget(self)
        return super().delete(*args, **kwargs)


def in_language(rows: Iterable[Any], language: str | None) -> Any | None:
    """The row for `language` among rows with a `language`, else the default language's, else the first."""
    by_language = {row.language: row for row in rows}
    for code in (language or get_language(), settings.LANGUAGE_CODE):
        if code in by_language:
            return by_language[code]
    return next(iter(by_language.values()), None)


class ThemeQuerySet(ConceptQuerySet):
    def with_labels(self) -> ThemeQuerySet:
        return self.prefetch_related("labels")

    def named(self) -> ThemeQuerySet:
        """Themes whose `label()` in the active language, and whose `rank`, are read in the same query.

        `rank` counts the main themes that are older than the one a theme belongs to (through at most four levels):
        it stays the same when themes are renamed, moved or added, so colours and marks are drawn from it.
        """
        labels = ThemeLabel.objects.filter(theme=OuterRef("pk")).order_by("pk")

        def label(**conditions: Any) -> Subquery:
            return Subquery(labels.filter(**conditions).values("label")[:1])

        older = Theme.objects.order_by().filter(parent=None, pk__lt=OuterRef("main")).values("parent")
        return self.annotate(
            named=Coalesce(
                label(language=get_language() or settings.LANGUAGE_CODE),
                label(language=settings.LANGUAGE_CODE),
                label(),
                F("slug"),
                output_field=models.CharField(),
            ),
            main=Coalesce("parent__parent__parent", "parent__parent", "parent", "pk"),
            rank=Coalesce(Subquery(older.annotate(number=Count("pk")).values("number")), Value(0)),
        )

    def tree(self) -> list[Theme]:
        """All themes, parents before children, each with `depth` (0 for the top) and labels fetched. Two queries."""
        return self.with_labels().in_tree_order()

    def in_tree_order(self) -> list[Theme]:
        """The themes of this query, parents before children, each with `depth`. Needs the parents to be among them."""
        children: dict[int | None, list[Theme]] = {}
        rows: Iterable[Any] = self.order_by("sort_order", "slug")
        for theme in rows:
            children.setdefault(theme.parent_id, []).append(theme)

        ordered: list[Theme] = []

        def walk(parent: int | None, depth: int) -> None:
            for theme in children.get(parent, []):
                theme.depth = depth
                ordered.append(theme)
                walk(theme.pk, depth + 1)

        walk(None, 0)
        return ordered

    def parents(self) -> dict[int, int | None]:
        return dict(self.order_by().values_list("pk", "parent_id"))

    def descendant_ids(self, *themes: Theme | int) -> set[int]:
        """Ids of the given themes and of everything below them. One query."""
        parents = self.parents()
        wanted = {theme if isinstance(theme, int) else theme.pk for theme in themes}
        return {pk for pk in parents if wanted.intersection(line(pk, parents))}

    def ancestor_ids(self, theme: Theme | int) -> list[int]:
        """Ids from the given theme up to its top theme. One query."""
        return line(theme if isinstance(theme, int) else theme.pk, self.parents())


def line(pk: int | None, parents: dict[int, int | None]) -> list[int]:
    """A theme and those above it. Stops where two saves at the same moment have made a circle."""
    found: list[int] = []
    while pk is not None and pk not in found:
        found.append(pk)
        pk = parents.get(pk)
    return found


class Theme(Concept):
    """A subject of the network, in a tree, with labels in every language (SKOS concept)."""

    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("belongs to"),
        help_text=_("The wider theme. Empty for a main theme."),
    )
    uri = models.URLField(
        _("concept URI"), blank=True, help_text=_("The same concept in EuroVoc or another published vocabulary.")
    )
    sort_order = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Small numbers come first."))

    objects = ThemeQuerySet.as_manager()
    depth: int
    named: str
    rank: int

    name_paths = ["slug", "labels__label", "labels__alternative_labels"]

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["sort_order", "slug"]

    def label(self, language: str | None = None) -> str:
        if language is None and "named" in self.__dict__:
            return self.named
        row = in_language(self.labels.all(), language)
        return row.label if row else self.slug

    def description(self, language: str | None = None) -> str:
        row = in_language([row for row in self.labels.all() if row.description], language)
        return row.description if row else ""

    def get_absolute_url(self) -> str:
        return reverse("theme", args=[self.slug])

    def clean(self) -> None:
        super().clean()
        if self.pk and self.parent_id and self.pk in Theme.objects.ancestor_ids(self.parent_id):
            raise ValidationError(
                {"parent": _("A theme cannot belong to itself or to one of its own sub-themes. Choose another one.")}
            )


class ThemeLabel(models.Model):
    theme = ParentalKey(Theme, on_delete=models.CASCADE, related_name="labels")
    language = models.CharField(_("language"), max_length=15, choices=site_language_choices)
    label = models.CharField(_("label"), max_length=120)
    alternative_labels = models.TextField(
        _("also known as"),
        blank=True,
        help_text=_("Other words that readers may search for, one per line: synonyms, abbreviations."),
    )
    description = models.TextField(
        _("description"), blank=True, help_text=_("One or two sentences, in this language.")
    )

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "language"],
                name="one_label_per_language",
                violation_error_message=_("There is already a label in this language."),
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def alternatives(self) -> list[str]:
        return [line.strip() for line in self.alternative_labels.splitlines() if line.strip()]

    def clean(self) -> None:
        super().clean()
        words = [word.casefold() for word in (self.label, *self.alternatives)]
        twice = next((word for word in self.alternatives if words.count(word.casefold()) > 1), None)
        if twice:
            raise ValidationError(
                {"alternative_labels": _("“%(word)s” is there already. Once is enough.") % {"word": twice}}
            )
        others = ThemeLabel.objects.filter(language=self.language).exclude(theme=self.theme_id).select_related("theme")
        for other in others:
            taken = {other.label.casefold(), *(word.casefold() for word in other.alternatives)}
            for word in (self.label, *self.alternatives):
                if word.casefold() in taken:
                    field = "label" if word == self.label else "alternative_labels"
                    message = _("“%(word)s” already names the theme “%(theme)s”. Readers could not tell them apart.")
                    raise ValidationError({field: message % {"word": word, "theme": other.label}})


class PlaceQuerySet(ConceptQuerySet):
    def with_names(self) -> PlaceQuerySet:
        return self.prefetch_related("names")

    def computed_names(self) -> Iterable[tuple[int, list[str]]]:
        """Names of countries in the languages of the network."""
        for pk, country in self.filter(kind=Place.Kind.COUNTRY).order_by().values_list("pk", "country"):
            yield pk, [country, *(country_name(country, code) for code, _name in settings.LANGUAGES)]

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


class Organisation(Concept):
    name = models.CharField(_("name"), max_length=200)
    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    website = models.URLField(_("website"), blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, choices=country_choices)
    logo = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("logo"),
    )

    name_paths = ["name", "acronym"]

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def label(self, language: str | None = None) -> str:
        return self.name


class Person(Concept):
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(
        _("role"), max_length=160, blank=True, help_text=_("For example: Head of Digital Services")
    )
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
        verbose_name=_("organisation"),
    )
    photo = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("photo"),
    )
    biography = models.TextField(_("short biography"), blank=True)
    email = models.EmailField(
        _("e-mail"), blank=True, help_text=_("Shown to everybody where the person is a contact.")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="person",
        verbose_name=_("log-in"),
        help_text=_("Only for people who work in this system."),
    )

    name_paths = ["name", "role", "organisation__name", "organisation__acronym"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]

    def label(self, language: str | None = None) -> str:
        return self.name


CONCEPTS: tuple[type[Concept], ...] = (Theme, Place, Organisation, Person)

__all__ = [
    "CONCEPTS",
    "Concept",
    "ConceptsField",
    "Organisation",
    "Person",
    "Place",
    "PlaceName",
    "Theme",
    "ThemeLabel",
    "line",
]
