"""How far our walk network of Helsinki agrees with the paths OSMnx made of the same area.

The reference holds the edges of ``highway=footway|cycleway|path`` only, each in both directions, whoever may use them. Shares
are of sample points every two metres along the lines, inside the box the extract was cut to.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import osmium
import pyarrow.parquet as pq
import shapely

from linli.kernel.geo import LocalMetres
from linli.kernel.mapdata import MapData

WEST, SOUTH, EAST, NORTH = 24.9351762, 60.1641550, 24.9534145, 60.1791130
CLASSES = frozenset({"footway", "cycleway", "path"})
STEP_M = 2.0
NEAR_M = 1.0

Lines = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Shares within a metre of each other, and what explains the rest; kilometres inside the box."""

    reference_km: float
    ours_km: float
    reference_near_ours: float
    reference_near_ours_explained: float
    ours_near_reference: float
    ours_near_reference_explained: float
    nodes_shared: float
    length_difference_p95: float


def agreement(folder: Path, data: MapData) -> Agreement:
    flat = LocalMetres((WEST + EAST) / 2, (SOUTH + NORTH) / 2)
    table = pq.read_table(folder / "helsinki_osmnx_walk_reference.parquet")
    drawn = shapely.from_wkb(table["geometry"].to_numpy())
    once = np.unique(shapely.to_wkb(shapely.normalize(drawn), hex=True).astype(str), return_index=True)[1]
    ids = table["osmid"].to_numpy()[once]
    tags, cut = _ways(folder / "helsinki.osm.pbf")
    reference = _clipped(drawn[once], flat)
    network = data.network
    ends = ((network.lon[end], network.lat[end]) for end in (network.tail, network.head))
    ours = _clipped(shapely.linestrings(np.stack([np.column_stack(end) for end in ends], axis=1)), flat)
    same = np.array([tags.get(way, {}).get("highway") in CLASSES for way in network.way_ref.tolist()])
    is_area = np.array([tags.get(way, {}).get("area") == "yes" for way in network.way_ref.tolist()])
    barred = np.array([tags.get(way, {}).get("foot") in ("no", "use_sidepath") or way in cut for way in ids.tolist()])
    nodes = set(network.node_ref.tolist())
    starts = dict(
        zip(table["u"].to_pylist(), shapely.get_coordinates(shapely.get_point(drawn, 0)).tolist(), strict=True)
    )
    inside = [number for number, (x, y) in starts.items() if WEST <= x <= EAST and SOUTH <= y <= NORTH]
    return Agreement(
        reference_km=float(shapely.length(reference).sum()) / 1e3,
        ours_km=float(shapely.length(ours[same]).sum()) / 1e3,
        reference_near_ours=_share_near(reference, ours),
        reference_near_ours_explained=_share_near(reference[~barred], ours),
        ours_near_reference=_share_near(ours[same], reference),
        ours_near_reference_explained=_share_near(ours[same & ~is_area], reference),
        nodes_shared=sum(number in nodes for number in inside) / len(inside),
        length_difference_p95=_length_difference(data, ids, table["length"].to_numpy()[once], cut, tags),
    )


def _ways(path: Path) -> tuple[dict[int, dict[str, str]], set[int]]:
    """Tags of the highways in the extract, and those of which it lacks nodes."""
    tags, cut = {}, set()
    for way in osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter("highway")):
        if way.is_way():
            tags[way.id] = {tag.k: tag.v for tag in way.tags}
            if not all(node.location.valid() for node in way.nodes):
                cut.add(way.id)
    return tags, cut


def _clipped(lines: Lines, flat: LocalMetres) -> Lines:
    """The parts of lines inside the box, in metres; empty where none is."""
    inside = shapely.clip_by_rect(lines, WEST, SOUTH, EAST, NORTH)
    moved: Lines = shapely.transform(inside, lambda places: np.column_stack(flat.to_xy_m(places[:, 0], places[:, 1])))
    return moved


def _share_near(lines: Lines, others: Lines) -> float:
    """Share of the lines' sample points that are within NEAR_M of any of the others."""
    lines = shapely.get_parts(lines[~shapely.is_empty(lines)])
    n = np.maximum(1, np.round(shapely.length(lines) / STEP_M)).astype(int)
    place = (np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n) + 0.5) / np.repeat(n, n)
    points = shapely.line_interpolate_point(np.repeat(lines, n), place, normalized=True)
    tree = shapely.STRtree(others[~shapely.is_empty(others)])
    near = np.unique(tree.query(points, predicate="dwithin", distance=NEAR_M)[0])
    return len(near) / len(points)


def _length_difference(
    data: MapData,
    ids: npt.NDArray[np.int64],
    length_m: npt.NDArray[np.float64],
    cut: set[int],
    tags: dict[int, dict[str, str]],
) -> float:
    """Relative difference of a way's length that 95 of 100 ways stay below (loops come twice in the reference)."""
    theirs: dict[int, float] = {}
    for way, metres in zip(ids.tolist(), length_m.tolist(), strict=True):
        theirs[way] = theirs.get(way, 0.0) + metres
    mine: dict[int, float] = {}
    for way, metres in zip(data.network.way_ref.tolist(), data.network.length_m.tolist(), strict=True):
        mine[way] = mine.get(way, 0.0) + metres
    whole = [
        way for way in mine if way in theirs and way not in cut and tags[way].get("area") != "yes" and mine[way] > 20
    ]
    return float(np.quantile([abs(theirs[way] / mine[way] - 1) for way in whole], 0.95))
