"""Same seed and policy, same bytes: in this process, in others with other hash seeds, and only then."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from linli.engines.synth import Neighbourhood, SynthPolicy, make_neighbourhood
from linli.engines.synth.digest import digest

SCRIPT = """
from linli.engines.synth import SynthPolicy, make_neighbourhood
from linli.kernel.policyfile import find_policy
policy = SynthPolicy.from_mapping(find_policy("synthetic", "cn-neighbourhood").body)
place = make_neighbourhood(1, policy=policy, name_zh="枫林社区", name_en="Fenglin Community", n_people=1500)
print(place.digest())
"""


def test_two_processes_with_different_hash_seeds_give_the_same_bytes(policy: SynthPolicy) -> None:
    here = make_neighbourhood(1, policy=policy, name_zh="枫林社区", name_en="Fenglin Community", n_people=1500)
    found = set()
    for hash_seed in ("1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        ran = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
        )
        found.add(ran.stdout.strip())
    assert found == {here.digest()}


def test_another_seed_gives_another_neighbourhood(community: Neighbourhood, policy: SynthPolicy) -> None:
    other = make_neighbourhood(2, policy=policy, name_zh="枫林社区", name_en="Fenglin Community")
    assert other.digest() != community.digest()
    assert len(other.population.residents(other.on)) == 5000


def test_the_origin_moves_the_map_and_leaves_the_people(community: Neighbourhood, policy: SynthPolicy) -> None:
    moved = make_neighbourhood(
        1, policy=policy, name_zh="枫林社区", name_en="Fenglin Community", origin_lonlat=(112.9, 28.2)
    )
    assert digest(moved.population) == digest(community.population)
    assert moved.map.bounds()[0] == pytest.approx(112.9, abs=0.01)
    assert moved.map.network.length_m == pytest.approx(community.map.network.length_m, abs=0.03)


def test_the_digest_sees_every_kind_of_change() -> None:
    point = shapely.Point(1, 2)
    values = [
        np.zeros(3), np.zeros(3, np.float32), np.zeros((3, 1)), np.asarray([0, 0, 1.0]), [0.0], [0], ["0"], ("0", ""), ["0\x1f"], ["", "0"],
        None, False, 0, "", point, shapely.Point(1, 2.0000001), {"a": 1}, {"a": 2},
    ]  # fmt: skip
    digests = [digest(value) for value in values]
    assert len(set(digests)) == len(digests)
    with pytest.raises(TypeError):
        digest(Path())


def test_big_endian_arrays_give_the_same_digest() -> None:
    assert digest(np.arange(5, dtype=">i4")) == digest(np.arange(5, dtype="<i4"))
