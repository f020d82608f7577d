"""Map files read into :class:`linli.kernel.mapdata.MapData`: OpenStreetMap (``.osm``, ``.osm.pbf``) and GeoJSON.

Nothing is registered here and nothing is guessed in silence: what was mended or left out is a note of the map, and a file that
cannot be read whole raises ``InputError`` with every fault found. See ``docs/rooms/map-files.md``.
"""

from __future__ import annotations

from .mapping import OsmMapping, load_mapping
from .reading import read_map

__all__ = ["OsmMapping", "load_mapping", "read_map"]
