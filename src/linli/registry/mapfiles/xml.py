"""Reading ``.osm`` (XML): osmium parses it and hands it over as PBF, which the one PBF reader turns into a table.

osmium's parser refuses XML entities, so an entity bomb ends as a fault; the size of the file is bounded before it is opened.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import NoReturn

from linli.kernel.errors import FaultList, InputError

from .pbf import read_pbf
from .table import OsmTable

_LINE = re.compile(r"line (\d+)")


def read_xml(path: Path, *, max_unpacked_bytes: int) -> OsmTable:
    """The table of an ``.osm`` file. Raises ``InputError`` with the line where the XML breaks."""
    try:
        import osmium  # 50 ms that no other reader needs to pay
    except ModuleNotFoundError:
        _refuse(
            path,
            "读 .osm 需要 osmium：pip install 'linli[geo]'；.osm.pbf 不需要",
            "reading .osm needs osmium: pip install 'linli[geo]'; .osm.pbf does not",
        )
    with tempfile.TemporaryDirectory(prefix="linli-osm-") as folder:
        target = Path(folder) / "map.osm.pbf"
        try:
            # Uncompressed and without edit history: it is read back at once.
            plain = osmium.io.File(str(target), "pbf,pbf_compression=none,add_metadata=none")
            with osmium.SimpleWriter(plain) as writer, osmium.io.Reader(osmium.io.File(str(path), "osm")) as reader:
                osmium.apply(reader, writer)
        except (osmium.InvalidLocationError, RuntimeError, ValueError, OverflowError) as error:
            reason = str(error).strip() or "unreadable"
            _refuse(path, f"不是完整的 OSM XML 文件：{reason}", f"not a whole OSM XML file: {reason}")
        data = target.read_bytes()
    return read_pbf(data, file=str(path), max_unpacked_bytes=max_unpacked_bytes)


def _refuse(path: Path, zh: str, en: str) -> NoReturn:
    line = _LINE.search(en)
    faults = FaultList(file=str(path))
    faults.add(zh, en, line=int(line.group(1)) if line else None)
    raise InputError(faults.faults)
