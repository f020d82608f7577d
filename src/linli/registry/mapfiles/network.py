"""The walk network of an OSM table: which ways people walk, who may pass, where gates stand, how long each piece is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from shapely.geometry.base import BaseGeometry

from linli.kernel.geo import distance_m
from linli.kernel.mapdata import EDGE_KINDS, MapGate, WalkNetwork

from .ask import Asker
from .ground import Ground
from .source import Source
from .squares import stay_inside
from .table import Bools, Ints, rows_of

PATH = EDGE_KINDS.index("path")
_OPEN, _LOCKED, _PRIVATE = 0, 1, 2
_YES = frozenset({"yes"})


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
class _Square:
    """A walkable area: its outline's ways are in the network, its inside is crossed straight."""

    ref: str
    way: int
    shape: BaseGeometry
    nodes: Ints


@dataclass(frozen=True, slots=True)
class _Walkable:
    """Way rows people walk, each with its kind and whether it is locked, and the squares among them."""

    rows: Ints
    kind: Ints
    locked: Bools
    squares: list[_Square]


class NetworkReader:
    """Reads the walk network of one file; the ground tells which private ways are residents' own."""

    def __init__(self, source: Source, ground: Ground) -> None:
        self.table = source.table
        self.shapes = source.shapes
        self.ways = source.ways
        self.nodes = source.nodes
        self.node_rows = source.node_rows
        self.areas = source.areas
        self.mapping = source.mapping
        self.notes = source.notes
        self.ground = ground

    def network(self) -> tuple[WalkNetwork, tuple[MapGate, ...]]:
        """The network with one node for each OSM node a walkable way uses, and the gates on it."""
        table, shapes = self.table, self.shapes
        walkable = self._walkable()
        edges = self._edges(walkable)
        edges = edges.plus(self._across(edges, walkable.squares))
        used = np.zeros(len(table.nodes), dtype=bool)
        used[edges.tail] = used[edges.head] = True
        gates, blocked = self._gates(used)
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

    def _walkable(self) -> _Walkable:
        rules, shapes = self.mapping.walk, self.shapes
        fit = self.ways.first_fit([rule for rule, _ in rules.ways])
        fit[self.ways.any_of(rules.never) | ~shapes.first_of_id] = -1
        kinds = np.array([kind for _, kind in rules.ways] + [-1], np.int64)[fit]
        state = self._passage(self.ways)
        squares = self._square_areas(kinds, state) + self._square_ways(kinds, state)
        rows = np.flatnonzero(kinds >= 0)
        locked = state[rows] == _LOCKED
        private = np.flatnonzero(state[rows] == _PRIVATE)
        if len(private):
            inside = self._middles_inside(rows[private])
            locked[private] = ~inside
            for code, n in (("private_open", int(inside.sum())), ("private_locked", int((~inside).sum()))):
                if n:
                    self.notes.add(code, n=n)
        return _Walkable(rows, kinds[rows], locked, squares)

    def _passage(self, ask: Asker) -> Ints:
        """Open, locked or private for every object: the first passage key it has decides."""
        rules = self.mapping.walk
        state = np.full(len(ask), -1, np.int64)
        for key in rules.passage_keys:
            said = (state < 0) & ask.holds(key, None)
            state[said] = _OPEN
            state[said & ask.holds(key, rules.locked)] = _LOCKED
            state[said & ask.holds(key, rules.private)] = _PRIVATE
        state[state < 0] = _OPEN
        return state

    def _is_square(self, ask: Asker) -> Bools:
        fit = np.zeros(len(ask), dtype=bool)
        for rule in self.mapping.walk.areas:
            fit |= ask.fits(rule)
        return fit & ~ask.any_of(self.mapping.walk.never)

    def _square_areas(self, kinds: Ints, state: Ints) -> list[_Square]:
        """Multipolygons one walks on. Outlines that are no ways of their own become paths, with the area's passage."""
        areas, shapes = self.areas, self.shapes
        said = self._passage(areas.ask)
        squares = []
        for place in np.flatnonzero(self._is_square(areas.ask)).tolist():
            outline = np.array(areas.ways[place], np.int64)
            bare = outline[kinds[outline] < 0]
            kinds[bare] = PATH
            state[bare] = said[place]
            if said[place] == _OPEN:
                nodes = np.concatenate([self._ring_nodes(row) for row in areas.ways[place]])
                squares.append(_Square(areas.refs[place], -areas.ids[place], areas.shapes[place], nodes))
        return [square for square in squares if len(shapes.lon)]

    def _square_ways(self, kinds: Ints, state: Ints) -> list[_Square]:
        shapes = self.shapes
        fit = self._is_square(self.ways) & self.ways.holds("area", _YES) & shapes.closed & (shapes.n_lost == 0)
        rows = np.flatnonzero(fit & (kinds >= 0) & (state == _OPEN))
        drawn = zip(rows.tolist(), shapes.polygons(rows), strict=True)
        ids = shapes.table.ways.ids
        return [
            _Square(shapes.way_ref(row), int(ids[row]), shape, self._ring_nodes(row))
            for row, shape in drawn
            if shape is not None
        ]

    def _ring_nodes(self, row: int) -> Ints:
        """The nodes of one outline in the file, each end of a closed one once."""
        nodes = self.shapes.nodes_of(row)
        nodes = nodes[1:] if self.shapes.closed[row] else nodes
        return nodes[nodes >= 0]

    def _middles_inside(self, rows: Ints) -> Bools:
        """True for ways whose middle node is in the file and stands in a housing compound."""
        shapes = self.shapes
        first, stop = shapes.table.ref_start[rows], shapes.table.ref_start[rows + 1]
        out = np.zeros(len(rows), dtype=bool)
        some = np.flatnonzero(stop > first)
        middle = shapes.ref_row[(first[some] + stop[some]) // 2]
        some, middle = some[middle >= 0], middle[middle >= 0]
        out[some] = self.ground.compound_at(shapes.lon[middle], shapes.lat[middle]) >= 0
        return out

    def _edges(self, walkable: _Walkable) -> _Edges:
        """Pieces between neighbouring nodes of each walkable way; where a node is not in the file, the way is cut."""
        shapes = self.shapes
        for row in walkable.rows[shapes.n_lost[walkable.rows] > 0].tolist():
            self.notes.add("way_cut", shapes.way_ref(row), n=int(shapes.n_lost[row]))
        at, start = rows_of(self.table.ref_start, walkable.rows)
        points = shapes.ref_row[at]
        place = np.repeat(np.arange(len(walkable.rows)), np.diff(start))
        tail, head = points[:-1], points[1:]
        keep = np.flatnonzero((place[:-1] == place[1:]) & (tail >= 0) & (head >= 0) & (tail != head))
        way = place[:-1][keep]
        ids = self.table.ways.ids[walkable.rows]
        return _Edges(tail[keep], head[keep], walkable.kind[way], walkable.locked[way], ids[way])

    def _across(self, edges: _Edges, squares: list[_Square]) -> _Edges:
        """Straight lines over squares between the places where other ways meet their outlines, as far as they stay inside."""
        most = self.mapping.walk.square_entries
        degree = np.bincount(np.concatenate((edges.tail, edges.head)), minlength=len(self.table.nodes))
        tails, heads, refs, owners = ([np.empty(0, np.int64)] for _ in range(4))
        for place, square in enumerate(squares):
            nodes, times = np.unique(square.nodes, return_counts=True)
            # An outline gives each of its nodes two pieces for every time it passes; more means another way ends here.
            entries = nodes[degree[nodes] > 2 * times]
            joined = 1 < len(entries) <= most
            code = "square" if joined else "square_outline" if len(entries) > most else "square_alone"
            self.notes.add(code, square.ref, n=len(entries))
            if joined:
                i, j = np.triu_indices(len(entries), k=1)
                tails.append(entries[i])
                heads.append(entries[j])
                refs.append(np.full(len(i), square.way, np.int64))
                owners.append(np.full(len(i), place, np.int64))
        tail, head, way, owner = (np.concatenate(part) for part in (tails, heads, refs, owners))
        x, y = self.table.x, self.table.y
        inside = stay_inside([square.shape for square in squares], owner, (x[tail], y[tail], x[head], y[head]))
        tail, head, way = tail[inside], head[inside], way[inside]
        return _Edges(tail, head, np.full(len(tail), PATH, np.int64), np.zeros(len(tail), dtype=bool), way)

    def _gates(self, used: Bools) -> tuple[tuple[MapGate, ...], Bools]:
        """The gates on the network, and for each node of the table whether a locked gate stands there."""
        table, rules = self.table, self.mapping.gates
        chosen = np.flatnonzero(used[self.node_rows] & self.nodes.holds("barrier", rules.barriers))
        rows, ask = self.node_rows[chosen], Asker(table, self.nodes.objects.some(chosen))
        fit = ask.first_fit([rule for rule, _ in rules.rules])
        passages = [passage for _, passage in rules.rules] + [rules.otherwise]
        said = [passages[place] for place in fit.tolist()]
        blocked = np.zeros(len(table.nodes), dtype=bool)
        blocked[rows[[passage == "locked" for passage in said]]] = True
        places = (self.shapes.lon[rows].tolist(), self.shapes.lat[rows].tolist())
        found = zip(table.nodes.ids[rows].tolist(), *places, said, ask.names(self.mapping), strict=True)
        gates = (MapGate(f"n{number}", x, y, passage, zh or other) for number, x, y, passage, (zh, other) in found)
        return tuple(gates), blocked
