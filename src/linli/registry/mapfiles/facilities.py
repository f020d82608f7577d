"""Facilities of an OSM table: which objects are places of service, of which category, and where one walks to them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import shapely

from linli.kernel.geo import distance_m
from linli.kernel.mapdata import MapFacility

from .ask import Asker
from .notes import NoteBook
from .shapes import Areas, Shapes
from .source import Source
from .table import NOWHERE, Bools, Ints, Tagged

SAME_PLACE_M = 100.0
"""Designed here: a large house's middle is within this of a sign anywhere in it; two branches of one chain are farther."""
_WHOLE = re.compile(r"\s*(\d{1,6})\s*$")
_MAIN = frozenset({"main"})
_NOT_FOR_PEOPLE = frozenset({"no", "garage", "service", "emergency", "exit"})
Points = list[tuple[float, float] | None]


@dataclass(frozen=True, slots=True)
class _Found:
    """Objects that are facilities: parallel lists of ref, point (None where there is none) and category."""

    objects: Tagged
    refs: list[str]
    points: Points
    categories: list[str]


def read_facilities(source: Source) -> tuple[MapFacility, ...]:
    """All places of service. An area's point is its main entrance, any entrance for people, or a point surely inside it."""
    entrances = _entrances(source)
    found = (_nodes(source), _ways(source, entrances), _areas(source, entrances))
    points, *others = (_facilities(source, part) for part in found)
    return (*points, *_once(points, [one for part in others for one in part], source.notes))


def _once(points: list[MapFacility], areas: list[MapFacility], notes: NoteBook) -> list[MapFacility]:
    """The areas without those that a node in the same place tells again: mappers draw a shop's house and put its sign in."""
    known: dict[tuple[str, str, str], list[MapFacility]] = {}
    for one in points:
        if one.name_zh or one.name_en:
            known.setdefault((one.category, one.name_zh, one.name_en), []).append(one)
    out = []
    for one in areas:
        same = known.get((one.category, one.name_zh, one.name_en), [])
        near = next(
            (other for other in same if distance_m(one.lon, one.lat, other.lon, other.lat) < SAME_PLACE_M), None
        )
        if near is None:
            out.append(one)
        else:
            notes.add("facility_twice", one.ref, other=near.ref)
    return out


def _nodes(source: Source) -> _Found:
    table, shapes = source.table, source.shapes
    chosen, categories = _matches(source, source.nodes, np.ones(len(source.nodes), dtype=bool))
    rows = source.node_rows[chosen]
    placed = (table.x[rows] != NOWHERE) & (table.y[rows] != NOWHERE)
    spots = zip(shapes.lon[rows].tolist(), shapes.lat[rows].tolist(), placed.tolist(), strict=True)
    points: Points = [(lon, lat) if there else None for lon, lat, there in spots]
    return _Found(
        source.nodes.objects.some(chosen),
        [f"n{number}" for number in table.nodes.ids[rows].tolist()],
        points,
        categories,
    )


def _ways(source: Source, entrances: Ints) -> _Found:
    table, shapes = source.table, source.shapes
    rows, categories = _matches(source, source.ways, ~shapes.taken & shapes.first_of_id)
    refs = [shapes.way_ref(row) for row in rows.tolist()]
    return _Found(table.ways.some(rows), refs, _way_points(shapes, rows, entrances), categories)


def _areas(source: Source, entrances: Ints) -> _Found:
    areas = source.areas
    rows, categories = _matches(source, areas.ask, np.ones(len(areas), dtype=bool))
    points: Points = [_area_point(source.shapes, areas, place, entrances) for place in rows.tolist()]
    return _Found(areas.ask.objects.some(rows), [areas.refs[place] for place in rows.tolist()], points, categories)


def _matches(source: Source, ask: Asker, allowed: Bools) -> tuple[Ints, list[str]]:
    """Rows of the objects that are facilities, and the category of each."""
    rules = source.mapping.facilities
    hints: set[tuple[str, frozenset[str] | None]] = {rule.need[0] for _, rule in rules if rule.need}
    hints |= {(key, None) for _, rule in rules for key in rule.carriers}
    rows = np.flatnonzero(allowed & ask.any_of(tuple(hints)))
    fit = Asker(source.table, ask.objects.some(rows)).first_fit([rule for _, rule in rules])
    return rows[fit >= 0], [rules[place][0] for place in fit[fit >= 0].tolist()]


def _facilities(source: Source, found: _Found) -> list[MapFacility]:
    out = []
    table, notes = source.table, source.notes
    names, tagged = Asker(table, found.objects).names(source.mapping), table.tags(found.objects)
    columns = (found.refs, found.points, found.categories, names, tagged)
    for ref, point, category, (zh, en), tags in zip(*columns, strict=True):
        if point is None:
            notes.add("facility_nowhere", ref)
            continue
        out.append(
            MapFacility(
                ref=ref,
                category=category,
                lon=point[0],
                lat=point[1],
                name_zh=zh,
                name_en=en,
                capacity=_capacity(tags, ref, notes),
                opening_hours=tags.get("opening_hours", ""),
                tags=tags,
            )
        )
    return out


def _capacity(tags: dict[str, str], ref: str, notes: NoteBook) -> int | None:
    said = tags.get("capacity")
    if said is None:
        return None
    whole = _WHOLE.match(said)
    if whole is None:
        notes.add("capacity_unclear", ref, value=said[:40])
        return None
    return int(whole[1])


def _entrances(source: Source) -> Ints:
    """2 for a main entrance, 1 for another one for people, 0 for none: ``int64[nodes]``."""
    ask = source.nodes
    public = ask.holds("entrance", None) & ~ask.holds("entrance", _NOT_FOR_PEOPLE)
    out = np.zeros(len(source.table.nodes), np.int64)
    out[source.node_rows] = public.astype(np.int64) + ask.holds("entrance", _MAIN)
    return out


def _at_entrance(shapes: Shapes, nodes: Ints, entrances: Ints) -> tuple[float, float] | None:
    if not len(nodes):
        return None
    best = nodes[np.argmax(entrances[nodes])]
    return (float(shapes.lon[best]), float(shapes.lat[best])) if entrances[best] else None


def _way_points(shapes: Shapes, rows: Ints, entrances: Ints) -> Points:
    closed = shapes.closed[rows]
    inside = np.full(len(rows), None, dtype=object)
    inside[closed] = shapely.point_on_surface(shapes.polygons(rows[closed]))
    out: Points = []
    for row, point in zip(rows.tolist(), inside, strict=True):
        nodes = shapes.nodes_of(row)
        nodes = nodes[nodes >= 0]
        entrance = _at_entrance(shapes, nodes, entrances)
        if entrance is not None or point is not None:
            out.append(entrance or (point.x, point.y))
        elif len(nodes):
            middle = nodes[len(nodes) // 2]
            out.append((float(shapes.lon[middle]), float(shapes.lat[middle])))
        else:
            out.append(None)
    return out


def _area_point(shapes: Shapes, areas: Areas, place: int, entrances: Ints) -> tuple[float, float]:
    nodes = np.concatenate([shapes.nodes_of(row) for row in areas.ways[place]])
    entrance = _at_entrance(shapes, nodes[nodes >= 0], entrances)
    inside = shapely.point_on_surface(areas.shapes[place])
    return entrance or (inside.x, inside.y)
