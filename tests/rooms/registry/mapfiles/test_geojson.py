"""GeoJSON maps: what each layer gives, and every fault told with its feature, all at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linli.kernel.errors import Fault, InputError
from linli.kernel.mapdata import EDGE_KINDS, MapData
from linli.registry.mapfiles import OsmMapping, read_map

SQUARE = [[116.3, 40.0], [116.301, 40.0], [116.301, 40.001], [116.3, 40.001], [116.3, 40.0]]
Read = Callable[..., MapData]


def feature(shape: str, coordinates: Any, /, *, id: Any = None, **properties: Any) -> dict[str, Any]:
    out = {"type": "Feature", "properties": properties, "geometry": {"type": shape, "coordinates": coordinates}}
    return out if id is None else out | {"id": id}


@pytest.fixture
def read(mapping: OsmMapping, tmp_path: Path) -> Read:
    def reading(*features: Any, **members: Any) -> MapData:
        path = tmp_path / "map.geojson"
        path.write_text(
            json.dumps({"type": "FeatureCollection", "features": list(features)} | members), encoding="utf-8"
        )
        return read_map(path, mapping=mapping)

    return reading


def faults(read: Read, *features: Any, **members: Any) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as refused:
        read(*features, **members)
    return refused.value.faults


def test_a_building_is_read_with_all_its_properties(read: Read) -> None:
    data = read(
        feature(
            "Polygon",
            [SQUARE],
            id="b1",
            layer="building",
            use="residential",
            levels=6,
            height_m=18.5,
            n_units=24,
            name="3号楼",
            name_en="Block 3",
            house_number="3",
            street="清华东路",
            compound="东园",
        )
    )
    (building,) = data.buildings
    assert (building.ref, building.use, building.levels, building.height_m, building.n_units) == (
        "b1",
        "residential",
        6,
        18.5,
        24,
    )
    assert (building.name_zh, building.name_en) == ("3号楼", "Block 3")
    assert (building.house_number, building.street, building.compound) == ("3", "清华东路", "东园")


def test_a_facility_may_be_a_point_or_an_area_and_keeps_its_size(read: Read) -> None:
    data = read(
        feature(
            "Point",
            [116.3, 40.0],
            layer="facility",
            category="micro_fire_station",
            name_zh="微站",
            area_m2=12.345,
            capacity=6,
        ),
        feature("Polygon", [SQUARE], layer="facility", category="school", opening_hours="Mo-Fr 08:00-17:00"),
    )
    station, school = data.facilities
    assert (station.ref, station.area_dm2, station.capacity, station.name_zh) == ("#0", 1234, 6, "微站")
    assert 116.3 < school.lon < 116.301
    assert 40.0 < school.lat < 40.001


def test_paths_meet_where_they_share_a_position(read: Read) -> None:
    network = read(
        feature("LineString", [[116.3, 40.0], [116.301, 40.0], [116.302, 40.0]], layer="path"),
        feature(
            "MultiLineString", [[[116.301, 40.0], [116.301, 40.001, 53.2]]], layer="path", kind="steps", locked=True
        ),
    ).network
    assert (network.n_nodes, network.n_edges) == (4, 3)
    assert [EDGE_KINDS[kind] for kind in network.kind.tolist()] == ["path", "path", "steps"]
    assert network.locked.tolist() == [False, False, True]
    assert network.length_m == pytest.approx([85.39, 85.39, 111.03], abs=0.01)


def test_gates_and_ground_are_read(read: Read) -> None:
    data = read(
        feature("Point", [116.3, 40.0], id=7, layer="gate", passage="locked", name="西门"),
        feature("Polygon", [SQUARE], layer="ground", kind="compound", name="东园"),
        feature("LineString", SQUARE[:2], layer="ground", kind="road", rank=3),
        attribution="某街道",
    )
    assert [(gate.ref, gate.passage, gate.name) for gate in data.gates] == [("7", "locked", "西门")]
    assert [(one.kind, one.name_zh, one.rank) for one in data.ground] == [("compound", "东园", 0), ("road", "", 3)]
    assert data.attribution == "某街道"
    assert data.network.n_nodes == 0


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_a_crs_member_that_says_wgs84_is_taken(read: Read, name: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    assert read(feature("Point", [116.3, 40.0], layer="gate"), crs=crs).gates


@pytest.mark.parametrize(
    "crs", [{"type": "name", "properties": {"name": "EPSG:4549"}}, {"properties": {"name": "GCJ02"}}, "x", {}]
)
def test_any_other_crs_is_refused(read: Read, crs: Any) -> None:
    (fault,) = faults(read, feature("Point", [116.3, 40.0], layer="gate"), crs=crs)
    assert fault.feature == "crs"
    assert "WGS-84" in fault.message.en


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (feature("Polygon", [SQUARE[:-1]], layer="building"), "must end where it begins"),
        (feature("Polygon", [SQUARE[:3]], layer="building"), "a ring needs 4"),
        (feature("Polygon", [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]], layer="building"), "crosses itself"),
        (feature("Polygon", [[[0, 0], [1, 0], [2, 0], [0, 0]]], layer="building"), "the polygon"),
        (feature("Polygon", [], layer="building"), "filled array"),
        (feature("Point", [116.3, 40.0], layer="building"), "must be one of Polygon"),
        (feature("Point", [40.0, 116.3], layer="facility", category="school"), "longitude comes first"),
        (feature("Point", [181, 0], layer="gate"), "out of range"),
        (feature("Point", [1e400, 0], layer="gate"), "JSON"),
        (feature("Point", ["116", "40"], layer="gate"), "[longitude, latitude]"),
        (feature("Point", [True, False], layer="gate"), "[longitude, latitude]"),
        (feature("Point", [1, 2, 3, 4], layer="gate"), "[longitude, latitude]"),
        (feature("Point", None, layer="gate"), "[longitude, latitude]"),
        (feature("LineString", [[1, 1], [1, 1]], layer="path"), "two different"),
        (feature("Point", [1, 1]), "layer must be one of building"),
        (feature("Point", [1, 1], layer="tree"), "layer must be one of"),
        (feature("Point", [1, 1], layer=["gate"]), "layer must be one of"),
        (feature("Point", [1, 1], layer="facility", category="casino"), "no facility category"),
        (feature("Point", [1, 1], layer="gate", passage="maybe"), "passage must be one of open"),
        (feature("LineString", SQUARE, layer="path", kind="road", locked="yes"), "locked must be true or false"),
        (feature("LineString", SQUARE, layer="path", kind="moat"), "kind must be one of path"),
        (feature("Polygon", [SQUARE], layer="building", levels=9999), "levels must be a number of 1–150"),
        (feature("Polygon", [SQUARE], layer="building", levels="6"), "levels must be a number"),
        (feature("Polygon", [SQUARE], layer="building", levels=2.5), "levels must be a number"),
        (feature("Polygon", [SQUARE], layer="building", name=3), "name must be text"),
        ({"type": "Feature", "properties": None, "geometry": None}, "properties must be an object"),
        ({"type": "Feature", "properties": {"layer": "gate"}, "geometry": None}, "geometry must be an object"),
        ("feature", "must be a Feature"),
        (None, "must be a Feature"),
    ],
)
def test_one_wrong_feature_is_named_and_nothing_is_read(read: Read, wrong: Any, words: str) -> None:
    (fault,) = faults(read, feature("Point", [1, 1], id="good", layer="gate"), wrong)
    assert words in fault.message.en
    if words != "JSON":
        assert fault.feature == "features[1] (#1)"


def test_all_faults_are_told_at_once_with_their_ids(read: Read) -> None:
    found = faults(
        read,
        feature("Point", [1, 1], id="a", layer="gate"),
        feature("Point", [1, 1], id="a", layer="gate"),
        feature("Point", [1, 100], id="b", layer="gate"),
        feature("Point", [1, 1], id="c", layer="nothing"),
    )
    assert [fault.feature for fault in found] == ["features[1] (a)", "features[2] (b)", "features[3] (c)"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[1, 2]", "outermost value"),
        ('{"type": "Feature"}', "FeatureCollection"),
        ('{"type": "FeatureCollection", "features": {}}', "FeatureCollection"),
        ('{"type": "FeatureCollection", "features": []}', "empty"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "not JSON"),
        ('{"a":' * 100_000, "nested too deeply"),
    ],
)
def test_a_document_that_is_no_map_is_refused(mapping: OsmMapping, tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "map.json"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        read_map(path, mapping=mapping)
    assert words in refused.value.faults[0].message.en


def test_text_that_is_not_utf8_is_refused_with_its_byte(mapping: OsmMapping, tmp_path: Path) -> None:
    path = tmp_path / "map.geojson"
    path.write_bytes('{"type": "东园"}'.encode("gbk"))
    with pytest.raises(InputError) as refused:
        read_map(path, mapping=mapping)
    assert "not UTF-8" in refused.value.faults[0].message.en


def test_a_byte_order_mark_is_skipped(mapping: OsmMapping, tmp_path: Path) -> None:
    path = tmp_path / "map.geojson"
    collection = {"type": "FeatureCollection", "features": [feature("Point", [1, 1], layer="gate")]}
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(collection).encode())
    assert read_map(path, mapping=mapping).gates
