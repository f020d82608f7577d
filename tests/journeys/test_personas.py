"""One journey for each persona whose face stands, in a real browser against real processes."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .conftest import SIZES, sign_in


def test_a_resident_finds_the_canteen_on_a_phone_in_large_type(page: Page) -> None:
    page.set_viewport_size(SIZES["phone"])
    page.goto("/")
    page.get_by_role("button", name="关怀").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "care")
    size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert size >= 18
    page.get_by_role("link", name=re.compile("15 ?分钟身边")).click()
    expect(page.locator("main")).to_contain_text("食堂")


def test_a_resident_sees_their_own_household_and_nobody_else_s(page: Page) -> None:
    sign_in(page, "resident")
    page.goto("/me/")
    expect(page.get_by_role("heading", name="我家")).to_be_visible()
    page.goto("/console/people/")
    assert "您的角色不能做这件事" in page.content() or page.locator("h1").inner_text() != "居民"


def test_a_community_worker_asks_who_lived_here_on_a_day(page: Page) -> None:
    sign_in(page, "community_staff")
    page.goto("/console/places/?kind=unit")
    page.locator("table tbody a").first.click()
    page.fill("#on", "2024-03-01")
    page.get_by_role("button", name="看", exact=True).click()
    expect(page.locator("main")).to_contain_text("那天谁住在这里")


def test_a_planner_sees_on_the_map_and_in_the_table_who_is_short_of_what(page: Page) -> None:
    sign_in(page, "planner")
    page.goto("/console/lifecircle/")
    expect(page.locator(".map-canvas canvas")).to_be_visible(timeout=30_000)
    assert page.locator("#twin table tbody tr").count() > 0


def test_a_reader_of_english_reads_english(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    han = re.compile(r"[\u4e00-\u9fff]")
    words = page.locator("nav").all_inner_texts()
    assert not any(han.search(text) for text in words)


def test_an_auditor_checks_the_journal_in_the_public_ledger(page: Page) -> None:
    page.goto("/open/")
    page.locator("a[href='/open/journal/']").first.click()
    expect(page.locator("main")).to_contain_text(re.compile("[0-9a-f]{16}"))
