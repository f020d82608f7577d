"""One OSM file while it is read: its table, the shapes made of it, the mapping it is read by, the notes so far."""

from __future__ import annotations

from dataclasses import dataclass

from .ask import Asker
from .mapping import OsmMapping
from .notes import NoteBook
from .shapes import Areas, Shapes
from .table import OsmTable


@dataclass(frozen=True, slots=True)
class Source:
    table: OsmTable
    shapes: Shapes
    ways: Asker
    areas: Areas
    mapping: OsmMapping
    notes: NoteBook

    @classmethod
    def of(cls, table: OsmTable, mapping: OsmMapping) -> Source:
        notes = NoteBook()
        shapes = Shapes(table, notes)
        return cls(table, shapes, Asker(table, table.ways), shapes.multipolygons(), mapping, notes)
