"""The living page in a real browser: every part in every theme is readable, reachable and stays at home."""

from __future__ import annotations

import itertools
import os

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .conftest import Visit

PAGES = ("kit/", "kit/portal/", "kit/open/", "kit/overview/", "kit/map/", "sign-in/")
THEMES = ("light", "dark", "care", "care-2")
SIZES = ((390, 844), (1440, 900))
EVERY = tuple(itertools.product(PAGES, THEMES, SIZES))
# Every page, theme and size at least once; all of them together where the suite runs in full.
LOOKS = EVERY if os.environ.get("LINLI_FULL") == "1" else (*EVERY[:8:2], *EVERY[1:8:6], *EVERY[9::9])


def faults_of(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]})["violations"]
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found if one["impact"] in ("serious", "critical")]


@pytest.mark.parametrize(("path", "theme", "size"), LOOKS)
def test_a_page_is_readable_fits_its_screen_and_stays_at_home(
    visit: Visit, path: str, theme: str, size: tuple[int, int]
) -> None:
    page = visit.open(path, theme=theme, width=size[0], height=size[1])
    assert faults_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert visit.foreign == []
    assert visit.errors == []
    page.close()


def test_a_filter_chosen_in_its_chip_stands_in_the_address_and_narrows_the_rows(visit: Visit) -> None:
    page = visit.open("kit/")
    page.click("summary.chip >> nth=0")
    page.check('input[name="grid"][value="4"]')
    page.click(".chips details[open] button.btn")
    expect(page).to_have_url(f"{visit.url}kit/?grid=4")
    assert page.locator("#table tbody tr:not(.group)").count() == 1
    page.click(".chip-off")
    assert "grid" not in page.url
    page.close()


def test_rows_are_picked_before_anything_can_be_done_with_them(visit: Visit) -> None:
    page = visit.open("kit/")
    deed = page.locator("[data-bulk-actions] button")
    expect(deed).to_be_disabled()
    page.check("[data-pick-all]")
    expect(deed).to_be_enabled()
    assert "6" in deed.inner_text()
    deed.click()
    assert page.locator('input[name="row"]').count() == 6
    page.close()


def test_the_map_draws_its_houses_and_shows_the_one_that_is_chosen(visit: Visit) -> None:
    page = visit.open("kit/map/")
    page.wait_for_selector("[data-map-shown]")
    assert page.evaluate("Number(document.querySelector('[data-map]').dataset.mapShown)") > 100
    box = page.locator(".map-canvas canvas").bounding_box()
    assert box is not None
    page.locator(".map-canvas canvas").focus()
    for share in (0.15, 0.2, 0.25, 0.3):  # one of these points is a house at any size
        page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.3)
        page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.345)
    expect(page.locator("[data-map-details] h2")).to_contain_text("幢")
    assert "building=" in page.url
    page.close()


def test_another_group_recolours_the_map_and_its_twin_and_stands_in_the_address(visit: Visit) -> None:
    page = visit.open("kit/map/")
    page.wait_for_selector("[data-map-shown]")
    before = page.locator("#twin tbody td.r >> nth=1").inner_text()
    with page.expect_response(lambda answer: "houses.json?group=all" in answer.url):
        page.locator("label.seg-choice", has_text="所有人").click()
    expect(page.locator("#twin tbody td.r >> nth=1")).not_to_have_text(before)
    assert "group=all" in page.url
    page.close()


def test_look_and_language_are_switched_by_plain_forms(browser_without_script: Visit) -> None:
    page = browser_without_script.open("kit/portal/")
    page.click("button[name=theme][value=care] >> nth=0")
    assert page.get_attribute("html", "data-theme") == "care"
    page.click("button[name=theme][value=care-2]")
    assert page.get_attribute("html", "data-scale") == "2"
    page.click("button[name=theme][value=light] >> nth=0")
    page.click("button[name=lang][value=en] >> nth=0")
    assert page.get_attribute("html", "lang") == "en"
    assert page.locator("h2", has_text="Two things wait for you").count() == 1
    page.close()


def test_keyboard_reaches_the_content_first_and_opens_the_settings(visit: Visit) -> None:
    page = visit.open("kit/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("summary.ava").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".drop-body button[value=dark]")).to_be_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "ava"
    page.close()
