"""``linli lifecircle analyse`` as a person runs it: files, what is printed, and the answer to every bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from linli.cli import main
from linli.lifecircle.analysis import summary as summary_module
from linli.reports.paper import FONTS, fonts_folder

SCHEMA = Path(summary_module.__file__).with_name("summary.schema.json")
STREETS = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6"><bounds minlat="39.99" minlon="116.3" maxlat="40.02" maxlon="116.33"/>
{nodes}
{ways}
</osm>"""


def has_fonts() -> bool:
    try:
        return bool(fonts_folder())
    except Exception as error:  # noqa: BLE001  any refusal means there is nothing to set paper with
        return "reports.fonts_missing" not in str(error)


needs_fonts = pytest.mark.skipif(not has_fonts(), reason=f"{', '.join(FONTS)} are not built (make build)")


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def linli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in this process: its real entry, real files, its exit status and both of its streams."""

    def run(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["linli", "lifecircle", "analyse", *map(str, words)])
        monkeypatch.setenv("LANG", "C")
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Done(int(ended.value.code or 0), said.out, said.err)

    return run


def two_islands() -> str:
    """Two streets 1.1 km apart that nothing joins; homes on both, a shop on one."""
    points = {1: (116.310, 40.000), 2: (116.316, 40.000), 3: (116.310, 40.010), 4: (116.316, 40.010)}
    nodes = [f'<node id="{n}" lon="{lon}" lat="{lat}"/>' for n, (lon, lat) in points.items()]
    nodes.append(
        '<node id="9" lon="116.315" lat="40.0001"><tag k="shop" v="convenience"/><tag k="name" v="小卖部"/></node>'
    )
    ways = ['<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>',
            '<way id="2"><nd ref="3"/><nd ref="4"/><tag k="highway" v="residential"/></way>']  # fmt: skip
    for number, lat in ((20, 40.0002), (30, 40.0102)):
        for corner, (x, y) in enumerate([(0, 0), (0.0003, 0), (0.0003, 0.0001), (0, 0.0001)]):
            nodes.append(f'<node id="{number + corner}" lon="{116.311 + x}" lat="{lat + y}"/>')
        refs = "".join(f'<nd ref="{number + corner}"/>' for corner in (0, 1, 2, 3, 0))
        tags = '<tag k="building" v="apartments"/><tag k="building:levels" v="6"/>'
        ways.append(f'<way id="{number}">{refs}{tags}<tag k="name" v="{"南" if number == 20 else "北"}楼"/></way>')
    return STREETS.format(nodes="\n".join(nodes), ways="\n".join(ways))


@needs_fonts
def test_a_real_quarter_gives_its_four_files_and_a_summary_as_the_schema_has_it(
    linli: Run, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = linli(data / "osm" / "tsinghua.osm", "--standard", "changsha-10-15", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document == json.loads((out / "summary.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(document)
    assert document["residents"]["basis"] == "estimated_residents"
    assert document["map"]["n_buildings"] > 400
    buildings = json.loads((out / "buildings.geojson").read_text(encoding="utf-8"))["features"]
    assert len(buildings) == document["map"]["n_buildings"]
    total = sum(one["properties"]["estimated_residents"] for one in buildings)
    assert total == pytest.approx(document["residents"]["total"], rel=0.01)
    for one in next(g for g in document["groups"] if g["id"] == "everyone")["categories"]:
        beyond = sum(
            f["properties"]["estimated_residents"] for f in buildings if one["category"] in f["properties"]["beyond"]
        )
        assert beyond == pytest.approx(one["persons_beyond"], rel=0.01, abs=5)
    assert json.loads((out / "gaps.geojson").read_text(encoding="utf-8"))["features"]
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF-")


@needs_fonts
def test_as_a_program_of_its_own_it_prints_nothing_but_json_to_stdout(tmp_path: Path) -> None:
    (tmp_path / "two.osm").write_text(two_islands(), encoding="utf-8")
    words = ["two.osm", "--standard", "changsha-10-15", "--out", "out", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "linli", "lifecircle", "analyse", *words],
        capture_output=True, text=True, check=False, timeout=300, cwd=tmp_path, env={**os.environ, "LANG": "C"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["map"]["source"] == "two.osm"


@needs_fonts
def test_the_report_is_an_archival_pdf_that_says_the_finding_in_both_languages(
    linli: Run, data: Path, tmp_path: Path
) -> None:
    from pypdf import PdfReader

    out = tmp_path / "out"
    done = linli(
        data / "osm" / "helsinki.osm.pbf", "--standard", "fujian-future-community", "--out", out, "--lang", "en"
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["finding"]["en"] in done.stdout
    assert "Keep in mind" in done.stdout
    reader = PdfReader(out / "report.pdf")
    words = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert "".join(summary["finding"]["en"].split()) in words
    assert "".join(summary["finding"]["zh"].split()) in words
    assert summary["standard"]["sha256"] in words
    assert b"pdfaid:part" in (out / "report.pdf").read_bytes()


@needs_fonts
def test_a_map_with_hardly_a_house_is_analysed_with_all_its_doubts(linli: Run, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = linli(data / "osm" / "porto_alegre.osm.pbf", "--standard", "fujian-future-community", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    codes = {one["code"] for one in document["uncertainty"]}
    assert {"unknown_as_homes", "unjoined", "missing_category", "map_edge"} <= codes
    assert document["residents"]["total"] > 0
    assert (out / "report.pdf").stat().st_size > 10_000


@needs_fonts
def test_two_islands_say_how_many_people_are_cut_off_and_where(linli: Run, tmp_path: Path) -> None:
    (tmp_path / "two.osm").write_text(two_islands(), encoding="utf-8")
    done = linli(tmp_path / "two.osm", "--standard", "changsha-10-15", "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    shop = next(c for c in document["groups"][0]["categories"] if c["category"] == "convenience_store")
    assert shop["share"] == pytest.approx(0.5, abs=0.01)
    assert shop["persons_no_way"] == shop["persons_beyond"] > 0
    island = next(one for one in document["uncertainty"] if one["code"] == "islands")
    assert island["n"] == 2
    assert island["persons"] == shop["persons_no_way"]
    assert document["gaps"][0]["extra_min"] is None
    assert "北楼" in document["gaps"][0]["name"]["zh"]


def test_an_empty_map_is_refused_in_both_languages(linli: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.osm").write_text(STREETS.format(nodes="", ways=""), encoding="utf-8")
    done = linli(tmp_path / "empty.osm", "--standard", "changsha-10-15", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "empty.osm" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_map_with_streets_and_no_houses_is_refused(linli: Run, tmp_path: Path) -> None:
    nodes = '<node id="1" lon="116.31" lat="40.0"/><node id="2" lon="116.316" lat="40.0"/>'
    ways = '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>'
    (tmp_path / "bare.osm").write_text(STREETS.format(nodes=nodes, ways=ways), encoding="utf-8")
    done = linli(tmp_path / "bare.osm", "--standard", "changsha-10-15", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "没有楼栋" in done.stderr


def test_a_truncated_pbf_is_refused_and_nothing_is_written(linli: Run, data: Path, tmp_path: Path) -> None:
    whole = (data / "osm" / "helsinki.osm.pbf").read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(whole[: len(whole) // 2])
    done = linli(tmp_path / "cut.osm.pbf", "--standard", "changsha-10-15", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "cut.osm.pbf" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.osm.pbf"]


def test_a_faulty_policy_file_is_told_with_file_and_line(linli: Run, tmp_path: Path) -> None:
    (tmp_path / "two.osm").write_text(two_islands(), encoding="utf-8")
    policy = tmp_path / "bad.yaml"
    policy.write_text(
        "kind: life_circle_standard\nid: bad\nversion: 1\ntitle: {zh: 坏}\neffective_from: 2026-01-01\nwalkers: default\n"
        "items:\n  - {category: nursery, limit_min: -5}\n",
        encoding="utf-8",
    )
    done = linli(tmp_path / "two.osm", "--standard", policy, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert f"{policy}:4" in done.stderr
    assert f"{policy}:8" in done.stderr
    unknown = linli(tmp_path / "two.osm", "--standard", "atlantis", "--out", tmp_path / "out")
    assert unknown.returncode == 2
    assert "changsha-10-15" in unknown.stderr


def test_a_faulty_people_file_is_told_line_by_line(linli: Run, tmp_path: Path) -> None:
    (tmp_path / "two.osm").write_text(two_islands(), encoding="utf-8")
    people = tmp_path / "people.csv"
    people.write_text("building,age\n南楼,70\n东楼,70\n北楼,old\n", encoding="utf-8")
    done = linli(tmp_path / "two.osm", "--standard", "changsha-10-15", "--out", tmp_path / "out", "--people", people)
    assert done.returncode == 2
    assert f"{people}:3" in done.stderr
    assert f"{people}:4" in done.stderr
    assert not (tmp_path / "out").exists()


@needs_fonts
def test_told_residents_are_not_called_estimated_and_elders_are_counted_by_age(linli: Run, tmp_path: Path) -> None:
    (tmp_path / "two.osm").write_text(two_islands(), encoding="utf-8")
    (tmp_path / "people.csv").write_text("building,age,count\n南楼,70,3\n北楼,70,1\n北楼,30,6\n", encoding="utf-8")
    done = linli(
        tmp_path / "two.osm", "--standard", "changsha-10-15", "--out", tmp_path / "out",
        "--people", tmp_path / "people.csv", "--group", "elder_60",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "估算" not in done.stdout
    document = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    elders = next(group for group in document["groups"] if group["id"] == "elder_60")
    shop = next(c for c in elders["categories"] if c["category"] == "convenience_store")
    assert (elders["counted"], elders["persons"], shop["share"]) == ("by_age", 4, 0.75)


@needs_fonts
def test_a_folder_of_other_files_is_left_alone_and_our_own_is_replaced(linli: Run, tmp_path: Path) -> None:
    (tmp_path / "two.osm").write_text(two_islands(), encoding="utf-8")
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.docx").write_text("years of work")
    words = (tmp_path / "two.osm", "--standard", "changsha-10-15", "--out", out)
    refused = linli(*words)
    assert refused.returncode == 2
    assert (out / "thesis.docx").read_text() == "years of work"
    assert len(list(out.iterdir())) == 1
    other = (*words[:-1], tmp_path / "ours")
    assert linli(*other).returncode == 0
    first = (tmp_path / "ours" / "report.pdf").read_bytes()
    assert linli(*other).returncode == 0
    assert (tmp_path / "ours" / "report.pdf").read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "ours", "two.osm"]
