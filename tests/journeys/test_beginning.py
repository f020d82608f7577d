"""From an empty folder to a community with its first worker: ``linli init``, ``linli serve``, and what an administrator sees on the way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from .conftest import SIZES


@dataclass
class Begun:
    url: str
    password: str
    environment: dict[str, str]


def linli(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "linli", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


@pytest.fixture
def begun(open_folder: Path) -> Iterator[Begun]:
    """A real installation, begun on the command line and served."""
    environment = dict(os.environ) | {
        "LINLI_HOME": str(open_folder / "home"), "LINLI_KEY_FILE": str(open_folder / "keys" / "linli.keys"),
    }  # fmt: skip
    for name in ("LINLI_DATABASE", "LINLI_UNSAFE_STORAGE"):
        environment.pop(name, None)
    assert "linli init" in linli(environment, "serve").stderr  # nothing has begun, and it says what to do
    done = linli(environment, "init", "--province", "43", "--username", "wang", "--name", "王主任")
    assert done.returncode == 0, done.stderr
    password = re.search(r"^ {4}(\S+)$", done.stdout, re.MULTILINE)
    assert password
    assert "born real" in linli(environment, "up").stderr  # and never a demo from here on
    process = subprocess.Popen(
        [sys.executable, "-m", "linli", "serve"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        url = next(found.group() for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+/", line)))
        yield Begun(url, password.group(1), environment)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def sign_in(page: Page, begun: Begun) -> None:
    page.goto("/")
    page.goto("/sign-in/")
    page.fill("#id_username", "wang")
    page.fill("#id_password", begun.password)
    page.click("button.pri")
    page.wait_for_url("**/me/security/factor/")  # who may see residents' data turns on a second factor first
    page.locator("details summary").click()
    secret = page.locator("details .no").inner_text().replace(" ", "")
    page.fill("#id_code", pyotp.TOTP(secret).now())
    page.locator("main button.pri").click()
    page.wait_for_url(lambda url: "/factor/" not in url)
    page.goto("/console/setup/")


def test_an_administrator_begins_with_nothing_and_is_led_to_the_first_worker(begun: Begun, browser: Browser) -> None:
    context = browser.new_context(base_url=begun.url, locale="zh-CN", viewport=SIZES["phone"])
    page = context.new_page()
    sign_in(page, begun)
    assert page.locator("[aria-current=step] h2").inner_text() == "1. 地方"

    page.get_by_role("link", name="登记社区").click()
    for name, said in {"city": "长沙市", "district": "岳麓区", "street": "望月湖街道", "community": "月华社区"}.items():
        page.fill(f"#id_{name}", said)
    page.fill("#id_code", "43010400")  # a slip: too short
    page.get_by_role("button", name="登记").click()
    assert "12 位数字" in page.locator("main").inner_text()
    assert page.input_value("#id_city") == "长沙市"  # nothing typed is lost
    page.fill("#id_code", "430104002003")
    page.get_by_role("button", name="登记").click()
    page.wait_for_url("**/console/setup/?done=place")
    assert "社区已登记" in page.locator("p[role=status]").inner_text()
    assert page.locator("[aria-current=step] h2").inner_text() == "2. 地图"

    page.get_by_role("link", name="开账号").click()
    page.fill("#id_username", "zhao")
    page.fill("#id_shown_name", "赵敏")
    page.locator("main button.pri").click()
    page.wait_for_url("**/console/accounts/*/")
    page.goto("/console/setup/")  # left in the middle, taken up again: the step is not done before a role is granted
    assert "还没做" in page.locator("#step-staff").inner_text()
    assert "linli init" not in page.content()
    page.goto("/console/backups/")
    assert "LINLI_BACKUP_DIR" in page.locator("main").inner_text()
    context.close()

    doctor = linli(begun.environment, "doctor")
    assert "linli backup" in doctor.stdout  # a real installation without a backup is told so
