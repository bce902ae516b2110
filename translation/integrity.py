"""Language trees stay in step: where a translation stands follows from where its original does.

Moving or reordering an original does the same with its translations, as far as their new parents exist
(`follow_move`). What gets out of step all the same is found by `differences`: the worker logs it once a day, the
administration lists it, and `manage.py translation_check --repair` puts right what follows from the originals.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from treebeard.exceptions import InvalidMoveToDescendant, PathOverflow
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, TranslationSource

from hub.languages import language_name
from hub.models import ContentChange, ContentPage, HomePage, StandardPage, content_models

from .inline import plain

logger = logging.getLogger(__name__)

# Below these, readers meet pages in the order of the tree. Indexes list by date or name.
ORDERED: tuple[type[Page], ...] = (HomePage, StandardPage)


class Kind(models.TextChoices):
    PARENT = "parent", gettext_lazy("Stands elsewhere than its original")
    NO_PARENT = "no_parent", gettext_lazy("Where its original stands is not translated")
    ORDER = "order", gettext_lazy("Pages below are in another order")
    ORPHAN = "orphan", gettext_lazy("Its original is gone")
    CHAIN = "chain", gettext_lazy("Translated from a translation")
    UNPUBLISHED = "unpublished", gettext_lazy("Public, and its original is not")
    FOREIGN = "foreign", gettext_lazy("Its text is in another language")
    TREE = "tree", gettext_lazy("Stands in another language's tree")


# What follows from the originals and so can be put right without asking anybody.
REPAIRED = {Kind.PARENT, Kind.ORDER, Kind.ORPHAN}


@dataclass(frozen=True)
class Difference:
    """A page that is out of step. `other` is the title of the page that it is compared with, if there is one."""

    kind: Kind
    page_id: int
    title: str
    language: str
    other: str = ""

    def __str__(self) -> str:
        language = language_name(self.language)
        text = _("“%(page)s” (%(language)s): %(what)s.") % {
            "page": self.title,
            "language": language,
            "what": self.kind.label,
        }
        return f"{text} “{self.other}”" if self.other else text


@dataclass(frozen=True)
class _Place:
    """A page and where it stands."""

    pk: int
    path: str
    title: str
    work: UUID
    locale: int
    translated_from: str = ""
    live: bool = False

    @property
    def parent(self) -> str:
        return self.path[: -Page.steplen]


def report() -> None:
    """Log what is out of step. The worker calls this once a day."""
    found = list(differences())
    for difference in found:
        logger.warning("Language trees: %s", difference)
    logger.info("Language trees compared: %s differences", len(found))


def differences() -> Iterator[Difference]:
    """All that is out of step between languages, in a fixed number of queries."""
    languages = dict(Locale.objects.values_list("pk", "language_code"))
    parents = _parents()
    works: dict[UUID, dict[str, _Place]] = defaultdict(dict)
    for place in _content():
        works[place.work][languages[place.locale]] = place
    versions = {(page.work, page.locale): page for page in parents.values()}
    for work in works.values():
        versions.update({(page.work, page.locale): page for page in work.values()})
    for work in works.values():
        for language, place in work.items():
            parent = parents.get(place.parent)
            if parent and parent.locale != place.locale:
                yield Difference(Kind.TREE, place.pk, place.title, language, parent.title)
            if place.translated_from:
                yield from _compared(place, language, work.get(place.translated_from), parents, versions)
    yield from _foreign(works, languages)
    yield from _orders(languages)


def _compared(
    place: _Place,
    language: str,
    original: _Place | None,
    parents: dict[str, _Place],
    versions: dict[tuple[UUID, int], _Place],
) -> Iterator[Difference]:
    """A translation beside its original."""
    if original is None:
        yield Difference(Kind.ORPHAN, place.pk, place.title, language)
        return
    if original.translated_from:
        yield Difference(Kind.CHAIN, place.pk, place.title, language, original.title)
    if place.live and not original.live:
        yield Difference(Kind.UNPUBLISHED, place.pk, place.title, language, original.title)
    here, there = parents.get(place.parent), parents.get(original.parent)
    if here and there and here.work != there.work:
        expected = versions.get((there.work, place.locale))
        if expected:
            yield Difference(Kind.PARENT, place.pk, place.title, language, expected.title)
        else:
            yield Difference(Kind.NO_PARENT, place.pk, place.title, language, there.title)


def _foreign(works: dict[UUID, dict[str, _Place]], languages: dict[int, str]) -> Iterator[Difference]:
    """Pages with the title of an original that is gone, which nobody has translated."""
    there = Page.objects.filter(translation_key=OuterRef("object_id"), locale=OuterRef("locale"))
    gone = list(TranslationSource.objects.filter(~Exists(there)).values_list("pk", flat=True))
    if not gone:
        return
    titles = StringSegment.objects.filter(source__in=gone, context__path="title")
    translated = set(
        StringTranslation.objects.filter(context__in=titles.values("context")).values_list(
            "context", "translation_of", "locale"
        )
    )
    rows = titles.values_list(
        "source__object_id", "source__locale__language_code", "string__data", "context", "string"
    )
    for work, original, title, context, string in rows:
        for language, place in works.get(work, {}).items():
            is_translated = (context, string, place.locale) in translated
            if language != original and place.title == plain(title) and not is_translated:
                yield Difference(Kind.FOREIGN, place.pk, place.title, language, language_name(original))


def _content() -> Iterator[_Place]:
    names = ("pk", "path", "title", "translation_key", "locale_id", "translated_from", "live")
    for model in content_models():
        for row in model.objects.order_by("path").values_list(*names).iterator(chunk_size=5000):
            yield _Place(*row)


def _parents() -> dict[str, _Place]:
    """All pages with pages below them, by path."""
    rows = Page.objects.filter(numchild__gt=0).values_list("pk", "path", "title", "translation_key", "locale_id")
    return {row[1]: _Place(*row) for row in rows}


def _orders(languages: dict[int, str]) -> Iterator[Difference]:
    """Parents whose pages stand in another order than in the first language that has them."""
    children: dict[str, list[UUID]] = defaultdict(list)
    pages = Page.objects.not_type(*(model for model in content_models() if model not in ORDERED)).order_by("path")
    for path, work in pages.values_list("path", "translation_key"):
        children[path[: -Page.steplen]].append(work)
    for first, *others in _ordered_parents(languages):
        wanted = children[first.path]
        works = set(wanted)
        for parent in others:
            here = [work for work in children[parent.path] if work in works]
            shared = set(here)
            if here != [work for work in wanted if work in shared]:
                yield Difference(Kind.ORDER, parent.pk, parent.title, languages[parent.locale_id], first.title)


def _ordered_parents(languages: dict[int, str]) -> Iterator[list[Page]]:
    """The versions of each parent whose pages have an order, the network's default language first."""
    codes = [code for code, _name in settings.LANGUAGES]
    versions: dict[UUID, list[Page]] = defaultdict(list)
    for model in ORDERED:
        for page in model.objects.filter(numchild__gt=1).only(
            "path", "numchild", "title", "translation_key", "locale"
        ):
            if languages.get(page.locale_id) in codes:
                versions[page.translation_key].append(page)
    for pages in versions.values():
        if len(pages) > 1:
            yield sorted(pages, key=lambda page: codes.index(languages[page.locale_id]))


def _children(parent: Page) -> list[tuple[UUID, int]]:
    """(work, page) in their order."""
    return list(parent.get_children().order_by("path").values_list("translation_key", "pk"))


# Putting right


def follow_move(page: Page) -> list[str]:
    """Move the translations of a just moved original after it. Returns sentences about those that could not be."""
    original = page.specific
    if not isinstance(original, ContentPage) or original.translated_from:
        return []
    translations = type(original).objects.filter(
        translation_key=original.translation_key, translated_from=original.language
    )
    return [failure for translation in translations if (failure := move_to_original(translation, original))]


def move_to_original(translation: ContentPage, original: ContentPage) -> str:
    """Let a translation stand where its original does. Returns why it cannot, in a sentence, or ""."""
    parent = original.get_parent()
    target = parent.get_translations().filter(locale=translation.locale_id).first()
    if target is None:
        return _("“%(page)s” stays where it is: “%(parent)s” is not translated into its language.") % {
            "page": translation,
            "parent": parent,
        }
    try:
        with transaction.atomic():
            if not translation.is_child_of(target):
                translation.move(target, "last-child")
            if issubclass(parent.specific_class, ORDERED):
                put_in_order(target, like=parent)
    except (ValidationError, InvalidMoveToDescendant, PathOverflow) as error:
        return _("“%(page)s” stays where it is: %(reason)s") % {
            "page": translation,
            "reason": " ".join(getattr(error, "messages", [str(error)])),
        }
    return ""


def put_in_order(parent: Page, *, like: Page) -> None:
    """Let the pages below follow each other as they do in another language. Others keep the place after their
    neighbour."""
    here = dict(_children(parent))
    order = [here[work] for work, _pk in _children(like) if work in here]
    for before, after in pairwise(order):
        pages = {page.pk: page for page in Page.objects.filter(pk__in=[before, after])}
        if pages[after].path < pages[before].path:
            pages[after].move(pages[before], "right")


def repair(found: Iterable[Difference]) -> list[Difference]:
    """Put right what follows from the originals, and return what is left to people."""
    left = []
    languages = dict(Locale.objects.values_list("pk", "language_code"))
    for difference in sorted(found, key=lambda each: each.kind == Kind.ORDER):
        page = Page.objects.filter(pk=difference.page_id).first()
        if page is None or difference.kind not in REPAIRED or not _repaired(difference, page.specific, languages):
            left.append(difference)
    return left


def _repaired(difference: Difference, page: Any, languages: dict[int, str]) -> bool:
    if difference.kind == Kind.ORPHAN:
        type(page).objects.filter(pk=page.pk).update(translated_from="")
        ContentChange.objects.note()
        return True
    if difference.kind == Kind.PARENT:
        original = type(page).objects.get(
            translation_key=page.translation_key, locale__language_code=page.translated_from
        )
        return not move_to_original(page, original)
    for versions in _ordered_parents(languages):
        if page.pk in {version.pk for version in versions}:
            put_in_order(page, like=versions[0])
    return True
