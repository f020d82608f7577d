"""What a scenario changes on a map by hand, checked by arithmetic; and that the quick answer of a try equals a whole new measuring."""

from __future__ import annotations

import numpy as np
import pytest

from linli.kernel.errors import LinliError
from linli.lifecircle.analysis import Analysis
from linli.lifecircle.analysis.scenario import compare, measure_changes
from linli.lifecircle.bridges.standing import stand_at, walk_from_houses
from linli.lifecircle.rules.changes import Change

from .made import EVERYONE, degrees, facility, gate, house, made_map, minutes, network, run, wall

SHOP = minutes("shop", 5)


def at(x_m: float, y_m: float) -> dict[str, float]:
    lon, lat = degrees(x_m, y_m)
    return {"lon": lon, "lat": lat}


def street(*, locked: tuple[int, ...] = (), passage: str = "open") -> Analysis:
    """A ring of 4 × 300 m: houses at two corners, the shop at the third, a gate in the middle of the side from the first house to it."""
    nodes = [(0, 0), (300, 0), (300, 300), (0, 300), (150, 0)]
    edges = [(0, 4), (4, 1), (1, 2), (2, 3), (3, 0)]
    net = network(nodes, edges, locked=locked)
    houses = [house("a", 0, 8, n_units=10), house("b", 0, 308, n_units=10)]
    return run(made_map(net, houses, [facility("f", "shop", 300, 0)], gates=[gate(150, 0, passage)]), SHOP)


def walk(analysis: Analysis, ref: str) -> float:
    row = [place.ref for place in analysis.places].index(ref)
    return float(analysis.groups["everyone"].walks.walk_m[row, 0])


def test_a_blocked_gate_sends_people_round_the_ring_and_the_answer_is_arithmetic() -> None:
    base = street()
    after = measure_changes(base, [Change("block_gate", **at(150, 0))])
    assert walk(base, "a") == pytest.approx(308, abs=0.1)
    assert walk(after, "a") == pytest.approx(892, abs=0.1)  # round by the other three sides
    told = compare(base, after)["groups"][0]
    shop = told["categories"][0]
    assert shop["lost"] == 0  # 308 m are 5.1 minutes at 60 m/min: beyond before and after
    assert shop["farther"] == pytest.approx(26.2)  # ten homes of 2.62 persons; house b goes the other way round anyway
    assert shop["person_min"] == pytest.approx(-26.2 * 584 / 60, abs=1)
    assert [one["ref"] for one in told["houses_farther"]] == ["a"]


def test_opening_the_same_gate_again_undoes_it() -> None:
    base = street(locked=(0, 1), passage="locked")
    after = measure_changes(base, [Change("open_gate", **at(150, 0))])
    assert walk(base, "a") == pytest.approx(892, abs=0.1)
    assert walk(after, "a") == pytest.approx(308, abs=0.1)


def test_a_short_way_is_cut_into_the_streets_it_joins() -> None:
    base = street()
    across = Change("open_way", **at(0, 200), to_lon=at(300, 200)["lon"], to_lat=at(300, 200)["lat"])
    crossed = measure_changes(base, [across])
    # b at (0, 308): down 100 m to the new way, 300 m over it, 200 m down to the shop; before 300 + 300 by the top side.
    assert walk(base, "b") == pytest.approx(608, abs=0.1)
    assert walk(crossed, "b") == pytest.approx(608, abs=0.1)
    diagonal = Change("open_way", **at(0, 300), to_lon=at(150, 0)["lon"], to_lat=at(150, 0)["lat"])
    with pytest.raises(LinliError, match="335 m apart"):
        measure_changes(base, [diagonal])


def test_facilities_come_and_go() -> None:
    base = street()
    near = measure_changes(base, [Change("open_facility", **at(0, 290), category="shop")])
    assert walk(near, "b") == pytest.approx(18, abs=0.5)
    told = compare(base, near)["groups"][0]["categories"][0]
    assert told["gained"] == pytest.approx(52.4)
    assert told["n_after"] == 2
    none = measure_changes(base, [Change("close_facility", ref="f")])
    gone = compare(base, none)["groups"][0]["categories"][0]
    assert gone["cut_off"] == pytest.approx(52.4)
    assert gone["mean_after"] is None
    moved = measure_changes(
        base, [Change("close_facility", ref="f"), Change("open_facility", **at(0, 290), category="shop")]
    )
    assert walk(moved, "b") == walk(near, "b")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Change("close_facility", ref="nowhere"), "lifecircle.no_such_facility"),
        (Change("open_facility", **at(9000, 0), category="shop"), "lifecircle.outside_map"),
        (Change("open_facility", category="shop"), "lifecircle.outside_map"),
        (Change("block_gate", **at(0, 150)), "lifecircle.no_gate_here"),
        (Change("open_gate", **at(150, 0)), "lifecircle.nothing_locked"),
        (Change("open_way", **at(150, 150), to_lon=at(150, 200)["lon"], to_lat=at(150, 200)["lat"]), "lifecircle.no_path_near"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_by_name(change: Change, code: str) -> None:
    with pytest.raises(LinliError) as caught:
        measure_changes(street(), [change])
    assert caught.value.code == code


def test_the_quick_answer_of_a_try_is_a_whole_new_measuring() -> None:
    random = np.random.default_rng(5)
    nodes = [(x * 80.0, y * 80.0) for y in range(6) for x in range(6)]
    edges = [(n, n + 1) for n in range(36) if n % 6 < 5] + [(n, n + 6) for n in range(30)]
    kept = [edge for edge in edges if random.random() < 0.8]
    net = network(nodes, kept, kinds={3: "steps", 11: "steps"})
    houses = [house(f"h{n}", *(random.uniform(0, 400, 2)), size=6, n_units=3) for n in range(40)]
    shut = wall((200, 0), (200, 180))
    base = run(made_map(net, houses, [facility("f", "shop", 0, 0)], ground=[shut]), SHOP)
    for x_m, y_m in random.uniform(5, 395, (12, 2)):
        lon, lat = degrees(x_m, y_m)
        whole = measure_changes(base, [Change("open_facility", lon=lon, lat=lat, category="shop")])
        for group in ("everyone", "wheelchair"):
            standing = stand_at(base.measured, group, lon, lat, max_leg_m=base.assumed.max_leg_m)
            assert standing is not None
            field = base.measured.fields[group]
            cost, _ = walk_from_houses(field, standing)
            quick = np.minimum(field.house_cost_m[:, 0], cost) / base.groups[group].group.speed_m_per_min
            walks = whole.groups[group].walks
            np.testing.assert_allclose(quick[walks.joined], walks.walk_min[walks.joined, 0], atol=1e-6)
    assert EVERYONE.id in base.groups
