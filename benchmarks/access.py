"""Walking access against its peers, in one run on the same real streets.

Peers: ``scipy.sparse.csgraph.dijkstra(min_only=True)``; and pandana's nearest-POI query where ``LINLI_PANDANA_PYTHON`` names a
Python that has it (pandana is AGPL, so never in this project's environment). The bound is the time the machine needs to move the
bytes no search can leave unmoved: the graph read once per category (by the sweep twice in all), every distance written. One thread each; its processor
time is measured, so that other work on the machine falls out; rounds alternate between the peers and medians are compared.
Results are checked for equality before anything is timed.

Run: ``python benchmarks/access.py``; prints one JSON object. Needs the streets of ``LINLI_DATA`` (default ``../shared/data``).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROADS = Path(os.environ.get("LINLI_DATA", Path(__file__).parents[2] / "shared" / "data")) / "roads"
N_CATEGORIES = 16
LIMIT_M = 1200.0
"""A quarter of an hour at 80 m a minute."""
ROUNDS = 7

Streets = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def amsterdam() -> Streets:
    xy = np.fromfile(ROADS / "amsterdam-roads.co.bin", "<i4").reshape(-1, 2).astype(np.float64)
    tail, head = np.fromfile(ROADS / "amsterdam-roads.gr.bin", "<i4").reshape(-1, 2).astype(np.int64).T - 1
    return xy, tail.copy(), head.copy(), np.hypot(*(xy[tail] - xy[head]).T)


def wuhan() -> Streets:
    import pyarrow.parquet
    import shapely

    table = pyarrow.parquet.read_table(ROADS / "wuhan_simplified.parquet", columns=["geometry"])
    lines = shapely.from_wkb(table["geometry"].to_pylist())
    ends = [shapely.get_coordinates(shapely.get_point(lines, place)) for place in (0, -1)]
    xy, number = np.unique(np.concatenate(ends), axis=0, return_inverse=True)
    tail, head = number.reshape(2, -1)
    return xy, tail, head, shapely.length(lines)


def matrix(n_nodes: int, tail: np.ndarray, head: np.ndarray, length_m: np.ndarray) -> Any:
    """What scipy needs: both directions, of parallel edges the shortest, no stored zeros."""
    from scipy.sparse import csr_array

    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((length_m, high, low))
    low, high, metres = low[order], high[order], np.maximum(length_m[order], 1e-9)
    first = np.append(True, (np.diff(low) != 0) | (np.diff(high) != 0)) & (low != high)
    low, high, metres = low[first], high[first], metres[first]
    both = np.concatenate((low, high)), np.concatenate((high, low))
    return csr_array((np.concatenate((metres, metres)), both), shape=(n_nodes, n_nodes))


def seconds(work: Callable[[], Any]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started


def medians(works: dict[str, Callable[[], Any]], *, rounds: int = ROUNDS) -> dict[str, float]:
    """The median time of each, taken in turn, so that a busy moment falls on all of them."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(seconds(work))
    return {name: statistics.median(times) for name, times in taken.items()}


def bytes_per_s() -> float:
    """Copy bandwidth over arrays larger than any cache here; a copy reads and writes."""
    source = np.ones(2**25)
    target = np.empty_like(source)
    return 2 * source.nbytes / min(seconds(lambda: np.copyto(target, source)) for _ in range(5))


def pandana_seconds(streets: Streets, facilities: list[np.ndarray]) -> float | None:
    """Ask the other Python to time the same question within the limit; None where there is none."""
    python = os.environ.get("LINLI_PANDANA_PYTHON")
    if not python:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "question.npz"
        first = np.cumsum([0, *map(len, facilities)])
        np.savez(file, *streets, first, np.concatenate(facilities))
        command, alone = [python, __file__, "--pandana", str(file)], {**os.environ, "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=alone)
    return float(done.stdout.split()[-1])


def answer_with_pandana(file: str) -> None:
    import pandana
    import pandas

    loaded = np.load(file)
    xy, tail, head, length_m, first, nodes = (loaded[name] for name in loaded.files)
    x, y = pandas.Series(xy[:, 0]), pandas.Series(xy[:, 1])
    network = pandana.Network(x, y, pandas.Series(tail), pandas.Series(head), pandas.DataFrame({"m": length_m}))
    network.precompute(LIMIT_M)
    for category in range(N_CATEGORIES):
        own = nodes[first[category] : first[category + 1]]
        network.set_pois(str(category), LIMIT_M, 1, x.iloc[own], y.iloc[own])

    def ask() -> None:
        for category in range(N_CATEGORIES):
            network.nearest_pois(LIMIT_M, str(category), num_pois=1)

    print(statistics.median(seconds(ask) for _ in range(3)))


def measure(city: Callable[[], Streets], bandwidth: float) -> dict[str, Any]:
    from scipy.sparse.csgraph import dijkstra

    from linli.engines.access import WalkGraph, nearest_m, prepare, reach_sum

    streets = city()
    xy, tail, head, length_m = streets
    n_nodes = len(xy)
    rng = np.random.default_rng(16)
    facilities = [rng.choice(n_nodes, n, replace=False) for n in np.geomspace(2, 512, N_CATEGORIES).astype(int)]
    graph, weights = WalkGraph(n_nodes, tail, head, length_m), matrix(n_nodes, tail, head, length_m)

    def scipy_all() -> np.ndarray:
        return np.stack([dijkstra(weights, indices=nodes, min_only=True) for nodes in facilities], axis=1)

    prepared = prepare(graph)
    np.testing.assert_allclose(nearest_m(graph, facilities), scipy_all(), rtol=0, atol=1e-6)
    np.testing.assert_allclose(prepared.nearest_m(facilities), scipy_all(), rtol=0, atol=1e-6)
    taken = medians(
        {
            "scipy": scipy_all,
            "plain": lambda: nearest_m(graph, facilities),
            "within": lambda: nearest_m(graph, facilities, limit_m=LIMIT_M),
            "prepared": lambda: prepared.nearest_m(facilities),
            "prepare": lambda: prepare(graph),
            "build": lambda: WalkGraph(n_nodes, tail, head, length_m),
        }
    )
    homes = np.zeros((n_nodes, 1))
    homes[rng.choice(n_nodes, 2000, replace=False)] = 1.0
    graph_bytes = graph._backward.start.nbytes + graph._backward.head.nbytes + graph._backward.length.nbytes
    bound_s = N_CATEGORIES * (graph_bytes + 8 * n_nodes) / bandwidth
    swept_bytes = 2 * sum(array.nbytes for array in prepared._hierarchy.down) + 8 * N_CATEGORIES * n_nodes
    pandana_s = pandana_seconds(streets, facilities)
    return {
        "n_nodes": n_nodes,
        "n_edges": len(tail),
        "build_ms": round(taken["build"] * 1e3, 1),
        "scipy_ms": round(taken["scipy"] * 1e3, 1),
        "plain_ms": round(taken["plain"] * 1e3, 1),
        "plain_ratio_to_scipy": round(taken["scipy"] / taken["plain"], 2),
        "plain_share_of_memory_bandwidth": round(bound_s / taken["plain"], 4),
        "prepare_ms": round(taken["prepare"] * 1e3, 1),
        "n_arcs": prepared.n_arcs,
        "prepared_ms": round(taken["prepared"] * 1e3, 2),
        "prepared_ratio_to_scipy": round(taken["scipy"] / taken["prepared"], 1),
        "prepared_share_of_memory_bandwidth": round(swept_bytes / bandwidth / taken["prepared"], 3),
        "within_limit_ms": round(taken["within"] * 1e3, 1),
        "pandana_within_limit_ms": None if pandana_s is None else round(pandana_s * 1e3, 1),
        "plain_ratio_to_pandana_within_limit": None if pandana_s is None else round(pandana_s / taken["within"], 1),
        "reach_of_2000_homes_ms": round(seconds(lambda: reach_sum(graph, homes, limit_m=LIMIT_M)) * 1e3, 1),
    }


def main() -> None:
    from linli.engines.access import warm

    if not (ROADS / "amsterdam-roads.gr.bin").exists():
        print(json.dumps({"skipped": f"no streets in {ROADS}: set LINLI_DATA"}))
        return
    result: dict[str, Any] = {"warm_s": round(seconds(warm), 2)}
    bandwidth = bytes_per_s()
    result["copy_bandwidth_gb_per_s"] = round(bandwidth / 1e9, 1)
    for city in (wuhan, amsterdam):
        try:
            result[city.__name__] = measure(city, bandwidth)
        except ModuleNotFoundError as error:
            result[city.__name__] = {"skipped": f"needs {error.name}"}
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--pandana"]:
        answer_with_pandana(sys.argv[2])
    else:
        main()
