"""The search as a keyboard, a screen reader and a narrow dark screen meet it; without scripts it is plain pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page, expect

from tests.browser.checks import wider_than_the_window
from tests.browser.test_accessibility import ALL, NARROWEST, WIDTHS, axe

COUNT = "#count"


def number(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator(COUNT).inner_text()))


def options(box: Locator) -> Locator:
    return box.locator("xpath=ancestor::form").get_by_role("option")


def type_into(page: Page, label: str, text: str) -> Locator:
    """Types into a search box and waits for suggestions."""
    box = page.get_by_role("combobox", name=label).last
    box.press_sequentially(text)
    expect(options(box).first).to_be_visible()
    return box


@pytest.fixture
def quiet(visit: Any) -> Any:
    """Opens a window that must have nothing to complain about."""
    complaints: list[str] = []

    def open_window(**given: Any) -> Page:
        page = visit(reduced_motion="reduce", **given)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        return page

    yield open_window
    assert complaints == []


def test_suggestions_by_keyboard(hub, quiet):
    page = quiet()
    page.goto(f"{hub.url}/en/")
    box = type_into(page, "Search in all languages", "clim")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowDown")
    first = options(box).first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(first.get_attribute("id")))
    box.press("ArrowUp")
    expect(first).to_have_attribute("aria-selected", "false")
    box.press("ArrowUp")
    expect(options(box).last).to_have_attribute("aria-selected", "true")
    box.press("Home")
    assert box.get_attribute("aria-activedescendant") is None
    assert box.evaluate("box => box.selectionStart") == 0
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("clim")
    box.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    box.press("Escape")
    expect(box).to_have_value("")
    expect(box).to_be_focused()


def test_enter_follows_a_suggestion_and_searches_where_none_is_chosen(hub, quiet):
    page = quiet()
    page.goto(f"{hub.url}/en/")
    box = type_into(page, "Search in all languages", "climate")
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/en/themes/climate"))
    box = type_into(page, "Search in all languages", "climate")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/en/search/\?q=climate"))


def test_tab_leaves_and_a_click_follows(hub, quiet):
    page = quiet()
    page.goto(f"{hub.url}/de/")
    box = type_into(page, "In allen Sprachen suchen", "klima")
    box.press("ArrowDown")
    box.press("Tab")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("button", name="Suchen").last).to_be_focused()
    expect(page).to_have_url(f"{hub.url}/de/")
    box.press("ArrowDown")
    options(box).first.click()
    expect(page).to_have_url(re.compile(r"/de/themes/"))


def test_what_a_screen_reader_is_told(hub, quiet):
    page = quiet()
    page.goto(f"{hub.url}/de/")
    box = type_into(page, "In allen Sprachen suchen", "klimas")
    box.press("ArrowDown")
    expect(box.locator("xpath=ancestor::form")).to_match_aria_snapshot("""
        - search "Im Hub suchen":
          - text: In allen Sprachen suchen
          - combobox "In allen Sprachen suchen" [expanded]: klimas
          - button "Suchen"
          - listbox "Vorschläge":
            - option /^Klimaschutz.* Thema$/ [selected]
            - option
          - status: 2 Vorschläge
    """)
    box.fill("qwertzuiop")
    expect(page.get_by_text("Keine Vorschläge")).to_have_count(1)
    expect(box).to_have_attribute("aria-expanded", "false")


def test_nothing_is_asked_for_blanks_nor_for_each_key_nor_while_composing(hub, quiet):
    page = quiet()
    page.goto(f"{hub.url}/en/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest?" in request.url else None)
    box = page.get_by_role("combobox").last
    box.press_sequentially("   ")
    page.wait_for_timeout(500)
    assert asked == []
    box.fill("")
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "クリ", "selectionStart": 2, "selectionEnd": 2})
    page.wait_for_timeout(500)
    assert asked == []
    session.send("Input.insertText", {"text": "climate"})
    expect(options(box).first).to_be_visible()
    assert len(asked) == 1 and asked[0].endswith("?q=climate")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_in_the_open_list(hub, quiet, width, scheme):
    page = quiet(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for path, label in (("/en/", "Search in all languages"), ("/en/search/", "Words in any language")):
        page.goto(hub.url + path)
        box = type_into(page, label, "cit")
        box.press("ArrowDown")
        page.evaluate(AXE_SCRIPT)
        assert axe(page, ALL) == []
        page.set_viewport_size({"width": NARROWEST, "height": 900})
        assert wider_than_the_window(page) == []
        page.set_viewport_size({"width": width, "height": 900})


def filters(page: Page, name: str) -> Locator:
    return page.get_by_role("complementary").get_by_role("link", name=re.compile(f"^{name}"))


def test_filters_change_without_a_reload_and_the_way_back_works(hub, quiet):
    page = quiet()
    page.goto(f"{hub.url}/en/search/?q=city")
    page.evaluate("window.kept = true")
    everything = number(page)
    filters(page, "Event").first.click()
    expect(page).to_have_url(re.compile(r"\?q=city&kind=event$"))
    some = number(page)
    assert 0 < some < everything
    expect(filters(page, "Event").first).to_be_focused()
    expect(filters(page, "Event").first).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("status").filter(has_text=f"{some} result")).to_have_count(1)
    assert page.locator("#kept input[name=kind]").input_value() == "event"
    assert "kind=event" in str(page.locator("#languages a[hreflang=de]").get_attribute("href"))

    filters(page, "Event").first.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=city$"))
    expect(filters(page, "Event").first).to_be_focused()
    page.go_back()
    expect(page.locator(COUNT)).to_contain_text(str(some))
    expect(page).to_have_url(re.compile(r"\?q=city&kind=event$"))
    page.go_back()
    expect(page.locator(COUNT)).to_contain_text(str(everything))
    page.go_forward()
    expect(page.locator(COUNT)).to_contain_text(str(some))
    assert page.evaluate("window.kept") is True


def test_order_pages_and_the_period_change_without_a_reload(hub, quiet):
    page = quiet()
    page.goto(f"{hub.url}/en/search/?q=city")
    page.evaluate("window.kept = true")
    page.get_by_role("link", name="Newest", exact=True).click()
    expect(page).to_have_url(re.compile("sort=newest"))
    expect(page.get_by_role("link", name="Newest", exact=True)).to_be_focused()
    page.get_by_role("link", name="Next page").click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator(COUNT)).to_be_focused()
    expect(page.locator(COUNT)).to_be_in_viewport()
    page.get_by_label("Until").fill("2026-12-31")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("to=2026-12-31"))
    assert "page=2" not in page.url
    assert page.evaluate("window.kept") is True


def test_the_drawing_of_years_hands_the_focus_to_the_list_that_says_the_same(hub, quiet):
    page = quiet()
    page.goto(f"{hub.url}/en/search/?q=city")
    page.locator("#filters svg a").first.click(force=True)
    expect(page).to_have_url(re.compile("from="))
    expect(page.locator("#filters .choices [aria-current]:focus")).to_have_count(1)


def test_when_the_answer_fails_the_browser_goes_there_itself(hub, visit):
    page = visit()
    page.goto(f"{hub.url}/en/search/?q=city")
    page.route("**/search/?q=city&kind=event", lambda route: route.abort(), times=1)
    filters(page, "Event").first.click()
    expect(page).to_have_url(re.compile("kind=event"))
    expect(page.locator(".chosen .chip")).to_have_count(1)


def test_a_folded_list_stays_open(hub, quiet):
    page = quiet()
    page.goto(f"{hub.url}/en/search/")
    more = page.locator("#filters details details").first
    more.locator("summary").click()
    more.get_by_role("link").first.click()
    expect(page.locator(".chosen .chip")).to_have_count(1)
    expect(page.locator("#filters [aria-current]").first).to_be_visible()


def test_axe_finds_nothing_after_a_change_without_a_reload(hub, quiet):
    page = quiet()
    page.goto(f"{hub.url}/en/search/?q=city")
    filters(page, "Event").first.click()
    expect(page.locator(".chosen .chip")).to_have_count(1)
    page.evaluate(AXE_SCRIPT)
    assert axe(page, ALL) == []
