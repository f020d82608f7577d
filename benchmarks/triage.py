"""Messages understood a second against scikit-learn's vectoriser and linear machine, in one run on the same messages; and how often each is right.

Peer: ``TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)`` and ``LinearSVC``, run by this Python or by the one named in
``LINLI_SKLEARN_PYTHON``. The bound is the time the machine needs to read the code points and to fetch one row of the table for each distinct n-gram, in
order. One thread each, processor time, rounds alternate, medians. Test: 15 % of the segmented development messages drawn by chance, and the raw ones; the
training messages that have a twin in the test are left out for both.

Run: ``python benchmarks/triage.py``; prints one JSON object. Needs the messages of ``LINLI_DATA`` (default ``../shared/data``).
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from linli.engines.triage import evaluate, find_twins, train
from linli.engines.triage._rows import read_grams

MESSAGES = Path(os.environ.get("LINLI_DATA", Path(__file__).parents[2] / "shared" / "data")) / "messages"
ROUNDS = 5
PEER = """
import json, sys, time
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC
data = json.load(open(sys.argv[1]))
bare = lambda texts: ["".join(t.split()) for t in texts]
v = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
m = LinearSVC(C=1.0).fit(v.fit_transform(bare(data["train"][0])), data["train"][1])
out = {}
for name in ("held_out", "raw"):
    texts, labels = bare(data[name][0]), data[name][1]
    taken = []
    for _ in range(3):
        t = time.thread_time(); said = m.predict(v.transform(texts)); taken.append(time.thread_time() - t)
    out[name] = {"accuracy": sum(map(str.__eq__, said, labels)) / len(labels), "macro_f1": f1_score(labels, said, average="macro"),
                 "texts_per_s": len(texts) / sorted(taken)[1]}
print(json.dumps(out))
"""


def read(name: str) -> tuple[list[str], list[str]]:
    with (MESSAGES / name).open(encoding="utf-8", newline="") as file:
        rows = {row["text"]: row["label"] for row in csv.DictReader(file)}
    return list(rows), list(rows.values())


def some(texts: list[str], labels: list[str], chosen: np.ndarray) -> tuple[list[str], list[str]]:
    return [texts[i] for i in np.flatnonzero(chosen)], [labels[i] for i in np.flatnonzero(chosen)]


def main() -> None:
    if not MESSAGES.exists():
        print(json.dumps({"skipped": f"{MESSAGES} is not here"}))
        return
    raw, segmented = read("labelled_raw.csv"), read("labelled_segmented.csv")
    segmented = some(*segmented, find_twins(segmented[0], raw[0]) < 0)
    held = np.random.default_rng(5).random(len(segmented[0])) < 0.15
    sets = {"train": some(*segmented, ~held), "held_out": some(*segmented, held), "raw": raw}
    started = time.perf_counter(), time.process_time()
    model = train(*sets["train"])
    out: dict[str, object] = {
        "n_train": len(sets["train"][0]), "train_wall_s": time.perf_counter() - started[0],
        "train_processor_s": time.process_time() - started[1], "vocabulary": len(model.keys),
    }  # fmt: skip
    for name in ("held_out", "raw"):
        texts, labels = sets[name]
        model.probabilities(texts)
        taken, bound = [], []
        grams = read_grams(texts, model.order)
        slots = (grams.keys * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(40)).astype(np.int64) % len(model.keys)
        slots.sort()
        for _ in range(ROUNDS):
            t = time.thread_time()
            probabilities = model.probabilities(texts)
            taken.append(time.thread_time() - t)
            t = time.thread_time()
            np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32).sum()
            model.rows[slots].sum()
            bound.append(time.thread_time() - t)
        found = evaluate(model.labels, probabilities, labels)
        out[name] = {"n": len(texts), "accuracy": found.accuracy, "macro_f1": found.macro_f1, "ece": found.ece,
                     "texts_per_s": len(texts) / float(np.median(taken)), "of_bound": float(np.median(bound) / np.median(taken))}  # fmt: skip
    python = os.environ.get("LINLI_SKLEARN_PYTHON", sys.executable)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(sets, file)
        file.flush()
        run = subprocess.run([python, "-c", PEER, file.name], capture_output=True, text=True, check=False)
    if run.returncode == 0:
        out["scikit_learn"] = peer = json.loads(run.stdout)
        out["ratio"] = {n: out[n]["texts_per_s"] / peer[n]["texts_per_s"] for n in ("held_out", "raw")}  # type: ignore[index]
    else:
        out["scikit_learn"] = "absent (pip install linli[ml], or LINLI_SKLEARN_PYTHON)"
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
