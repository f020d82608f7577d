"""Residents from a CSV file: which house, how old, how many. Every fault of the file is told at once, with its line.

Columns (Chinese heads in brackets; order is free, others are left alone):

``building`` (楼栋)  reference of a building of the map (``way/123``), its name, or its street or compound with house number
``lon``, ``lat`` (经度, 纬度)  WGS-84 degrees, instead of ``building``
``address`` (地址)  as ``building``, instead of it
``age`` (年龄) or ``birth_year`` (出生年)  whole years; either may be empty: the person is counted, their age is not known
``count`` (人数)  persons the row stands for, 1 where the column is missing or empty; need not be whole

UTF-8 (with or without mark) or GB 18030, as Chinese spreadsheets save it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linli.kernel.errors import FaultList
from linli.kernel.mapdata import MapBuilding

HEADS = {
    "building": ("building", "楼栋", "楼"),
    "address": ("address", "地址"),
    "lon": ("lon", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
    "age": ("age", "年龄"),
    "birth_year": ("birth_year", "出生年", "出生年份"),
    "count": ("count", "persons", "population", "人数", "人口"),
}
MAX_AGE = 130
"""No person on record lived longer (122 years, Gerontology Research Group); above this a number is a slip."""


@dataclass(frozen=True, slots=True)
class PeopleRow:
    """``building`` is the position in the map's buildings, None where the row gives a place. ``age`` None: not known."""

    line: int
    building: int | None
    lon: float
    lat: float
    age: int | None
    count: float


def read_people(path: Path, buildings: Sequence[MapBuilding], *, on: dt.date) -> tuple[PeopleRow, ...]:
    """The rows of the people file at ``path``; ages from birth years are those reached by the end of ``on``'s year.

    Raises :class:`linli.kernel.errors.InputError` with every fault of the file.
    """
    faults = FaultList(str(path))
    text = _text(path, faults)
    if text is None:
        faults.raise_if_any()
        raise AssertionError("a file without text has faults")
    reader = csv.reader(io.StringIO(text, newline=""), strict=False)
    head = next(reader, None)
    columns = _columns(head or [], faults)
    faults.raise_if_any()
    where = _addresses(buildings)
    rows = []
    for cells in reader:
        if any(cell.strip() for cell in cells):
            cell = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
            row = _row(cell, reader.line_num, where, on, faults)
            if row is not None:
                rows.append(row)
    if not rows and not faults.faults:
        faults.add("文件里没有一行居民", "the file holds no row of residents", line=1)
    faults.raise_if_any()
    return tuple(rows)


def _text(path: Path, faults: FaultList) -> str | None:
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        faults.add(f"无法读取文件：{reason}", f"the file cannot be read: {reason}")
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    faults.add("文件既不是 UTF-8 也不是 GB 18030 编码", "the file is neither UTF-8 nor GB 18030")
    return None


def _columns(head: Sequence[str], faults: FaultList) -> dict[str, int]:
    names = [cell.strip().lower() for cell in head]
    found: dict[str, int] = {}
    for column, aliases in HEADS.items():
        at = [place for place, name in enumerate(names) if name in aliases]
        if len(at) > 1:
            faults.add(f"列 {column} 出现了 {len(at)} 次", f"column {column} stands {len(at)} times", line=1)
        if at:
            found[column] = at[0]
    if not ({"building", "address"} & set(found) or {"lon", "lat"} <= set(found)):
        faults.add(
            "缺少住处一列：要有 building（楼栋）、address（地址）或 lon 和 lat（经纬度）",
            f"no column says where people live: building, address, or lon and lat is needed; got {', '.join(names) or 'nothing'}",
            line=1,
        )
    return found


def _row(
    cell: Mapping[str, str], line: int, where: Mapping[str, list[int]], on: dt.date, faults: FaultList
) -> PeopleRow | None:
    n_before = len(faults.faults) + faults.n_dropped
    building, lon, lat = _place(cell, line, where, faults)
    age = _age(cell, line, on, faults)
    count = _number(cell.get("count") or "1", line, "count", faults, low=0.0, high=1e7)
    if len(faults.faults) + faults.n_dropped > n_before:
        return None
    assert count is not None
    return PeopleRow(line, building, lon, lat, age, count)


def _place(
    cell: Mapping[str, str], line: int, where: Mapping[str, list[int]], faults: FaultList
) -> tuple[int | None, float, float]:
    for column in ("building", "address"):
        written = cell.get(column, "")
        if written:
            at = where.get(_plain(written), [])
            if len(at) == 1:
                return at[0], math.nan, math.nan
            words = (f"地图上没有“{written}”", f"the map has no building {written!r}")
            if at:
                words = (
                    f"地图上有 {len(at)} 幢“{written}”，请用编号",
                    f"the map has {len(at)} buildings {written!r}; use the reference",
                )
            faults.add(*words, line=line, column=column)
            return None, math.nan, math.nan
    if not cell.get("lon") and not cell.get("lat"):
        faults.add("这一行没有写住处", "this row does not say where they live", line=line)
        return None, math.nan, math.nan
    lon = _number(cell.get("lon", ""), line, "lon", faults, low=-180, high=180)
    lat = _number(cell.get("lat", ""), line, "lat", faults, low=-90, high=90)
    return None, lon if lon is not None else math.nan, lat if lat is not None else math.nan


def _age(cell: Mapping[str, str], line: int, on: dt.date, faults: FaultList) -> int | None:
    if cell.get("age"):
        return _whole(cell["age"], line, "age", faults, low=0, high=MAX_AGE)
    if cell.get("birth_year"):
        year = _whole(cell["birth_year"], line, "birth_year", faults, low=on.year - MAX_AGE, high=on.year)
        return None if year is None else on.year - year
    return None


def _whole(written: str, line: int, column: str, faults: FaultList, *, low: int, high: int) -> int | None:
    if written.isdecimal() and low <= int(written) <= high:
        return int(written)
    faults.add(
        f"应为 {low} 到 {high} 的整数，实际为“{written}”", f"should be a whole number from {low} to {high}, got {written!r}",
        line=line, column=column,
    )  # fmt: skip
    return None


def _number(written: str, line: int, column: str, faults: FaultList, *, low: float, high: float) -> float | None:
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if low <= value <= high:
        return value
    faults.add(
        f"应为 {low:g} 到 {high:g} 的数，实际为“{written}”", f"should be a number from {low:g} to {high:g}, got {written!r}",
        line=line, column=column,
    )  # fmt: skip
    return None


def _addresses(buildings: Sequence[MapBuilding]) -> dict[str, list[int]]:
    """Every way a building may be written, plain, and the buildings it may mean."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, building in enumerate(buildings):
        number = building.house_number
        written = {building.ref, building.name_zh, building.name_en}
        for before in (building.street, building.compound):
            if number and before:
                written |= {f"{before}{number}", f"{before}{number}号", f"{before}{number}号楼", f"{before}{number}幢"}
        for name in {_plain(text) for text in written if text.strip()}:
            found[name].append(place)
    return found


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
