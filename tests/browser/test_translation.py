"""The translators' desk, as its people use it: by mail and keyboard, and with tools of their own."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect
from translate.storage.factory import getobject

from .conftest import Hub
from .test_main_job import page_id

ROOT = Path(__file__).resolve().parents[2]
TITLE = "Night trains between small towns"
SETUP = """
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from wagtail.models import Locale
from wagtail.users.models import UserProfile
from translation.models import TranslatorLanguage
from tests import content
from hub.models import Theme
user = get_user_model().objects.create_user("claire", "claire@example.org", "claire")
UserProfile.objects.create(user=user, preferred_language="en")
user.groups.add(Group.objects.get(name="Translators"))
TranslatorLanguage.objects.create(user=user, locale=Locale.objects.get(language_code="fr"))
body = [{"type": "text", "value": "<p>Trains <b>run again</b> at night. Towns pay a third.</p>"}]
theme = content.theme("night-trains", en="Night trains", fr="Trains de nuit", de="Nachtzüge", pl="Pociągi nocne")
page = content.post("Night trains between small towns", lead="Four towns share a sleeper.", body=body, themes=[theme])
content.post("Sleepers on rails", lead="Four towns share a sleeper.", body=body)
hub = content.thematic_hub(theme, "Night trains in Europe", lead="All about sleepers.")
print(page.pk, hub.translation_key)
"""


@pytest.fixture(scope="module")
def work(hub: Hub) -> dict[str, str]:
    """A post and its hub in English, and Claire, who translates into French and nothing else."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment |= {"DATA_DIR": str(hub.data), "SECRET_KEY": "", "DEBUG": "1"}
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", SETUP],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    hub.logins["claire"] = {"username": "claire", "password": "claire"}
    post, thematic_hub = done.stdout.split()[-2:]
    return {"post": post, "hub": thematic_hub}


def mails_to(hub: Hub, address: str, words: str) -> str:
    """What the hub has sent to somebody with these words, once it has."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        mails = (hub.data / "log").read_text(errors="replace").split("Content-Type: text/plain")
        for mail in mails:
            if f"To: {address}" in mail and words in mail:
                return mail
        time.sleep(0.3)
    raise AssertionError(f"No mail to {address} with “{words}”.")


def until(page: Page, address: str, words: str) -> None:
    """Loads a page again and again until the words are on it: the worker counts within seconds."""
    end = time.monotonic() + 30
    while True:
        page.goto(address)
        if words in page.locator("main").inner_text() or time.monotonic() > end:
            break
        time.sleep(0.5)
    expect(page.locator("main")).to_contain_text(words)


def test_a_translator_with_only_french_works_a_request_from_mail_to_publication(hub, log_in, visit, shot, work):
    editor, claire, reader = log_in("editor"), log_in("claire"), visit()

    # An editor asks for French.
    editor.goto(f"{hub.url}/admin/translations/ask/?page={work['post']}")
    editor.get_by_role("checkbox", name="French").check()
    editor.get_by_label("Message").fill("For the conference in Lille.")
    editor.get_by_role("button", name="Ask").click()
    expect(editor.get_by_text("The translators have been told.")).to_be_visible()
    request_url = editor.url
    shot(editor, "translation-1-request")

    # The mail leads to it; other languages are locked.
    mail = mails_to(hub, "claire@example.org", TITLE)
    assert "For the conference in Lille." in mail
    address = re.search(rf"{hub.url}/admin/\S+", mail)
    assert address, mail
    claire.goto(address[0])
    shot(claire, "translation-2-from-the-mail")
    claire.goto(f"{hub.url}/admin/translations/?q={TITLE.replace(' ', '+')}")
    shot(claire, "translation-3-queue")
    row = claire.locator("tbody tr").filter(has_text="French")
    row.get_by_role("link", name=TITLE).or_(row.get_by_role("button", name="Start")).first.click()
    claire.wait_for_url(re.compile("/edit/"))

    # By keyboard from the first text to the last, and to the button that publishes.
    waiting = claire.locator(".desk-segment[data-waits=true]")
    expect(waiting).to_have_count(3)
    for text in (
        "Trains de nuit entre petites villes",
        "Quatre villes partagent un train-couchettes.",
        "Les trains <1>circulent de nouveau</1> la nuit. Les villes paient un tiers.",
    ):
        left = waiting.count()
        claire.keyboard.insert_text(text)
        claire.keyboard.press("Control+Enter")
        expect(waiting).not_to_have_count(left)
    expect(claire.locator("#desk-left")).to_have_text("All texts are translated.")
    shot(claire, "translation-4-editor")
    expect(claire.get_by_role("button", name="Publish", exact=True)).to_be_focused()
    claire.keyboard.press("Enter")
    expect(claire.get_by_text("Published in French.")).to_be_visible()

    # It is public, found, and whoever asked is told.
    details = claire.request.get(f"{hub.url}/admin/api/main/pages/{page_id(claire)}/").json()
    reader.goto(details["meta"]["html_url"])
    expect(reader.get_by_role("heading", level=1)).to_have_text("Trains de nuit entre petites villes")
    expect(reader.locator("main b")).to_have_text("circulent de nouveau")
    mails_to(hub, "editor@example.org", TITLE)
    until(editor, request_url, "Published")


def test_what_the_memory_fills_is_shown_where_the_translator_stands_too(hub, log_in, work):
    claire = log_in("claire")
    claire.goto(f"{hub.url}/admin/translations/?q=Sleepers+on+rails")
    # What was published a moment ago is remembered by the worker.
    claire.locator("tbody tr").filter(has_text="French").get_by_role("button", name="Start").click()
    claire.wait_for_url(re.compile("/edit/"))
    until(claire, claire.url, "from memory")
    expect(claire.locator(".desk-languages")).to_contain_text("claire")
    lead = claire.locator(".desk-segment").nth(1)
    lead.locator("textarea").focus()
    claire.get_by_role("button", name="from memory").click()
    expect(lead.locator("textarea")).to_have_value("Quatre villes partagent un train-couchettes.")
    expect(claire.locator("#desk-left")).to_contain_text("Texts left: 1")
    lead.locator("textarea").focus()
    claire.keyboard.press("End")
    claire.keyboard.type(" Bien.")
    expect(lead.locator(".desk-saved")).to_have_text("Saved")
    expect(lead.locator(".desk-error")).to_be_empty()

    # A block below the text that is open is left out at the first click, and taken in again.
    claire.get_by_role("button", name="Leave this block out").click()
    claire.get_by_role("button", name="Take this block in again").click()
    expect(claire.get_by_role("button", name="Leave this block out")).to_be_visible()

    # Of other languages the same page is there to read.
    claire.goto(f"{hub.url}/admin/translations/?locale=de&state=published")
    claire.locator("tbody tr .title-wrapper a").first.click()
    expect(claire.locator(".help-warning")).to_have_text("You do not translate into German.")


def test_a_translator_sees_just_what_an_editor_has_changed(hub, log_in, shot, work):
    moderator, claire = log_in("moderator"), log_in("claire")
    moderator.goto(f"{hub.url}/admin/pages/{work['post']}/edit/")
    moderator.locator("[name=lead]").fill("Five towns share a sleeper.")
    moderator.wait_for_timeout(1500)
    moderator.get_by_role("button", name="More actions").click()
    moderator.get_by_role("button", name="Publish", exact=True).click()
    expect(moderator.locator(".messages .success")).to_be_visible()

    queue = f"{hub.url}/admin/translations/?q={TITLE.replace(' ', '+')}"
    until(claire, queue, "Outdated")
    claire.locator("tbody tr").filter(has_text="French").get_by_role("link", name=TITLE).click()
    claire.wait_for_url(re.compile("/edit/"))
    waiting = claire.locator(".desk-segment[data-waits=true]")
    expect(waiting).to_have_count(1)
    expect(waiting.locator(".desk-changed del")).to_have_text("Four")
    expect(waiting.locator(".desk-changed ins")).to_have_text("Five")
    expect(waiting.locator("textarea")).to_have_value("Quatre villes partagent un train-couchettes.")
    expect(waiting.locator(".desk-changed ins")).to_be_in_viewport()
    claire.locator("#desk-preview-toggle").click()
    frame = claire.frame_locator(".desk-preview iframe")
    expect(frame.locator("[data-desk-mark]")).to_contain_text("Five towns share a sleeper.")
    shot(claire, "translation-5-changed")
    violations = axe(claire, ".desk")
    assert violations == []
    waiting.locator("textarea").press("Alt+r")
    expect(waiting).to_have_count(0)


def test_what_is_typed_after_a_log_out_is_written_after_the_next_log_in(hub, log_in, work):
    claire = log_in("claire")
    claire.goto(f"{hub.url}/admin/translations/?q={TITLE.replace(' ', '+')}")
    claire.locator("tbody tr").filter(has_text="French").get_by_role("link", name=TITLE).click()
    claire.wait_for_url(re.compile("/edit/"))
    segment = claire.locator(".desk-segment").first
    claire.context.clear_cookies(name="sessionid")
    segment.locator("textarea").fill("Trains de nuit entre villages")
    expect(segment.locator(".desk-error")).to_have_text("Not saved: log in again in another window, and go on here.")

    other = claire.context.new_page()
    other.goto(f"{hub.url}/admin/login/")
    for name in ("login", "password"):
        other.locator(f"input[name={name}]").fill("claire")
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(f"{hub.url}/admin/")
    segment.locator("textarea").press_sequentially("!")
    expect(segment.locator(".desk-saved")).to_have_text("Saved")
    expect(segment.locator(".desk-error")).to_be_empty()
    own = claire.locator(".desk-own").filter(has_text="What differs in this language")
    own.locator("summary").first.click()
    own.get_by_role("button", name="Save").last.click()
    expect(claire.get_by_text("What differs in this language is saved.")).to_be_visible()
    claire.locator(".desk-foot").get_by_role("button", name="Publish").click()
    expect(claire.get_by_text("Published in French.")).to_be_visible()


def test_a_text_that_is_left_at_once_is_checked_all_the_same(hub, log_in, work):
    claire = log_in("claire")
    claire.goto(f"{hub.url}/admin/translations/?q={TITLE.replace(' ', '+')}")
    claire.locator("tbody tr").filter(has_text="French").get_by_role("link", name=TITLE).click()
    claire.wait_for_url(re.compile("/edit/"))
    segment = claire.locator(".desk-segment").first
    text = segment.locator("textarea")
    two_spaces = segment.locator(".desk-finding").filter(has_text="two spaces in a row")
    text.fill("Trains de nuit  entre villages")
    text.press("Alt+ArrowDown")
    expect(two_spaces).to_have_count(1)
    text.fill("Trains de nuit entre villages")
    expect(two_spaces).to_have_count(0)
    expect(segment.locator(".desk-saved")).to_have_text("Saved")


def axe(page: Page, part: str) -> list[str]:
    """What axe finds in a part of the page, a sentence for each element."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("async (part) => (await axe.run(document.querySelector(part))).violations", part)
    return [f"{each['help']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


def test_a_hub_goes_out_as_xliff_and_comes_back_in_three_languages(hub, log_in, visit, shot, work):
    moderator, reader = log_in("moderator"), visit()
    languages = ("de", "fr", "pl")
    # Everything of the hub that waits in these languages, as a ZIP.
    chosen = "&".join(f"locale={code}" for code in languages)
    queue = f"{hub.url}/admin/translations/?hub={work['hub']}&{chosen}"
    until(moderator, queue, "Night trains in Europe")
    moderator.goto(f"{hub.url}/admin/translations/bulk/export/?id=all&hub={work['hub']}&{chosen}")
    moderator.get_by_label("XLIFF 1.2").check()
    moderator.locator("main form button[type=submit]").first.click()
    archive = finished(moderator, hub)
    translated = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as given, zipfile.ZipFile(translated, "w") as taken:
        files = [name for name in given.namelist() if name.endswith(".xlf")]
        assert len(files) >= 5, files
        for name in files:
            taken.writestr(name, by_program(name, given.read(name)))

    # It comes back, is shown, and taken over.
    moderator.goto(f"{hub.url}/admin/translations/upload/")
    moderator.set_input_files(
        "input[type=file]", {"name": "back.zip", "mimeType": "application/zip", "buffer": translated.getvalue()}
    )
    moderator.get_by_role("button", name="Show what it would change").click()
    take_over = moderator.get_by_role("button", name=re.compile("Take over"))
    expect(take_over).to_be_visible(timeout=60_000)  # a large file is read by a job
    shot(moderator, "translation-6-report")
    take_over.click()
    expect(moderator.locator("main")).not_to_contain_text("cannot be used")

    # All of it goes live at once, and is found.
    for code in languages:
        one = f"{hub.url}/admin/translations/?hub={work['hub']}&locale={code}&state=complete"
        until(moderator, one, "Night trains in Europe")
    moderator.goto(f"{hub.url}/admin/translations/bulk/publish/?id=all&state=complete&hub={work['hub']}&{chosen}")
    moderator.locator("main form button[type=submit]").first.click()
    moderator.wait_for_url(re.compile(r"/jobs/\d+/"))
    for code in languages:
        end = time.monotonic() + 60
        while True:
            reader.goto(f"{hub.url}/{code}/search/?q={code}sleepers")
            found = reader.locator("article.result h3").filter(has_text=f"{code}: Night trains in Europe")
            if found.count() or time.monotonic() > end:
                break
            time.sleep(0.5)
        expect(found).to_have_count(1)
    shot(moderator, "translation-7-job")


def finished(page: Page, hub: Hub) -> bytes:
    """The file of the job whose page is open, once it is done."""
    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    address = page.url
    end = time.monotonic() + 60
    while time.monotonic() < end:
        page.goto(address)
        link = page.locator(f"a[href$='{address.removeprefix(hub.url).rstrip('/')}/file/']")
        if link.count():
            return page.request.get(f"{address.rstrip('/')}/file/").body()
        time.sleep(0.5)
    raise AssertionError(page.locator("main").inner_text())


def test_the_desk_fits_a_telephone(log_in, hub, work):
    claire = log_in("claire", viewport={"width": 390, "height": 844})
    claire.goto(f"{hub.url}/admin/translations/memory/files/")
    expect(claire.locator(".desk-tabs [aria-current]")).to_be_in_viewport(ratio=1)
    title = claire.locator(".w-breadcrumbs li").last
    assert title.evaluate("item => item.scrollWidth <= item.clientWidth && item.getBoundingClientRect().right <= 390")
    claire.goto(f"{hub.url}/admin/translations/?locale=fr")
    claire.locator("tbody").get_by_role("checkbox").first.check()
    bar = claire.locator(".desk-bulk .footer__container")
    expect(bar).to_be_visible()
    assert (bar.evaluate("bar => [bar.getBoundingClientRect().left, bar.getBoundingClientRect().right]")) == [0, 390]

    # A word without end keeps its column.
    text = claire.request.get(f"{hub.url}/admin/translations/?locale=fr&state=published").text()
    page = re.search(r"/admin/pages/(\d+)/edit/", text)
    assert page
    claire.goto(f"{hub.url}{page[0]}")
    address = claire.locator("a[href*='format=xliff1']").get_attribute("href")
    file = re.sub(r"(<target[^>]*>)", rf"\1{'Schifffahrt' * 30} ", claire.request.get(f"{hub.url}{address}").text())
    claire.goto(f"{hub.url}/admin/translations/upload/")
    claire.set_input_files("input[type=file]", {"name": "a.xlf", "mimeType": "text/xml", "buffer": file.encode()})
    claire.get_by_role("button", name="Show what it would change").click()
    for width in (390, 1280):
        claire.set_viewport_size({"width": width, "height": 844})
        cells = claire.locator(".desk-texts td:visible")
        expect(cells.first).to_be_visible()
        assert cells.evaluate_all("cells => cells.every(cell => cell.getBoundingClientRect().right <= innerWidth)")


def by_program(name: str, content: bytes) -> bytes:
    """The file with translations of all texts, made with translate-toolkit: the language, and the text as it is."""
    file = io.BytesIO(content)
    file.name = name
    store = getobject(file)
    language = store.gettargetlanguage() or store.targetlanguage
    for unit in store.units:
        if unit.istranslatable():
            rich = unit.rich_source
            first = rich[0].sub
            first.insert(0, f"{language}: ")
            # A word that only this language has, for the search.
            first.append(f" {language}sleepers")
            unit.rich_target = rich
    return bytes(store)
