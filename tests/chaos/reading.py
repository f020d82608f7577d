"""Reading a spoilt file as an import does, and what must hold whatever it is: taken, or refused with every fault at its place."""

from __future__ import annotations

import datetime as dt
import random
import time
from pathlib import Path

from linli.kernel.errors import Fault, FaultList, InputError

from . import spoil

SUFFIXES = {"csv": ".csv", "xlsx": ".xlsx", "geojson": ".geojson", "osm": ".osm", "pbf": ".osm.pbf"}
LIMIT_S = 30


def good(kind: str, folder: Path) -> bytes:
    makers = {"csv": spoil.good_csv, "xlsx": spoil.good_xlsx, "geojson": spoil.good_geojson, "osm": spoil.good_osm}
    return makers[kind]() if kind in makers else spoil.good_pbf(str(folder))


def ways(kind: str) -> tuple[spoil.Spoil, ...]:
    return {"xlsx": spoil.WORKBOOK, "pbf": spoil.BINARY}.get(kind, spoil.TEXT)


def faults_of(kind: str, path: Path) -> tuple[Fault, ...]:
    """No fault where the file was taken."""
    try:
        if kind in ("csv", "xlsx"):
            _read_list(path)
        else:
            from linli.registry.mapfiles import load_mapping, read_map

            read_map(path, mapping=load_mapping())
    except InputError as error:
        return error.faults
    return ()


def _read_list(path: Path) -> None:
    from linli.registry.residents.entries import read_entries
    from linli.registry.tablefiles import load_layout, read_head, read_rows, read_table
    from linli.registry.tablefiles.columns import suggest

    layout = load_layout("people")
    faults = FaultList(file=path.name, limit=layout.limits.faults_told)
    head = read_head(path, file=path.name, limits=layout.limits)
    sheet = read_table(path, file=path.name, limits=layout.limits, faults=faults)
    rows = read_rows(sheet, suggest(head.headings, layout), layout, faults)
    read_entries(rows, faults, places={}, today=dt.date(2026, 1, 1), provinces=())
    faults.raise_if_any()


def try_one(kind: str, seed: int, folder: Path, raw: bytes) -> tuple[bool, list[str]]:
    """Whether it was refused, and what is wrong with the refusal."""
    draw = random.Random(seed)
    path = folder / f"{seed}{SUFFIXES[kind]}"
    path.write_bytes(draw.choice(ways(kind))(raw, draw))
    started = time.monotonic()
    faults = faults_of(kind, path)
    wrong = [f"{kind} {seed}: {time.monotonic() - started:.0f} s"] if time.monotonic() - started > LIMIT_S else []
    for fault in faults:
        if not fault.file or not fault.message.zh.strip() or not fault.message.en.strip():
            wrong.append(f"{kind} {seed}: without a place: {fault}")
        if kind in ("csv", "xlsx") and fault.line is None:
            wrong.append(f"{kind} {seed}: without a line: {fault}")
    path.unlink()
    return bool(faults), wrong
