"""One home page and one set of index pages in every configured language."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import override
from wagtail.models import Locale, Page, Site

from .index_titles import known_title
from .models import HomePage, IndexPage


def index_models() -> list[type[IndexPage]]:
    return [model for model in apps.get_models() if issubclass(model, IndexPage)]


@transaction.atomic
def ensure_language_trees() -> None:
    """Creates what is missing: locales, home pages, index pages, and the site that leads to them. Idempotent."""
    codes = [settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES)]
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in codes}
    root = Page.objects.get(depth=1)
    first_home = HomePage.objects.filter(locale=locales[settings.LANGUAGE_CODE]).first()
    for code, locale in locales.items():
        home = HomePage.objects.filter(locale=locale).first()
        if home is None:
            home = HomePage(title=settings.WAGTAIL_SITE_NAME, slug=code, locale=locale)
            if first_home is not None:
                home.translation_key = first_home.translation_key
            root.add_child(instance=home)
            root.refresh_from_db()
        first_home = first_home or home
        for model in index_models():
            if not model.objects.child_of(home).exists():
                with override(code):
                    title = known_title(model.index_slug, code) or capfirst(str(model.index_title))
                page = model(title=title, slug=model.index_slug, locale=locale)
                twin = model.objects.filter(locale=first_home.locale).first()
                if twin is not None:
                    page.translation_key = twin.translation_key
                page.show_in_menus = True
                home.add_child(instance=page)
                home.refresh_from_db()
    _lead_site_to(HomePage.objects.get(locale=locales[settings.LANGUAGE_CODE]))


def _lead_site_to(home: HomePage) -> None:
    """Makes `home` the root of the default site at BASE_URL, in place of the page that Wagtail comes with."""
    base = urlsplit(settings.BASE_URL)
    port = base.port or (443 if base.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if (site.hostname, site.port, site.root_page_id) == (base.hostname, port, home.pk):
        return
    welcome = site.root_page if site.root_page_id else None
    site.hostname, site.port, site.root_page = base.hostname, port, home
    site.save()
    if welcome is not None and welcome.specific_class is Page:
        welcome.delete()
