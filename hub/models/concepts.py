"""What all concepts share: one row each whatever the language, names to search by, and no deletion while in use."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import ReferenceIndex

from .. import references
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

    def for_pages(self) -> Self:
        """Concepts with what the pages that have them show of them, read in the same query."""
        return self

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
