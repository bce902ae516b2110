"""What a page weighs on a phone that has been to the hub never before, and how still it stands while it comes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.test_accessibility import addresses, pages  # noqa: F401

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}
KILOBYTE = 1000
PAGE, STYLES, SCRIPTS = 100 * KILOBYTE, 14 * KILOBYTE, 8 * KILOBYTE
REQUESTS = 8
SHIFTS = """
    window.shifts = 0
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifts += entry.value
    }).observe({type: "layout-shift", buffered: true})
"""


@dataclass
class Weight:
    """Bytes on the wire by the type of what was asked for, as (path, type, bytes)."""

    parts: list[tuple[str, str, int]]

    def of(self, *types: str) -> int:
        return sum(size for _path, kind, size in self.parts if kind in types or not types)


def weigh(page: Page, url: str) -> Weight:
    """Opens an address with an empty cache and waits until nothing is asked for any more."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    asked: dict[str, tuple[str, str]] = {}
    sizes: dict[str, int] = {}
    session.on(
        "Network.responseReceived",
        lambda event: asked.update({event["requestId"]: (urlsplit(event["response"]["url"]).path, event["type"])}),
    )
    session.on(
        "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])})
    )
    page.add_init_script(SHIFTS)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return Weight([(*asked[key], size) for key, size in sizes.items() if not asked[key][0].startswith("data:")])


@pytest.mark.parametrize("name", ["German post", "event", "home", "hub", "results"])
def test_pages_are_light_and_stand_still(hub, visit, addresses, name):  # noqa: F811
    page = visit(**PHONE)
    weight = weigh(page, hub.url + addresses[name])

    assert weight.of("Stylesheet") <= STYLES, weight
    assert weight.of("Script") <= SCRIPTS, weight
    assert page.evaluate("window.shifts") == 0
    # Whoever reads on sees what has come late, without a shift.
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shifts") == 0
    if name in ("German post", "event"):
        assert page.locator("picture img").count() > 0
        assert weight.of("Image") > 0
        assert weight.of() <= PAGE, weight
        assert len(weight.parts) <= REQUESTS, weight


def test_pictures_say_their_size_come_late_and_in_modern_formats(hub, visit, addresses):  # noqa: F811
    page = visit()
    for name in ("home", "German post", "news", "hub"):
        page.goto(hub.url + addresses[name])
        pictures = page.locator("picture").all()
        assert pictures
        first, *others = [picture.inner_html() for picture in pictures]
        for html in (first, *others):
            assert re.findall(r'type="image/(\w+)"', html) == ["avif", "webp"]
            assert re.search(r'<img [^>]*width="\d+" height="\d+"', html)
            assert 'sizes="' in html
        assert all('loading="lazy"' in html for html in others)
        if name in ("home", "German post", "hub"):
            assert 'fetchpriority="high"' in first
            assert "loading=" not in first
