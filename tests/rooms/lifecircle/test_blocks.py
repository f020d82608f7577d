"""Vitality blocks: whose facility counts for whom, a street pooled where it helps, and who is left out told."""

from __future__ import annotations

import numpy as np
import pytest

from linli.kernel.clock import local_day, now
from linli.kernel.policyfile import find_policy
from linli.lifecircle.bridges.blocks import pool_communities
from linli.lifecircle.holdings import held_of, standard_on
from linli.lifecircle.queries import find_run
from linli.lifecircle.queries.blocks import BlockAsk, plan_blocks
from linli.lifecircle.rules.blocks import BlockRules, Holding, fits, read_blocks, served, worth_of
from linli.platform.db import acting
from tests.world import World

PAGE = "/console/lifecircle/blocks/"
RULES = read_blocks(find_policy("vitality_block", "default"))


def row_of(n: int, owner: int, *, persons: float = 200.0) -> tuple[list[Holding], np.ndarray, np.ndarray]:
    """``n`` communities of two houses 100 m apart in a row; everybody reaches the one facility, which stands in ``owner``."""
    within = np.zeros((2, 1, n + 1), dtype=bool)
    within[:, 0, owner] = True
    xy = np.array([(150.0 * c, 100.0 * h) for c in range(n) for h in range(2)])
    return [Holding(np.full(2, persons / 2), within) for _ in range(n)], xy, np.repeat(np.arange(n), 2)


def test_a_facility_counts_for_those_of_its_block_alone() -> None:
    within = np.zeros((3, 2, 3), dtype=bool)
    within[0, 0, 0] = within[1, 0, 1] = within[2, 0, 2] = within[0, 1, 1] = True
    one = Holding(np.array([10.0, 20.0, 40.0]), within)
    assert served(one, [0]).tolist() == [10, 0]
    assert served(one, [0, 1]).tolist() == [30, 10]
    assert served(one, slice(None)).tolist() == [70, 10]  # the last holder is everywhere else
    assert worth_of([one, Holding(np.zeros(3), within)], [0, 1]) == 40


def test_a_block_lies_within_the_walk_of_one_of_its_communities() -> None:
    xy = np.array([[0.0, 0.0], [1000.0, 0.0], [2000.0, 0.0]])
    assert fits(xy, [0, 1, 2], 1000.0)
    assert not fits(xy, [0, 2], 1999.0)
    assert fits(xy, [2], 0.0)


@pytest.mark.parametrize(("least", "blocks"), [(100, {(0, 1, 2, 3)}), (201, {(0,), (1,), (2,), (3,)})])
def test_communities_are_joined_only_where_enough_people_gain(least: int, blocks: set[tuple[int, ...]]) -> None:
    holdings, xy, community = row_of(4, owner=1)
    rules = BlockRules("vitality-block-15", 5, 15, least, 250)
    found = pool_communities(rules, holdings, xy, community, pace_m_per_min=70)
    assert found.proved
    assert set(found.blocks) == blocks
    near = BlockRules("vitality-block-15", 5, 3, least, 250)  # 210 m: one community to each side
    assert all(len(block) <= 3 for block in pool_communities(near, holdings, xy, community, pace_m_per_min=70).blocks)
    apart = BlockRules("vitality-block-15", 5, 15, least, 120)  # nothing touches
    assert {len(block) for block in pool_communities(apart, holdings, xy, community, pace_m_per_min=70).blocks} == {1}


def test_the_sample_street_is_pooled_as_well_as_any_way_of_pooling_it(in_world: World) -> None:
    officer = in_world.actor("street_officer")
    with acting(officer):
        plan = plan_blocks(in_world.own, officer, BlockAsk(5, 1), on=local_day(now()))
        runs = [find_run(officer, one) for one in in_world.communities]
        standard = standard_on(runs[0], RULES.standard)
        holdings = [held_of(run, standard, tuple(in_world.communities)).holding for run in runs]
        apart = plan_blocks(in_world.own, officer, BlockAsk(1, 1), on=local_day(now()))
    assert plan.is_best
    assert plan.n_communities == 3
    assert not plan.left_out
    assert apart.n_pooled == 0
    assert apart.pooled == pytest.approx(apart.alone)
    assert plan.alone == pytest.approx(apart.alone)
    assert plan.alone <= plan.pooled <= plan.anywhere <= plan.needs
    ways = [[[0], [1], [2]], [[0, 1], [2]], [[0, 2], [1]], [[1, 2], [0]], [[0, 1, 2]]]
    net = [sum(worth_of(holdings, block) - (len(block) - 1) for block in way) for way in ways]
    assert plan.pooled - (3 - len(plan.blocks)) == pytest.approx(max(net))
    for block in plan.blocks:
        for kind in block.kinds:
            assert kind.alone <= kind.pooled <= min(kind.anywhere, block.persons) + 1e-6
            assert kind.without == pytest.approx(block.persons - kind.pooled)
            assert all(where in block.members for _, where in kind.names)
            assert kind.names or kind.pooled == 0


def test_the_page_pools_tables_and_says_who_is_left_out(in_world: World) -> None:
    street = in_world.client("street_officer")
    page = street.get(f"{PAGE}?least=1").content.decode()
    assert '<svg class="plan"' in page
    assert page.count('class="round') == 3
    assert "已证明" in page
    assert "没算进来" not in page
    rows = street.get(f"{PAGE}?format=csv").content.decode("utf-8-sig").strip().splitlines()
    assert rows[0].startswith("街区")
    assert len(rows) >= 1 + 3  # a line for each kind of at least one block
    wrong = street.get(f"{PAGE}?most=90&least=none").content.decode()
    assert wrong.count("按政策的") == 2
    planner = in_world.client("planner").get(PAGE).content.decode()
    assert "没算进来" in planner
    assert "没有可拼的" in planner
    assert in_world.client("resident").get(PAGE).status_code == 403
