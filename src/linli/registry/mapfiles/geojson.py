"""GeoJSON (RFC 7946) read into a map: buildings, facilities, paths, gates and ground, by the property ``layer``.

The properties are listed in ``docs/rooms/map-files.md``. A file with any fault gives no map at all, and all faults are told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
import shapely

from linli.kernel.errors import FaultList
from linli.kernel.geo import distance_m
from linli.kernel.mapdata import (
    EDGE_KINDS,
    GroundKind,
    GroundShape,
    MapBuilding,
    MapData,
    MapFacility,
    MapGate,
    Passage,
    WalkNetwork,
)

from .ask import split_name
from .geojson_shapes import WrongError, geometry, shown
from .mapping import Between, OsmMapping

_LINES = ("LineString", "MultiLineString")
_AREAS = ("Polygon", "MultiPolygon")
_WGS84 = frozenset(
    {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326", "CRS84"}
)
Progress = Callable[[str, float], None]


@dataclass(slots=True)
class _Found:
    """What the features gave so far."""

    buildings: list[MapBuilding] = field(default_factory=list)
    facilities: list[MapFacility] = field(default_factory=list)
    gates: list[MapGate] = field(default_factory=list)
    ground: list[GroundShape] = field(default_factory=list)
    lines: list[tuple[list[tuple[float, float]], int, bool]] = field(default_factory=list)


def read_geojson(path: Path, *, mapping: OsmMapping, progress: Progress) -> MapData:
    """The map of a FeatureCollection. Raises ``InputError`` with every fault, each with its feature."""
    faults = FaultList(file=str(path))
    document = _document(path, faults)
    features = document.get("features")
    _check_collection(document, features, faults)
    faults.raise_if_any()
    found, seen = _Found(), set[str]()
    reader = _Reader(mapping, found)
    for number, feature in enumerate(cast(list[Any], features)):
        ref = _ref(feature, number)
        try:
            if ref in seen:
                raise WrongError(f"编号 {ref} 重复", f"the id {ref} comes twice")
            seen.add(ref)
            reader.read(feature, ref)
        except WrongError as wrong:
            faults.add(wrong.zh, wrong.en, feature=f"features[{number}] ({ref})")
        if number % 1000 == 0:
            progress("read", 0.1 + 0.8 * number / max(1, len(cast(list[Any], features))))
    faults.raise_if_any()
    progress("walk", 0.9)
    network = _network(found.lines)
    progress("done", 1.0)
    attribution = document.get("attribution")
    return MapData(
        source=str(path),
        network=network,
        buildings=tuple(found.buildings),
        facilities=tuple(found.facilities),
        gates=tuple(found.gates),
        ground=tuple(found.ground),
        attribution=attribution if isinstance(attribution, str) else "",
    )


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _document(path: Path, faults: FaultList) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_constant)
    except RecursionError:
        faults.add("JSON 嵌套太深", "the JSON is nested too deeply")
    except UnicodeDecodeError as error:
        faults.add(f"不是 UTF-8 文本（第 {error.start} 字节）", f"not UTF-8 text (byte {error.start})")
    except ValueError as error:
        faults.add(f"不是合法的 JSON：{error}", f"not JSON: {error}", line=getattr(error, "lineno", None))
    else:
        if isinstance(document, dict):
            return document
        faults.add("最外层应是一个对象", "the outermost value must be an object")
    faults.raise_if_any()
    return {}


def _check_collection(document: dict[str, Any], features: Any, faults: FaultList) -> None:
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        kind = shown(document.get("type"))
        faults.add(
            f"应是带 features 的 FeatureCollection，得到 {kind}",
            f"must be a FeatureCollection with features, got {kind}",
        )
    elif not features:
        faults.add("地图是空的：features 里没有任何要素", "the map is empty: there are no features")
    if (crs := document.get("crs")) is not None:
        properties = crs.get("properties") if isinstance(crs, dict) else None
        name = properties.get("name") if isinstance(properties, dict) else None
        if name not in _WGS84:
            faults.add(
                f"坐标系应为 WGS-84，得到 {shown(name or crs)}；GCJ-02、BD-09 或投影坐标请先转换",
                f"coordinates must be WGS-84, got {shown(name or crs)}; convert GCJ-02, BD-09 or projected ones first",
                feature="crs",
            )


def _ref(feature: Any, number: int) -> str:
    own = feature.get("id") if isinstance(feature, dict) else None
    return str(own)[:100] if type(own) in (str, int, float) and own != "" else f"#{number}"


class _Properties:
    """A feature's properties, each asked for with its type; a wrong type is a fault of the feature."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self._raw = raw

    def text(self, key: str) -> str:
        value = self._raw.get(key)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > 1000:
            raise WrongError(f"{key} 应是文字，得到 {shown(value)}", f"{key} must be text, got {shown(value)}")
        return value.strip()

    def number(self, key: str, bounds: Between, *, whole: bool = False) -> float | None:
        value = self._raw.get(key)
        if value is None:
            return None
        right = (
            type(value) in (int, float) and bounds.least <= value <= bounds.most and (not whole or value == int(value))
        )
        if not right:
            span = f"{bounds.least:g}–{bounds.most:g}"
            raise WrongError(
                f"{key} 应是 {span} 的数，得到 {shown(value)}", f"{key} must be a number of {span}, got {shown(value)}"
            )
        return float(value)

    def whole(self, key: str, bounds: Between) -> int | None:
        value = self.number(key, bounds, whole=True)
        return None if value is None else int(value)

    def flag(self, key: str) -> bool:
        value = self._raw.get(key, False)
        if not isinstance(value, bool):
            raise WrongError(
                f"{key} 应是 true 或 false，得到 {shown(value)}", f"{key} must be true or false, got {shown(value)}"
            )
        return value

    def one_of(self, key: str, words: Iterable[str], default: str | None = None) -> str:
        value = self._raw.get(key, default)
        choices = tuple(words)
        if not isinstance(value, str) or value not in choices:
            listed = ", ".join(choices[:12])
            raise WrongError(
                f"{key} 应为 {listed} 之一，得到 {shown(value)}", f"{key} must be one of {listed}, got {shown(value)}"
            )
        return value

    def names(self) -> tuple[str, str]:
        zh, en = split_name(self.text("name"))
        return self.text("name_zh") or zh, self.text("name_en") or en


class _Reader:
    """Turns one feature after another into what its layer says it is."""

    def __init__(self, mapping: OsmMapping, found: _Found) -> None:
        self._mapping = mapping
        self._found = found
        self._layers = {
            "building": self._building,
            "facility": self._facility,
            "path": self._path,
            "gate": self._gate,
            "ground": self._ground,
        }

    def read(self, feature: Any, ref: str) -> None:
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise WrongError(f"应是 Feature，得到 {shown(feature)}", f"must be a Feature, got {shown(feature)}")
        raw = feature.get("properties")
        if not isinstance(raw, dict):
            raise WrongError(
                f"properties 应是对象，得到 {shown(raw)}", f"properties must be an object, got {shown(raw)}"
            )
        properties = _Properties(raw)
        self._layers[properties.one_of("layer", self._layers)](ref, properties, feature.get("geometry"))

    def _building(self, ref: str, properties: _Properties, raw: Any) -> None:
        rules = self._mapping.buildings
        zh, en = properties.names()
        self._found.buildings.append(
            MapBuilding(
                ref=ref,
                outline=geometry(raw, _AREAS),
                use=properties.text("use") or rules.otherwise,
                levels=properties.whole("levels", rules.levels),
                height_m=properties.number("height_m", rules.height_m),
                name_zh=zh,
                name_en=en,
                house_number=properties.text("house_number"),
                street=properties.text("street"),
                compound=properties.text("compound"),
                n_units=properties.whole("n_units", rules.flats),
            )
        )

    def _facility(self, ref: str, properties: _Properties, raw: Any) -> None:
        shape = geometry(raw, ("Point", *_AREAS))
        point = shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
        category = properties.text("category")
        if category not in self._mapping.categories:
            raise WrongError(f"没有设施类别 {shown(category)}", f"there is no facility category {shown(category)}")
        zh, en = properties.names()
        area_m2 = properties.number("area_m2", Between(0, 1e8))
        self._found.facilities.append(
            MapFacility(
                ref=ref,
                category=category,
                lon=point.x,
                lat=point.y,
                name_zh=zh,
                name_en=en,
                area_dm2=None if area_m2 is None else round(area_m2 * 100),
                capacity=properties.whole("capacity", Between(0, 1_000_000)),
                opening_hours=properties.text("opening_hours"),
            )
        )

    def _path(self, ref: str, properties: _Properties, raw: Any) -> None:
        kind = EDGE_KINDS.index(properties.one_of("kind", EDGE_KINDS, "path"))
        locked = properties.flag("locked")
        for line in shapely.get_parts(geometry(raw, _LINES)):
            self._found.lines.append((list(line.coords), kind, locked))

    def _gate(self, ref: str, properties: _Properties, raw: Any) -> None:
        point = geometry(raw, ("Point",))
        passage = cast(Passage, properties.one_of("passage", get_args(Passage), "unknown"))
        zh, en = properties.names()
        self._found.gates.append(MapGate(ref, point.x, point.y, passage, zh or en))

    def _ground(self, ref: str, properties: _Properties, raw: Any) -> None:
        kind = cast(GroundKind, properties.one_of("kind", get_args(GroundKind)))
        shape = geometry(raw, (*_LINES, *_AREAS))
        zh, en = properties.names()
        self._found.ground.append(GroundShape(ref, kind, shape, zh, en, properties.whole("rank", Between(0, 100)) or 0))


def _network(lines: list[tuple[list[tuple[float, float]], int, bool]]) -> WalkNetwork:
    """Paths meet where they share a position to 1e-7 degrees (about 1 cm)."""
    points = np.array([point for line, _, _ in lines for point in line], np.float64).reshape(-1, 2)
    line = np.repeat(np.arange(len(lines)), [len(line) for line, _, _ in lines])
    e7 = np.round(points * 1e7).astype(np.int64)
    places, node = np.unique(e7, axis=0, return_inverse=True)
    node = node.reshape(-1)
    keep = np.flatnonzero((line[1:] == line[:-1]) & (node[1:] != node[:-1]))
    tail, head, way = node[keep], node[keep + 1], line[keep]
    lon, lat = places[:, 0] / 1e7, places[:, 1] / 1e7
    return WalkNetwork(
        lon=lon,
        lat=lat,
        node_ref=np.zeros(len(places), np.int64),
        tail=tail,
        head=head,
        length_m=distance_m(lon[tail], lat[tail], lon[head], lat[head]),
        kind=np.array([kind for _, kind, _ in lines], np.uint8)[way],
        locked=np.array([locked for _, _, locked in lines], dtype=bool)[way],
        way_ref=np.zeros(len(way), np.int64),
    )
