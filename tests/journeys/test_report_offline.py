"""A resident's phone: a pin on the map, and a report written without a network that is sent once when it is back, with its photo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from linli.platform.testkit import using_database
from tests.live import eventually

from .conftest import SIZES, sign_in

CACHED = "caches.open('linli-reports-1').then(kept => kept.match('/report/offline/')).then(Boolean)"


def cases_saying(live: Any, words: str) -> list[tuple[Any, int]]:
    """Each case that says it, with its number of photos."""
    from linli.cases.models import Case
    from linli.platform.actors import System
    from linli.platform.attachments.tables import Attachment
    from linli.platform.db import acting

    with using_database(live.environment["LINLI_DATABASE"]), acting(System("test")):
        rows = list(Case.objects.filter(words__body__contains=words).select_related("place"))
        return [(row, Attachment.objects.filter(holder_kind="cases.case", holder_id=row.pk).count()) for row in rows]


def home_of_resident(live: Any) -> tuple[Any, float, float]:
    """The building the resident lives in, and the middle of it."""
    from linli.platform.db import acting
    from linli.registry import queries
    from tests.rooms.cases.street import Street
    from tests.world import WALKER, World

    with using_database(live.environment["LINLI_DATABASE"]):
        home_id = Street(World()).home()
        with acting(WALKER):
            row = queries.find_place(WALKER, home_id)
    assert row.lon is not None
    assert row.lat is not None
    return home_id, row.lon, row.lat


@pytest.fixture
def phone(browser: Browser, live: Any):  # type: ignore[no-untyped-def]
    context = browser.new_context(base_url=live.url, locale="zh-CN", viewport=SIZES["phone"], has_touch=True)
    yield context.new_page()
    context.close()


def keep(page: Page, words: str, picture: Path) -> None:
    page.fill("#id_text", words)
    page.set_input_files("#id_photos", picture)
    page.click("form[data-report] button.pri")
    expect(page.locator("[data-kept-list] li")).to_have_count(1)


def picture_of(folder: Path) -> Path:
    picture = folder / "积水.jpg"
    Image.new("RGB", (3000, 2000), "teal").save(picture)
    return picture


def test_a_pin_put_on_the_map_comes_along_and_finds_the_place(phone: Page, live: Any) -> None:
    sign_in(phone, "resident")
    phone.goto("/report/")
    phone.fill("#id_text", "草坪边上井盖翘起来了，图钉一")
    phone.get_by_text("在地图上点出来").click()
    phone.wait_for_selector("[data-map-shown]", timeout=20000)
    canvas = phone.locator("form canvas.maplibregl-canvas")
    canvas.focus()
    phone.keyboard.press("Enter")
    expect(phone.locator("[data-pin-said]")).to_have_text("图钉放好了，会一起报上去")
    before = phone.locator("#id_lon").input_value()
    phone.locator(".trial-pin").focus()
    phone.keyboard.press("ArrowRight")
    assert float(phone.locator("#id_lon").input_value()) > float(before)
    assert phone.locator("[name=place][value=elsewhere]").is_checked()
    home_id, lon, lat = home_of_resident(live)
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({"longitude": lon, "latitude": lat})
    phone.get_by_role("button", name="用我现在的位置").click()
    expect(phone.locator("#id_lon")).to_have_value(f"{lon:.6f}")
    phone.click("form[data-report] button.pri")
    phone.wait_for_url(lambda url: "/report/" in url and len(url.split("/report/")[1]) > 30)
    if "check" not in phone.url:
        phone.goto(phone.url.split("?")[0] + "check/?kind=manhole")
    expect(phone.locator("main")).to_contain_text("已带位置")
    phone.get_by_role("button", name="报上去").click()
    phone.wait_for_url("**/matters/**")
    [(case, _)] = cases_saying(live, "图钉一")
    assert case.lon == pytest.approx(lon, abs=1e-5)
    assert case.place_id == home_id


def test_written_without_a_network_it_is_sent_once_with_its_photo(phone: Page, live: Any, tmp_path: Path) -> None:
    sign_in(phone, "resident")
    phone.goto("/report/")
    eventually(lambda: phone.evaluate(CACHED))
    eventually(lambda: phone.evaluate("Boolean(navigator.serviceWorker.controller)"))
    phone.reload()
    phone.context.set_offline(True)
    phone.goto("/report/")  # answered by the phone itself
    expect(phone.locator("h1")).to_have_text("没有网也能报")
    keep(phone, "单元门口积水，断网一", picture_of(tmp_path))
    assert cases_saying(live, "断网一") == []
    phone.reload()
    expect(phone.locator("[data-kept-list] li")).to_have_count(1)
    phone.context.set_offline(False)
    phone.goto("/matters/")
    expect(phone.locator("[data-kept-answers] li")).to_have_count(1)
    phone.goto("/report/")
    expect(phone.locator("[data-kept-reports]")).to_be_hidden()
    [(_, n_photos)] = cases_saying(live, "断网一")
    assert n_photos == 1


def test_a_network_that_goes_while_writing_loses_nothing(phone: Page, live: Any, tmp_path: Path) -> None:
    sign_in(phone, "resident")
    phone.goto("/report/")
    phone.route("**/healthz", lambda route: route.abort())  # too weak to answer
    keep(phone, "车库里灯不亮，弱网一", picture_of(tmp_path))
    expect(phone.locator("[data-kept-said]")).to_contain_text("存在这部手机里了")
    phone.unroute("**/healthz")
    phone.click("[data-kept-now]")
    expect(phone.locator("[data-kept-answers] li")).to_have_count(1)
    assert len(cases_saying(live, "弱网一")) == 1
