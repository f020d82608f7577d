"""Whatever a file holds, reading ends in a map or in an InputError; never in a crash, never without end."""

from __future__ import annotations

import gc
import multiprocessing
import random
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from linli.kernel.errors import InputError
from linli.registry.mapfiles import OsmMapping, load_mapping, read_map

from .drawn import Drawing
from .test_pbf import HEADER, blob, part, varint

SEED = 20261122
CASES = 120
PATIENCE_S = 120


def rich() -> Drawing:
    """One of everything, so that a flipped byte can reach every reader."""
    drawing = Drawing()
    drawing.box(-5, -5, 60, 60, landuse="residential", name="东园小区")
    drawing.path((0, 0), (3, 0), (3, 4), (9, 9), highway="service", access="private")
    drawing.path((9, 9), (12, 12), highway="steps")
    drawing.box(10, 10, 4, 4, building="apartments", building__levels="6", height="18 m", name="3号楼")
    outer, inner = drawing.box(30, 30, 10, 10), drawing.box(33, 33, 4, 4)
    drawing.relation([("way", outer, "outer"), ("way", inner, "inner")], type="multipolygon", building="yes")
    square = drawing.box(50, 0, 9, 9, highway="pedestrian", area="yes")
    drawing.relation([("way", square, "outer")], type="multipolygon", leisure="park")
    drawing.node(0, 9, amenity="kindergarten", name="幼儿园", capacity="90", entrance="main")
    drawing.way([drawing.node(20, 0), drawing.node(21, 0, barrier="gate", locked="yes"), 990001], highway="footway")
    return drawing


def spoiled(rng: random.Random, good: bytes) -> bytes:
    """Bytes flipped, cut out, doubled or cut off."""
    data = bytearray(good)
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        at = rng.randrange(len(data))
        what = rng.random()
        if what < 0.6:
            data[at] = rng.randrange(256)
        elif what < 0.75:
            del data[at : at + rng.randint(1, 20)]
        elif what < 0.9:
            data[at:at] = data[at : at + rng.randint(1, 20)]
        else:
            del data[at:]
        if not data:
            return b"\x00"
    return bytes(data)


def try_all(folder: str, names: list[str]) -> None:
    """In a process of its own: a crash shows as its exit code, and any other error than InputError as 1."""
    mapping = load_mapping("default")
    for name in names:
        with suppress(InputError):
            read_map(Path(folder) / name, mapping=mapping)


def test_spoiled_files_of_every_format_end_in_a_map_or_a_refusal(tmp_path: Path) -> None:
    """Seeded, so that a failure comes again. PBF is also spoiled inside its blobs, past what zlib's checksum would catch."""
    rng = random.Random(SEED)
    drawing = rich()
    xml = drawing.save(tmp_path, "good.osm").read_bytes()
    pbf = drawing.save_pbf(tmp_path, "good.osm.pbf").read_bytes()
    plain = drawing.save_pbf(tmp_path, "plain.osm.pbf", form="pbf,pbf_compression=none").read_bytes()
    json = GEOJSON.encode()
    sources = [(xml, ".osm"), (pbf, ".osm.pbf"), (plain, ".osm.pbf"), (plain, ".osm.pbf"), (json, ".geojson")]
    names = []
    for case in range(CASES):
        good, suffix = sources[case % len(sources)]
        name = f"case{case}{suffix}"
        (tmp_path / name).write_bytes(spoiled(rng, good))
        names.append(name)
    child = multiprocessing.get_context("spawn").Process(target=try_all, args=(str(tmp_path), names))
    child.start()
    child.join(PATIENCE_S)
    alive = child.is_alive()
    if alive:
        child.kill()
        child.join()
    assert not alive, f"reading did not end in {PATIENCE_S} s (seed {SEED})"
    assert child.exitcode == 0, f"reading ended with {child.exitcode} (seed {SEED})"


TAGS = [
    {"highway": "footway"}, {"highway": "pedestrian", "area": "yes"}, {"highway": "service", "access": "private"},
    {"highway": "steps", "ramp": "yes"}, {"building": "yes"}, {"building": "apartments", "building__levels": "1e9"},
    {"building": "yes", "height": "NaN", "building__flats": "-1"}, {"landuse": "residential", "name": "园"},
    {"natural": "water"}, {"leisure": "park"}, {"amenity": "school", "capacity": "∞"}, {"barrier": "gate"},
    {"barrier": "wall"}, {"shop": "yes", "name": "食堂"}, {"railway": "platform"}, {},
]  # fmt: skip


def wild(rng: random.Random) -> Drawing:
    """A well-formed file of nonsense: crossing, repeated, collinear and missing nodes, tags and members at random."""
    drawing = Drawing()
    nodes = [drawing.node(rng.randint(0, 6), rng.randint(0, 6), **rng.choice(TAGS)) for _ in range(rng.randint(0, 30))]
    nodes += [990001, 990002]
    ways = []
    for _ in range(rng.randint(0, 25)):
        refs = rng.choices(nodes, k=rng.choice([0, 1, 2, 3, 4, 5, 8, 12]))
        ways.append(drawing.way(refs + refs[: rng.randint(0, 1)], **rng.choice(TAGS)))
    for _ in range(rng.randint(0, 8)):
        members = [
            (rng.choice(["way", "way", "way", "node"]), rng.choice([*ways, 990003]), "")
            for _ in range(rng.randint(0, 6))
        ]
        drawing.relation(members, type="multipolygon", **rng.choice(TAGS))
    return drawing


@pytest.mark.parametrize("seed", range(60))
def test_a_well_formed_file_of_nonsense_makes_a_whole_map_or_none(
    tmp_path: Path, mapping: OsmMapping, seed: int
) -> None:
    path = wild(random.Random(SEED + seed)).save(tmp_path)
    try:
        data = read_map(path, mapping=mapping)
    except InputError:
        return
    assert np.isfinite(data.network.length_m).all()
    assert all(building.outline.is_valid and building.outline.area > 0 for building in data.buildings)
    assert all(shape.shape.is_valid for shape in data.ground)
    assert all(np.isfinite([facility.lon, facility.lat]).all() for facility in data.facilities)


GEOJSON = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "id": "a", "properties": {"layer": "building", "levels": 6, "use": "residential"},
  "geometry": {"type": "Polygon", "coordinates": [[[116.3, 40.0], [116.301, 40.0], [116.301, 40.001], [116.3, 40.0]]]}},
 {"type": "Feature", "id": "b", "properties": {"layer": "path", "kind": "steps", "locked": true},
  "geometry": {"type": "LineString", "coordinates": [[116.3, 40.0], [116.302, 40.0]]}},
 {"type": "Feature", "id": "c", "properties": {"layer": "facility", "category": "kindergarten"},
  "geometry": {"type": "Point", "coordinates": [116.3, 40.0]}}]}"""


def refusal(path: Path, mapping: OsmMapping) -> str:
    with pytest.raises(InputError) as refused:
        read_map(path, mapping=mapping)
    assert all(fault.file == str(path) for fault in refused.value.faults)
    return refused.value.faults[0].message.en


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path, mapping: OsmMapping) -> None:
    assert "no such file" in refusal(tmp_path / "none.osm", mapping)


def test_a_folder_is_no_map(tmp_path: Path, mapping: OsmMapping) -> None:
    (tmp_path / "folder.osm").mkdir()
    assert "no such file" in refusal(tmp_path / "folder.osm", mapping)


@pytest.mark.parametrize("name", ["map.osm.gz", "map.shp", "map"])
def test_an_unknown_suffix_names_the_known_ones(tmp_path: Path, mapping: OsmMapping, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert ".osm.pbf" in refusal(tmp_path / name, mapping)


@pytest.mark.parametrize(
    ("suffix", "limit"), [(".osm", "xml_bytes"), (".osm.pbf", "pbf_bytes"), (".geojson", "geojson_bytes")]
)
def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path, mapping: OsmMapping, suffix: str, limit: str) -> None:
    size = getattr(mapping.limits, limit) + 1
    path = tmp_path / f"huge{suffix}"
    with path.open("wb") as file:
        file.truncate(size)
    assert str(size) in refusal(path, mapping)


def test_a_bomb_of_xml_entities_is_refused(tmp_path: Path, mapping: OsmMapping) -> None:
    levels = "".join(f'<!ENTITY e{n} "{"&e" + str(n - 1) + ";"}{"&e" + str(n - 1) + ";"}">' for n in range(1, 40))
    path = tmp_path / "bomb.osm"
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE o [<!ENTITY e0 "ha">{levels}]><osm version="0.6">&e39;</osm>')
    assert "entities are not supported" in refusal(path, mapping)


def test_an_outside_entity_is_not_fetched(tmp_path: Path, mapping: OsmMapping) -> None:
    path = tmp_path / "outside.osm"
    path.write_text('<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><osm version="0.6"><note>&x;</note></osm>')
    assert "entities are not supported" in refusal(path, mapping)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "hello",
        "<html/>",
        '<osm version="0.5"/>',
        '<osm version="0.6"><node id="1" lat="abc" lon="1"/></osm>',
        '<osm version="0.6"><node id="1"',
    ],
)
def test_what_is_no_osm_xml_is_refused(tmp_path: Path, mapping: OsmMapping, content: str) -> None:
    path = tmp_path / "bad.osm"
    path.write_text(content)
    assert "not a whole OSM XML file" in refusal(path, mapping)


def test_xml_cut_short_names_the_line(tmp_path: Path, mapping: OsmMapping) -> None:
    path = tmp_path / "cut.osm"
    text = rich().text()
    path.write_text(text[: len(text) // 2])
    with pytest.raises(InputError) as refused:
        read_map(path, mapping=mapping)
    line = refused.value.faults[0].line
    assert line is not None
    assert line >= text[: len(text) // 2].count("\n")


def test_a_pbf_of_endless_tags_costs_no_more_than_its_bytes(tmp_path: Path, mapping: OsmMapping) -> None:
    """Two bytes of PBF can name two strings of any length: written out as text they would fill the disk."""
    long = b"x" * 60_000
    strings = part(1, part(1, b"") + part(1, long))
    dense = part(2, part(1, b"\x02") + part(8, b"\x02") + part(9, b"\x02") + part(10, b"\x01\x01" * 500_000 + b"\x00"))
    raw = strings + part(2, dense)
    packed = b"\x10" + varint(len(raw)) + part(3, zlib.compress(raw))
    path = tmp_path / "tags.osm.pbf"
    path.write_bytes(HEADER + blob(b"OSMData", packed))
    assert "no walkable way" in refusal(path, mapping)


def test_the_garbage_collector_is_left_as_it_was(tmp_path: Path, mapping: OsmMapping) -> None:
    path = tmp_path / "good.osm"
    path.write_text(rich().text())
    read_map(path, mapping=mapping)
    assert gc.isenabled()
    gc.disable()
    try:
        read_map(path, mapping=mapping)
        assert not gc.isenabled()
    finally:
        gc.enable()
