"""The one door: a path to a map. Chooses the reader by suffix and holds the limits of size."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linli.kernel.errors import FaultList, InputError
from linli.kernel.mapdata import MapData

from .geojson import read_geojson
from .mapping import OsmMapping
from .osm import Progress, map_of
from .pbf import read_pbf
from .table import OsmTable
from .xml import read_xml


def _silent(stage: str, share: float) -> None:
    """Progress nobody asked for."""


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Tens of thousands of lasting objects are made at once, none of them in cycles: searching them for garbage again and
    again while they are made costs a fifth of the whole read."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_map(path: Path | str, *, mapping: OsmMapping, progress: Progress | None = None) -> MapData:
    """Read ``.osm``, ``.osm.pbf``, ``.geojson`` or ``.json``. Raises ``InputError`` with all faults; then nothing was read.

    ``progress(stage, share)`` is called with stages "read", "ground", "walk", "buildings", "facilities", "done" and a share
    of 0 to 1 that never falls. Cost: ``docs/rooms/map-files.md``.
    """
    path = Path(path)
    tell = progress or _silent
    name = path.name.lower()
    tell("read", 0.0)
    with _collector_paused():
        if name.endswith(".pbf"):
            return map_of(_pbf(path, mapping), file=str(path), mapping=mapping, progress=tell)
        if name.endswith(".osm"):
            return map_of(_xml(path, mapping), file=str(path), mapping=mapping, progress=tell)
        if name.endswith((".geojson", ".json")):
            _check_size(path, mapping.limits.geojson_bytes)
            return read_geojson(path, mapping=mapping, progress=tell)
    faults = FaultList(file=str(path))
    faults.add(
        f"不认识的后缀“{path.suffix}”；可读 .osm、.osm.pbf、.geojson、.json",
        f"unknown suffix {path.suffix!r}; .osm, .osm.pbf, .geojson and .json can be read",
    )
    raise InputError(faults.faults)


def _pbf(path: Path, mapping: OsmMapping) -> OsmTable:
    _check_size(path, mapping.limits.pbf_bytes)
    return read_pbf(path.read_bytes(), file=str(path), max_unpacked_bytes=mapping.limits.unpacked_bytes)


def _xml(path: Path, mapping: OsmMapping) -> OsmTable:
    _check_size(path, mapping.limits.xml_bytes)
    return read_xml(path, max_unpacked_bytes=mapping.limits.unpacked_bytes)


def _check_size(path: Path, most_bytes: int) -> None:
    faults = FaultList(file=str(path))
    if not path.is_file():
        faults.add("没有这个文件", "there is no such file")
    elif (size := path.stat().st_size) > most_bytes:
        faults.add(
            f"文件有 {size} 字节，上限是 {most_bytes}；请裁剪出需要的街区",
            f"the file has {size} bytes, the limit is {most_bytes}; cut out the quarter you need",
        )
    faults.raise_if_any()
