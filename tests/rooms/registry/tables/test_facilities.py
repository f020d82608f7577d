"""A list of facilities through the pages: declared systems, a shift that gives the true one away, changes, undo."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .test_people import confirm, everything, preview, rows, table, work

if TYPE_CHECKING:
    from ..pages.conftest import Browser, Enter
    from ..town import Town

PAGE = "/console/import/facilities/"
HEAD = "名称,类别,经度,纬度,面积,容量"
PLACES = [("示例甲食堂", 112.93812, 28.22634), ("示例乙药店", 112.94105, 28.2287), ("示例丙公园", 112.9345, 28.2241)]


@pytest.fixture
def planner(town: Town, enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))
    return enter("planner", town.community)


def lines(system: str = "wgs84") -> list[str]:
    from linli.kernel import geo

    there = {"wgs84": lambda lon, lat: (lon, lat), "gcj02": geo.wgs84_to_gcj02, "bd09": geo.wgs84_to_bd09}[system]
    return [
        f"{name},canteen,{float(there(lon, lat)[0]):.6f},{float(there(lon, lat)[1]):.6f},320.5,60" for name, lon, lat in PLACES
    ]  # fmt: skip


def send(planner: Browser, given: list[str], crs: str = "wgs84") -> str:
    return preview(planner, table(*given, head=HEAD), page=PAGE, crs=crs)


@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09"])
def test_a_declared_system_ends_as_wgs84(planner: Browser, system: str) -> None:
    confirm(planner, send(planner, lines(system), system))
    found = {row.name_zh: row for row in rows("FacilityRecord")}
    assert set(found) == {name for name, _, _ in PLACES}
    for name, lon, lat in PLACES:
        assert (found[name].lon, found[name].lat) == pytest.approx((lon, lat), abs=2e-6)
    assert (found["示例甲食堂"].area_dm2, found["示例甲食堂"].capacity) == (32_050, 60)


@pytest.mark.parametrize(("true", "words"), [("gcj02", "GCJ-02（高德、腾讯）"), ("bd09", "BD-09（百度）")])
def test_a_shift_of_hundreds_of_metres_is_questioned_and_the_likely_system_named(
    planner: Browser, true: str, words: str
) -> None:
    confirm(planner, send(planner, lines()))
    where = send(planner, lines(true))
    page = planner.get(where)
    assert "位置整批偏了" in page
    assert f"<b>{words}</b> 读出来正好对上" in page
    assert "确认导入" not in page
    planner.client.post(where, {"decision": "confirm"})  # from a page opened before: refused all the same
    work(where)
    assert "请先选定坐标系" in planner.get(where)

    where = send(planner, lines(true))
    planner.client.post(where, {"decision": "system", "crs": true})
    assert "和册子一样，没有要改的" in planner.get(work(where))


def test_positions_that_are_right_can_be_kept(planner: Browser) -> None:
    confirm(planner, send(planner, lines()))
    where = send(planner, lines("gcj02"))
    planner.client.post(where, {"decision": "system", "crs": "keep"})
    assert "移动" in planner.get(work(where))
    confirm(planner, where)
    assert {row.valid_from for row in rows("FacilityRecord")} == {dt.date(2024, 6, 1)}


def test_faults_name_line_and_column_and_nothing_is_imported(planner: Browser) -> None:
    before = everything()
    page = planner.get(send(planner, [*lines(), "示例丁,城堡,200,28,,", "示例戊,canteen,112.9,,,-3"]))
    for line, column in [(5, "B 类别"), (5, "C 经度"), (6, "D 纬度"), (6, "F 容量")]:
        assert f'<td class="r">{line}</td><td class="i3">{column}</td>' in page
    assert everything() == before


def test_an_import_is_undone(planner: Browser) -> None:
    confirm(planner, send(planner, lines()))
    where = confirm(
        planner, send(planner, [lines()[0].replace(",60", ",80"), "示例己亭,pocket_park,112.9391,28.2271,,"])
    )
    assert {row.capacity for row in rows("FacilityRecord", name_zh="示例甲食堂")} == {80}
    planner.client.post(where, {"decision": "undo"})
    work(where)
    assert {row.capacity for row in rows("FacilityRecord", name_zh="示例甲食堂")} == {60}
    assert rows("FacilityRecord", name_zh="示例己亭") == []
