"""What generating a neighbourhood costs, as a ratio against a named peer in the same run.

Peer: the least that handing over the same people costs in Python, ``csv.writer`` writing one row of plain fields for each person and
home into memory. Rounds alternate between generator and peer and medians are compared. ``growth`` is seconds a person at the larger
size over seconds a person at the smaller: 1 is linear.

Run: ``python benchmarks/synth.py [n_small n_large]``; prints one JSON object.
"""

from __future__ import annotations

import csv
import io
import json
import statistics
import sys
import time
from collections.abc import Callable

from linli.engines.synth import Neighbourhood, SynthPolicy, make_neighbourhood
from linli.kernel.policyfile import find_policy

ROUNDS = 5


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def write_rows(place: Neighbourhood) -> int:
    """The peer: every person and home as a row of text."""
    out = io.StringIO()
    writer = csv.writer(out)
    people, units = place.population.persons, place.population.units
    writer.writerows(
        zip(
            people.name_zh,
            people.name_en,
            people.sex,
            people.born_on,
            people.died_on,
            people.phone,
            people.needs,
            strict=True,
        )
    )
    writer.writerows(
        zip(units.building, units.stair, units.floor, units.door, units.area_dm2, units.use, units.label, strict=True)
    )
    return out.tell()


def measure(policy: SynthPolicy, n_people: int, rounds: int) -> dict[str, float]:
    def make(seed: int = 1) -> Neighbourhood:
        return make_neighbourhood(seed, policy=policy, name_zh="测社区", name_en="Bench Community", n_people=n_people)

    place = make()
    made, written = [], []
    for seed in range(rounds):
        made.append(seconds(lambda seed=seed: make(seed)))
        written.append(seconds(lambda: write_rows(place)))
    make_s, csv_s = statistics.median(made), statistics.median(written)
    return {
        "n_people": n_people,
        "cpu_s": round(make_s, 3),
        "csv_cpu_s": round(csv_s, 3),
        "ratio_to_csv": round(make_s / csv_s, 1),
    }


def main() -> None:
    small, large = (int(word) for word in sys.argv[1:3]) if len(sys.argv) > 2 else (5_000, 100_000)
    policy = SynthPolicy.from_mapping(find_policy("synthetic", "cn-neighbourhood").body)
    first, second = measure(policy, small, ROUNDS), measure(policy, large, 2)
    growth = (second["cpu_s"] / large) / (first["cpu_s"] / small)
    print(json.dumps({"small": first, "large": second, "growth": round(growth, 2)}, indent=2))


if __name__ == "__main__":
    main()
