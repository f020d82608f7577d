"""A worker publishes with a picture; a resident reads it on a phone; the worker sees the count rise without doing anything."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, expect

from .conftest import SIZES, sign_in


def test_a_notice_with_a_picture_is_published_read_on_a_phone_and_counted(
    context: BrowserContext, browser, live, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    picture = tmp_path / "泵房.jpg"
    Image.new("RGB", (900, 600), "teal").save(picture)
    desk = context.new_page()
    sign_in(desk, "community_staff")
    desk.goto("/console/notices/new/")
    desk.fill("#id_title_zh", "泵房周一进场")
    desk.fill("#id_body_zh", "工期十二天。")
    desk.click("button.pri")
    desk.get_by_role("link", name="加图片或文件").click()
    desk.set_input_files("#id_file", picture)
    desk.fill("#id_caption", "泵房门口")
    desk.click("button.pri")
    desk.get_by_role("link", name="看好了，发布").click()
    desk.click("button.pri")
    expect(desk.locator("#read-count")).to_contain_text("0")
    phone = browser.new_context(base_url=live.url, locale="zh-CN", viewport=SIZES["phone"]).new_page()
    sign_in(phone, "resident")
    phone.goto("/")
    phone.get_by_role("link", name="泵房周一进场").click()
    shown = phone.get_by_role("img", name="泵房门口")
    expect(shown).to_be_visible()
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", 900)
    expect(desk.locator("#read-count .n")).to_contain_text("1", timeout=15_000)
    phone.context.close()
