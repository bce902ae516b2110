"""Makes another language the source of a work."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from wagtail.models import Page

from hub.models import ContentPage
from translation.publishing import NotReady
from translation.source_language import make_original


class Command(BaseCommand):
    help = "Makes the version of a work in another language its original, and the original one of its translations."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("page", type=int, help="number of any page of the work, as in the address of its form")
        parser.add_argument("language", help="code of the language, such as fr")

    def handle(self, *args: Any, **options: Any) -> None:
        page = Page.objects.filter(pk=options["page"]).specific().first()
        if not isinstance(page, ContentPage):
            raise CommandError(f"There is no content with the number {options['page']}.")
        version = (
            type(page)
            .objects.filter(translation_key=page.translation_key, locale__language_code=options["language"])
            .first()
        )
        if version is None:
            raise CommandError(f"“{page}” is not translated into {options['language']}.")
        try:
            make_original(version)
        except NotReady as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(f"“{version}” is the original now.")
