"""Posts and their index."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.models import Locale, Page

from hub import structured_data
from hub.dates import format_day
from hub.listings import newest_listing
from hub.models import ContentPage, IndexPage
from hub.models.content import CONTACT, SUBMITTED, TOOK_PART, Credit, Dateline
from hub.models.links import named_restrictions, remembered_pages, restricted_by
from hub.prepared import Parameter, Prepared
from hub.remembering import remembered

THEME_POSTS = 3
# As many ids are looked up: the page itself, its neighbours, and what it offers to read on with may be among them.
NEWEST_ON_THEME = 12


class NewsIndexPage(IndexPage):
    index_slug = "news"
    index_title = _("News")
    index_summary = _("News, articles and calls from the network.")
    subpage_types = ["news.NewsPage"]

    class Meta:
        verbose_name = _("index of news")
        verbose_name_plural = _("indexes of news")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {"listing": newest_listing(self, NewsPage, request)}


class Around(NamedTuple):
    """Where a reader of a post may go on to among posts."""

    older: NewsPage | None
    newer: NewsPage | None
    theme_posts: list[NewsPage]


@Prepared
def neighbours(restrictions: Any) -> Any:
    """Ids of the posts before and after a moment and a primary key in time, of those that everybody may read."""
    locale = Parameter("locale", models.BigIntegerField())
    moment, pk = Parameter("moment", models.DateTimeField()), Parameter("pk", models.BigIntegerField())
    content_type = Parameter("content_type", models.BigIntegerField())
    posts = Page.objects.filter(~restricted_by(restrictions), live=True, locale=locale, content_type=content_type)
    # That the moment bounds both sides is said for the database, which then begins there in the index of newest pages.
    older = posts.filter(Q(first_published_at__lt=moment) | Q(pk__lt=pk), first_published_at__lte=moment)
    newer = posts.filter(Q(first_published_at__gt=moment) | Q(pk__gt=pk), first_published_at__gte=moment)
    sides = (older.order_by("-first_published_at", "-pk"), newer.order_by("first_published_at", "pk"))
    rows = Locale.objects.filter(pk=locale)
    return rows.values_list(*(Subquery(side.values("pk")[:1]) for side in sides))


@remembered
def newest_on_theme(theme_id: int, locale_id: int) -> list[int]:
    """Ids of the newest posts with exactly this theme that everybody may read."""
    content_type = ContentType.objects.get_for_model(NewsPage).pk
    here = {"theme": theme_id, "locale": locale_id, "content_type": content_type}
    return [pk for (pk,) in with_theme.rows(named_restrictions(), **here)]


@Prepared
def with_theme(restrictions: Any) -> Any:
    theme, locale = Parameter("theme", models.BigIntegerField()), Parameter("locale", models.BigIntegerField())
    content_type = Parameter("content_type", models.BigIntegerField())
    themed = NewsPage.themes.through.objects.filter(theme_id=theme).values("newspage_id")
    posts = Page.objects.filter(~restricted_by(restrictions), live=True, locale=locale, content_type=content_type)
    posts = posts.filter(pk__in=themed).order_by("-first_published_at", "-pk")
    return posts.values_list("pk")[:NEWEST_ON_THEME]


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
    person_credits = [Credit(_("Posts"), SUBMITTED, 20), CONTACT]
    organisation_credits = [Credit(_("Posts"), TOOK_PART, 20)]
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

    def around(self, shown: Collection[int] = ()) -> Around:
        """The posts before and after this one in time, and the newest others on its first theme.

        All are in its language, and everybody may read them. Those that are `shown` already, by their ids, are not
        among the latter.
        """
        if self.first_published_at is None:
            return Around(None, None, [])
        here = {"locale": self.locale_id, "content_type": self.content_type_id}
        [(before, after)] = neighbours.rows(named_restrictions(), moment=self.first_published_at, pk=self.pk, **here)
        theme = next(iter(self.named_themes), None)
        on_theme = newest_on_theme(theme.pk, self.locale_id) if theme else []
        others = [pk for pk in on_theme if pk not in {self.pk, before, after, *shown}][:THEME_POSTS]
        posts = remembered_pages((pk for pk in (before, after, *others) if pk), NewsPage)
        found = {post.pk: post for post in posts if post.live and not post.is_restricted}
        return Around(found.get(before), found.get(after), [found[pk] for pk in others if pk in found])

    @property
    def is_open(self) -> bool:
        """Whether a call can still be answered, by the date in the network's time zone."""
        return self.deadline is None or self.deadline >= timezone.localdate()

    def clean(self) -> None:
        super().clean()
        if self.deadline and self.news_kind != self.Kind.CALL:
            raise ValidationError({"deadline": _("Only calls have a deadline. Choose the kind “Call” or remove it.")})


NewsPage.edit_handler = NewsPage.tabs((_("Kind and deadline"), [FieldPanel("news_kind"), FieldPanel("deadline")]))
