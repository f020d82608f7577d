"""Importing a map through the pages: preview, confirm, refuse, discard, come back."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase

if TYPE_CHECKING:
    from ..town import Town
    from .conftest import Browser, Enter

PAGE = "/console/import/map/"
HOUSES = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="28.2000" lon="112.9300"/><node id="2" lat="28.2000" lon="112.9303"/>
<node id="3" lat="28.2002" lon="112.9303"/><node id="4" lat="28.2002" lon="112.9300"/>
<node id="5" lat="28.2010" lon="112.9300"/><node id="6" lat="28.2010" lon="112.9320"/>
<node id="7" lat="28.2005" lon="112.9310"><tag k="amenity" v="pharmacy"/><tag k="name" v="{pharmacy}"/></node>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="building" v="apartments"/>
<tag k="name" v="{house}"/><tag k="building:levels" v="{levels}"/></way>
<way id="11"><nd ref="5"/><nd ref="6"/><tag k="highway" v="footway"/></way></osm>"""


def file(text: str | None = None, name: str = "清河.osm", **words: Any) -> SimpleUploadedFile:
    given = {"pharmacy": "示例药店", "house": "新楼", "levels": 6} | words
    return SimpleUploadedFile(name, (text or HOUSES.format(**given)).encode())


def kept() -> list[Path]:
    from linli.platform.home import current_home

    folder = current_home().attachments / "imports"
    return sorted(folder.iterdir()) if folder.exists() else []


def work(where: str) -> None:
    """What the worker does with the job that a page leads to, and what follows its commit."""
    from linli.platform.jobs import run_job

    with TestCase.captureOnCommitCallbacks(execute=True):
        run_job(UUID(where.rstrip("/").rsplit("/", 1)[1]))


@pytest.fixture
def planner(town: Town, enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))  # a folder of uploads for this test alone
    return enter("planner", town.community)


def preview(planner: Browser, sent: SimpleUploadedFile, on: str = "2024-06-01") -> str:
    where = planner.done(PAGE, file=sent, on=on)
    work(where)
    return where


def confirm(planner: Browser, where: str) -> str:
    result = planner.done(where)
    work(result)
    return result


def test_a_map_is_previewed_then_imported(town: Town, planner: Browser) -> None:
    where = planner.done(PAGE, file=file(), on="2024-06-01")
    assert "正在预览，册子还没有改动" in planner.get(where)
    (upload,) = kept()
    assert stat.S_IMODE(upload.stat().st_mode) == 0o600
    work(where)
    page = planner.get(where)
    assert "确认后会这样改" in page
    assert "新楼" in page
    assert "新楼" not in planner.get("/console/places/")

    result = confirm(planner, where)
    page = planner.get(result)
    assert "已导入清河社区，2024-06-01 起。" in page
    assert "新楼" in planner.get("/console/places/")
    assert "示例药店" in planner.get("/console/facilities/")
    assert kept() == []


def test_the_same_map_again_has_nothing_to_change(planner: Browser) -> None:
    confirm(planner, preview(planner, file()))
    page = planner.get(preview(planner, file(), on="2024-07-01"))
    assert "和册子一样，没有要改的" in page
    assert "确认导入" not in page


def test_what_a_newer_map_changes_is_shown_before_and_after(planner: Browser) -> None:
    confirm(planner, preview(planner, file()))
    page = planner.get(preview(planner, file(house="改名楼", levels=7), on="2024-07-01"))
    assert "改名楼·名称" in page
    assert "<del>新楼</del>" in page
    assert "<ins>改名楼</ins>" in page
    assert "<ins>7</ins>" in page


def test_confirming_twice_imports_once(planner: Browser) -> None:
    where = preview(planner, file())
    sent = planner.form(where)
    first, second = planner.client.post(where, sent), planner.client.post(where, sent)
    assert first.headers["Location"] == second.headers["Location"]
    work(first.headers["Location"])
    third = planner.client.post(where, {"decision": "confirm"})  # from a page opened long before
    assert third.headers["Location"] == first.headers["Location"]
    assert "已经确认过，看结果" in planner.get(where)


def test_a_refused_file_shows_its_faults_changes_nothing_and_is_deleted(planner: Browser) -> None:
    broken = json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": "b1", "properties": {"building": "yes"},
         "geometry": {"type": "Polygon", "coordinates": [[[200, 28], [200.001, 28], [200.001, 28.001], [200, 28]]]}},
    ]})  # fmt: skip
    where = preview(planner, file(broken, name="坏.geojson"))
    page = planner.get(where)
    assert "没有导入，册子没有改动" in page
    assert "坏.geojson" in page
    assert "imports/" not in page  # where we kept it is nobody's business
    assert "要么全进，要么不进" in page
    assert kept() == []
    assert planner.client.post(where, {"decision": "confirm"}).status_code == 404


def test_a_truncated_file_is_refused_with_the_line(planner: Browser) -> None:
    page = planner.get(preview(planner, file(HOUSES[: len(HOUSES) // 2])))
    assert "没有导入，册子没有改动" in page
    assert "清河.osm" in page


def test_a_file_of_another_kind_is_refused_beside_the_field(planner: Browser) -> None:
    answer = planner.send(PAGE, file=SimpleUploadedFile("名单.xlsx", b"x"), on="2024-06-01")
    assert answer.status_code == 422
    assert '<a href="#id_file">“名单.xlsx”的后缀不认识；要 .osm、.osm.pbf 或 .geojson</a>' in answer.content.decode()
    answer = planner.send(PAGE, on="2024-06-01")
    assert '<a href="#id_file">请选一个文件</a>' in answer.content.decode() or "请填这一项" in answer.content.decode()
    assert kept() == []


def test_discarding_deletes_the_file_and_changes_nothing(planner: Browser) -> None:
    where = preview(planner, file())
    answer = planner.client.post(where, {"decision": "discard"})
    assert "已放弃，上传的文件删掉了" in planner.get(answer.headers["Location"])
    assert kept() == []
    assert "文件已经删掉" in planner.get(where)
    assert "新楼" not in planner.get("/console/places/")


def test_what_changed_since_the_preview_is_not_imported_unseen(planner: Browser) -> None:
    old = preview(planner, file())
    confirm(planner, preview(planner, file(house="别的名字")))
    result = planner.done(old)
    work(result)
    page = planner.get(result)
    assert "和您看过的差异不一样了" in page
    assert "别的名字" in planner.get("/console/places/")


def test_an_unfinished_import_is_found_again(planner: Browser) -> None:
    where = preview(planner, file())
    page = planner.get(PAGE)
    assert where in page
    assert "等您确认" in page


def test_another_community_s_import_is_absent(town: Town, planner: Browser, enter: Enter) -> None:
    where = preview(planner, file())
    stranger = enter("planner", town.other)
    assert stranger.status(where) == 404
    assert stranger.client.post(where, {"decision": "confirm"}).status_code == 404
    assert "清河.osm" not in stranger.get(PAGE)


def test_a_grid_worker_imports_nothing(town: Town, enter: Enter) -> None:
    assert enter("grid_worker", town.east).status(PAGE) == 403
