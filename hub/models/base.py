"""What every page of the hub has, and every listing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Locale, Page, PageViewRestriction

from .. import structured_data
from ..permissions import HubPagePermissionTester
from ..translatable import Address
from .attached import attached_ids
from .links import Links, links_of, readable


class HubPage(Page):
    """Any page of the hub: it knows its language, what it was translated from, and who may edit it."""

    translated_from = models.CharField(max_length=15, blank=True, default="", editable=False)
    leads_to_works: ClassVar[bool] = True
    is_article: ClassVar[bool] = False  # for readers who come from elsewhere: something to read, not a place
    is_citable: ClassVar[bool] = False

    override_translatable_fields: ClassVar[list[Any]] = [Address()]
    # A copy in the same language is a work of its own.
    exclude_fields_in_copy: ClassVar[list[str]] = ["translated_from"]

    class Meta:
        abstract = True

    @property
    def language(self) -> str:
        return self.locale.language_code

    @property
    def source_slug(self) -> str:
        return self.slug

    @source_slug.setter
    def source_slug(self, slug: str) -> None:
        """Called on a translation with its source's slug. Its title names it until published, then nothing does."""
        if self.first_published_at is None:
            self.slug = ""
        else:
            self._kept_slug = self.slug

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Validates the page. The ValidationError has it as `page`: some views publish several at once."""
        kept = self.__dict__.pop("_kept_slug", "")
        # wagtail-localize takes everything but ASCII out of slugs.
        if kept and self.slug in ("", slugify(kept)):
            self.slug = kept
        try:
            super().full_clean(*args, **kwargs)
        except ValidationError as error:
            error.page = self  # type: ignore[attr-defined]
            raise

    def copy_for_translation(self, locale: Locale, *args: Any, alias: bool = False, **kwargs: Any) -> Page:
        """Copies the page as a draft. Raises ParentNotTranslatedError where Wagtail would make an alias of it."""
        if alias:
            # Its module cannot be imported before Wagtail's models.
            from wagtail.actions.copy_for_translation import ParentNotTranslatedError

            raise ParentNotTranslatedError(f"“{self}” is not translated into {locale}.")
        return super().copy_for_translation(locale, *args, **kwargs)

    def copy(self, *args: Any, update_attrs: dict[str, Any] | None = None, **kwargs: Any) -> Page:
        if update_attrs and "locale" in update_attrs:
            update_attrs = {**update_attrs, "translated_from": self.language}
        return super().copy(*args, update_attrs=update_attrs, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> Page:
        """A revision does not say what the page is translated from: its original may be gone since."""
        page = super().with_content_json(content)
        page.translated_from = self.translated_from
        return page

    def permissions_for_user(self, user: Any) -> HubPagePermissionTester:
        return HubPagePermissionTester(user, self)

    @cached_property
    def attached(self) -> dict[str, list[int]]:
        """Ids of the page's concepts by field, and of its `related_works`."""
        return attached_ids(self)

    @cached_property
    def links(self) -> Links:
        """Where the page leads within the hub."""
        return links_of(self)

    @cached_property
    def readable_above(self) -> list[Page]:
        """The pages between the home page and this one that everybody may read. One query."""
        pages = readable(Page.objects.ancestor_of(self).filter(depth__gt=2))
        return list(pages.select_related("locale").order_by("path"))

    def get_view_restrictions(self) -> Any:
        """Restrictions of the page and of those above it. One query, none if routing has seen that there are none."""
        if not getattr(self, "is_restricted", True):
            return PageViewRestriction.objects.none()
        line = [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]
        return PageViewRestriction.objects.filter(page__path__in=line)

    def serve_password_required_response(self, request: HttpRequest, form: Any, action_url: str) -> TemplateResponse:
        """Says nothing of the page."""
        return TemplateResponse(request, "hub/password.html", {"form": form, "action_url": action_url})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {"links": self.links, "versions": self.links.versions}

    def structured_data(self, context: Any) -> list[structured_data.Node]:
        """What the page says of itself to machines, from the context of its template."""
        return [structured_data.web_page(self, context)]

    promote_tab: ClassVar[Sequence[Any]] = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            heading=_("Search engines and sharing"),
        )
    ]


class IndexPage(HubPage):
    """A listing, once per language."""

    index_slug: ClassVar[str]
    index_title: ClassVar[Any]
    # What search engines and shared links say of it while editors do not.
    index_summary: ClassVar[Any] = ""
    leads_to_works = False

    introduction = models.TextField(
        _("introduction"), blank=True, help_text=_("One or two sentences under the title.")
    )

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    promote_panels = HubPage.promote_tab
    max_count_per_parent = 1
    parent_page_types = ["hub.HomePage"]

    class Meta:
        abstract = True

    def structured_data(self, context: Any) -> list[structured_data.Node]:
        listing = context.get("listing")
        return [structured_data.collection(self, context, listing.pages if listing else [])]
