"""An OSM table made into a map: network, ground, buildings, facilities, in that order of need."""

from __future__ import annotations

from collections.abc import Callable

from linli.kernel.errors import FaultList
from linli.kernel.mapdata import MapData

from .buildings import read_buildings
from .facilities import read_facilities
from .ground import read_ground
from .mapping import OsmMapping
from .network import NetworkReader
from .source import Source
from .table import OsmTable

Progress = Callable[[str, float], None]
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
"""What the licence asks to be shown: https://www.openstreetmap.org/copyright."""


def map_of(table: OsmTable, *, file: str, mapping: OsmMapping, progress: Progress) -> MapData:
    """Raises ``InputError`` where the table has no walkable way: nothing could be analysed on it."""
    source = Source.of(table, mapping)
    progress("ground", 0.4)
    ground = read_ground(source)
    progress("walk", 0.55)
    network, gates = NetworkReader(source, ground).network()
    if not network.n_edges:
        _refuse_empty(file, table)
    progress("buildings", 0.7)
    buildings = read_buildings(source, ground)
    progress("facilities", 0.85)
    facilities = read_facilities(source)
    progress("done", 1.0)
    return MapData(
        source=file,
        network=network,
        buildings=buildings,
        facilities=facilities,
        gates=gates,
        ground=ground.shapes,
        notes=tuple(source.notes.notes),
        data_on=table.data_on,
        attribution=ATTRIBUTION,
    )


def _refuse_empty(file: str, table: OsmTable) -> None:
    faults = FaultList(file=file)
    n_nodes, n_ways = len(table.nodes), len(table.ways)
    faults.add(
        f"地图里没有可步行的路（共 {n_nodes} 个点、{n_ways} 条路径）；需要带 highway=* 标签且坐标齐全的路径",
        f"the map has no walkable way ({n_nodes} nodes, {n_ways} ways); ways with highway=* and their nodes are needed",
    )
    faults.raise_if_any()
