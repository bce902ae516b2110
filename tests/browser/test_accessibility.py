"""Every type of page as browsers and assistive technology meet it: narrow and wide, light and dark, folded and open,
in forced colours, from right to left, with spaced text, on paper, without scripts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Request, Response, expect

from tests.browser.checks import (
    cut_off,
    moving,
    small_targets,
    space_text,
    useless_on_paper,
    wider_than_the_window,
    without_borders,
    without_visible_focus,
)

PAGES = [
    "home",
    "news",
    "news by theme",
    "last page of news",
    "post",
    "translated post",
    "German post",
    "upcoming events",
    "past events",
    "month of events",
    "event",
    "German event",
    "hubs",
    "hub",
    "platforms",
    "platforms by theme",
    "platform",
    "plain page",
    "themes",
    "theme",
    "places",
    "place",
    "A to Z",
    "people",
    "person",
    "organisations",
    "organisation",
    "search",
    "results",
    "results on a map",
    "no results",
    "results of a wrong period",
    "nothing under a theme",
    "missing page",
    "missing page like others",
]
STATEMENTS = {"en": "/en/accessibility/", "de": "/de/barrierefreiheit/"}
WIDTHS = (1280, 390)
NARROWEST = 320  # WCAG 2.2, 1.4.10 Reflow
# Also WCAG 2.2's size of targets, which axe leaves out unless asked. A scheme changes nothing but colours.
ALL = {"resultTypes": ["violations"], "preload": False, "rules": {"target-size": {"enabled": True}}}
COLOURS = {"resultTypes": ["violations"], "preload": False, "runOnly": ["color-contrast", "link-in-text-block"]}

# A width and a scheme each with what is folded at first, and each with all of it open: menu, facets, accordions.
STATES = [
    (1280, "light", False, ALL),
    (390, "dark", False, COLOURS),
    (390, "light", True, ALL),
    (1280, "dark", True, COLOURS),
]
FOLD = "(opened) => document.querySelectorAll('details').forEach((details) => { details.open = opened })"


def read(url: str) -> str:
    with urlopen(url, timeout=30) as response:
        return response.read().decode()


def kinds(html: str) -> set[str]:
    """The kinds of things on a page."""
    return {*re.findall(r"<(\w+)", html), *" ".join(re.findall(r'class="([^"]+)"', html)).split()}


@pytest.fixture(scope="module")
def pages(hub) -> dict[str, str]:
    """Every page in the sitemap in two languages, by its path."""
    sitemaps = [f"{hub.url}/sitemaps/{language}-1.xml" for language in ("en", "de")]
    paths = [urlsplit(url).path for each in sitemaps for url in re.findall(r"<loc>([^<]+)</loc>", read(each))]
    return {path: read(hub.url + path) for path in paths}


@pytest.fixture(scope="module")
def addresses(pages) -> dict[str, str]:
    """An address of each type of page, found on the pages: of several, that with the most kinds of things on it."""

    def richest(pattern: str, translated: bool | None = None) -> str:
        matching = [
            path
            for path, html in pages.items()
            if re.fullmatch(pattern, path) and translated in (None, 'class="original"' in html)
        ]
        return max(matching, key=lambda path: len(kinds(pages[path])))

    menu = re.search(r'<nav class="menu".*?</nav>', pages["/en/"], re.DOTALL)
    assert menu
    news, events, hubs, platforms, themes, places = re.findall(r'href="([^"]+)"', menu[0])[:6]
    search = re.findall(r'<form class="find" action="([^"]+)"', pages["/en/"])[0]
    by_theme = re.findall(rf'href="({news}\?theme=[^"]+)"', pages[news])[0]
    following = re.findall(r'href="([^"]+)" rel="next"', pages[news])[-1]
    found = {
        "home": "/en/",
        "news": news,
        "news by theme": by_theme,
        "last page of news": following.replace("&amp;", "&"),
        "post": richest(f"{news}[^/]+/", translated=False),
        "translated post": richest(f"{news}[^/]+/", translated=True),
        "German post": richest("/de/news/[^/]+/"),
        "upcoming events": events,
        "past events": f"{events}?when=past",
        "month of events": f"{events}?when=month",
        "event": richest(f"{events}[^/]+/"),
        "German event": richest("/de/events/[^/]+/"),
        "hubs": hubs,
        "hub": richest(f"{hubs}[^/]+/"),
        "platforms": platforms,
        "platforms by theme": re.findall(rf'href="({platforms}\?theme=[^"]+)"', pages[platforms])[0],
        "platform": richest(f"{platforms}[^/]+/"),
        "plain page": richest(f"(?!{news}|{events}|{hubs}|{platforms})/en/[^/]+/"),
        "themes": themes,
        "theme": richest(f"{themes}[^/]+/"),
        "places": places,
        "place": richest(f"{places}[^/]+/"),
        "A to Z": "/en/a-z/",
        "people": "/en/people/",
        "person": richest("/en/people/[^/]+/"),
        "organisations": "/en/organisations/",
        "organisation": richest("/en/organisations/[^/]+/"),
        "search": search,
        "results": f"{search}?q=city",
        "results on a map": f"{search}?view=map",
        "no results": f"{search}?q=qwertzuiop",
        "results of a wrong period": f"{search}?from=yesterday&to=2026-13-01",
        "nothing under a theme": f"{news}?theme=there-is-no-such-theme",
        "missing page": "/en/qwertzuiop/",
        "missing page like others": "/en/news/cool-courtyards-in-schools/",
    }
    assert list(found) == PAGES
    return found


@dataclass
class Record:
    """What a window asked for, and what it complained about."""

    requests: list[str]
    failed: list[str]
    complaints: list[str]

    @classmethod
    def of(cls, page: Page) -> Record:
        record = cls([], [], [])

        def on_request(request: Request) -> None:
            record.requests.append(request.url)

        def on_response(response: Response) -> None:
            if response.status >= 400:
                record.failed.append(f"{response.status} {response.url}")

        def on_console(message: ConsoleMessage) -> None:
            # That something was not there is in `failed`.
            if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
                record.complaints.append(message.text)

        page.on("request", on_request)
        page.on("response", on_response)
        page.on("console", on_console)
        page.on("pageerror", lambda error: record.complaints.append(str(error)))
        return record


@pytest.mark.parametrize("name", PAGES)
def test_every_type_of_page(hub, visit, addresses, name):
    check(
        visit, hub.url, addresses[name], [f"404 {hub.url}{addresses[name]}"] if name.startswith("missing page") else []
    )


def test_every_kind_of_thing_that_those_leave_out(hub, visit, pages, addresses):
    rest = (
        set()
        .union(*map(kinds, pages.values()))
        .difference(*(kinds(pages.get(path, "")) for path in addresses.values()))
    )
    while rest:
        path = max(pages, key=lambda path: len(rest & kinds(pages[path])))
        check(visit, hub.url, path)
        rest -= kinds(pages[path])


def check(visit: Any, url: str, address: str, failing: Sequence[str] = ()) -> None:
    page = visit(reduced_motion="reduce", viewport={"width": WIDTHS[0], "height": 900})
    record = Record.of(page)
    page.goto(url + address)

    assert record.failed == list(failing)
    assert {urlsplit(asked).netloc for asked in record.requests if not asked.startswith("data:")} == {
        urlsplit(url).netloc
    }
    assert page.locator("html").get_attribute("lang") == address.split("/")[1]
    assert page.locator("h1").count() == 1
    assert page.locator(f"footer a[href='{STATEMENTS[address.split('/')[1]]}']").count() == 1

    found = set(moving(page))
    page.evaluate(AXE_SCRIPT)
    for width, scheme, opened, options in STATES:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate(FOLD, opened)
        state = f"{width} {scheme} {'open' if opened else 'folded'}"
        found |= {f"{state} {sentence}" for sentence in axe(page, options)}
        found |= {f"{state} small target: {sentence}" for sentence in small_targets(page)}
    found |= {f"focus is not seen: {sentence}" for sentence in without_visible_focus(page)}
    page.emulate_media(forced_colors="active")
    found |= {f"focus is not seen in forced colours: {sentence}" for sentence in without_visible_focus(page)}
    found |= {f"no border in forced colours: {sentence}" for sentence in without_borders(page)}
    page.emulate_media(forced_colors="none", media="print")
    found |= {f"on paper: {sentence}" for sentence in useless_on_paper(page)}
    page.emulate_media(media="screen")
    for state in ("as it is", "from right to left", "with spaced text"):
        page.evaluate("(direction) => document.documentElement.dir = direction", "rtl" if "right" in state else "ltr")
        if state == "with spaced text":
            space_text(page)
        for width in (WIDTHS[0], NARROWEST):
            page.set_viewport_size({"width": width, "height": 900})
            found |= {f"{width} {state} too wide: {sentence}" for sentence in wider_than_the_window(page)}
            found |= {f"{width} {state} cut off: {sentence}" for sentence in cut_off(page)}
    assert not found, "\n".join(sorted(found))
    assert record.complaints == []


def axe(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe finds, a sentence for each element. Its script has to be in the page."""
    violations = page.evaluate("async (options) => (await axe.run(options)).violations", options)
    return [
        f"{violation['id']}: {node['target']} {node['html'][:150]} {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


def test_without_scripts_a_reader_finds_filters_and_changes_language(hub, visit):
    page = visit(java_script_enabled=False)
    page.goto(f"{hub.url}/en/")
    page.locator("header input[name=q]").fill("city")
    page.locator("header input[name=q]").press("Enter")
    expect(page).to_have_url(re.compile(r"/en/search/\?q=city"))
    hits = page.locator("article.result")
    found = int(re.sub(r"\D", "", page.locator("#count").inner_text()))
    assert found > hits.count() > 0
    page.locator("#filters").get_by_role("link").first.click()
    expect(page.locator(".chosen .chip")).to_have_count(1)
    assert int(re.sub(r"\D", "", page.locator("#count").inner_text())) < found
    page.locator("article.result h3 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"{hub.url}/en/news/")
    page.locator("nav.languages summary").click()
    page.locator("nav.languages").get_by_role("link", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_the_first_stop_of_the_keyboard_leads_to_the_content(hub, visit):
    page = visit()
    page.goto(f"{hub.url}/en/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_on_paper_links_away_say_their_addresses(hub, visit, addresses):
    page = visit()
    page.goto(hub.url + addresses["event"])
    page.emulate_media(media="print")
    expect(page.locator(".printed")).to_have_text(hub.url + addresses["event"])
    links = page.locator(".facts a[href^=http], .prose a[href^=http]").evaluate_all(
        "(links) => links.map((link) => [link.href, getComputedStyle(link, '::after').content])"
    )
    assert links
    assert [link for link, said in links if link not in said] == []


def test_what_moves_stands_still_for_who_asks_for_it(hub, visit):
    page = visit(reduced_motion="no-preference")
    page.goto(f"{hub.url}/en/search/?q=city")
    assert moving(page)
    page.emulate_media(reduced_motion="reduce")
    assert moving(page) == []


def test_the_checks_see_what_is_wrong(visit):
    page = visit()
    page.set_content("""<!doctype html><html lang="en"><style>
        a, button { display: inline-block; width: 20px; height: 10px; overflow: hidden; outline: 0; border: 0 }
        main { width: 2000px; transition: opacity 1s }
    </style><main><nav><a href="/one">First</a><br><a href="/other">Second</a></nav>
        <form><button class="button">Go</button></form></main>""")
    found = [wider_than_the_window, cut_off, without_visible_focus, small_targets, moving, without_borders]
    assert [check.__name__ for check in (*found, useless_on_paper) if not check(page)] == []
