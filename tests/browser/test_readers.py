"""A reader of each language of the demonstration, from the home page to where one registers, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

LANGUAGES = ("en", "de", "fr", "es", "it", "pl")
MOST_STOPS = 250
# What has the focus: where it leads, and whether the reader sees it there.
FOCUSED = """() => {
    const element = document.activeElement
    if (!element || element === document.body) return null
    const box = element.getBoundingClientRect()
    const [x, y] = [(box.left + Math.min(box.right, box.left + 40)) / 2, (box.top + box.bottom) / 2]
    const there = document.elementFromPoint(x, y)
    return {
        leads: element.getAttribute("href") || "",
        name: (element.textContent || element.getAttribute("aria-label") || element.name || "").trim().slice(0, 60),
        seen: box.width > 0 && there !== null && (element.contains(there) || there.contains(element)),
        outlined: getComputedStyle(element).outlineStyle !== "none"
            || getComputedStyle(element, "::after").outlineStyle !== "none",
    }
}"""


def go_on_to(page: Page, wanted: str) -> None:
    """Presses Tab until the focus is on a link whose address has `wanted` in it, then Enter. Every stop is seen."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused, f"The focus leaves the page before a link to {wanted}."
        assert focused["seen"] and focused["outlined"], focused
        if wanted in focused["leads"]:
            return
    pytest.fail(f"No link to {wanted} within {MOST_STOPS} stops.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_by_keyboard_from_the_home_page_to_the_registration(hub, visit, language):
    page = visit(locale=language, reduced_motion="reduce")
    page.goto(f"{hub.url}/{language}/")
    go_on_to(page, f"/{language}/events/")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/events/")
    address = page.evaluate(
        """async (links) => {
            for (const link of links) {
                const text = await (await fetch(link)).text()
                if (new DOMParser().parseFromString(text, "text/html").querySelector(".facts a.button")) return link
            }
        }""",
        [row.get_attribute("href") for row in page.locator("main h2 a, main h3 a").all()],
    )
    assert address, "No event of this language can be registered for."
    go_on_to(page, address)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    go_on_to(page, page.locator(".facts a.button").first.get_attribute("href"))
