"""Places to open a facility: equal to trying every choice, never what exists already; and only what is open at the hour asked for."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from linli.kernel.errors import LinliError
from linli.kernel.mapdata import MapData
from linli.lifecircle.analysis import Analysis
from linli.lifecircle.analysis import summary as summary_module
from linli.lifecircle.analysis.proposals import propose
from linli.lifecircle.analysis.sites import plan_sites, plan_words
from linli.lifecircle.analysis.summary import summarise
from linli.lifecircle.rules.coverage import gini
from linli.lifecircle.rules.hours import is_open

from .made import DAY, facility, house, made_map, metres, minutes, network, run
from .test_links import people

SHOP = minutes("shop", 2)
"""120 m at 60 m a minute."""
WEIGHTS = (30, 5, 40, 8, 25, 60, 2, 50, 10)


def street(**more: object) -> MapData:
    """Nine houses 100 m apart, 5 m from a straight street; a shop at its left end serves the first two."""
    nodes = [(x * 100, 0) for x in range(9)]
    return made_map(
        network(nodes, [(n, n + 1) for n in range(8)]),
        [house(f"h{n}", x, 10) for n, (x, _) in enumerate(nodes)],
        [facility("s", "shop", 0, -1)],
        **more,  # type: ignore[arg-type]
    )


def lived_in(data: MapData | None = None, *items: object, **more: object) -> Analysis:
    return run(data or street(), *(items or (SHOP,)), people=people(*WEIGHTS), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_sites_equal_the_best_of_all_choices(n: int) -> None:
    plan = plan_sites(lived_in(), n)
    # From door to door 10 + 100 + 10 m: each house serves itself and its neighbours. The shop, at 11 m and 111 m, serves the first two.
    beyond = set(range(2, 9))

    def covered(choice: tuple[int, ...]) -> int:
        return sum(WEIGHTS[h] for h in beyond if any(abs(h - s) <= 1 for s in choice))

    best = max(covered(choice) for choice in itertools.combinations(range(9), n))
    assert sum(site.persons for site in plan.sites) == best
    assert plan.bound is not None
    assert plan.bound * sum(WEIGHTS) >= 35 + best - 1e-6
    assert plan.after == pytest.approx((35 + best) / sum(WEIGHTS))
    assert plan.persons_left == sum(WEIGHTS) - 35 - best


def test_opening_what_was_proposed_gives_the_share_that_was_promised() -> None:
    plan = plan_sites(lived_in(), 2)
    opened = [facility(f"n{n}", "shop", site.house * 100, 10) for n, site in enumerate(plan.sites)]
    data = street()
    again = lived_in(replace(data, facilities=(*data.facilities, *opened)))
    assert again.shown.categories[0].share == pytest.approx(plan.after)


def test_more_sites_than_serve_anybody_are_not_proposed() -> None:
    plan = plan_sites(lived_in(), 50)
    assert 0 < len(plan.sites) <= 4
    assert (plan.after, plan.persons_left) == (1.0, 0.0)
    assert "within reach from" in plan_words(plan).en


def test_a_limit_in_metres_is_kept_in_metres() -> None:
    assert plan_sites(lived_in(None, metres("shop", 99)), 1).sites[0].persons == 60


def test_nobody_beyond_means_nothing_to_open() -> None:
    plan = plan_sites(lived_in(None, minutes("shop", 60)), 3)
    assert (plan.sites, plan.after) == ((), 1.0)
    assert plan_words(plan).zh.endswith("没有地方能再让谁走得到")


def test_a_category_the_standard_has_not_is_named_with_those_it_has() -> None:
    with pytest.raises(LinliError) as refused:
        plan_sites(lived_in(), 1, "casino")
    assert (refused.value.code, refused.value.data["known"]) == ("lifecircle.unknown_category", "shop")


def test_a_shop_closed_at_seven_in_the_evening_serves_nobody_then() -> None:
    data = street()
    early = replace(data, facilities=(replace(data.facilities[0], opening_hours="Mo-Su 08:00-18:00"),))
    night = lived_in(early, at=dt.time(19))
    assert night.shown.categories[0].is_found is False
    assert lived_in(early, at=dt.time(12)).shown.categories[0].share == pytest.approx(35 / sum(WEIGHTS))
    summary = summarise(night, propose(night, n_sites=2))
    assert summary["open_at"] == {"time": "19:00", "n_closed": 1, "n_unknown": 0}
    assert summary["uncertainty"][0]["code"] == "hours"
    schema = json.loads(Path(summary_module.__file__).with_name("summary.schema.json").read_text())
    jsonschema.validate(summary, schema)
    assert lived_in(at=dt.time(19)).open_at.n_unknown == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("hours", "weekday", "clock", "told"),
    [
        ("24/7", 6, "03:00", True),
        ("Mo-Fr 09:00-18:00", 0, "09:00", True),
        ("Mo-Fr 09:00-18:00", 0, "18:00", False),
        ("Mo-Fr 09:00-18:00", 5, "12:00", False),
        ("Mo-Fr 09:00-12:00,13:30-18:00; Sa 10:00-12:00", 5, "11:00", True),
        ("Mo-Fr 09:00-12:00,13:30-18:00", 2, "12:30", False),
        ("09:00-21:00; Tu off", 1, "10:00", False),
        ("Fr,Sa 20:00-02:00", 6, "01:00", True),
        ("Fr,Sa 20:00-02:00", 4, "01:00", False),
        ("Sa-Mo 10:00-12:00", 6, "10:30", True),
        ("Mo-Su 08:00-20:00; PH off", 0, "10:00", True),
        ("", 0, "10:00", None),
        ("sunrise-sunset", 0, "10:00", None),
        ("Jan-Mar 10:00-12:00", 0, "11:00", None),
        ("99:00-100:00", 0, "11:00", None),
    ],
)
def test_opening_hours_are_read_or_not_known(hours: str, weekday: int, clock: str, told: bool | None) -> None:
    at = dt.time.fromisoformat(clock)
    assert is_open(hours, weekday=weekday, minute=at.hour * 60 + at.minute) is told


def test_the_gini_of_minutes_is_that_of_the_pairs() -> None:
    import numpy as np

    values, weights = np.array([1.0, 4.0, 10.0]), np.array([3.0, 1.0, 2.0])
    each = np.repeat(values, weights.astype(int))
    pairs = np.abs(each[:, None] - each[None, :]).mean() / (2 * each.mean())
    assert gini(values, weights) == pytest.approx(pairs)
    assert gini(np.array([5.0, 5.0]), np.ones(2)) == pytest.approx(0)
    assert gini(np.zeros(2), np.ones(2)) == 0.0
    assert gini(np.zeros(0), np.zeros(0)) is None


def test_the_day_of_the_week_is_that_of_the_run() -> None:
    assert DAY.weekday() == 6
    data = street()
    weekdays = replace(data, facilities=(replace(data.facilities[0], opening_hours="Mo-Fr 08:00-20:00"),))
    assert lived_in(weekdays, at=dt.time(12)).open_at.n_closed == 1  # type: ignore[union-attr]
