"""Makes the PDF documents of the demonstration from documents.toml: `python -m demo.documents`.

Needs Playwright and Chromium, as the browser tests do. The small results are committed, so that nothing of this is
needed to run the hub.
"""

from __future__ import annotations

import os
import re
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from .reading import FOLDER, read

STYLE = """
@page { size: A4; margin: 26mm 30mm 24mm 30mm }
body { font: 11pt/1.55 "Source Serif 4", "Liberation Serif", serif; color: #1b2a30; hyphens: auto; margin: 0 }
header { border-top: 5pt solid #1f6672; padding-top: 9mm; margin-bottom: 9mm }
header p { font: 9pt "Source Sans 3", "Liberation Sans", sans-serif; letter-spacing: .06em; color: #1f6672; margin: 0 }
h1 { font-size: 24pt; line-height: 1.18; font-weight: normal; margin: 4mm 0 5mm; hyphens: none; text-wrap: balance }
.lead { font-size: 12.5pt; font-style: italic; color: #41555c; margin: 0 }
h2 { font: bold 12.5pt/1.3 "Source Sans 3", "Liberation Sans", sans-serif; color: #1f6672 }
h2 { margin: 8mm 0 2mm; break-after: avoid }
p { margin: 0 0 2.5mm; orphans: 3; widows: 3 }
"""


def paragraphs(text: str) -> list[tuple[str, str]]:
    """("heading" or "text", words) for each paragraph of a document's text."""
    lines = [line.strip() for line in text.strip().splitlines()]
    parts = []
    for filled, group in groupby(lines, key=bool):
        if filled:
            for line in " ".join(group).split("\n"):
                heading = re.match(r"# (.+)", line)
                parts.append(("heading", heading[1]) if heading else ("text", line))
    return parts


def html(document: dict[str, Any]) -> str:
    tags = {"heading": "h2", "text": "p"}
    parts = [(tags[kind], escape(words)) for kind, words in paragraphs(document["text"])]
    body = "\n".join(f"<{tag}>{words}</{tag}>" for tag, words in parts)
    title, lead = escape(document["title"]), escape(document["description"])
    return (
        f'<!doctype html><html lang="{document["language"]}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><header><p>CityLoom</p>"
        f'<h1>{title}</h1><p class="lead">{lead}</p></header>'
        f"<main>{body}</main></body></html>"
    )


def make(folder: Path = FOLDER / "documents") -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"))
        page = browser.new_page()
        for name, document in read().documents.items():
            page.set_content(html(document))
            page.pdf(path=folder / name, tagged=True, outline=True, prefer_css_page_size=True)
        browser.close()


if __name__ == "__main__":
    make()
