"""A street of 100,000 synthetic people, made, written as lists of the product's own and imported community by community. Run by ``make chaos``."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linli.engines.synth import make_neighbourhood
from linli.engines.synth.population import running
from tests.engines.synth.conftest import categories, policy
from tests.rooms.registry.conftest import town, town_database, town_template
from tests.rooms.registry.synthlists import bring_in, lines_of, write_list
from tests.rooms.registry.town import LAYER, lay

from .test_large_list import backend_s

__all__ = ["categories", "policy", "town", "town_database", "town_template"]
N_PEOPLE = int(os.environ.get("LINLI_STREET", "100000"))


def test_a_street_of_a_hundred_thousand_comes_in_by_its_own_lists(
    town: Any, policy: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from linli.platform.db import acting
    from linli.registry.models import Membership, Place
    from linli.registry.sample.homes import lay_homes
    from linli.registry.sample.loading import first_day

    started = time.process_time()
    made = make_neighbourhood(3, policy=policy, name_zh="柳岸街道", name_en="Liu'an Street", n_people=N_PEOPLE)
    made_s = time.process_time() - started
    here, server = 0.0, 0.0
    n_lines, n_people = 0, 0
    for number, community in enumerate(made.communities):
        lines = list(lines_of(made, number, on=made.on))
        path = tmp_path / f"{number}.xlsx"
        write_list(path, lines)
        with acting(LAYER):
            seat = Place.objects.get(pk=lay("community", community.name.zh, town.street))
            lay_homes(made, number, seat, first_day(made))
            mine, theirs = time.process_time(), backend_s()
            done, _ = bring_in(path, seat.pk, on=made.on)
            here, server = here + time.process_time() - mine, server + backend_s() - theirs
            assert done.counts["new"] == len({(line["name"], line["born_on"], line["phone"]) for line in lines})
            assert done.counts["homes"] == 0, "every home of the list is one the register knows"
            n_lines, n_people = n_lines + len(lines), n_people + done.counts["new"]
    with acting(LAYER):
        assert Membership.objects.as_of(made.on).count() == N_PEOPLE
    memberships = running(made.population.memberships.from_on, made.population.memberships.to_on, made.on)
    assert int(np.count_nonzero(memberships)) == N_PEOPLE
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with capsys.disabled():
        print(
            f"\n{N_PEOPLE} residents of {len(made.communities)} communities made in {made_s:.1f} s; {n_lines} lines, {n_people} persons imported: processor"
            f" {here:.1f} s here and {server:.1f} s in the server; {peak_mb:.0f} MB"
        )
