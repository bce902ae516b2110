"""What every item of content has."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    MultipleChooserPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Page, PageManager, PageQuerySet
from wagtail.search import index

from .. import structured_data
from ..blocks import BlocksField, BodyBlock
from ..forms import ContentPageForm
from ..remembering import facts
from ..translatable import Shared, SharedConcepts
from .attached import concept_fields, shown_concepts
from .base import HubPage
from .concepts import ConceptsField
from .links import in_own_types, readable
from .organisations import Organisation, Person
from .places import Place
from .themes import Theme, theme_tree

WORDS_PER_MINUTE = 200


class ContentPageQuerySet(PageQuerySet):
    def in_language(self, language: str) -> ContentPageQuerySet:
        return self.filter(locale__language_code=language)

    def under(self, *themes: Theme) -> ContentPageQuerySet:
        """Pages with any of the themes or of their sub-themes."""
        return self.with_theme_ids(Theme.objects.descendant_ids(*themes))

    def with_theme_ids(self, ids: Iterable[int]) -> ContentPageQuerySet:
        """Pages with any of exactly these themes."""
        through = self._page_themes
        return self.filter(pk__in=through.objects.filter(theme_id__in=ids).values(self._page_column))

    def from_places(self, ids: Iterable[int]) -> ContentPageQuerySet:
        """Pages with any of exactly these places."""
        field = self.model._meta.get_field("places")
        through = field.remote_field.through.objects.filter(place_id__in=ids)
        return self.filter(pk__in=through.values(field.m2m_column_name()))

    @property
    def _page_themes(self) -> Any:
        return self.model._meta.get_field("themes").remote_field.through

    @property
    def _page_column(self) -> str:
        return self.model._meta.get_field("themes").m2m_column_name()

    def newest(self) -> ContentPageQuerySet:
        return self.order_by("-first_published_at", "-pk")

    def for_links(self) -> ContentPageQuerySet:
        """Fetches what a card without themes shows, in the same query."""
        return self.select_related("locale", "image").defer("body")

    def cards(self) -> list[Any]:
        """These pages as cards without themes. One query; what is remembered needs but the primary keys."""
        return in_own_types(self) if facts() is not None else list(self.for_links())

    def for_page(self) -> ContentPageQuerySet:
        """Fetches what the page itself shows and has one of."""
        return self.select_related("locale", "image", "submitted_by__organisation")

    def for_feeds(self) -> ContentPageQuerySet:
        """Fetches what a feed says of pages: all but what their texts lead to."""
        return self.for_page().prefetch_related(models.Prefetch("themes", Theme.objects.with_labels()))

    def readable(self) -> ContentPageQuerySet:
        """Live pages that need no log-in."""
        return readable(self).filter(content_type=ContentType.objects.get_for_model(self.model))

    def for_readers(self, language: str) -> ContentPageQuerySet:
        """Live pages in `language` that need no log-in."""
        return self.readable().in_language(language)


def with_themes(pages: Iterable[Any]) -> list[Any]:
    """Pages of one type with their themes as `shown_themes`. One query."""
    pages = list(pages)
    ids: dict[int, set[int]] = {page.pk: set() for page in pages}
    if pages:
        field = pages[0]._meta.get_field("themes")
        page_column, theme_column = field.m2m_column_name(), field.m2m_reverse_name()
        rows = field.remote_field.through.objects.filter(**{f"{page_column}__in": ids})
        for page_id, theme_id in rows.values_list(page_column, theme_column):
            ids[page_id].add(theme_id)
    for page in pages:
        page.shown_themes = in_their_order(ids[page.pk])
    return pages


def in_their_order(theme_ids: Collection[int]) -> list[Theme]:
    """Themes, named in the active language, as a page lists them."""
    themes = [theme for theme in theme_tree() if theme.pk in theme_ids]
    return sorted(themes, key=lambda theme: (theme.sort_order, theme.slug))


ContentPageManager = PageManager.from_queryset(ContentPageQuerySet)


class Credit(NamedTuple):
    """A way in which pages of a type name a person or an organisation.

    `heading` stands above such pages on the person's page, `lookups` are the fields that name somebody in this way.
    Headings are in the `order` of their numbers; those that are the same hold pages of several types.
    """

    heading: Any
    lookups: tuple[str, ...]
    order: int = 0


SUBMITTED = ("submitted_by",)
TOOK_PART = ("organisations", "submitted_by__organisation")
CONTACT = Credit(_("Contact for"), ("contact_people",), 90)


class ContentPage(HubPage):
    """An item of content. A work is the whole group of its translations."""

    lead = models.TextField(
        _("lead"), max_length=500, help_text=_("One or two sentences that stand alone in lists and search results.")
    )
    image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("picture"),
    )
    image_alt = models.CharField(
        _("what the picture shows"),
        max_length=250,
        blank=True,
        help_text=_("For readers who cannot see it."),
    )
    image_decorative = models.BooleanField(
        _("the picture only decorates"), default=False, help_text=_("It says nothing that a reader would miss.")
    )
    body = BlocksField(BodyBlock(), verbose_name=_("text"), blank=True)
    themes = ConceptsField(Theme, verbose_name=_("themes"), blank=True)
    places = ConceptsField(Place, verbose_name=_("places"), blank=True)
    organisations = ConceptsField(Organisation, verbose_name=_("organisations"), blank=True)
    contact_people = ConceptsField(Person, verbose_name=_("contact people"), blank=True, related_name="+")
    submitted_by = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("submitted by"),
        help_text=_("The person, with an organisation, who offered this to the network."),
    )
    source_url = models.URLField(
        _("source"), blank=True, help_text=_("Where it was first published, if not here. A full web address.")
    )
    source_label = models.CharField(_("name of the source"), max_length=160, blank=True)
    edited_on = models.DateTimeField(null=True, editable=False)
    content_digest = models.CharField(max_length=64, blank=True, editable=False)
    # Of a translation: readers are told that a machine has translated parts of it and nobody has checked these.
    machine_translated = models.BooleanField(default=False, editable=False)

    objects = ContentPageManager()
    base_form_class = ContentPageForm
    is_saved_as_draft = False

    kind: ClassVar[Any]
    kind_labels: ClassVar[dict[str, Any]]
    index_slug: ClassVar[str] = ""
    section_order: ClassVar[int] = 90
    section_heading: ClassVar[Any] = ""
    section_layout: ClassVar[str] = "rows"
    row_template: ClassVar[str] = "hub/includes/row.html"
    feed_template: ClassVar[str] = "hub/includes/feed_text.html"
    state_template: ClassVar[str] = ""
    person_credits: ClassVar[list[Credit]] = []
    organisation_credits: ClassVar[list[Credit]] = []
    subpage_types: ClassVar[list[str]] = []
    exclude_fields_in_copy = [
        *HubPage.exclude_fields_in_copy,
        "edited_on",
        "content_digest",
        "machine_translated",
    ]

    override_translatable_fields = [
        *HubPage.override_translatable_fields,
        SharedConcepts(),
        Shared("submitted_by"),
    ]

    search_fields = [*Page.search_fields, index.SearchField("lead")]

    class Meta:
        abstract = True

    content_tab: ClassVar[Sequence[Any]] = [
        TitleFieldPanel("title", help_text=_("Say what it is about in at most ten words.")),
        FieldPanel("lead"),
        MultiFieldPanel(
            [FieldPanel("image"), FieldPanel("image_alt"), FieldPanel("image_decorative")], heading=_("Picture")
        ),
        FieldPanel("body"),
    ]
    themes_tab: ClassVar[Sequence[Any]] = [
        HelpPanel(
            content=_("Readers find pages by these. They are shared by all translations, so set them on the original.")
        ),
        FieldPanel("themes"),
        FieldPanel("places"),
        FieldPanel("organisations"),
    ]
    people_tab: ClassVar[Sequence[Any]] = [
        FieldPanel("submitted_by"),
        FieldPanel("contact_people"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("source_url"), FieldPanel("source_label")])],
            heading=_("First published elsewhere"),
        ),
    ]
    related_heading = _("Related works")
    related_help = _("Posts, events, hubs and platforms that readers should go on to.")

    @classmethod
    def tabs(cls, *extra: tuple[Any, Sequence[Any]]) -> TabbedInterface:
        """The editing form: text, then what is special to the type, then what all content has."""
        related = MultipleChooserPanel(
            "related_works", chooser_field_name="work", heading=cls.related_heading, help_text=cls.related_help
        )
        return TabbedInterface(
            [
                ObjectList(cls.content_tab, heading=_("Text")),
                *(ObjectList(panels, heading=heading) for heading, panels in extra),
                ObjectList(cls.themes_tab, heading=_("Themes and places")),
                ObjectList([*cls.people_tab, related], heading=_("People and links")),
                ObjectList([*cls.promote_tab, PublishingPanel()], heading=_("Publishing")),
            ]
        )

    @classmethod
    def sections(cls, pages: Any, *, size: int, query: str, language: str) -> list[Section]:
        """The sections that these pages fill on home, hub and theme pages; none for types without a heading."""
        if not cls.section_heading:
            return []
        shown = pages.newest()[:size].cards()
        more_url = f"/{language}/{cls.index_slug}/{query}"
        return [Section(cls.index_slug, cls.section_heading, shown, more_url, cls.row_template, cls.section_layout)]

    def with_content_json(self, content: dict[str, Any]) -> Page:
        """Where a revision does not say whether its picture only decorates, one without words does."""
        wordless = bool(content.get("image")) and not content.get("image_alt")
        return super().with_content_json({"image_decorative": wordless} | content)

    def clean(self) -> None:
        super().clean()
        if self.image_decorative:
            self.image_alt = ""
        elif self.image_id and not self.image_alt.strip() and not self.is_saved_as_draft:
            message = _("Say what the picture shows, or that it only decorates.")
            raise ValidationError({"image_alt": message})

    @classmethod
    def latest(cls, pages: Any) -> Any:
        """These pages as a list of everything shows them, with what a row needs."""
        return pages.newest().for_links()

    @property
    def kind_label(self) -> Any:
        return self.kind_labels[self.kind]

    @property
    def edited_later(self) -> datetime | None:
        """When the page was edited, if that was on another day than it was published (in UTC)."""
        published, edited = self.first_published_at, self.edited_on
        return edited if edited and not (published and published.date() == edited.date()) else None

    @property
    def picture_url(self) -> str:
        """The address, without the host, of the picture at the top of the page."""
        return structured_data.shown_picture(self.image, ratio="21x9", largest=1920)

    def structured_data(self, context: Any) -> list[structured_data.Node]:
        return [structured_data.content_page(self, context)]

    @property
    def dateline(self) -> Dateline | None:
        """The date that readers judge the page by in a list."""
        return None

    @property
    def concepts(self) -> dict[str, list[Any]]:
        """Themes, places, organisations and people, by the names of their fields."""
        return {field.name: list(getattr(self, field.name).all()) for field in concept_fields(type(self))}

    @concepts.setter
    def concepts(self, concepts: dict[str, list[Any]]) -> None:
        for name, values in concepts.items():
            getattr(self, name).set(values)

    @property
    def named_themes(self) -> list[Theme]:
        """The themes with their labels in the active language."""
        return in_their_order(self.attached["themes"])

    @cached_property
    def body_text(self) -> str:
        """All words of the body, without markup."""
        return "\n".join(map(str, self.body.stream_block.get_searchable_content(self.body)))

    @property
    def reading_minutes(self) -> int:
        return max(1, math.ceil(len(f"{self.lead} {self.body_text}".split()) / WORDS_PER_MINUTE))

    def digest(self) -> str:
        """A hash of what readers see, to tell a changed content from a mere new publication."""
        volatile = {
            "pk", "path", "depth", "numchild", "url_path", "live", "has_unpublished_changes", "locked", "locked_at",
            "locked_by", "first_published_at", "last_published_at", "latest_revision", "live_revision", "go_live_at",
            "expire_at", "expired", "latest_revision_created_at", "draft_title", "owner", "edited_on",
            "content_digest", "machine_translated", "wagtail_admin_comments", "alias_of", "search_description",
            "seo_title", "image_decorative",
        }  # fmt: skip
        data = {name: value for name, value in self.serializable_data().items() if name not in volatile}
        for row in data.get("related_works", []):
            row.pop("pk", None)
        return hashlib.sha256(json.dumps(data, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {
            "related": self.links.related,
            "themes": self.named_themes,
            "places": shown_concepts(Place, self.attached["places"]),
            "organisations": shown_concepts(Organisation, self.attached["organisations"]),
            "contact_people": shown_concepts(Person, self.attached["contact_people"]),
        }


class Dateline(NamedTuple):
    moment: datetime
    words: str  # in the active language


@dataclass(frozen=True)
class Section:
    """A heading with the first pages of one kind, and the address of all of them.

    `row_template` shows one page, and `layout` is the CSS class of what holds them.
    """

    name: str
    heading: Any
    pages: list[ContentPage]
    more_url: str
    row_template: str
    layout: str = "rows"


def content_models() -> list[type[ContentPage]]:
    """Every type of content, of this app and of those built on it."""
    return [model for model in apps.get_models() if issubclass(model, ContentPage)]
