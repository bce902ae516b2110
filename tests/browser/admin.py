"""The admin as an editor's hands see it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def open_tab(page: Page, name: str) -> Locator:
    page.wait_for_load_state()
    page.get_by_role("tab", name=name, exact=True).click()
    return page.get_by_role("tabpanel", name=name)


def fill(page: Page, **values: str) -> None:
    """Fills fields of the form by their names; dates close their calendar again."""
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)
        page.keyboard.press("Escape")


def type_text(page: Page, editor: Locator, paragraphs: list[str]) -> None:
    """Types paragraphs into a rich text editor."""
    editor.click()
    for number, paragraph in enumerate(paragraphs):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.insert_text(paragraph)


def add_block(panel: Locator, kind: str, field: str = "body") -> Locator:
    """Adds a block at the end of a field's stream, and returns it."""
    stream = panel.locator(f"section[id$='-{field}-section']")
    stream.get_by_role("button", name="Insert a block").last.click()
    option = panel.page.get_by_role("option", name=kind, exact=True)
    if option.count():
        option.click()
    block = stream.locator("[data-streamfield-child]").last
    expect(block).to_be_visible()
    return block


def choose(page: Page, button: Locator, *names: str) -> None:
    """Chooses things by name in the chooser that `button` opens."""
    for name in names:
        several = "Add " in button.inner_text()
        button.click()
        modal = page.locator(".modal-content")
        with page.expect_response(lambda response: "q=" in response.url):
            modal.locator("[name=q]").fill(name)
        page.wait_for_timeout(100)
        row = modal.locator("tbody tr").filter(has_text=name).first
        if several:
            row.get_by_role("checkbox").check()
            modal.get_by_role("button", name="Confirm selection").click()
        else:
            row.get_by_role("link").first.click()
        expect(modal).to_have_count(0)
