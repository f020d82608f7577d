"""The one door: a path to a sheet. Chooses the reader by suffix and holds the limit of size."""

from __future__ import annotations

from pathlib import Path

from linli.kernel.errors import FaultList

from .csvfile import read_csv
from .kept import keep_cells, kept_cells
from .layout import Limits
from .sheet import Sheet
from .xlsxfile import read_xlsx

SUFFIXES = (".csv", ".xlsx")
HEAD_ROWS = 30


def read_table(path: Path, *, file: str, limits: Limits, faults: FaultList) -> Sheet:
    """The table in ``path``, which its sender called ``file``. Faults of rows are added to ``faults``; ``InputError`` where there is no table
    at all. Formulas are never computed. A sound workbook's cells stay beside it for the next reading. Cost: linear;
    ``docs/rooms/table-files.md`` has figures."""
    is_workbook = path.name.lower().endswith(".xlsx")
    kept = kept_cells(path, file=file, limits=limits) if is_workbook else None
    if kept is not None:
        return kept
    sheet = _read(path, file=file, limits=limits, faults=faults, only_rows=None)
    if is_workbook and not faults.faults:
        keep_cells(path, sheet, limits=limits)
    return sheet


def read_head(path: Path, *, file: str, limits: Limits) -> Sheet:
    """Headings and the first rows, to ask what the columns are. ``InputError`` where there is no table."""
    faults = FaultList(file=file, limit=limits.faults_told)
    sheet = _read(path, file=file, limits=limits, faults=faults, only_rows=HEAD_ROWS)
    return sheet


def _read(path: Path, *, file: str, limits: Limits, faults: FaultList, only_rows: int | None) -> Sheet:
    size = path.stat().st_size
    if size > limits.file_bytes or not size:
        faults.add(
            f"文件有 {size} 字节，应在 1 到 {limits.file_bytes} 之间", f"the file has {size} bytes, right is 1 to {limits.file_bytes}", line=1
        )  # fmt: skip
        faults.raise_if_any()
    reader = read_xlsx if path.name.lower().endswith(".xlsx") else read_csv
    return reader(path, file=file, limits=limits, faults=faults, only_rows=only_rows)
