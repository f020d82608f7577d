"""The parts of a workbook that hold its cells, read straight through by expat: shared texts and sheets, row by row.

openpyxl tells what the workbook consists of (sheets, styles, which formats are dates); its own readers of cells build a tree of Python
objects for each and take some 40 times as long (:doc:`docs/rooms/table-files.md`). Document types and entities are refused wherever they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.datetime import from_excel, from_ISO8601

from .sheet import BROKEN, FORMULA

CHUNK_BYTES = 1 << 18
MAX_COLUMN = 16_384
"""XFD, the last column a spreadsheet has (ECMA-376, and Excel's specification)."""
Row = tuple[int, dict[int, Any]]
"""Number from 1, and the cells that are not empty by 0-based column."""


class BadPartError(ValueError):
    """A part that is no sound spreadsheet; the message names what."""


@dataclass(frozen=True, slots=True)
class Part:
    """A worksheet: its title and where it lies in the archive."""

    title: str
    path: str


class Workbook(ExcelReader):  # type: ignore[misc]
    """The workbook around its sheets. ``parts`` in order; call :meth:`close`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, read_only=True, keep_links=False)
        self.parts: list[Part] = []
        try:
            self.read()
        except BaseException:
            self.close()
            raise

    def read_strings(self) -> None:
        found = self.package.find("application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml")
        if found is not None:
            with self.archive.open(found.PartName[1:]) as source:
                self.shared_strings = _shared_texts(source)

    def read_worksheets(self) -> None:
        self.parts = [
            Part(sheet.name, rel.target)
            for sheet, rel in self.parser.find_sheets()
            if rel.target in self.valid_files and "chartsheet" not in rel.Type
        ]

    def rows(self, part: Part) -> Iterator[Row]:
        """Rows with at least one filled cell, in order. Texts, numbers, days, :data:`FORMULA` and :data:`BROKEN`."""
        book = self.wb
        cells = _Cells(
            self.shared_strings, frozenset(book._date_formats), frozenset(book._timedelta_formats), book.epoch
        )
        with self.archive.open(part.path) as source:
            yield from _fed(source, cells.parser(), cells.done)

    def close(self) -> None:
        self.archive.close()


def _fed(source: Any, parser: Any, done: list[Row]) -> Iterator[Row]:
    while chunk := source.read(CHUNK_BYTES):
        parser.Parse(chunk, False)
        yield from done
        done.clear()
    parser.Parse(b"", True)
    yield from done


def _parser(start: Callable[..., None], end: Callable[..., None], text: Callable[..., None]) -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _no_document_type
    return parser


def _no_document_type(*_: Any) -> None:
    raise BadPartError("a document type")


def _shared_texts(source: Any) -> list[str]:
    """The texts of the workbook in order; runs of rich text put together, readings above characters (``rPh``) left out."""
    found: list[str] = []
    pieces: list[str] = []
    state = {"t": False, "rPh": False}

    def start(name: str, _: Any) -> None:
        bare = name.rpartition(":")[2]
        if bare == "si":
            pieces.clear()
        elif bare in state:
            state[bare] = True

    def end(name: str) -> None:
        bare = name.rpartition(":")[2]
        if bare == "si":
            found.append("".join(pieces))
        elif bare in state:
            state[bare] = False

    def text(data: str) -> None:
        if state["t"] and not state["rPh"]:
            pieces.append(data)

    parser = _parser(start, end, text)
    while chunk := source.read(CHUNK_BYTES):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return found


@dataclass(slots=True)
class _Cells:
    """Handlers for one sheet. ``done`` fills with rows as they end."""

    shared: Sequence[str]
    dates: frozenset[int]
    spans: frozenset[int]
    epoch: Any
    done: list[Row] = field(default_factory=list)
    row: int = 0
    column: int = -1
    cells: dict[int, Any] = field(default_factory=dict)
    kind: str = "n"
    style: int = 0
    has_formula: bool = False
    takes: bool = False
    in_cell: bool = False
    in_reading: bool = False
    pieces: list[str] = field(default_factory=list)

    def parser(self) -> Any:
        return _parser(self.start, self.end, self.text)

    def start(self, name: str, said: dict[str, str]) -> None:
        bare = name.rpartition(":")[2] if ":" in name else name
        if bare == "c":
            self._begin(said)
        elif bare == "row":
            self._begin_row(said)
        elif self.in_cell:
            if bare == "f":
                self.has_formula = True
            elif bare == "rPh":
                self.in_reading = True
            elif bare in ("v", "t"):
                self.takes = not self.in_reading and (bare == "t") == (self.kind == "inlineStr")

    def end(self, name: str) -> None:
        bare = name.rpartition(":")[2] if ":" in name else name
        if bare == "c":
            self.in_cell = False
            value = FORMULA if self.has_formula else self._value("".join(self.pieces)) if self.pieces else ""
            if value != "":
                self.cells[self.column] = value
        elif bare == "row":
            if self.cells:
                self.done.append((self.row, self.cells))
                self.cells = {}
        elif bare == "rPh":
            self.in_reading = False
        elif self.in_cell:
            self.takes = False

    def text(self, data: str) -> None:
        if self.takes:
            self.pieces.append(data)

    def _begin_row(self, said: dict[str, str]) -> None:
        row = int(float(said["r"])) if "r" in said else self.row + 1
        if row <= self.row:
            raise BadPartError(f"row {row} after row {self.row}")
        self.row, self.column = row, -1

    def _begin(self, said: dict[str, str]) -> None:
        self.column = _column_of(said["r"]) if "r" in said else self.column + 1
        if not 0 <= self.column < MAX_COLUMN:
            raise BadPartError(f"column {self.column + 1}")
        self.kind, self.style = said.get("t", "n"), int(said.get("s") or 0)
        self.in_cell, self.has_formula, self.takes = True, False, False
        self.pieces.clear()

    def _value(self, said: str) -> Any:
        if self.kind == "n":
            return self._number(said)
        if self.kind == "s":
            return self.shared[int(said)]
        return _OTHER[self.kind](said)

    def _number(self, said: str) -> Any:
        number: Any = float(said) if any(mark in said for mark in ".eE") else int(said)
        if self.style not in self.dates:
            return number
        try:
            return from_excel(number, self.epoch, timedelta=self.style in self.spans)
        except (OverflowError, ValueError):
            return BROKEN  # a number marked as a day that no calendar has


_OTHER: dict[str, Callable[[str], Any]] = {
    "str": str,
    "inlineStr": str,
    "e": lambda _: BROKEN,
    "b": lambda said: bool(int(said)),
    "d": from_ISO8601,
}
"""Kinds of cells besides numbers and shared texts (ECMA-376 part 1, 18.18.11, ST_CellType)."""


def _column_of(coordinate: str) -> int:
    """0-based column of ``BC12``."""
    at = 0
    for mark in coordinate:
        if "A" <= mark <= "Z":
            at = at * 26 + ord(mark) - 64
        elif "a" <= mark <= "z":
            at = at * 26 + ord(mark) - 96
        else:
            break
    return at - 1
