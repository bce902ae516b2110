"""Pictures in sizes that fit the reader's screen."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.urls import reverse
from wagtail.images.utils import generate_signature

register = template.Library()

WIDTHS = (400, 640, 960, 1280, 1920)
FORMATS = ("avif", "webp")


@register.inclusion_tag("hub/includes/picture.html")
def picture(
    image: Any, *, sizes: str, alt: str = "", ratio: str = "", largest: int = 1280, eager: bool = False, css: str = ""
) -> dict[str, Any]:
    """A `<picture>` in AVIF and WebP with its dimensions.

    `sizes` says how wide it is shown (as in HTML), `ratio` (such as "3x2") crops around the focal point, `largest` is
    the most pixels in width, `eager` is for the lead picture of a page: all others load when they come near.
    """
    across, down = (int(part) for part in ratio.split("x")) if ratio else (image.width, image.height)
    # Cropping takes the largest area of the ratio that the image has: nothing is blown up.
    available = min(image.width, image.height * across // down)
    widths = [width for width in WIDTHS if width <= min(available, largest)] or [available]

    def spec(width: int, form: str) -> str:
        resize = f"fill-{width}x{round(width * down / across)}" if ratio else f"width-{width}"
        return f"{resize}|format-{form}"

    sources = [
        {
            "type": f"image/{form}",
            "srcset": ", ".join(f"{picture_url(image, spec(width, form))} {width}w" for width in widths),
        }
        for form in FORMATS
    ]
    middle = widths[len(widths) // 2]
    return {
        "sources": sources,
        "sizes": sizes,
        "src": picture_url(image, spec(middle, "webp")),
        "width": middle,
        "height": round(middle * down / across),
        "alt": alt,
        "eager": eager,
        "css": css,
    }


@lru_cache(maxsize=20_000)
def _signed(pk: int, spec: str) -> str:
    return reverse("picture", args=[generate_signature(pk, spec), pk, spec])


def picture_url(image: Any, spec: str) -> str:
    """The signed address of an image in one size and format. It changes with the file and its focal point."""
    url = _signed(image.pk, spec)
    focus = image.get_focal_point()
    version = image.file_hash[:8] + (f"-{focus.centroid.x:.0f}-{focus.centroid.y:.0f}" if focus else "")
    return f"{url}?v={version}" if version else url
