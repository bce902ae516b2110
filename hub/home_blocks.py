"""What editors compose a home page of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .blocks import BODY_BLOCKS
from .preloading import PictureChoice

# Blocks of a text that stand on a home page too.
TEXT_BLOCKS = ("text", "quote", "button", "callout", "embed", "accordion", "cards")
LATEST_KINDS = [
    ("news", _("News")),
    ("events", _("Upcoming events")),
    ("hubs", _("Thematic hubs")),
    ("platforms", _("Platforms")),
]


def theme_choices() -> list[tuple[str, str]]:
    """Themes by their slugs, narrower ones under wider ones."""
    # Themes are models themselves, and these blocks are part of one.
    from .models.themes import theme_tree

    return [(theme.slug, f"{'– ' * theme.depth}{theme.label()}") for theme in theme_tree()]


class LatestBlock(blocks.StructBlock):
    """The newest works of a kind, or the next events, in the language of the page. Nothing is shown for none."""

    kind = blocks.ChoiceBlock(label=_("What"), choices=LATEST_KINDS)
    heading = blocks.CharBlock(
        label=_("Heading"), required=False, max_length=80, help_text=_("Empty: what it is is the heading.")
    )
    theme = blocks.ChoiceBlock(
        label=_("Theme"),
        choices=theme_choices,
        required=False,
        help_text=_("Only of this theme and the themes below it."),
    )
    number = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=12, default=3)

    class Meta:
        icon = "list-ul"
        label = _("Newest of a kind")
        template = "hub/home/latest.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        # They are pages themselves.
        from .models.themes import Theme, theme_tree
        from .sections import sections_for

        context = super().get_context(value, parent_context)
        theme, ids = None, None
        if slug := value.get("theme"):
            theme = next((each for each in theme_tree() if each.slug == slug), None)
            ids = Theme.objects.descendant_ids(*([theme] if theme else []))
        page = context.get("page")
        language = page.language if page else get_language()
        found = sections_for(
            theme, ids, language=language, size=value.get("number") or 3, index_slug=value.get("kind")
        )
        if found:
            context["section"] = replace(found[0], heading=value.get("heading") or found[0].heading)
        return context


class FigureBlock(blocks.StructBlock):
    number = blocks.CharBlock(label=_("Number"), max_length=12)
    text = blocks.CharBlock(label=_("What it counts"), max_length=120)


class PassageBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120, required=False)
    picture = PictureChoice(label=_("Picture"), required=False)
    body = blocks.StreamBlock(
        [(name, block) for name, block in BODY_BLOCKS if name in TEXT_BLOCKS], label=_("Text"), min_num=1
    )

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "hub/home/passage.html"


HOME_BLOCKS: list[tuple[str, blocks.Block]] = [
    (
        "highlights",
        blocks.StaticBlock(
            label=_("Highlights"),
            icon="pick",
            admin_text=_("The highlights that are chosen below: the first one large."),
            template="hub/home/highlights.html",
        ),
    ),
    ("latest", LatestBlock()),
    (
        "themes",
        blocks.StaticBlock(
            label=_("Themes"),
            icon="tag",
            admin_text=_("The main themes with their marks."),
            template="hub/home/themes.html",
        ),
    ),
    ("passage", PassageBlock()),
    (
        "figures",
        blocks.ListBlock(
            FigureBlock(),
            label=_("Figures"),
            icon="order",
            min_num=2,
            max_num=6,
            template="hub/home/figures.html",
        ),
    ),
]


def usual_home() -> list[tuple[str, Any]]:
    """What a home page is made of until its editors change it."""
    latest = [("latest", {"kind": kind, "heading": "", "theme": "", "number": 3}) for kind, _label in LATEST_KINDS]
    return [("highlights", None), *latest, ("themes", None)]
