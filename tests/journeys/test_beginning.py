"""From an empty folder to the first announcement read on a resident's phone: ``linli init``, ``linli serve``, and every step of the wizard."""

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
from playwright.sync_api import Browser, Page, expect

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


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/")
    page.goto("/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("button.pri")
    page.wait_for_url("**/me/security/factor/")  # who may see residents' data turns on a second factor first
    page.locator("details summary").click()
    secret = page.locator("details .no").inner_text().replace(" ", "")
    page.fill("#id_code", pyotp.TOTP(secret).now())
    page.locator("main button.pri").click()
    page.wait_for_url(lambda url: "/factor/" not in url)
    page.goto("/console/setup/")


MAP = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="28.2000" lon="112.9300"/><node id="2" lat="28.2000" lon="112.9303"/>
<node id="3" lat="28.2002" lon="112.9303"/><node id="4" lat="28.2002" lon="112.9300"/>
<node id="5" lat="28.2010" lon="112.9300"/><node id="6" lat="28.2010" lon="112.9320"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="building" v="apartments"/>
<tag k="name" v="3号楼"/><tag k="building:levels" v="6"/></way>
<way id="11"><nd ref="5"/><nd ref="6"/><tag k="highway" v="footway"/></way></osm>"""
PEOPLE = "姓名,性别,出生日期,房号,与户主关系,住户类型\n何秀英,女,1968-03-09,3-501,户主,业主\n何小军,男,1992-07-01,3-501,子女,\n"
DUTIES = "单位名称,种类,单位电话,负责什么,负责哪一片,联系人\n月华社区居委会,居委会,0731-00000000,人民调解,,王主任\n月华物业,物业公司,,保洁,3号楼,李师傅\n"


def send(page: Page, name: str, text: str) -> None:
    """A file into the form at hand."""
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/plain", "buffer": text.encode()})
    page.locator("main button.pri").click()


def bring_in_a_list(page: Page, name: str, text: str) -> None:
    send(page, name, text)
    page.wait_for_url("**/columns/")
    page.locator("main button.pri").click()
    page.get_by_role("button", name="确认导入").click(timeout=60_000)
    page.get_by_text("已导入月华社区").wait_for(timeout=60_000)


def is_done(page: Page, step: str) -> bool:
    answer = page.goto("/console/setup/")
    assert answer is not None
    assert (answer.status, page.url.rpartition("/console/")[2]) == (200, "setup/"), page.locator("body").inner_text()
    return "已完成" in page.locator(f"#step-{step}").inner_text()


def test_an_administrator_begins_with_nothing_and_a_resident_reads_the_first_announcement(
    begun: Begun, browser: Browser
) -> None:
    context = browser.new_context(base_url=begun.url, locale="zh-CN", viewport=SIZES["phone"])
    page = context.new_page()
    sign_in(page, "wang", begun.password)
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
    worker_password = page.locator("section .no.big").inner_text()
    page.goto("/console/setup/")  # left in the middle, taken up again: the step is not done before a role is granted
    assert "还没做" in page.locator("#step-staff").inner_text()
    assert "linli init" not in page.content()
    page.goto("/console/backups/")
    assert "LINLI_BACKUP_DIR" in page.locator("main").inner_text()

    page.goto("/console/import/map/")
    send(page, "月华.osm", MAP)
    page.get_by_role("button", name="确认导入").click(timeout=60_000)
    page.get_by_text("已导入月华社区").wait_for(timeout=60_000)
    assert is_done(page, "map")
    page.goto("/console/import/organisations/")
    bring_in_a_list(page, "责任清单.csv", DUTIES)
    assert is_done(page, "organisations")
    page.goto("/console/grants/new/")
    page.check("input[name=role][value=community_staff]")
    page.fill("#id_account_id", "zhao")
    page.fill("#id_place_id", "月华社区")
    page.fill("#id_reason", "社区工作者")
    page.locator("main button.pri").click()
    page.wait_for_url(lambda url: "/grants/new/" not in url)
    assert is_done(page, "staff")
    context.close()
    _the_worker_goes_on(begun, browser, worker_password)

    doctor = linli(begun.environment, "doctor")
    assert "linli backup" in doctor.stdout  # a real installation without a backup is told so


def _the_worker_goes_on(begun: Begun, browser: Browser, password: str) -> None:
    """The people come in, one of them by a printed sheet, and the first announcement reaches that phone."""
    desk = browser.new_context(base_url=begun.url, locale="zh-CN", viewport=SIZES["desk"]).new_page()
    sign_in(desk, "zhao", password)
    desk.goto("/console/import/people/")
    bring_in_a_list(desk, "名单.csv", PEOPLE)
    desk.get_by_role("link", name="看册子").click()
    desk.get_by_role("link", name="何秀英").click()
    desk.get_by_role("link", name="邀请", exact=True).click()
    desk.fill("#id_evidence", "当面核对身份证")
    desk.locator("main button.pri").click()
    code = desk.locator("p.no.big").inner_text()

    phone = browser.new_context(base_url=begun.url, locale="zh-CN", viewport=SIZES["phone"]).new_page()
    phone.goto("/join/")
    phone.fill("#id_code", code)
    phone.locator("main button.pri").click()
    phone.fill("#id_username", "he.xiuying")
    phone.fill("#id_password", "plum rain in april")
    phone.locator("main button.pri").click()
    phone.wait_for_url(lambda url: "/join/" not in url)

    desk.goto("/console/notices/new/")
    desk.fill("#id_title_zh", "周六上午义诊")
    desk.fill("#id_body_zh", "地点在三号楼前。")
    desk.click("button.pri")
    desk.get_by_role("link", name="看好了，发布").click()
    desk.click("button.pri")
    count = desk.locator("#read-count .n")
    count.wait_for()
    phone.goto("/")
    phone.get_by_role("link", name="周六上午义诊").click()
    phone.get_by_text("地点在三号楼前。").wait_for()
    expect(count).to_contain_text("1", timeout=15_000)
    assert is_done(desk, "people")
    assert is_done(desk, "invitations")
    phone.context.close()
    desk.context.close()
