"""A running hub with its demonstration content, and a real browser in front of it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "tests" / "screenshots"
CHROMIUM_FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

PATIENCE = 30_000  # milliseconds that a step may take on a busy machine
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Hub:
    """A hub that answers at `url`, with its log-ins by role."""

    url: str
    logins: dict[str, dict[str, str]]
    data: Path


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    data = tmp_path_factory.mktemp("hub")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "DEBUG")
    }
    environment |= {"DATA_DIR": str(data), "PORT": str(port), "SECRET_KEY": ""}
    log = (data / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "config.start"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        end = time.monotonic() + 600
        while True:
            try:
                urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    pytest.fail("The hub did not start:\n" + (data / "log").read_text()[-3000:])
                time.sleep(0.2)
        logins = json.loads((data / "demo-logins.json").read_text())
        yield Hub(f"http://127.0.0.1:{port}", logins, data)
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Any]:
    """Opens a window of its own, `visit(locale="en", **options)`, closed after the test."""
    windows: list[BrowserContext] = []

    def open_window(**options: Any) -> Page:
        settings = {"viewport": {"width": 1280, "height": 900}, "locale": "en"} | options
        context = browser.new_context(**settings)
        context.set_default_timeout(PATIENCE)
        windows.append(context)
        return context.new_page()

    yield open_window
    for window in windows:
        window.close()


@pytest.fixture
def log_in(hub: Hub, visit: Any) -> Any:
    """Opens a window in which somebody with the role is logged in to the admin."""

    def log_in_as(role: str, **options: Any) -> Page:
        page = visit(**options)
        login = hub.logins[role]
        page.goto(f"{hub.url}/admin/login/")
        page.locator("input[name=login]").fill(login["username"])
        page.locator("input[name=password]").fill(login["password"])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{hub.url}/admin/")
        return page

    return log_in_as


@pytest.fixture
def shot() -> Any:
    """Keeps a screenshot of a whole page under a name."""
    SCREENSHOTS.mkdir(exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    return take
