"""The pages of this app: home, thematic hubs, platforms, plain pages and their indexes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, MultipleChooserPanel
from wagtail.models import Page

from .. import structured_data
from ..blocks import BlocksField
from ..fields import LanguageCodesField
from ..home_blocks import HOME_BLOCKS, usual_home
from ..listings import newest_listing
from ..platforms import platform_listing
from ..sections import documents_for, sections_for
from ..translatable import Shared
from .base import HubPage, IndexPage
from .content import CONTACT, SUBMITTED, TOOK_PART, ContentPage, Credit
from .organisations import Organisation
from .themes import Theme, narrower, theme_tree


class HomePage(HubPage):
    hero_title = models.CharField(_("headline"), max_length=160, blank=True)
    hero_lead = models.TextField(_("lead"), max_length=400, blank=True)
    hero_image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("picture"),
    )
    body = BlocksField(HOME_BLOCKS, verbose_name=_("parts"), blank=True, default=usual_home)

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("hero_title"), FieldPanel("hero_lead"), FieldPanel("hero_image")], _("Welcome")),
        FieldPanel("body"),
        MultipleChooserPanel("related_works", chooser_field_name="work", heading=_("Highlights")),
    ]
    promote_panels = HubPage.promote_tab
    parent_page_types = ["wagtailcore.Page"]
    template = "hub/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")
        permissions = [("edit_originals", "Can edit pages that are not translations")]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {"highlights": self.links.related}

    def structured_data(self, context: Any) -> list[structured_data.Node]:
        home = structured_data.web_page(self, context)
        shown = {"name": self.hero_title or self.title, "description": self.hero_lead}
        return [home | shown, *structured_data.website(context)]


class ThematicHubPage(ContentPage):
    """A subject's front page: what editors picked, then everything under its theme."""

    # Drafts can do without one.
    theme = models.ForeignKey(
        Theme,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("theme"),
        help_text=_("Everything under this theme and its sub-themes appears in the hub by itself."),
    )

    kind = "hub"
    is_citable = True
    index_slug = "hubs"
    section_order = 30
    section_heading = _("Thematic hubs")
    section_layout = "cards"
    row_template = "hub/includes/hub_card.html"
    kind_labels = {"hub": _("Thematic hub")}
    person_credits = [Credit(_("Thematic hubs"), SUBMITTED, 30), CONTACT]
    organisation_credits = [Credit(_("Thematic hubs"), TOOK_PART, 30)]
    parent_page_types = ["hub.HubIndexPage"]
    related_heading = _("Editors’ picks")
    related_help = _("Shown first, in this order.")
    template = "hub/thematic_hub_page.html"
    override_translatable_fields = [*ContentPage.override_translatable_fields, Shared("theme")]

    class Meta:
        verbose_name = _("thematic hub")
        verbose_name_plural = _("thematic hubs")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        if self.theme_id is None:
            return context
        theme = next((each for each in theme_tree() if each.pk == self.theme_id), None)
        if theme is None:  # newer than what is remembered
            theme = Theme.objects.named().get(pk=self.theme_id)
        ids = Theme.objects.descendant_ids(theme)
        return context | {
            "theme": theme,
            "narrower": narrower(theme),
            "sections": sections_for(theme, ids, language=self.language, size=4, exclude=self.translation_key),
            "documents": documents_for(ids, language=self.language),
        }

    @property
    def picture_url(self) -> str:
        return structured_data.shown_picture(self.image, ratio="4x3")

    def structured_data(self, context: Any) -> list[structured_data.Node]:
        sections = context.get("sections") or []
        shown = [*(context.get("related") or []), *(page for section in sections for page in section.pages)]
        node = structured_data.content_page(self, context, "CollectionPage")
        return [node | {"mainEntity": structured_data.item_list(shown)}]


ThematicHubPage.edit_handler = ThematicHubPage.tabs((_("Hub"), [FieldPanel("theme")]))


class PlatformPage(ContentPage):
    """A platform elsewhere that the network points to."""

    class Access(models.TextChoices):
        OPEN = "open", pgettext_lazy("access to a platform", "Open to everybody")
        ACCOUNT = "account", pgettext_lazy("access to a platform", "With a free account")
        MEMBERS = "members", pgettext_lazy("access to a platform", "For members only")

    address = models.URLField(_("web address"))
    operator = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="platforms",
        verbose_name=_("run by"),
    )
    platform_languages = LanguageCodesField(_("languages of the platform"), blank=True)
    access = models.CharField(_("access"), max_length=10, choices=Access, default=Access.OPEN)
    logo = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("logo"),
    )
    last_checked = models.DateField(
        _("last checked"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(timezone.localdate, _("This day is still to come."))],
        help_text=_("When somebody last made sure that the address works and the description is true."),
    )

    kind = "platform"
    is_citable = True
    index_slug = "platforms"
    section_order = 40
    section_heading = _("Platforms")
    section_layout = "columns"
    row_template = "hub/includes/platform_row.html"
    kind_labels = {"platform": _("Platform")}
    person_credits = [Credit(_("Platforms"), SUBMITTED, 40), CONTACT]
    organisation_credits = [
        Credit(_("Platforms it runs"), ("operator",), 35),
        Credit(_("Platforms"), TOOK_PART, 40),
    ]
    parent_page_types = ["hub.PlatformIndexPage"]
    template = "hub/platform_page.html"
    override_translatable_fields = [*ContentPage.override_translatable_fields, Shared("operator")]

    class Meta:
        verbose_name = _("platform")
        verbose_name_plural = _("platforms")

    def structured_data(self, context: Any) -> list[structured_data.Node]:
        operator = self.operator
        platform = {
            "@type": "WebSite",
            "name": self.title,
            "url": self.address,
            "inLanguage": self.platform_languages,
            "publisher": {
                "@type": "Organization",
                "name": operator.name,
                "url": structured_data.full(operator.get_absolute_url()),
            }
            if operator
            else None,
        }
        return [structured_data.content_page(self, context) | {"mainEntity": platform}]


PlatformPage.edit_handler = PlatformPage.tabs(
    (
        _("Platform"),
        [
            FieldPanel("address"),
            FieldPanel("operator"),
            FieldPanel("platform_languages"),
            FieldPanel("access"),
            FieldPanel("logo"),
            FieldPanel("last_checked"),
        ],
    )
)


class StandardPage(ContentPage):
    """About, imprint, accessibility statement, privacy."""

    kind = "page"
    kind_labels = {"page": _("Page")}
    person_credits = [CONTACT]
    promote_tab = [
        *ContentPage.promote_tab,
        FieldPanel(
            "show_in_menus",
            heading=_("In the footer"),
            help_text=_("Every page of this language links to it, if it is right below the home page."),
        ),
    ]
    parent_page_types = ["hub.HomePage", "hub.StandardPage"]
    subpage_types = ["hub.StandardPage"]
    template = "hub/standard_page.html"

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")

    def structured_data(self, context: Any) -> list[structured_data.Node]:
        edited = self.edited_on
        node = structured_data.web_page(self, context)
        image = structured_data.full(self.picture_url) if self.image else None
        return [node | {"image": image, "dateModified": structured_data.dates.iso(edited) if edited else None}]


StandardPage.edit_handler = StandardPage.tabs()


class HubIndexPage(IndexPage):
    index_slug = "hubs"
    index_title = _("Thematic hubs")
    index_summary = _("News, events, platforms and people of the network, theme by theme.")
    subpage_types = ["hub.ThematicHubPage"]
    template = "hub/hub_index_page.html"

    class Meta:
        verbose_name = _("index of hubs")
        verbose_name_plural = _("indexes of hubs")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {"listing": newest_listing(self, ThematicHubPage, request)}


class PlatformIndexPage(IndexPage):
    index_slug = "platforms"
    index_title = _("Platforms")
    index_summary = _("Platforms and tools for cities, by theme, access, language and country.")
    subpage_types = ["hub.PlatformPage"]
    template = "hub/platform_index_page.html"

    class Meta:
        verbose_name = _("index of platforms")
        verbose_name_plural = _("indexes of platforms")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        platforms = PlatformPage.objects.for_readers(self.language)
        return super().get_context(request, *args, **kwargs) | {
            "listing": platform_listing(request, platforms, self.language),
        }
