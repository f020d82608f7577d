"""An assessment of a province: 18,000 communities, 36 indicators, 20 quarters, scored and each weight moved by a tenth up and down, all ranks anew.

Peer: the same formula with ``scipy.stats.rankdata`` for each change, measured on one quarter and multiplied. The bound is reading each quarter's table once
for each direction and writing each change's scores once. By the clock and in processor time, since the machine is seldom alone.

Run: ``python benchmarks/weights.py``; prints one JSON object.
"""

from __future__ import annotations

import json
import time

import numpy as np
from scipy.stats import rankdata

from linli.engines.weights import sensitivity

UNITS, INDICATORS, QUARTERS = 18_000, 36, 20
ROUNDS = 3


def plain_way(points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    score = points @ weights
    worst = rankdata(-score, method="ordinal")
    for by in (-0.1, 0.1):
        for j in range(len(weights)):
            moved = (score + by * weights[j] * points[:, j]) / (1 + by * weights[j])
            worst = np.maximum(worst, rankdata(-moved, method="ordinal"))
    return worst


def main() -> None:
    rng = np.random.default_rng(0)
    points = rng.random((QUARTERS, UNITS, INDICATORS)) * 100
    weights = rng.random(INDICATORS)
    weights /= weights.sum()
    wall, processor = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter(), time.process_time()
        found = [sensitivity(quarter, weights) for quarter in points]
        wall.append(time.perf_counter() - started[0])
        processor.append(time.process_time() - started[1])
    started_at = time.process_time()
    expected = plain_way(points[0], weights)
    peer_s = (time.process_time() - started_at) * QUARTERS
    assert np.array_equal(expected, found[0].rank_worst)
    started_at = time.process_time()
    room = np.empty(UNITS)
    for _ in range(2):
        points[0].sum()
        for j in range(INDICATORS):
            room[:] = j
    bound_s = (time.process_time() - started_at) * QUARTERS
    print(json.dumps({
        "rankings": QUARTERS * 2 * INDICATORS, "wall_s": {"best": min(wall), "median": float(np.median(wall))},
        "processor_s": float(np.median(processor)), "rankdata_processor_s": peer_s,
        "ratio": peer_s / float(np.median(processor)), "bound_processor_s": bound_s,
    }, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
