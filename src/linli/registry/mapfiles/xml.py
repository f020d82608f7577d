"""Reading ``.osm`` (XML): osmium parses it and hands it over as PBF, which the one PBF reader turns into a table.

osmium's parser refuses XML entities, so an entity bomb ends as a fault; the size of the file is bounded before it is opened.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from linli.kernel.errors import FaultList

from .pbf import read_pbf
from .table import OsmTable

_LINE = re.compile(r"line (\d+)")


def read_xml(path: Path, *, max_unpacked_bytes: int) -> OsmTable:
    """The table of an ``.osm`` file. Raises ``InputError`` with the line where the XML breaks."""
    import osmium  # of the extra "geo"; 50 ms that no other reader needs to pay

    with tempfile.TemporaryDirectory(prefix="linli-osm-") as folder:
        target = Path(folder) / "map.osm.pbf"
        try:
            # Uncompressed and without edit history: it is read back at once.
            plain = osmium.io.File(str(target), "pbf,pbf_compression=none,add_metadata=none")
            with osmium.SimpleWriter(plain) as writer, osmium.io.Reader(osmium.io.File(str(path), "osm")) as reader:
                osmium.apply(reader, writer)
        except (osmium.InvalidLocationError, RuntimeError, ValueError, OverflowError) as error:
            _refuse(path, str(error))
        data = target.read_bytes()
    return read_pbf(data, file=str(path), max_unpacked_bytes=max_unpacked_bytes)


def _refuse(path: Path, reason: str) -> None:
    faults = FaultList(file=str(path))
    line = _LINE.search(reason)
    shown = reason.strip() or "unreadable"
    faults.add(
        f"不是完整的 OSM XML 文件：{shown}",
        f"not a whole OSM XML file: {shown}",
        line=int(line.group(1)) if line else None,
    )
    faults.raise_if_any()
