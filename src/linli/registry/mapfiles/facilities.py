"""Facilities of an OSM table: which objects are places of service, of which category, and where one walks to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from linli.kernel.mapdata import MapFacility

from .ask import Asker
from .ground import tag_names
from .mapping import OsmMapping, Rule
from .notes import NoteBook
from .shapes import Area, Shapes
from .table import NOWHERE, Ints, OsmTable

_WHOLE = re.compile(r"\s*(\d{1,6})\s*$")


class Categories:
    """Finds the category of a tagged object: the first rule that fits. Rules are reached by a tag they need."""

    def __init__(self, mapping: OsmMapping) -> None:
        self._carriers = frozenset(key for _, rule in mapping.facilities for key in rule.carriers)
        self._by_tag: dict[tuple[str, str], list[tuple[int, str, Rule]]] = {}
        self._by_key: dict[str, list[tuple[int, str, Rule]]] = {}
        for place, (category, rule) in enumerate(mapping.facilities):
            entry = (place, category, rule)
            if not rule.need:
                for key in rule.carriers:
                    self._by_key.setdefault(key, []).append(entry)
                continue
            key, values = rule.need[0]
            if values is None:
                self._by_key.setdefault(key, []).append(entry)
            else:
                for value in values:
                    self._by_tag.setdefault((key, value), []).append(entry)
        self.keys = frozenset(self._by_key) | {key for key, _ in self._by_tag}

    def of(self, tags: dict[str, str]) -> str | None:
        named = "name" in tags or any(key.startswith("name:") for key in tags)
        entries: list[tuple[int, str, Rule]] = []
        for pair in tags.items():
            entries += self._by_tag.get(pair, ())
            entries += (one for one in self._by_key.get(pair[0], ()) if named or not one[2].name_has)
        best: tuple[int, str] | None = None
        for place, category, rule in entries:
            if (best is None or place < best[0]) and rule.fits(tags):
                best = place, category
        return best[1] if best else None


@dataclass(frozen=True, slots=True)
class _Place:
    ref: str
    tags: dict[str, str]
    lon: float
    lat: float


def read_facilities(
    table: OsmTable, shapes: Shapes, ways: Asker, areas: list[Area], mapping: OsmMapping, notes: NoteBook
) -> tuple[MapFacility, ...]:
    """All places of service. An area's point is its main entrance, any entrance, or a point surely inside it."""
    categories = Categories(mapping)
    entrances = _entrances(table)
    out = []
    for places in (
        _from_nodes(table, shapes, categories, notes),
        _from_ways(table, shapes, ways, categories, entrances, notes),
        _from_areas(shapes, areas, entrances),
    ):
        for place in places:
            category = categories.of(place.tags)
            if category is not None:
                out.append(_facility(place, category, mapping, notes))
    return tuple(out)


def _facility(place: _Place, category: str, mapping: OsmMapping, notes: NoteBook) -> MapFacility:
    zh, en = tag_names(place.tags, mapping)
    said = place.tags.get("capacity")
    whole = _WHOLE.match(said) if said is not None else None
    if said is not None and whole is None:
        notes.add("capacity_unclear", place.ref, value=said[:40])
    return MapFacility(
        ref=place.ref,
        category=category,
        lon=place.lon,
        lat=place.lat,
        name_zh=zh,
        name_en=en,
        capacity=int(whole[1]) if whole else None,
        opening_hours=place.tags.get("opening_hours", ""),
        tags=place.tags,
    )


def _from_nodes(table: OsmTable, shapes: Shapes, categories: Categories, notes: NoteBook) -> Iterator[_Place]:
    rows = np.flatnonzero(table.has_any_key(table.nodes, categories.keys))
    ids, lon, lat = table.nodes.ids[rows].tolist(), shapes.lon[rows].tolist(), shapes.lat[rows].tolist()
    for place, row in enumerate(rows.tolist()):
        ref = f"n{ids[place]}"
        if table.x[row] == NOWHERE or table.y[row] == NOWHERE:
            notes.add("facility_nowhere", ref)
            continue
        yield _Place(ref, table.tags(table.nodes, row), lon[place], lat[place])


def _entrances(table: OsmTable) -> Ints:
    """2 for a main entrance, 1 for another one for people, 0 for none: ``int64[nodes]``."""
    nodes = Asker(table, table.nodes)
    public = nodes.holds("entrance", None) & ~nodes.holds("entrance", ("no", "garage", "service", "emergency", "exit"))
    return public.astype(np.int64) + nodes.holds("entrance", ("main",))


def _at_entrance(shapes: Shapes, nodes: Ints, entrances: Ints) -> tuple[float, float] | None:
    nodes = nodes[nodes >= 0]
    if not len(nodes):
        return None
    best = nodes[np.argmax(entrances[nodes])]
    return (float(shapes.lon[best]), float(shapes.lat[best])) if entrances[best] else None


def _from_ways(
    table: OsmTable, shapes: Shapes, ways: Asker, categories: Categories, entrances: Ints, notes: NoteBook
) -> Iterator[_Place]:
    named = table.has_any_key(table.ways, categories.keys) & ~shapes.taken & shapes.first_of_id
    found = []
    for row in np.flatnonzero(named).tolist():
        tags = table.tags(table.ways, row)
        if categories.of(tags) is not None:
            found.append((row, tags))
    rows = np.array([row for row, _ in found], np.int64)
    closed = shapes.closed[rows] if len(rows) else np.empty(0, dtype=bool)
    polygons = iter(shapes.polygons(rows[closed]))
    for (row, tags), is_area in zip(found, closed.tolist(), strict=True):
        polygon = next(polygons) if is_area else None
        nodes = shapes.nodes_of(row)
        point = _at_entrance(shapes, nodes, entrances)
        if point is None and polygon is not None:
            inside = shapely.point_on_surface(polygon)
            point = inside.x, inside.y
        if point is None and (nodes >= 0).any():
            there = nodes[nodes >= 0]
            middle = there[len(there) // 2]
            point = float(shapes.lon[middle]), float(shapes.lat[middle])
        if point is None:
            notes.add("facility_nowhere", shapes.way_ref(row))
            continue
        yield _Place(shapes.way_ref(row), tags, *point)


def _from_areas(shapes: Shapes, areas: list[Area], entrances: Ints) -> Iterator[_Place]:
    for area in areas:
        nodes = np.concatenate([shapes.nodes_of(row) for row in area.ways])
        point = _at_entrance(shapes, nodes, entrances)
        if point is None:
            inside = shapely.point_on_surface(area.shape)
            point = inside.x, inside.y
        yield _Place(area.ref, area.tags, *point)
