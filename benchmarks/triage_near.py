"""Cases said before among a million, in one run: here, and the same million signatures compared by numpy. The bound is reading all signatures once.

Made messages (a thousand characters' vocabulary, 20 to 80 characters), spread over a city of 30 km and three years. Also, where the development messages are
at hand (``LINLI_DATA``): for each raw message that has a segmented twin, is the twin among the three likest of all, by words alone?

Run: ``python benchmarks/triage_near.py``; prints one JSON object.
"""

from __future__ import annotations

import csv
import json
import os
import time
from pathlib import Path

import numpy as np

from linli.engines.triage import NearIndex, find_twins, warm
from linli.engines.triage.near import signatures

MESSAGES = Path(os.environ.get("LINLI_DATA", Path(__file__).parents[2] / "shared" / "data")) / "messages"
N = 1_000_000
DAY_S = 86400.0


def made(rng: np.random.Generator, n: int) -> list[str]:
    lengths = rng.integers(20, 81, n)
    line = "".join(map(chr, 0x4E00 + (rng.pareto(1.2, lengths.sum()) * 20).astype(int) % 1000))
    ends = np.cumsum(lengths)
    return [line[end - length : end] for end, length in zip(ends.tolist(), lengths.tolist(), strict=True)]


def twins_found() -> dict[str, float] | None:
    if not MESSAGES.exists():
        return None
    texts = {}
    for name in ("raw", "segmented"):
        with (MESSAGES / f"labelled_{name}.csv").open(encoding="utf-8", newline="") as file:
            texts[name] = list(dict.fromkeys(row["text"] for row in csv.DictReader(file)))
    twin = find_twins(texts["raw"], texts["segmented"])
    zeros = np.zeros(len(texts["segmented"]))
    index = NearIndex()
    index.add(texts["segmented"], zeros, zeros, zeros)
    asked = np.flatnonzero(twin >= 0)
    found = [[one.number for one in index.find(texts["raw"][i], 0, 0, 0, least=0.1, most=3)] for i in asked]
    return {"n": len(asked), "among_three": float(np.mean([twin[i] in f for i, f in zip(asked, found, strict=True)])),
            "first": float(np.mean([f[:1] == [twin[i]] for i, f in zip(asked, found, strict=True)]))}  # fmt: skip


def main() -> None:
    warm()
    rng = np.random.default_rng(0)
    index = NearIndex()
    texts: list[str] = []
    started = time.thread_time()
    for _ in range(10):
        part = made(rng, N // 10)
        texts += part[:20]
        index.add(part, *(rng.random((2, N // 10)) * 30_000), rng.random(N // 10) * 1000 * DAY_S)
    add_s = time.thread_time() - started
    out: dict[str, object] = {"n_cases": N, "add_processor_s": add_s}
    for name, radius_m, window_s in (("near", 300.0, 30 * DAY_S), ("everywhere", 1e9, 1e9 * DAY_S)):
        wall, taken = [], []
        for text in texts:
            t = time.perf_counter(), time.thread_time()
            index.find(text, 15_000.0, 15_000.0, 500 * DAY_S, radius_m=radius_m, window_s=window_s)
            wall.append((time.perf_counter() - t[0]) * 1e3)
            taken.append((time.thread_time() - t[1]) * 1e3)
        out[name] = {"wall_ms": {"median": float(np.median(wall)), "p95": float(np.percentile(wall, 95))},
                     "processor_ms": {"median": float(np.median(taken)), "p95": float(np.percentile(taken, 95))}}  # fmt: skip
    own = signatures(texts[:1])[0]
    t0 = time.thread_time()
    np.argsort(-(index._signatures[:N] == own).mean(axis=1))[:5]
    out["numpy_everywhere_processor_ms"] = (time.thread_time() - t0) * 1e3
    t0 = time.thread_time()
    index._signatures[:N].view(np.uint64).sum()
    out["bound_processor_ms"] = (time.thread_time() - t0) * 1e3
    out["twins"] = twins_found()
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
