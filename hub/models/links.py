"""Where a page leads within the hub: its other languages, related works, what its text links to, the plain pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Length, Substr
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Orderable, Page, PageViewRestriction

from ..preloading import document_ids, image_ids, read_blocks, stored, texts_of
from ..prepared import Parameter, Prepared, padded, several
from ..remembering import facts, remembered, remembered_rows

if TYPE_CHECKING:
    from .base import HubPage

# As many restrictions are named in a query. With more, the database looks them up.
FEW = 50
# A page chosen in a block, and one linked in a rich text, as they are stored.
CHOSEN_PAGE = re.compile(r'"page": (\d+)')
LINK = re.compile(r'<a [^>]*linktype=\\"page\\"[^>]*>')
LINKED_ID = re.compile(r'\bid=\\"(\d+)\\"')


class RelatedWork(Orderable):
    """A link from a page to another work; readers get the version in their language where there is one."""

    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="related_works")
    work = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+", verbose_name=_("work"))

    class Meta(Orderable.Meta):
        verbose_name = _("related work")
        verbose_name_plural = _("related works")

    def __str__(self) -> str:
        return str(self.work)

    def clean(self) -> None:
        super().clean()
        if self.page_id and self.work_id == self.page_id:
            raise ValidationError({"work": _("A page cannot be related to itself.")})


@dataclass(frozen=True)
class Links:
    """Live pages that everybody may read, each in its own type.

    versions: the page in all its languages, in the order of `LANGUAGES`.
    related: the related works, in their order, in the page's language where there is such a version, else as chosen.
    targets: by the id of a page that the text links to, that work in the page's language, else the page itself.
    menu: the plain pages of the page's language that are shown in menus.
    documents: by their ids, those that the text leads to.
    """

    versions: list[Any]
    related: list[Any]
    targets: dict[int, Any]
    menu: list[Any]
    documents: dict[int, Any]


@remembered
def restricted_places() -> set[str]:
    """The places in the tree of the pages that only some people may read, each with all below it."""
    pages = Page.objects.filter(pk__in=PageViewRestriction.objects.order_by().values("page"))
    return set(pages.order_by().values_list("path", flat=True))


def named_restrictions() -> tuple[str, ...] | None:
    """The restrictions that queries name, if they are remembered and few."""
    places = tuple(sorted(restricted_places())) if facts() is not None else None
    return places if places is not None and len(places) <= FEW else None


def restricted() -> Any:
    """Whether a page, or one above it, may be read by some people only."""
    return restricted_by(named_restrictions())


def restricted_by(places: tuple[str, ...] | None) -> Any:
    """The same, where the restrictions are known by their places."""
    if places is not None:
        return reduce(or_, (Q(path__startswith=place) for place in places), Q(pk__in=[]))
    # A join would let a database go through all pages for each page that is asked about.
    place = Page.objects.filter(pk=OuterRef("page")).order_by().values("path")
    restrictions = PageViewRestriction.objects.annotate(place=Subquery(place))
    return Exists(restrictions.filter(place=beginning(OuterRef("path"), "place")))


def readable(pages: Any) -> Any:
    """Those of some pages that are live and need no log-in: `.live().public()` without a query of its own."""
    return pages.filter(~restricted(), live=True)


def beginning(path: Any, other: str) -> Substr:
    """As much of `path`, a place in a tree, as `other` is long: both are the same where `other` is at or above it."""
    return Substr(path, 1, Length(other))


def menu_pages(**conditions: Any) -> Any:
    """Plain pages right under a home page that are shown in menus."""
    pages = apps.get_model("hub", "StandardPage").objects
    # Begins with the few plain pages: a database may else look through all pages of the language.
    return pages.filter(pk__in=pages.order_by().values("pk"), depth=3, show_in_menus=True, **conditions)


@remembered
def _menu_ids(locale_id: int) -> list[int]:
    return [pk for (pk,) in _menu.rows(locale=locale_id)]


@Prepared
def _menu() -> Any:
    return menu_pages(locale=Parameter("locale", models.BigIntegerField())).order_by().values_list("pk")


@Prepared
def _wanted_ids(sources: int, menu: int) -> Any:
    """Ids of the versions of a work and of those of its sources, and of the pages of the menu, by their place."""
    pk = models.BigIntegerField()
    keys = Page.objects.filter(pk__in=several("sources", pk, sources)).order_by().values("translation_key")
    wanted = Q(translation_key=Parameter("key", models.UUIDField())) | Q(pk__in=several("menu", pk, menu))
    pages = Page.objects.filter(wanted | Q(translation_key__in=keys) if sources else wanted)
    return pages.order_by("path").values_list("pk")


def links_of(page: HubPage) -> Links:
    """Reads the links of `page`, in one query where what it leads to is remembered.

    Else there is one for the pages of the menu, one for all pages, and one each for pictures and documents of texts.
    """
    chosen = page.attached["related_works"] if page.leads_to_works else []
    linked = linked_ids(page)
    sources, menu = padded({*chosen, *linked}), padded(_menu_ids(page.locale_id))
    rows = _wanted_ids.rows(len(sources), len(menu), key=page.translation_key, sources=sources, menu=menu)
    found = remembered_pages(pk for (pk,) in rows)

    public = {each.pk: each for each in found if each.live and not each.is_restricted}
    key_of = {each.pk: each.translation_key for each in found}
    here = {each.translation_key: each for each in public.values() if each.locale_id == page.locale_id}

    def shown(ids: Iterable[int]) -> dict[int, Any]:
        targets = ((pk, here.get(key_of.get(pk), public.get(pk))) for pk in ids)
        return {pk: target for pk, target in targets if target}

    order = [code for code, _name in settings.LANGUAGES]
    versions = [
        each
        for each in public.values()
        if each.translation_key == page.translation_key and each.locale.language_code in order
    ]
    return Links(
        versions=sorted(versions, key=lambda each: order.index(each.locale.language_code)),
        related=list({target.pk: target for target in shown(chosen).values() if target.pk != page.pk}.values()),
        targets=shown(linked),
        menu=[each for each in here.values() if each.depth == 3 and each.show_in_menus and is_plain(each)],
        documents=_read_texts(texts_of(page), {each.pk: each for each in found}),
    )


def read_text_links(pages: Sequence[HubPage]) -> None:
    """Gives each page the `links` that its texts need, and those alone. Three queries for any number of pages."""
    linked = {page: linked_ids(page) for page in pages}
    ids = set().union(*linked.values())
    keys = Page.objects.filter(pk__in=ids).order_by().values("translation_key")
    versions = Page.objects.filter(translation_key__in=keys).order_by("path")
    found = {each.pk: each for each in in_own_types(versions)} if ids else {}
    public = {pk: each for pk, each in found.items() if each.live and not each.is_restricted}
    in_language = {(each.translation_key, each.locale_id): each for each in public.values()}
    documents = _read_texts([text for page in pages for text in texts_of(page)], found)
    for page, chosen in linked.items():
        targets = {
            pk: in_language.get((found[pk].translation_key, page.locale_id), public.get(pk))
            for pk in chosen
            if pk in found
        }
        shown = {pk: target for pk, target in targets.items() if target}
        page.links = Links(versions=[], related=[], targets=shown, menu=[], documents=documents)


def _read_texts(texts: list[Any], pages: dict[int, Any]) -> dict[int, Any]:
    """Reads the blocks of texts, whose pages are given, and returns the documents that they lead to."""
    image_model, document_model = get_image_model(), get_document_model()
    documents = remembered_rows(
        document_model, document_ids(texts), lambda missing: document_model.objects.filter(pk__in=missing)
    )
    pictures = remembered_rows(
        image_model, image_ids(texts), lambda missing: image_model.objects.filter(pk__in=missing)
    )
    read_blocks(texts, {Page: pages, image_model: pictures, document_model: documents})
    return documents


def is_plain(page: Any) -> bool:
    return getattr(page, "kind", "") == "page"


def linked_ids(page: HubPage) -> set[int]:
    """Ids of the pages that blocks and rich texts of the page lead to."""
    text = stored(texts_of(page))
    ids = set(CHOSEN_PAGE.findall(text))
    for link in LINK.findall(text):
        ids.update(LINKED_ID.findall(link))
    return {int(pk) for pk in ids}


def in_own_types(pages: Any) -> list[Any]:
    """Like `.specific()` for types of content, in one query whatever the types: with locale and picture, not text.

    Each knows whether it `is_restricted`. Pages of other types stay plain `Page` objects. What is remembered is not
    read again: then the query is for primary keys, and a second one for what is missing.
    """
    if facts() is None:
        found = _with_own_types(pages, named_restrictions())
        return [_in_own_type(page) for page in found] if pages.model is Page else list(found)
    return remembered_pages(pages.values_list("pk", flat=True), pages.model)


def remembered_pages(ids: Iterable[int], model: type[Page] = Page) -> list[Any]:
    """Pages in their own types, in this order, those that exist. One query for what is not remembered.

    Where all are known to be of one type of content, that `model` takes less time.
    """

    def read(missing: list[int]) -> list[Any]:
        ids = padded(missing)
        pages = _pages_in_own_types.objects(model, len(ids), named_restrictions(), ids=ids)
        return [_in_own_type(page) for page in pages] if model is Page else pages

    return list(remembered_rows((Page, get_language()), list(ids), read).values())


@Prepared
def _pages_in_own_types(model: type[Page], count: int, restrictions: Any) -> Any:
    pages = model._default_manager.filter(id__in=several("ids", models.BigIntegerField(), count))
    return _with_own_types(pages, restrictions)


def _with_own_types(pages: Any, restrictions: Any) -> Any:
    if pages.model is not Page:
        return pages.for_links().annotate(is_restricted=restricted_by(restrictions))
    names = _type_names()
    related = ("locale", *names, *(f"{name}__image" for name in names))
    pages = pages.annotate(is_restricted=restricted_by(restrictions))
    return pages.select_related(*related).defer(*(f"{name}__body" for name in names))


@cache
def _type_names() -> list[str]:
    """What leads from a page to itself as each type of content."""
    from .content import content_models

    return [model._meta.pk.remote_field.get_accessor_name() for model in content_models()]


def _in_own_type(page: Any) -> Any:
    own = next((found for name in _type_names() if (found := page._state.fields_cache.get(name))), None)
    if own is None:
        return page
    own.locale, own.is_restricted = page.locale, page.is_restricted
    return own
