"""Pictures in sizes that fit the reader's screen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.utils import generate_signature

register = template.Library()

WIDTHS = (400, 640, 960, 1280, 1920)
FORMATS = ("avif", "webp")


@dataclass(frozen=True)
class Sizes:
    """An image in the widths and the ratio that a page shows it in."""

    image: Any
    widths: list[int]
    across: int
    down: int
    crops: bool

    @classmethod
    def of(cls, image: Any, *, ratio: str = "", largest: int = 1280) -> Sizes:
        across, down = (int(part) for part in ratio.split("x")) if ratio else (image.width, image.height)
        # Cropping takes the largest area of the ratio that the image has: nothing is blown up.
        available = min(image.width, image.height * across // down)
        widths = [width for width in WIDTHS if width <= min(available, largest)] or [available]
        return cls(image, widths, across, down, bool(ratio))

    @property
    def width(self) -> int:
        """The one for browsers that do not choose."""
        return self.widths[len(self.widths) // 2]

    def height(self, width: int) -> int:
        return round(width * self.down / self.across)

    @property
    def url(self) -> str:
        return self.address(self.width, "webp")

    def address(self, width: int, form: str) -> str:
        resize = f"fill-{width}x{self.height(width)}" if self.crops else f"width-{width}"
        return picture_url(self.image, f"{resize}|format-{form}")

    def srcset(self, form: str) -> str:
        return ", ".join(f"{self.address(width, form)} {width}w" for width in self.widths)


@register.simple_tag
def picture(
    image: Any, *, sizes: str, alt: str = "", ratio: str = "", largest: int = 1280, eager: bool = False, css: str = ""
) -> SafeString:
    """A `<picture>` in AVIF and WebP with its dimensions.

    `sizes` says how wide it is shown (as in HTML), `ratio` (such as "3x2") crops around the focal point, `largest` is
    the most pixels in width, `eager` is for the lead picture of a page: all others load when they come near.
    """
    shown = Sizes.of(image, ratio=ratio, largest=largest)
    source = '<source type="image/{}" srcset="{}" sizes="{}">'
    return format_html(
        '<picture{}>{}<img src="{}" width="{}" height="{}" alt="{}" {} decoding="async"></picture>\n',
        format_html(' class="{}"', css) if css else "",
        format_html_join("", source, ((form, shown.srcset(form), sizes) for form in FORMATS)),
        shown.url,
        shown.width,
        shown.height(shown.width),
        alt,
        mark_safe('fetchpriority="high"' if eager else 'loading="lazy"'),  # nothing of anybody's
    )


@lru_cache(maxsize=20_000)
def _signed(pk: int, spec: str) -> str:
    return reverse("picture", args=[generate_signature(pk, spec), pk, spec])


def picture_url(image: Any, spec: str) -> str:
    """The signed address of an image in one size and format. It changes with the file and its focal point."""
    url = _signed(image.pk, spec)
    focus = image.get_focal_point()
    version = image.file_hash[:8] + (f"-{focus.centroid.x:.0f}-{focus.centroid.y:.0f}" if focus else "")
    return f"{url}?v={version}" if version else url
