"""Geometry of an OSM table's ways and multipolygons in degrees: lines, areas with holes, what had to be mended.

Source for multipolygons: https://wiki.openstreetmap.org/wiki/Relation:multipolygon; rings are joined from member ways end to
end, and which rings are holes is told by what lies inside what, since roles are only hints.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from .ask import Asker
from .notes import NoteBook
from .table import NOWHERE, WAY, Bools, Finder, Ints, OsmTable, Tagged, rows_of

Shapes_ = npt.NDArray[np.object_]
_NO_MEANING = frozenset({"type", "source", "note", "fixme", "created_by", "attribution"})


@dataclass(frozen=True, slots=True)
class Areas:
    """Multipolygon relations that have a shape: parallel lists, and their tags (in the old manner, those of an outer way).

    ``ways[i]``: rows of the ways that draw area i; ``ask`` asks their tags.
    """

    refs: list[str]
    ids: list[int]
    shapes: Shapes_
    ways: list[list[int]]
    ask: Asker

    def __len__(self) -> int:
        return len(self.refs)


class Shapes:
    """Coordinates of the table's ways, and areas made of them. ``taken``: ways whose tags speak for their relation."""

    def __init__(self, table: OsmTable, notes: NoteBook) -> None:
        self.table = table
        self.notes = notes
        self.lon, self.lat = table.x / 1e7, table.y / 1e7
        placed = (table.x != NOWHERE) & (table.y != NOWHERE)
        finder = Finder(table.nodes.ids)
        rows = finder.rows(table.refs)
        self.ref_row = np.where((rows >= 0) & placed[rows], rows, -1) if len(placed) else np.full(len(rows), -1)
        self._tell_of_nodes(finder, placed)
        self.n_refs = np.diff(table.ref_start)
        lost = np.concatenate(([0], np.cumsum(self.ref_row < 0)))
        self.n_lost = lost[table.ref_start[1:]] - lost[table.ref_start[:-1]]
        first, last = table.ref_start[:-1], np.maximum(table.ref_start[1:] - 1, 0)
        some = self.n_refs >= 4
        self.closed = np.zeros(len(table.ways), dtype=bool)
        self.closed[some] = table.refs[first[some]] == table.refs[last[some]]
        self._ways = Finder(table.ways.ids)
        self.first_of_id = self._first_of_id()
        self.taken = np.zeros(len(table.ways), dtype=bool)

    def _tell_of_nodes(self, finder: Finder, placed: Bools) -> None:
        if repeated := finder.n_repeated():
            self.notes.add("id_repeated", n=repeated, what="点", what_en="nodes")
        if nowhere := int((~placed).sum()):
            self.notes.add("node_nowhere", n=nowhere)

    def _first_of_id(self) -> Bools:
        """True for ways whose id did not come before."""
        if self._ways.order is None:
            return np.ones(len(self.table.ways), dtype=bool)
        if repeated := self._ways.n_repeated():
            self.notes.add("id_repeated", n=repeated, what="路径", what_en="ways")
        return self._ways.rows(self.table.ways.ids) == np.arange(len(self.table.ways))

    def way_ref(self, row: int) -> str:
        return f"w{self.table.ways.ids[row]}"

    def nodes_of(self, row: int) -> Ints:
        """Node rows of one way, -1 for those not in the file."""
        return self.ref_row[self.table.ref_start[row] : self.table.ref_start[row + 1]]

    def polygons(self, rows: Ints) -> Shapes_:
        """The areas inside closed ways; None where there is none, which is noted. Mended where an outline crosses itself."""
        out: Shapes_ = np.full(len(rows), None, dtype=object)
        good = np.flatnonzero(self.closed[rows] & (self.n_lost[rows] == 0))
        for place in np.flatnonzero(~self.closed[rows] | (self.n_lost[rows] > 0)).tolist():
            row = int(rows[place])
            code = "outline_cut" if self.n_lost[row] else "outline_open"
            self.notes.add(code, self.way_ref(row), n=int(self.n_lost[row]))
        if len(good):
            at, start = rows_of(self.table.ref_start, rows[good])
            points = self.ref_row[at]
            ring = np.repeat(np.arange(len(good)), np.diff(start))
            rings = shapely.linearrings(np.column_stack((self.lon[points], self.lat[points])), indices=ring)
            out[good] = shapely.polygons(rings)
            for place in good[~shapely.is_valid(out[good])].tolist():
                out[place] = self.mended(out[place], self.way_ref(int(rows[place])))
        return out

    def mended(self, shape: BaseGeometry, ref: str) -> BaseGeometry | None:
        """The areas of a shape that crosses itself, None where none is left; noted either way."""
        parts = [part for part in shapely.get_parts(shapely.make_valid(shape)) if part.geom_type in ("Polygon", "MultiPolygon")]
        whole = shapely.union_all(parts) if parts else None
        if whole is None or whole.area == 0:
            self.notes.add("outline_empty", ref)
            return None
        self.notes.add("outline_mended", ref)
        return whole

    def lines(self, rows: Ints) -> tuple[Shapes_, Ints]:
        """The ways as lines, cut where nodes are missing: the lines and the row of the way each belongs to."""
        at, start = rows_of(self.table.ref_start, rows)
        points = self.ref_row[at]
        way = np.repeat(rows, np.diff(start))
        for place in np.flatnonzero(self.n_lost[rows]).tolist():
            row = int(rows[place])
            self.notes.add("way_cut", self.way_ref(row), n=int(self.n_lost[row]))
        here = points >= 0
        gap = np.concatenate(([True], (way[1:] != way[:-1]) | ~here[:-1])) if len(points) else np.empty(0, bool)
        run = np.cumsum(gap)[here]
        points, way = points[here], way[here]
        long = np.bincount(run, minlength=1)[run] >= 2
        run, points, way = run[long], points[long], way[long]
        if not len(points):
            return np.empty(0, dtype=object), np.empty(0, np.int64)
        first = np.concatenate(([True], run[1:] != run[:-1]))
        coordinates = np.column_stack((self.lon[points], self.lat[points]))
        return shapely.linestrings(coordinates, indices=np.cumsum(first) - 1), way[first]

    def multipolygons(self) -> Areas:
        """All multipolygon relations that have a shape; the others are noted."""
        table = self.table
        rows = np.flatnonzero(Asker(table, table.relations).holds("type", frozenset({"multipolygon"})))
        refs, drawn, outlines, speakers, kept = [], [], [], [], []
        for row in rows.tolist():
            ways, lost = self._members(row)
            speaker = self._speaker(row, ways)
            if speaker is None:
                continue
            ref = f"r{table.relations.ids[row]}"
            shape = self._joined(ways, lost, ref)
            if shape is not None:
                refs.append(ref)
                drawn.append(shape)
                outlines.append(ways)
                speakers.append(speaker)
                kept.append(row)
        tagged = _tags_of(table, np.array(kept, np.int64), np.array(speakers, np.int64))
        self.taken[[way for way in speakers if way >= 0]] = True
        ids = table.relations.ids[np.array(kept, np.int64)].tolist()
        return Areas(refs, ids, np.array([*drawn, None], dtype=object)[:-1], outlines, Asker(table, tagged))

    def _members(self, row: int) -> tuple[list[int], int]:
        """Way rows of a relation's lines, and how many of its lines the file lacks."""
        table = self.table
        part = slice(int(table.member_start[row]), int(table.member_start[row + 1]))
        refs = table.member_ref[part][table.member_type[part] == WAY]
        rows = self._ways.rows(refs)
        return rows[rows >= 0].tolist(), int((rows < 0).sum())

    def _speaker(self, row: int, ways: list[int]) -> int | None:
        """Who says what the area is: the relation (-1), else its first tagged way, else nobody (None)."""
        if self._says_something(self.table.relations, row):
            return -1
        return next((way for way in ways if self._says_something(self.table.ways, way)), None)

    def _says_something(self, objects: Tagged, row: int) -> bool:
        return any(key not in _NO_MEANING for key in self.table.tags(objects, row))

    def _joined(self, ways: list[int], lost: int, ref: str) -> BaseGeometry | None:
        whole = [way for way in ways if self.n_lost[way] == 0 and self.n_refs[way] >= 2]
        lost += len(ways) - len(whole)
        rings = _rings([self.nodes_of(way).tolist() for way in whole])
        shape = self._area_of(rings) if rings else None
        if shape is None or shape.is_empty:
            self.notes.add("relation_dropped", ref, n=lost)
            return None
        if lost:
            self.notes.add("relation_incomplete", ref, n=lost)
        return shape if shape.is_valid else self.mended(shape, ref)

    def _area_of(self, rings: list[list[int]]) -> BaseGeometry | None:
        """One outline with its holes where that is valid, else whatever areas the rings bound, odd layers filled."""
        points = np.concatenate([np.array(ring, np.int64) for ring in rings])
        which = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
        drawn = shapely.linearrings(np.column_stack((self.lon[points], self.lat[points])), indices=which)
        outer = int(np.argmax(shapely.area(shapely.polygons(drawn)))) if len(drawn) > 1 else 0
        simple = shapely.polygons(drawn[outer], np.delete(drawn, outer)) if len(drawn) > 1 else shapely.polygons(drawn[0])
        if simple.is_valid or len(drawn) == 1:
            return simple
        area: BaseGeometry | None = shapely.build_area(shapely.node(shapely.geometrycollections(drawn)))
        return area


def _tags_of(table: OsmTable, relations: Ints, speakers: Ints) -> Tagged:
    """The tags of each relation, or of the way that speaks for it where one does."""
    own = table.relations.some(relations)
    both = own.plus(table.ways.some(speakers[speakers >= 0]))
    order = np.arange(len(relations))
    order[speakers >= 0] = len(relations) + np.arange(int((speakers >= 0).sum()))
    return both.some(order)


def _rings(lines: list[list[int]]) -> list[list[int]]:
    """Closed rings made of node lists joined end to end, each line used once. What does not close is left out."""
    rings = [line for line in lines if len(line) >= 4 and line[0] == line[-1]]
    open_lines = [line for line in lines if line[0] != line[-1]]
    ends: dict[int, list[int]] = {}
    for place, line in enumerate(open_lines):
        ends.setdefault(line[0], []).append(place)
        ends.setdefault(line[-1], []).append(place)
    used = [False] * len(open_lines)
    for place, line in enumerate(open_lines):
        if used[place]:
            continue
        used[place] = True
        ring = list(line)
        while ring[0] != ring[-1]:
            following = next((other for other in ends[ring[-1]] if not used[other]), None)
            if following is None:
                break
            used[following] = True
            more = open_lines[following]
            ring += more[1:] if more[0] == ring[-1] else more[-2::-1]
        if ring[0] == ring[-1] and len(ring) >= 4:
            rings.append(ring)
    return rings


