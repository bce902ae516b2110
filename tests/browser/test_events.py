"""The reader's own time beside that of an event, and the calendar on a phone."""

from playwright.sync_api import expect

from .admin import open_tab


def test_readers_elsewhere_are_told_their_own_time_and_readers_there_are_not(hub, visit):
    """The consultation hour is at half past twelve in Brussels."""
    for zone, shown in (("Asia/Tokyo", "20:30"), ("Europe/Berlin", None)):
        page = visit(timezone_id=zone)
        page.goto(f"{hub.url}/en/events/consultation-hour/")
        own = page.locator("aside .own-time")
        if shown:
            # Summer time in Brussels is an hour nearer to Tokyo.
            expect(own).to_contain_text("Where you are:")
            assert shown in own.inner_text() or "19:30" in own.inner_text()
        else:
            expect(own).to_be_hidden()


def test_without_scripts_nothing_is_said_of_the_readers_time(hub, visit):
    page = visit(java_script_enabled=False, timezone_id="Asia/Tokyo")
    page.goto(f"{hub.url}/en/events/consultation-hour/")
    expect(page.locator("aside .own-time")).to_be_hidden()


def test_what_a_date_picker_cannot_read_stays_as_it_was_typed(hub, visit, log_in):
    page = log_in("editor")
    page.goto(f"{hub.url}/admin/events/")
    page.get_by_role("link", name="Consultation hour").first.click()
    tab = open_tab(page, "When and where")
    start = tab.locator("[name=start]")
    for typed in ("32.13.2026 18:00", "next Friday at six"):
        start.fill(typed)
        page.keyboard.press("Escape")
        tab.locator("[name=venue]").click()
        expect(start).to_have_value(typed)


def test_a_month_is_a_table_on_a_wide_screen_and_a_list_of_days_on_a_phone(hub, visit):
    page = visit()
    page.goto(f"{hub.url}/en/events/?when=month")
    expect(page.get_by_role("columnheader")).to_have_count(7)
    days, empty = page.locator(".month td:not(.is-empty)"), page.locator(".month td.is-empty").first
    expect(days.first).to_be_visible()
    expect(empty).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(empty).to_be_hidden()
    boxes = [days.nth(number).bounding_box() for number in range(min(days.count(), 2))]
    assert all(box and box["width"] > 300 for box in boxes)
