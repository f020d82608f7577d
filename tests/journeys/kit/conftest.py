"""A browser on the living page, signed in as community staff. Pages are watched: nothing may leave the host or be refused by the policy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.live import Live

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def browser(live: Live) -> Iterator[Browser]:
    """Started after the installation and stopped with the module: its event loop would forbid Django's database calls."""
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no browser at {CHROMIUM}")
        pytest.skip(f"no browser at {CHROMIUM}")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield started
        started.close()


@dataclass
class Visit:
    """One signed-in browser and what went wrong in it."""

    context: BrowserContext
    url: str
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, path: str, *, theme: str = "light", width: int = 1440, height: int = 900) -> Page:
        self.context.add_cookies([{"name": "theme", "value": theme, "url": self.url}])
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.on("request", lambda request: self._watch(request.url))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(self.url + path.lstrip("/"), wait_until="load")
        return page

    def _watch(self, address: str) -> None:
        if not address.startswith((self.url, "data:", "blob:")):
            self.foreign.append(address)


@pytest.fixture(scope="module")
def visit(browser: Browser, live: Live) -> Iterator[Visit]:
    from tests.world import PASSWORD  # needs Django, which this file must not wait for

    context = browser.new_context(reduced_motion="reduce", locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live.url}sign-in/")
    page.fill("#id_username", "community_staff")
    page.fill("#id_password", PASSWORD)
    page.click("main button.pri")
    page.wait_for_load_state("load")
    page.close()
    yield Visit(context, live.url)
    context.close()


@pytest.fixture
def browser_without_script(browser: Browser, visit: Visit) -> Iterator[Visit]:
    """The same person where JavaScript is off."""
    context = browser.new_context(
        java_script_enabled=False, locale="zh-CN", storage_state=visit.context.storage_state()
    )
    yield Visit(context, visit.url)
    context.close()
