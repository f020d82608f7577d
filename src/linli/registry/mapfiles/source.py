"""One OSM file while it is read: its table, the shapes made of it, the mapping it is read by, the notes so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .ask import Asker
from .mapping import OsmMapping
from .notes import NoteBook
from .shapes import Areas, Shapes
from .table import Ints, OsmTable


@dataclass(frozen=True, slots=True)
class Source:
    """``nodes`` asks only the nodes that have tags; ``node_rows`` are their rows in the table."""

    table: OsmTable
    shapes: Shapes
    ways: Asker
    nodes: Asker
    node_rows: Ints
    areas: Areas
    mapping: OsmMapping
    notes: NoteBook

    @classmethod
    def of(cls, table: OsmTable, mapping: OsmMapping) -> Source:
        notes = NoteBook()
        shapes = Shapes(table, notes)
        rows = np.flatnonzero(np.diff(table.nodes.start))
        ways, nodes = Asker(table, table.ways), Asker(table, table.nodes.some(rows))
        return cls(table, shapes, ways, nodes, rows, shapes.multipolygons(), mapping, notes)
