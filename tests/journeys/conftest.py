"""A real browser. Chromium comes from the system; where it is missing, journeys are skipped, and in CI that is a failure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]  # fmt: skip
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium: apt-get install chromium")
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, live) -> Iterator[BrowserContext]:
    """A fresh browser profile; fails the test if a page asks for another host or breaks the content policy."""
    context = browser.new_context(
        base_url=live.url, locale="zh-CN", timezone_id="Asia/Shanghai", viewport=SIZES["desk"]
    )
    foreign: list[str] = []
    refused: list[str] = []
    context.on(
        "request",
        lambda request: None if request.url.startswith((live.url, "data:", "blob:")) else foreign.append(request.url),
    )
    context.on(
        "console",
        lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield context
    context.close()
    assert foreign == []
    assert refused == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def sign_in(page: Page, name: str) -> None:
    """Through the door, as a person does."""
    from tests.world import PASSWORD

    page.goto("/sign-in/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("button.pri")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
