"""Themes: a tree, with labels in every language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from ..languages import site_language_choices
from ..prepared import Prepared
from ..remembering import facts, remembered
from .concepts import Concept, ConceptQuerySet


def row_for(rows: Iterable[Any], language: str | None) -> Any | None:
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
        rows: Iterable[Any] = self.order_by("sort_order", "slug")
        return in_tree_order(rows)

    def descendant_ids(self, *themes: Theme | int) -> set[int]:
        """Ids of the given themes and of everything below them. One query."""
        parents = theme_parents()
        wanted = {theme if isinstance(theme, int) else theme.pk for theme in themes}
        return {pk for pk in parents if wanted.intersection(line(pk, parents))}

    def ancestor_ids(self, theme: Theme | int) -> list[int]:
        """Ids from the given theme up to its top theme. One query."""
        return line(theme if isinstance(theme, int) else theme.pk, theme_parents())


@remembered
def theme_tree() -> list[Theme]:
    """All themes, named in the active language, parents before children, each with `depth`. One query."""
    return in_tree_order(_named_themes.objects())


@Prepared
def _named_themes() -> Any:
    return Theme.objects.named().order_by("sort_order", "slug")


def in_tree_order(themes: Iterable[Theme]) -> list[Theme]:
    """Themes in the order of their positions, now with parents before children, each with `depth`."""
    children: dict[int | None, list[Theme]] = {}
    for theme in themes:
        children.setdefault(theme.parent_id, []).append(theme)

    ordered: list[Theme] = []

    def walk(parent: int | None, depth: int) -> None:
        for theme in children.get(parent, []):
            theme.depth = depth
            ordered.append(theme)
            walk(theme.pk, depth + 1)

    walk(None, 0)
    return ordered


def narrower(theme: Theme) -> list[Theme]:
    """The themes right below one."""
    return [each for each in theme_tree() if each.parent_id == theme.pk]


def theme_parents() -> dict[int, int | None]:
    if facts() is not None:
        return {theme.pk: theme.parent_id for theme in theme_tree()}
    return dict(Theme.objects.order_by().values_list("pk", "parent_id"))


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
        row = row_for(self.labels.all(), language)
        return row.label if row else self.slug

    def description(self, language: str | None = None) -> str:
        row = row_for([row for row in self.labels.all() if row.description], language)
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
