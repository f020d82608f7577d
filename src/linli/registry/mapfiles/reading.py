"""The one door: a path to a map. Chooses the reader by suffix and holds the limits of size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from linli.kernel.errors import FaultList
from linli.kernel.mapdata import MapData

from .mapping import OsmMapping
from .osm import Progress, map_of
from .pbf import read_pbf
from .table import OsmTable
from .xml import read_xml


def _silent(stage: str, share: float) -> None:
    """Progress nobody asked for."""


def read_map(path: Path | str, *, mapping: OsmMapping, progress: Progress | None = None) -> MapData:
    """Read ``.osm``, ``.osm.pbf``, ``.geojson`` or ``.json``. Raises ``InputError`` with all faults; then nothing was read.

    ``progress(stage, share)`` is called with stages "read", "ground", "walk", "buildings", "facilities", "done" and a share
    of 0 to 1 that never falls. Cost: ``docs/rooms/map-files.md``.
    """
    path = Path(path)
    tell = progress or _silent
    name = path.name.lower()
    limits = mapping.limits
    tell("read", 0.0)
    if name.endswith(".osm.pbf") or name.endswith(".pbf"):
        _check_size(path, limits.pbf_bytes)
        table = read_pbf(path.read_bytes(), file=str(path), max_unpacked_bytes=limits.unpacked_bytes)
        return map_of(table, file=str(path), mapping=mapping, progress=tell)
    if name.endswith(".osm"):
        _check_size(path, limits.xml_bytes)
        table = read_xml(path, max_unpacked_bytes=limits.unpacked_bytes)
        return map_of(table, file=str(path), mapping=mapping, progress=tell)
    raise NotImplementedError


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
