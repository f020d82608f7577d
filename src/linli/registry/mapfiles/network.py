"""The walk network of an OSM table: which ways people walk, who may pass, where gates stand, how long each piece is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.kernel.geo import distance_m
from linli.kernel.mapdata import EDGE_KINDS, MapGate, Passage, WalkNetwork

from .ask import Asker, split_name
from .ground import Ground
from .mapping import OsmMapping
from .notes import NoteBook
from .shapes import Area, Shapes
from .table import Bools, Ints, OsmTable, rows_of

PATH = EDGE_KINDS.index("path")
_OPEN, _LOCKED, _PRIVATE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class _Edges:
    """``tail, head`` are node rows of the table; ``way`` a way's id (negative: a relation's)."""

    tail: Ints
    head: Ints
    kind: Ints
    locked: Bools
    way: Ints

    def plus(self, other: _Edges) -> _Edges:
        pairs = ((getattr(self, name), getattr(other, name)) for name in ("tail", "head", "kind", "locked", "way"))
        return _Edges(*(np.concatenate(pair) for pair in pairs))


@dataclass(frozen=True, slots=True)
class _Walkable:
    """Way rows people walk, each with its kind and whether it is locked; ``squares``: those that are areas."""

    rows: Ints
    kind: Ints
    locked: Bools
    squares: list[tuple[str, int, BaseGeometry, tuple[int, ...]]]


def read_network(
    table: OsmTable, shapes: Shapes, ways: Asker, areas: list[Area], ground: Ground, mapping: OsmMapping, notes: NoteBook
) -> tuple[WalkNetwork, tuple[MapGate, ...]]:
    """The network with one node for each OSM node a walkable way uses, and the gates on it."""
    walkable = _walkable(table, shapes, ways, areas, ground, mapping, notes)
    edges = _edges(table, shapes, walkable, notes)
    edges = edges.plus(_across(edges, walkable, table, shapes, mapping, notes))
    gates, blocked = _gates(table, edges, mapping)
    used = np.zeros(len(table.nodes), dtype=bool)
    used[edges.tail] = used[edges.head] = True
    number = np.cumsum(used) - 1
    lon, lat = shapes.lon, shapes.lat
    network = WalkNetwork(
        lon=lon[used],
        lat=lat[used],
        node_ref=table.nodes.ids[used],
        tail=number[edges.tail],
        head=number[edges.head],
        length_m=distance_m(lon[edges.tail], lat[edges.tail], lon[edges.head], lat[edges.head]),
        kind=edges.kind.astype(np.uint8),
        locked=edges.locked | blocked[edges.tail] | blocked[edges.head],
        way_ref=edges.way,
    )
    return network, gates


def _walkable(
    table: OsmTable, shapes: Shapes, ways: Asker, areas: list[Area], ground: Ground, mapping: OsmMapping, notes: NoteBook
) -> _Walkable:
    rules = mapping.walk
    fit = ways.first_fit([rule for rule, _ in rules.ways])
    fit[ways.any_of(rules.never) | ~shapes.first_of_id] = -1
    kinds = np.array([kind for _, kind in rules.ways] + [-1], np.int64)[fit]
    state = _passage(ways, mapping)
    squares: list[tuple[str, int, BaseGeometry, tuple[int, ...]]] = []
    for area in areas:
        if not any(rule.fits(area.tags) for rule in rules.areas) or _has(area.tags, rules.never):
            continue
        outline = np.array(area.ways, np.int64)
        bare = outline[kinds[outline] < 0]
        kinds[bare] = PATH
        state[bare] = _state_of(area.tags, mapping)
        squares.append((area.ref, -int(table.relations.ids[area.row]), area.shape, area.ways))
    rows = np.flatnonzero(kinds >= 0)
    locked = state[rows] == _LOCKED
    private = np.flatnonzero(state[rows] == _PRIVATE)
    if len(private):
        inside = _middles_inside(shapes, rows[private], ground)
        locked[private] = ~inside
        for code, n in (("private_open", int(inside.sum())), ("private_locked", int((~inside).sum()))):
            if n:
                notes.add(code, n=n)
    squares += _square_ways(shapes, ways, rows, mapping)
    return _Walkable(rows, kinds[rows], locked, squares)


def _has(tags: dict[str, str], pairs: tuple[tuple[str, frozenset[str] | None], ...]) -> bool:
    return any(key in tags and (values is None or tags[key] in values) for key, values in pairs)


def _passage(ways: Asker, mapping: OsmMapping) -> Ints:
    """Open, locked or private for every way: the first passage key it has decides."""
    rules = mapping.walk
    state = np.full(len(ways.values(rules.passage_keys[0])), -1, np.int64)
    for key in rules.passage_keys:
        said = (state < 0) & ways.holds(key, None)
        state[said] = _OPEN
        state[said & ways.holds(key, rules.locked)] = _LOCKED
        state[said & ways.holds(key, rules.private)] = _PRIVATE
    state[state < 0] = _OPEN
    return state


def _state_of(tags: dict[str, str], mapping: OsmMapping) -> int:
    for key in mapping.walk.passage_keys:
        if key in tags:
            return _LOCKED if tags[key] in mapping.walk.locked else _PRIVATE if tags[key] in mapping.walk.private else _OPEN
    return _OPEN


def _middles_inside(shapes: Shapes, rows: Ints, ground: Ground) -> Bools:
    """True for ways whose middle node (of those in the file) stands in a housing compound."""
    middles = []
    for row in rows.tolist():
        nodes = shapes.nodes_of(row)
        nodes = nodes[nodes >= 0]
        middles.append(int(nodes[len(nodes) // 2]) if len(nodes) else -1)
    points = np.array(middles, np.int64)
    return np.asarray((ground.compound_at(shapes.lon[points], shapes.lat[points]) >= 0) & (points >= 0))


def _square_ways(
    shapes: Shapes, ways: Asker, rows: Ints, mapping: OsmMapping
) -> list[tuple[str, int, BaseGeometry, tuple[int, ...]]]:
    fit = np.zeros(len(shapes.closed), dtype=bool)
    for rule in mapping.walk.areas:
        fit |= ways.fits(rule)
    fit &= ways.holds("area", ("yes",)) & shapes.closed & (shapes.n_lost == 0)
    chosen = rows[fit[rows]]
    polygons = shapes.polygons(chosen)
    ids = shapes.table.ways.ids
    return [
        (shapes.way_ref(row), int(ids[row]), polygon, (row,))
        for row, polygon in zip(chosen.tolist(), polygons, strict=True)
        if polygon is not None
    ]


def _edges(table: OsmTable, shapes: Shapes, walkable: _Walkable, notes: NoteBook) -> _Edges:
    """Pieces between neighbouring nodes of each walkable way; where a node is not in the file, the way is cut."""
    for row in walkable.rows[shapes.n_lost[walkable.rows] > 0].tolist():
        notes.add("way_cut", shapes.way_ref(row), n=int(shapes.n_lost[row]))
    at, start = rows_of(table.ref_start, walkable.rows)
    points = shapes.ref_row[at]
    place = np.repeat(np.arange(len(walkable.rows)), np.diff(start))
    tail, head = points[:-1], points[1:]
    keep = np.flatnonzero((place[:-1] == place[1:]) & (tail >= 0) & (head >= 0) & (tail != head))
    way = place[:-1][keep]
    ids = table.ways.ids[walkable.rows]
    return _Edges(tail[keep], head[keep], walkable.kind[way], walkable.locked[way], ids[way])


def _across(
    edges: _Edges, walkable: _Walkable, table: OsmTable, shapes: Shapes, mapping: OsmMapping, notes: NoteBook
) -> _Edges:
    """Straight lines over squares between the places where other ways meet their outlines, as far as they stay inside."""
    most = mapping.walk.square_entries
    degree = np.bincount(np.concatenate((edges.tail, edges.head)), minlength=len(table.nodes))
    locked_of = dict(zip(walkable.rows.tolist(), walkable.locked.tolist(), strict=True))
    tails, heads, refs = [], [], []
    for ref, number, shape, rows in walkable.squares:
        if any(locked_of.get(row, False) for row in rows):
            continue
        nodes, times = np.unique(np.concatenate([shapes.nodes_of(row) for row in rows]), return_counts=True)
        first = [shapes.nodes_of(row)[0] for row in rows if shapes.closed[row]]
        times[np.isin(nodes, first)] -= 1
        own = 2 * times
        entries = nodes[(nodes >= 0) & (degree[nodes] > own)]
        if len(entries) > most or len(entries) < 2:
            if len(entries) > most:
                notes.add("square_outline", ref, n=len(entries))
            continue
        notes.add("square", ref, n=len(entries))
        i, j = np.triu_indices(len(entries), k=1)
        a, b = entries[i], entries[j]
        inside = _stays_inside(shape, shapes, a, b)
        tails.append(a[inside])
        heads.append(b[inside])
        refs.append(np.full(int(inside.sum()), number, np.int64))
    tail, head, way = (np.concatenate([np.empty(0, np.int64), *part]) for part in (tails, heads, refs))
    return _Edges(tail, head, np.full(len(tail), PATH, np.int64), np.zeros(len(tail), dtype=bool), way)


def _stays_inside(shape: BaseGeometry, shapes: Shapes, a: Ints, b: Ints) -> Bools:
    ends = np.stack((np.column_stack((shapes.lon[a], shapes.lat[a])), np.column_stack((shapes.lon[b], shapes.lat[b]))), axis=1)
    lines = shapely.linestrings(ends)
    shapely.prepare(shape)
    return np.asarray(shapely.covers(shape, lines), dtype=bool)


def _gates(table: OsmTable, edges: _Edges, mapping: OsmMapping) -> tuple[tuple[MapGate, ...], Bools]:
    """The gates on the network, and for each node of the table whether a locked gate stands there."""
    on_network = np.zeros(len(table.nodes), dtype=bool)
    on_network[edges.tail] = on_network[edges.head] = True
    nodes = Asker(table, table.nodes)
    rows = np.flatnonzero(on_network & nodes.holds("barrier", mapping.gates.barriers))
    blocked = np.zeros(len(table.nodes), dtype=bool)
    gates = []
    for row in rows.tolist():
        tags = table.tags(table.nodes, row)
        passage = _passage_of(tags, mapping)
        blocked[row] = passage == "locked"
        zh, other = split_name(tags.get("name", ""))
        ref = f"n{table.nodes.ids[row]}"
        gates.append(MapGate(ref, table.x[row] / 1e7, table.y[row] / 1e7, passage, tags.get("name:zh", zh) or other))
    return tuple(gates), blocked


def _passage_of(tags: dict[str, str], mapping: OsmMapping) -> Passage:
    for rule, passage in mapping.gates.rules:
        if rule.fits(tags):
            return passage
    return mapping.gates.otherwise
