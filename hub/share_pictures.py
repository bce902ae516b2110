"""Pictures for links that are shared: a page's title with the name, the colour and the mark of its theme.

Their addresses say what is on them and are signed, so showing one needs no database. A picture is drawn when it is
first asked for, and kept as a file.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import asdict, dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, Signer
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont

from . import marks
from .drawing import stencil

WIDTH, HEIGHT = 1200, 630  # https://developers.facebook.com/docs/sharing/webmasters/images
DESIGN = 1  # to be counted up when pictures look different: addresses are kept for a year
FOLDER = "share"
YEAR_IN_SECONDS = 31_536_000
SIGNER = Signer(salt="hub.share_pictures")

# SIL Open Font Licence 1.1, beside it. Latin, Greek and Cyrillic.
FONT = Path(__file__).parent / "fonts" / "SourceSerifPro-Regular.otf"
SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")
PAPER, INK, SOFT = "#fcfbf8", "#1b2129", "#575e68"
MARGIN = 72
TITLE_WIDTH, TITLE_HEIGHT = 760, 330
SIZES = range(84, 35, -4)
LEADING = 1.14
# The selvedge of the site: colours of themes with the number of pixels after which each ends.
THREADS = ((0, 240), (1, 340), (2, 510), (6, 580), (4, 750), (3, 850), (5, 1020), (7, WIDTH))
BRAND = (
    ("M6 1h5v12H6zM6 21h5v10H6zM21 1h5v4h-5zM21 13h5v18h-5z", "#135a66"),
    ("M1 6h3v5H1zM13 6h18v5H13zM1 21h3v5H1zM1 15h18v4H1zM28 15h3v4h-3zM13 21h6v5h-6zM28 21h3v5h-3z", "#c25a37"),
)


@dataclass(frozen=True)
class SharePicture:
    """What is on a picture. `kicker` stands above the title; `rank` is that of the main theme, -1 without one."""

    title: str
    site: str
    kicker: str = ""
    rank: int = -1
    design: int = DESIGN

    @property
    def url(self) -> str:
        return reverse("share_picture", args=[SIGNER.sign_object(asdict(self), compress=True)])


@require_safe
def share_picture(request: HttpRequest, signed: str) -> HttpResponseBase:
    """The picture that the hub has signed this address for. It is drawn at most once."""
    try:
        asked = SharePicture(**SIGNER.unsign_object(signed))
    except (BadSignature, TypeError, ValueError) as error:
        raise Http404 from error
    name = f"{FOLDER}/{hashlib.sha256(signed.encode()).hexdigest()}.png"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(draw(asked)))
    response = FileResponse(default_storage.open(name), content_type="image/png")
    patch_cache_control(response, public=True, max_age=YEAR_IN_SECONDS, immutable=True)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def draw(asked: SharePicture) -> bytes:
    """The picture as PNG. Of a text in a script that the font lacks it shows everything but that text."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    begin = 0
    for number, end in THREADS:
        pen.rectangle((begin, 0, end, 11), fill=marks.COLOUR_VALUES[number])
        begin = end
    colour = marks.COLOUR_VALUES[marks.colour(max(asked.rank, 0))]
    if asked.rank >= 0:
        picture.paste(colour, (WIDTH - MARGIN - 270, 150), stencil(marks.mark(asked.rank), 24, 270))
    else:
        for path, shade in BRAND:
            picture.paste(shade, (WIDTH - MARGIN - 270, 150), stencil(f'<path d="{path}"/>', 32, 270))

    if kicker := legible(asked.kicker):
        pen.text((MARGIN, 70), shortened(kicker, 32, TITLE_WIDTH), fill=colour, font=font(32))
    if title := legible(asked.title) or legible(asked.site):
        size, lines = fitted(title)
        height = round(size * LEADING)
        top = 128 + (TITLE_HEIGHT - height * len(lines)) // 2
        for number, line in enumerate(lines):
            pen.text((MARGIN, top + number * height), line, fill=INK, font=font(size))
    for path, shade in BRAND:
        picture.paste(shade, (MARGIN, HEIGHT - 112), stencil(f'<path d="{path}"/>', 32, 48))
    if site := legible(asked.site):
        pen.text((MARGIN + 68, HEIGHT - 88), shortened(site, 34, 900), fill=SOFT, font=font(34), anchor="lm")

    out = BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def legible(text: str) -> str:
    """The text on one line, empty if the font has no letters for its script."""
    text = " ".join(text.replace("\u2011", "-").replace("\u00ad", "").split())
    letters = [unicodedata.name(sign, "") for sign in text if sign.isalpha()]
    return text if all(name.startswith(SCRIPTS) or " SIGN" in name for name in letters) else ""


@cache
def font(size: int) -> Any:
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)


def fitted(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title fits its field, with its lines there."""
    for size in SIZES:
        lines = wrapped(title, size)
        fits = len(lines) * round(size * LEADING) <= TITLE_HEIGHT
        if fits and all(font(size).getlength(line) <= TITLE_WIDTH for line in lines):
            return size, lines
    size = SIZES[-1]
    lines = wrapped(broken(title, size), size)
    room = TITLE_HEIGHT // round(size * LEADING)
    if len(lines) > room:
        lines = [*lines[: room - 1], shortened(" ".join(lines[room - 1 :]), size, TITLE_WIDTH)]
    return size, lines


def wrapped(text: str, size: int) -> list[str]:
    """The words of a text in lines that fit, as evenly as the same number of lines allows."""

    def lines_for(width: float) -> list[str]:
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and font(size).getlength(longer) > width:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    best = lines_for(TITLE_WIDTH)
    for width in range(TITLE_WIDTH - 20, TITLE_WIDTH // 2, -20):
        closer = lines_for(width)
        if len(closer) > len(best) or any(font(size).getlength(line) > TITLE_WIDTH for line in closer):
            break
        best = closer
    return best


def broken(text: str, size: int) -> str:
    """The text with words that are wider than a line cut into pieces."""
    pieces = []
    for word in text.split():
        rest = word
        while font(size).getlength(rest) > TITLE_WIDTH:
            end = next(
                end for end in range(len(rest) - 1, 0, -1) if font(size).getlength(rest[:end] + "-") <= TITLE_WIDTH
            )
            pieces.append(rest[:end] + "-")
            rest = rest[end:]
        pieces.append(rest)
    return " ".join(pieces)


def shortened(text: str, size: int, width: float) -> str:
    """As much of the beginning of a text as fits."""
    if font(size).getlength(text) <= width:
        return text
    while text and font(size).getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"
