"""Geometry of an OSM table's ways and multipolygons in degrees: lines, areas with holes, what had to be mended.

Source for multipolygons: https://wiki.openstreetmap.org/wiki/Relation:multipolygon; rings are joined from member ways end to
end, and which rings are holes is told by what lies inside what, since roles are only hints.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

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
        return np.asarray(self._ways.rows(self.table.ways.ids) == np.arange(len(self.table.ways)))

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
        parts = [
            part
            for part in shapely.get_parts(shapely.make_valid(shape))
            if part.geom_type in ("Polygon", "MultiPolygon")
        ]
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
        lines, owner = shapely.linestrings(coordinates, indices=np.cumsum(first) - 1), way[first]
        long_enough = shapely.length(lines) > 0
        for row in owner[~long_enough].tolist():
            self.notes.add("line_empty", self.way_ref(row))
        return lines[long_enough], owner[long_enough]

    def multipolygons(self) -> Areas:
        """All multipolygon relations that have a shape and say what they are; shapes that fail are noted."""
        table = self.table
        rows = np.flatnonzero(Asker(table, table.relations).holds("type", frozenset({"multipolygon"})))
        told, own = self._tells(table.relations), self._tells(table.ways)
        members = self._members(rows)
        # Who says what the area is: the relation (-1), else its first tagged way, else nobody.
        spoken = [
            -1 if told[row] else next((way for way in ways if own[way]), None)
            for row, (ways, _) in zip(rows.tolist(), members, strict=True)
        ]
        kept = [place for place, speaker in enumerate(spoken) if speaker is not None]
        refs = [f"r{number}" for number in table.relations.ids[rows[kept]].tolist()]
        drawn = self._joined([members[place] for place in kept], refs)
        there = np.flatnonzero(~shapely.is_missing(drawn)).tolist()
        kept = [kept[place] for place in there]
        speakers = np.array([spoken[place] for place in kept], np.int64)
        self.taken[speakers[speakers >= 0]] = True
        tagged = _tags_of(table, rows[kept], speakers)
        outlines = [members[place][0] for place in kept]
        return Areas(
            [refs[place] for place in there], tagged.ids.tolist(), drawn[there], outlines, Asker(table, tagged)
        )

    def _members(self, rows: Ints) -> list[tuple[list[int], int]]:
        """For each relation the rows of its ways, and how many of its ways the file lacks."""
        table = self.table
        at, start = rows_of(table.member_start, rows)
        way = np.where(table.member_type[at] == WAY, self._ways.rows(table.member_ref[at]), -2).tolist()
        shares = (way[a:b] for a, b in pairwise(start.tolist()))
        return [([row for row in share if row >= 0], share.count(-1)) for share in shares]

    def _tells(self, objects: Tagged) -> Bools:
        """True for objects with a tag that says what they are."""
        silent = [number for number in map(self.table.strings.number, _NO_MEANING) if number >= 0]
        out = np.zeros(len(objects), dtype=bool)
        here = np.flatnonzero(~np.isin(objects.key, silent))
        out[np.searchsorted(objects.start, here, side="right") - 1] = True
        return out

    def _joined(self, members: list[tuple[list[int], int]], refs: list[str]) -> Shapes_:
        """The area of each relation from its ways; None where they bound none, which is noted."""
        rings: list[list[int]] = []
        owner: list[int] = []
        lacking = []
        for place, (ways, lost) in enumerate(members):
            whole = [way for way in ways if self.n_lost[way] == 0 and self.n_refs[way] >= 2]
            lacking.append(lost + len(ways) - len(whole))
            found = _rings([self.nodes_of(way).tolist() for way in whole])
            rings += found
            owner += [place] * len(found)
        out = self._areas_of(rings, np.array(owner, np.int64), len(members))
        for place in np.flatnonzero(~shapely.is_valid(out) | shapely.is_empty(out)).tolist():
            if out[place] is None or out[place].is_empty:
                out[place] = None
                self.notes.add("relation_dropped", refs[place], n=lacking[place])
            else:
                out[place] = self.mended(out[place], refs[place])
        for place in np.flatnonzero(lacking).tolist():
            if out[place] is not None:
                self.notes.add("relation_incomplete", refs[place], n=lacking[place])
        return out

    def _areas_of(self, rings: list[list[int]], owner: Ints, n: int) -> Shapes_:
        """For each owner its largest ring with the others as holes; where that is not valid, whatever its rings bound."""
        out: Shapes_ = np.full(n, None, dtype=object)
        if not rings:
            return out
        points = np.concatenate([np.array(ring, np.int64) for ring in rings])
        which = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
        drawn = shapely.linearrings(np.column_stack((self.lon[points], self.lat[points])), indices=which)
        filled = shapely.polygons(drawn)
        size = shapely.area(filled)
        for place, (first, stop) in enumerate(pairwise(np.searchsorted(owner, np.arange(n + 1)).tolist())):
            if stop - first == 1:
                out[place] = filled[first]
            elif stop > first:
                outer = first + int(np.argmax(size[first:stop]))
                out[place] = shapely.polygons(drawn[outer], np.delete(drawn[first:stop], outer - first))
        # Several outlines, or islands in holes: odd layers are filled, as the relation's definition has it.
        several = np.bincount(owner, minlength=n) > 1
        for place in np.flatnonzero(several & ~shapely.is_valid(out)).tolist():
            lines = shapely.geometrycollections(drawn[owner == place])
            out[place] = shapely.build_area(shapely.node(lines))
        return out


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
