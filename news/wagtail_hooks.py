"""The editors' listing of posts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import Column

from hub.admin import pages

from .models import NewsPage


class NewsFilterSet(pages.ContentFilterSet):
    year = pages.year_filter(NewsPage, "first_published_at")

    class Meta:
        model = NewsPage
        fields: ClassVar[list[str]] = ["news_kind"]


class NewsListing(pages.ContentListingViewSet):
    model = NewsPage
    name = "news"
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("News")
    menu_order = 110
    filterset_class = NewsFilterSet
    columns = [
        pages.CHECKBOX,
        pages.TITLE,
        Column(
            "kind",
            label=gettext_lazy("Kind"),
            accessor="get_news_kind_display",
            sort_key="news_kind",
            width="8%",
            classname=pages.ROOMY,
        ),
        pages.PUBLISHED,
        pages.THEMES,
        pages.LANGUAGES,
        pages.UPDATED,
        pages.STATUS,
    ]


@hooks.register("register_admin_viewset")
def listings() -> list[Any]:
    news = NewsListing()
    return [news, pages.explorer_of(news)]
