"""Where the queue and requests are reached from in the admin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from hub.permissions import EDIT_ORIGINALS

from .ask import MOST_PAGES
from .views import works_with_translations


class TranslationsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return works_with_translations(request.user)


@hooks.register("register_admin_menu_item")
def translations_in_the_menu() -> MenuItem:
    return TranslationsMenuItem(
        gettext_lazy("Translations"),
        reverse("translation_desk:queue"),
        name="translations",
        icon_name="wagtail-localize-language",
        order=160,
    )


def ask_button(page: Page, user: Any, next_url: str | None) -> Iterator[Button]:
    if page.depth > 1 and user.has_perm(EDIT_ORIGINALS):
        query = {"page": page.pk} | ({"next": next_url} if next_url else {})
        yield Button(
            _("Ask for translations"),
            f"{reverse('translation_desk:ask')}?{urlencode(query)}",
            icon_name="mail",
            priority=66,
        )


@hooks.register("register_page_header_buttons")
def ask_from_the_page(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterable[Button]:
    return ask_button(page, user, next_url)


@hooks.register("register_page_listing_more_buttons")
def ask_from_the_list(page: Page, user: Any, next_url: str | None = None) -> Iterable[Button]:
    return ask_button(page, user, next_url)


@hooks.register("register_bulk_action")
class AskForTranslations(PageBulkAction):
    """Leads to the form that a single page has too."""

    display_name = gettext_lazy("Ask for translations")
    aria_label = gettext_lazy("Ask for translations of the selected pages")
    action_type = "ask_for_translations"
    action_priority = 60
    template_name = "translation/queue/ask.html"

    @cached_property
    def pages(self) -> list[Any]:
        ids = self.request.GET.getlist("id")
        if "all" in ids:
            return list(self.get_all_objects_in_listing_query(self.request.GET.get("childOf"))[: MOST_PAGES + 1])
        return [pk for pk in ids if pk.isdecimal()]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if len(self.pages) > MOST_PAGES:
            messages.error(
                request,
                _("At most %(count)s pages at once. For more, filter the queue and select all there.")
                % {"count": MOST_PAGES},
            )
            return redirect(self.next_url)
        pairs = [("page", getattr(page, "pk", page)) for page in self.pages]
        return redirect(f"{reverse('translation_desk:ask')}?{urlencode([*pairs, ('next', self.next_url)])}")
