"""A map file analysed end to end, stage by stage, in processor seconds; the walks against networkx on the same network.

Peer: ``networkx.multi_source_dijkstra_path_length``, one search a category and kind of walker, the same number of searches the analysis
makes (two where kinds of edge are weighed), without joining doors to edges, which the analysis does on top. Processor time of one process,
so that other work on the machine falls out; each stage once after one warm run (numba's cache filled), the median of three.

Run: ``python benchmarks/lifecircle.py``; prints one JSON object. Needs the maps of ``LINLI_DATA`` (default ``../shared/data``).
"""

from __future__ import annotations

import datetime as dt
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from linli.engines.access import nearest_m
from linli.kernel.mapdata import EDGE_KINDS, MapData
from linli.kernel.policyfile import find_policy
from linli.lifecircle.analysis import Analysis, analyse
from linli.lifecircle.analysis.files import buildings_geojson, gaps_geojson
from linli.lifecircle.analysis.links import cost_of_closing, propose_links
from linli.lifecircle.analysis.sites import plan_sites
from linli.lifecircle.analysis.summary import summarise
from linli.lifecircle.bridges import measure_walks
from linli.lifecircle.bridges.links import find_candidates
from linli.lifecircle.rules.standard import Group, Standard, Walkers, read_assumptions, read_standard, read_walkers
from linli.registry.mapfiles.mapping import load_mapping
from linli.registry.mapfiles.reading import read_map
from linli.reports.lifecircle import write_report

MAPS = Path(os.environ.get("LINLI_DATA", Path(__file__).parents[2] / "shared" / "data")) / "osm"
FILES = ("tsinghua.osm", "helsinki.osm.pbf", "porto_alegre.osm.pbf")
STANDARD = "changsha-10-15"
ROUNDS = 3


def spent(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    result = work()
    return time.process_time() - begun, result


def median_s(work: Callable[[], Any]) -> float:
    work()
    return round(statistics.median(spent(work)[0] for _ in range(ROUNDS)), 4)


def peer(data: MapData, standard: Standard, groups: tuple[Group, ...]) -> Callable[[], None]:
    """networkx on the raw network, its graphs built beforehand and not counted."""
    net = data.network
    kinds = {(group.barred, tuple(sorted(group.slower.items()))) for group in groups}
    searches = []
    for barred, slower in kinds:
        factor = np.ones(len(EDGE_KINDS))
        for kind, times in slower:
            factor[EDGE_KINDS.index(kind)] = times
        allowed = ~net.locked & ~np.isin(net.kind, [EDGE_KINDS.index(kind) for kind in barred])
        for weight in (net.length_m, net.length_m * factor[net.kind]):
            graph = nx.Graph()
            graph.add_nodes_from(range(net.n_nodes))
            graph.add_weighted_edges_from(
                zip(net.tail[allowed].tolist(), net.head[allowed].tolist(), weight[allowed].tolist(), strict=True)
            )
            searches.append(graph)
    goals = []
    for category in standard.categories:
        places = [(one.lon, one.lat) for one in data.facilities if one.category == category]
        nodes = {int(np.argmin((net.lon - lon) ** 2 + (net.lat - lat) ** 2)) for lon, lat in places}
        if nodes:
            goals.append(nodes)

    def run() -> None:
        for graph in searches:
            for nodes in goals:
                nx.multi_source_dijkstra_path_length(graph, nodes)

    return run


def measure_changes(analysis: Analysis) -> dict[str, Any]:
    """Ways to open, closings and sites; and what the candidates would cost if each were a whole search of our own engine."""
    field = analysis.measured.fields[analysis.group.id]
    found = find_candidates(analysis.data, field, analysis.shapes_m, analysis.plane, analysis.assumed)
    links = [one.cost for one in found]
    local_s = median_s(lambda: field.open_links(links))
    whole_s = median_s(lambda: nearest_m(field.graph, field.goals))
    return {
        "n_candidates": len(links),
        "candidates_cpu_s": local_s,
        "whole_searches_over_candidates": round(whole_s * len(links) / local_s, 1) if local_s else None,
        "links_cpu_s": median_s(lambda: propose_links(analysis, 8)),
        "closing_cpu_s": median_s(lambda: cost_of_closing(analysis)),
        "sites_cpu_s": median_s(lambda: plan_sites(analysis, 5)),
    }


def measure(name: str, standard: Standard, walkers: Walkers) -> dict[str, Any]:
    assumed, mapping = read_assumptions(find_policy("estimate", "default")), load_mapping("default")
    data = read_map(MAPS / name, mapping=mapping)

    def whole() -> Analysis:
        return analyse(data, standard=standard, walkers=walkers, assumed=assumed, on=dt.date(2026, 11, 22))

    def walks() -> Any:
        shapes = [building.outline for building in data.buildings]
        return measure_walks(data, shapes, categories=standard.categories, groups=walkers.groups, assumed=assumed)

    analysis = whole()
    with tempfile.TemporaryDirectory() as folder:
        stages = {
            "read": median_s(lambda: read_map(MAPS / name, mapping=mapping)),
            "walks": median_s(walks),
            "analysis": median_s(whole),
            "files": median_s(lambda: (summarise(analysis), buildings_geojson(analysis), gaps_geojson(analysis))),
            "report": median_s(lambda: write_report(Path(folder) / "report.pdf", analysis)),
        }
        pdf_bytes = (Path(folder) / "report.pdf").stat().st_size
    changes = measure_changes(analysis)
    networkx_s = median_s(peer(data, standard, walkers.groups))
    return {
        "n_buildings": len(data.buildings),
        "n_walk_nodes": data.network.n_nodes,
        "cpu_s": stages,
        "changes": changes,
        "pdf_kb": pdf_bytes // 1024,
        "networkx_searches_cpu_s": networkx_s,
        "networkx_over_walks": round(networkx_s / stages["walks"], 2),
    }


def main() -> None:
    standard = read_standard(
        find_policy("life_circle_standard", STANDARD), find_policy("facility_categories", "cn-community")
    )
    walkers = read_walkers(find_policy("walkers", standard.walkers_id))
    print(json.dumps({name: measure(name, standard, walkers) for name in FILES}, indent=1))


if __name__ == "__main__":
    main()
