"""Reading OSM extracts against plain pyosmium, in one run on the same files.

Ours is the whole of ``read_map``: network with lengths, buildings with uses, facilities, gates, ground. The peer,
``osmium.SimpleHandler`` in Python, only fetches the raw material for it: locations of all nodes, tags and node lists of the
ways with highway, building, landuse, leisure, natural, amenity or shop, tags of tagged nodes. ``decode`` is osmium's C++ alone
reading the file and handing nothing on: no reader built on osmium can be faster.

Rounds alternate; the least wall time of each is compared (other work on the machine only adds to it), processor time is told
beside it. Run: ``python benchmarks/osm_read.py``; prints one JSON object. Needs ``LINLI_DATA`` (default ``../shared/data``).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import osmium

from linli.registry.mapfiles import load_mapping, read_map

OSM = Path(os.environ.get("LINLI_DATA", Path(__file__).parents[2] / "shared" / "data")) / "osm"
FILES = ("helsinki.osm.pbf", "porto_alegre.osm.pbf", "tsinghua.osm")
ROUNDS = 15
PROMISE_S_PER_MB = 0.2
"""What the reader of PBF promises."""
KEYS = ("highway", "building", "landuse", "leisure", "natural", "amenity", "shop")


class Raw(osmium.SimpleHandler):  # type: ignore[misc]
    """What a reader written in the usual way collects before it can begin."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: dict[int, tuple[float, float]] = {}
        self.tagged: dict[int, dict[str, str]] = {}
        self.ways: dict[int, tuple[dict[str, str], list[int]]] = {}

    def node(self, node: Any) -> None:
        self.nodes[node.id] = (node.location.lon, node.location.lat)
        if node.tags:
            self.tagged[node.id] = dict(node.tags)

    def way(self, way: Any) -> None:
        if any(key in way.tags for key in KEYS):
            self.ways[way.id] = (dict(way.tags), [node.ref for node in way.nodes])


def decode(path: Path) -> None:
    with osmium.io.Reader(str(path)) as reader:
        osmium.apply(reader, osmium.filter.KeyFilter("no such key"))


def peer(path: Path) -> None:
    Raw().apply_file(str(path))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def measure(path: Path) -> dict[str, Any]:
    mapping = load_mapping("default")
    megabytes = path.stat().st_size / 1e6
    first_s, _ = timed(lambda: read_map(path, mapping=mapping))
    works: dict[str, Callable[[], object]] = {
        "ours": lambda: read_map(path, mapping=mapping),
        "pyosmium": lambda: peer(path),
        "decode": lambda: decode(path),
    }
    wall: dict[str, list[float]] = {name: [] for name in works}
    cpu: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            took = timed(work)
            wall[name].append(took[0])
            cpu[name].append(took[1])
    best = {name: min(times) for name, times in wall.items()}
    data = read_map(path, mapping=mapping)
    return {
        "mb": round(megabytes, 3),
        "counts": {
            "nodes": data.network.n_nodes,
            "edges": data.network.n_edges,
            "buildings": len(data.buildings),
            "facilities": len(data.facilities),
            "gates": len(data.gates),
            "ground": len(data.ground),
            "notes": len(data.notes),
        },
        "first_ms": round(first_s * 1e3),
        "wall_ms": {name: round(took * 1e3, 1) for name, took in best.items()},
        "cpu_ms": {name: round(min(times) * 1e3, 1) for name, times in cpu.items()},
        "ours_s_per_mb": round(best["ours"] / megabytes, 3),
        "promise_s_per_mb": PROMISE_S_PER_MB if path.suffix == ".pbf" else None,
        "ratio_to_pyosmium": round(best["pyosmium"] / best["ours"], 2),
        "times_of_decode": round(best["ours"] / best["decode"], 2),
    }


def main() -> None:
    if not (OSM / FILES[0]).exists():
        print(json.dumps({"skipped": f"no extracts in {OSM}: set LINLI_DATA"}))
        return
    print(json.dumps({name: measure(OSM / name) for name in FILES}, indent=2))


if __name__ == "__main__":
    main()
