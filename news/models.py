"""Posts and their index."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel

from hub import structured_data
from hub.dates import format_day
from hub.listings import index_context
from hub.models import ContentPage, IndexPage
from hub.models.content import Dateline


class NewsIndexPage(IndexPage):
    index_slug = "news"
    index_title = _("News")
    subpage_types = ["news.NewsPage"]

    class Meta:
        verbose_name = _("index of news")
        verbose_name_plural = _("indexes of news")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | index_context(self, NewsPage, request)


class NewsPage(ContentPage):
    class Kind(models.TextChoices):
        NEWS = "news", pgettext_lazy("kind of post", "News")
        ARTICLE = "article", pgettext_lazy("kind of post", "Article")
        CALL = "call", pgettext_lazy("kind of post", "Call")

    news_kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind,
        default=Kind.NEWS,
        help_text=_("News report, articles explain, calls ask readers to take part by a deadline."),
    )
    deadline = models.DateField(
        _("deadline"), null=True, blank=True, help_text=_("The last day of a call. Readers see when it is over.")
    )

    kind_labels = dict(Kind.choices)
    is_article = is_citable = True
    index_slug = "news"
    section_order = 10
    section_heading = _("News")
    state_template = "news/includes/state.html"
    parent_page_types = ["news.NewsIndexPage"]
    related_help = _("The event, the hubs and the platforms that this post is about.")

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")

    def structured_data(self, context: Any) -> list[structured_data.Node]:
        return [structured_data.article(self, context)]

    @property
    def kind(self) -> str:
        return self.news_kind

    @property
    def dateline(self) -> Dateline | None:
        published = self.first_published_at
        return Dateline(published, format_day(published, "long")) if published else None

    @property
    def is_open(self) -> bool:
        """Whether a call can still be answered, by the date in the network's time zone."""
        return self.deadline is None or self.deadline >= timezone.localdate()

    def clean(self) -> None:
        super().clean()
        if self.deadline and self.news_kind != self.Kind.CALL:
            raise ValidationError({"deadline": _("Only calls have a deadline. Choose the kind “Call” or remove it.")})


NewsPage.edit_handler = NewsPage.tabs((_("Kind and deadline"), [FieldPanel("news_kind"), FieldPanel("deadline")]))
