"""A resident reports from a phone, a worker solves it, the resident disputes, it is solved again; an elder is served by telephone in 关怀."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import SIZES, sign_in


def finish(desk: Page, address: str, words: str, picture: Path) -> None:
    desk.goto(address)
    desk.get_by_role("link", name="办好了").click()
    desk.fill("#id_words", words)
    desk.set_input_files("#id_photos", picture)
    desk.click("button.pri")
    expect(desk.locator(".alert.green")).to_be_visible()


def test_reported_solved_disputed_and_solved_again(context: BrowserContext, browser, live, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    picture = tmp_path / "灯.jpg"
    Image.new("RGB", (600, 400), "teal").save(picture)
    phone = browser.new_context(base_url=live.url, locale="zh-CN", viewport=SIZES["phone"]).new_page()
    sign_in(phone, "resident")
    phone.goto("/")
    phone.get_by_role("link", name="报一件事").click()
    phone.fill("#id_text", "二单元楼道灯不亮，路灯也黑了")
    phone.set_input_files("#id_photos", picture)
    phone.get_by_role("button", name="下一步").click()
    if "check" not in phone.url:
        phone.get_by_role("link", name="路灯不亮").first.click()
    phone.get_by_role("button", name="报上去").click()
    expect(phone.locator("h1")).to_have_text("路灯不亮")
    matter = phone.url.split("?")[0]
    number = (phone.locator(".alert.green b").inner_text()).split()[-1]

    desk = context.new_page()
    sign_in(desk, "property_manager")
    desk.goto("/console/queue/")
    desk.locator("a.go", has_text=number).click()
    address = desk.url
    desk.get_by_role("link", name="接手").click()
    desk.click("button.pri")
    finish(desk, address, "换了灯泡", picture)

    phone.goto(matter)
    expect(phone.get_by_text("换了灯泡")).to_be_visible()
    phone.get_by_role("link", name="没解决").click()
    phone.fill("#id_words", "晚上又灭了")
    phone.click("button.pri")
    expect(phone.locator("main")).to_contain_text("办理中")

    finish(desk, address, "换了整条线路", picture)
    phone.goto(matter)
    phone.get_by_role("link", name="解决了", exact=True).click()
    phone.get_by_text("满意", exact=True).click()
    phone.click("button.pri")
    expect(phone.locator("main")).to_contain_text("已办结")
    phone.context.close()


def test_an_elder_is_served_by_telephone_in_care(context: BrowserContext, live) -> None:  # type: ignore[no-untyped-def]
    context.add_cookies([{"name": "theme", "value": "care", "url": live.url}])
    desk = context.new_page()
    sign_in(desk, "community_staff")
    desk.goto("/console/people/")
    name = desk.locator("table.data a").first.inner_text().strip()
    desk.goto("/console/cases/new/")
    desk.fill("#q", name)
    desk.get_by_role("button", name="找").click()
    desk.locator("main a.go").first.click()
    desk.fill("#id_text", "家里水管漏水，一个人弄不了")
    desk.select_option("#id_type_id", "pipe_leak")
    desk.get_by_role("button", name="登记", exact=True).click()
    expect(desk.locator(".alert.green")).to_be_visible()
