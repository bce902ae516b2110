"""The main job: publish in German, find by theme from the English site, translate into English."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from .admin import add_block, choose, fill, open_tab, type_text

ROOT = Path(__file__).resolve().parents[2]
ORGANISATIONS = {
    "BBSR": "Bundesinstitut für Bau-, Stadt- und Raumforschung",
    "BMWSB": "Bundesministerium für Wohnen, Stadtentwicklung und Bauwesen",
    "Difu": "Deutsches Institut für Urbanistik",
}
ENGLISH_TITLE = "Making cities smart: the European launch conference"


@dataclass(frozen=True)
class Announcement:
    title: str
    paragraphs: list[str]
    submitted_by: str


@pytest.fixture(scope="module")
def announcement() -> Announcement:
    """The real announcement where it lies beside the project, else our own retelling of it, of the same shape."""
    files = (ROOT.parent / "shared/content/announcement.de.txt", ROOT / "demo/content/announcement.de.txt")
    text = next(file for file in files if file.exists()).read_text(encoding="utf-8")
    title, _edited_on, first, *rest, last = [line.strip() for line in text.strip().splitlines() if line.strip()]
    submitted_by = re.fullmatch(r"Submitted by (.+?)(?: on)?", last)
    assert submitted_by, "The announcement ends with who submitted it."
    # The date of "Edited on" is glued to the first paragraph. The hub writes that date itself.
    return Announcement(title, [re.sub(r"^\d+ \w+ \d{4}", "", first), *rest], submitted_by[1])


def add_person(page: Page, url: str, name: str, role: str, organisation: str) -> None:
    page.goto(f"{url}/admin/snippets/hub/person/add/")
    fill(page, name=name, role=role)
    choose(page, page.get_by_role("button", name="Choose organisation"), organisation)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"'{name}' created")).to_be_visible()


def save_draft(page: Page) -> str:
    """Saves and returns the id of the page."""
    # Two requests at once would be taken for two editors: the form saves itself half a second after a change.
    page.wait_for_timeout(1000)
    expect(page.locator(".w-autosave-indicator__state--saved").first).to_be_visible()
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".messages .success")).to_be_visible()
    return page_id(page)


def page_id(page: Page) -> str:
    identifier = re.search(r"/pages/(\d+)/edit/", page.url)
    assert identifier, page.url
    return identifier[1]


def submit(page: Page) -> None:
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Submit to Moderators approval").click()
    expect(page.get_by_text("has been submitted for moderation")).to_be_visible()


def approve(page: Page, url: str, identifier: str) -> tuple[str, float]:
    """Approves and publishes a page; returns its address and the moment of the answer, in seconds."""
    page.goto(f"{url}/admin/pages/{identifier}/edit/")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Approve and Publish").click()
    return done(page, url, identifier)


def done(page: Page, url: str, identifier: str) -> tuple[str, float]:
    """Waits for the message of success; returns the page's address below the site and the moment of the message."""
    expect(page.locator(".messages .success")).to_be_visible()
    moment = time.monotonic()
    details = page.request.get(f"{url}/admin/api/main/pages/{identifier}/").json()
    return details["meta"]["html_url"].removeprefix(url), moment


def hits(page: Page, url: str, query: str) -> list[str]:
    """Addresses of the hits of a search on the English site."""
    page.goto(f"{url}/en/search/?{query}")
    return [link.get_attribute("href") or "" for link in page.locator("article.result h3 a").all()]


def until_found(page: Page, url: str, query: str, address: str, since: float) -> None:
    """Searches until the address is among the hits; fails a second after `since`."""
    while address not in hits(page, url, query):
        assert time.monotonic() - since < 1, f"{address} is not found within a second of its publication."


def translate(page: Page, title: str) -> int:
    """Translates every text of the open translation by keyboard, the title as given; returns how many waited."""
    waiting = page.locator(".desk-segment[data-waits=true]")
    expect(waiting.first.locator("textarea")).to_be_focused()
    count = waiting.count()
    left = count
    while left:
        if left == count:
            page.keyboard.insert_text(title)
        else:
            # What stands in the original, with its marks, and a word.
            page.keyboard.press("Alt+o")
            page.keyboard.press("Control+End")
            page.keyboard.insert_text(f" [{left}]")
        page.keyboard.press("Control+Enter")
        # More than one is done where a text stands again.
        expect(waiting).not_to_have_count(left)
        left = waiting.count()
    return count


def test_publish_in_german_find_by_theme_translate_into_english(hub, log_in, visit, shot, announcement):
    url = hub.url
    editor, moderator, translator, reader = log_in("editor"), log_in("moderator"), log_in("translator"), visit()

    # The editor enters who takes part, the conference and the announcement.
    add_person(editor, url, announcement.submitted_by, "", ORGANISATIONS["BBSR"])
    add_person(editor, url, "Keynote One", "Head of Unit Technologies for Smart Communities", "European Commission")
    add_person(editor, url, "Keynote Two", "", "Eurocities")

    editor.goto(f"{url}/admin/events/?locale=de")
    editor.get_by_role("link", name="Add event").click()
    text = open_tab(editor, "Text")
    fill(editor, title="Europäische Auftaktkonferenz", lead="Die europäische Online-Konferenz #connected in europe.")
    open_tab(editor, "When and where")
    fill(editor, start="2022-02-10 10:00", end="2022-02-10 15:00")
    editor.locator("[name=timezone]").select_option("Europe/Berlin")
    editor.locator("[name=format]").select_option("online")
    editor.get_by_role("checkbox", name="English", exact=True).check()
    open_tab(editor, "Registration")
    editor.locator("[name=cost]").select_option("free")
    fill(editor, registration_url="https://example.org/anmeldung")
    programme = open_tab(editor, "Programme")
    choose(editor, programme.get_by_role("button", name="Add organisations"), *ORGANISATIONS.values())
    for name in ("Keynote One", "Keynote Two"):
        speaker = add_block(programme, "Speaker", field="speakers")
        choose(editor, speaker.get_by_role("button", name="Choose person"), name)
        speaker.locator("select").select_option("keynote")
    panel = add_block(programme, "Item of the agenda", field="agenda")
    panel.locator("select").select_option("panel")
    panel.locator("input[name$=title]").fill("Podiumsdiskussion")
    shot(editor, "main-job-1-event")
    event = save_draft(editor)
    submit(editor)

    editor.goto(f"{url}/admin/news/?locale=de")
    editor.get_by_role("link", name="Add post").click()
    text = open_tab(editor, "Text")
    fill(editor, title=announcement.title, lead=announcement.paragraphs[0][:300])
    type_text(editor, add_block(text, "Text").locator("[contenteditable=true]"), announcement.paragraphs)
    open_tab(editor, "Kind and deadline")
    editor.locator("[name=news_kind]").select_option("call")
    fill(editor, deadline="2022-02-25")
    themes = open_tab(editor, "Themes and places")
    for theme in ("Digital transformation", "Integrated urban development", "Finance and investment", "Networking"):
        themes.get_by_role("checkbox", name=theme, exact=True).check()
    choose(editor, themes.get_by_role("button", name="Add organisations"), *ORGANISATIONS.values())
    people = open_tab(editor, "People and links")
    choose(editor, people.get_by_role("button", name="Choose person"), announcement.submitted_by)
    for work in ("Europäische Auftaktkonferenz", "Digitale Transformation", "TechPlace"):
        choose(editor, people.get_by_role("button", name="Add related work"), work)
    post = save_draft(editor)
    shot(editor, "main-job-2-post")

    editor.get_by_role("button", name="Toggle preview").click()
    preview = editor.frame_locator("iframe[title=Preview], iframe#w-preview-iframe").first
    expect(preview.get_by_role("heading", level=1)).to_have_text(announcement.title)
    shot(editor, "main-job-3-preview")
    submit(editor)

    # Nobody finds it before the moderator publishes; within a second of that, readers do.
    words = quote(announcement.title)
    before = hits(reader, url, f"q={words}")
    approve(moderator, url, event)
    german, moment = approve(moderator, url, post)
    assert german.startswith("/de/news/")
    assert german not in before
    until_found(reader, url, f"q={words}", german, moment)
    shot(moderator, "main-job-4-published")

    for query in ("theme=networking&sort=newest", "q=Vernetzung&sort=newest", "q=Stadtentwicklungen&sort=newest"):
        assert hits(reader, url, query).count(german) == 1, query
    shot(reader, "main-job-5-found")
    reader.locator(f"article.result h3 a[href='{german}']").click()
    expect(reader.locator("html")).to_have_attribute("lang", "de")
    expect(reader.get_by_role("heading", level=1)).to_have_text(announcement.title)
    for paragraph in announcement.paragraphs:
        expect(reader.locator("main")).to_contain_text(re.sub(r"\s+", " ", paragraph))
    expect(reader.locator("main")).to_contain_text(announcement.submitted_by)
    shot(reader, "main-job-6-german")

    # The translator translates every text and publishes.
    translator.goto(f"{url}/admin/news/?locale=de")
    translator.locator(f"a[href$='/localize/submit/page/{post}/']").click()
    translator.get_by_role("checkbox", name="English").check()
    translator.get_by_role("button", name="Submit").click()
    translator.wait_for_url(re.compile("/edit/"))
    identifier = page_id(translator)
    assert translate(translator, ENGLISH_TITLE) >= 2 + len(announcement.paragraphs)
    shot(translator, "main-job-7-translated")
    translator.get_by_role("button", name="Publish", exact=True).click()
    english, moment = done(translator, url, identifier)
    assert english.startswith("/en/news/")

    # The reader gets one hit, in English, with a link to the original.
    until_found(reader, url, f"q={quote(ENGLISH_TITLE)}", english, moment)
    found = hits(reader, url, "q=Vernetzung&sort=newest")
    assert (found.count(english), found.count(german)) == (1, 0)
    shot(reader, "main-job-8-one-hit")
    reader.locator(f"article.result h3 a[href='{english}']").click()
    expect(reader.locator("html")).to_have_attribute("lang", "en")
    expect(reader.get_by_role("heading", level=1)).to_have_text(ENGLISH_TITLE)
    shot(reader, "main-job-9-english")
    reader.locator(f"main a[href='{german}']").first.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(announcement.title)
