"""The map: nothing stands in anything else, one can walk everywhere, and the blind spots are where they were meant to be."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from linli.engines.synth import Neighbourhood, SynthPolicy, make_neighbourhood
from linli.kernel.errors import LinliError
from linli.kernel.mapdata import EDGE_KINDS

from .walking import doors_of, nearest_m, sites_of

CM = 1e-7  # degrees, a little over a centimetre
kinds = {name: number for number, name in enumerate(EDGE_KINDS)}


def edges_of(place: Neighbourhood) -> np.ndarray:
    network = place.map.network
    points = np.column_stack([network.lon, network.lat])
    return shapely.linestrings(np.stack([points[network.tail], points[network.head]], axis=1))


def check_map(place: Neighbourhood) -> None:
    """What must hold for every seed and size."""
    outlines = [building.outline for building in place.map.buildings]
    tree = shapely.STRtree(outlines)
    one, other = tree.query(outlines, predicate="intersects")
    assert [pair for pair in zip(one, other, strict=True) if pair[0] < pair[1]] == [], "two buildings overlap"
    for kind in ("road", "water"):
        for ground in place.map.ground:
            if ground.kind == kind:
                assert tree.query(ground.shape, predicate="intersects").size == 0, (
                    f"a building stands in {ground.name_en}"
                )
    assert np.isfinite(nearest_m(place, [int(place.entrances.node[0])])).all(), "a node cannot be reached"
    network, edges = place.map.network, edges_of(place)
    through, building = shapely.STRtree([o.buffer(-5 * CM) for o in outlines]).query(edges, predicate="intersects")
    assert through.size == 0, f"a path runs through {place.map.buildings[building[0]].name_en}"
    walls = [ground.shape for ground in place.map.ground if ground.kind == "wall"]
    crossing, _ = shapely.STRtree(walls).query(edges, predicate="crosses")
    assert set(network.kind[crossing]) <= {kinds["gate"]}, "a path crosses a wall without a gate"
    assert (network.length_m > 0).all()
    assert (network.tail != network.head).all()


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**63), n_people=st.integers(1200, 7000))
def test_every_seed_and_size_gives_a_map_in_which_nothing_overlaps_and_all_can_be_reached(
    policy: SynthPolicy, seed: int, n_people: int
) -> None:
    check_map(make_neighbourhood(seed, policy=policy, name_zh="试社区", name_en="Trial Community", n_people=n_people))


def test_a_street_of_several_communities_holds_together(street: Neighbourhood) -> None:
    assert len(street.communities) == 6
    assert len({community.name.zh for community in street.communities}) == 6
    assert len({compound.name.zh for compound in street.compounds}) == len(street.compounds) == 30
    check_map(street)


def test_doors_lie_on_the_wall_of_their_house_and_only_access_leads_to_them(community: Neighbourhood) -> None:
    network, entrances = community.map.network, community.entrances
    points = shapely.points(network.lon[entrances.node], network.lat[entrances.node])
    walls = shapely.boundary(np.asarray([community.map.buildings[b].outline for b in entrances.building]))
    assert shapely.distance(points, walls).max() < 3 * CM
    access = network.kind == kinds["access"]
    at_doors = np.isin(network.tail, entrances.node) | np.isin(network.head, entrances.node)
    assert (at_doors == access).all()


def test_lengths_are_metres_on_the_ellipsoid(community: Neighbourhood) -> None:
    network = community.map.network
    ends = (network.lon[network.tail], network.lat[network.tail], network.lon[network.head], network.lat[network.head])
    assert np.abs(Geod(ellps="GRS80").inv(*ends)[2] - network.length_m).max() < 1e-3


def test_the_river_is_crossed_by_one_bridge_with_steps_on_one_side_and_a_ramp_on_the_other(
    community: Neighbourhood,
) -> None:
    water = next(ground.shape for ground in community.map.ground if ground.kind == "water")
    over = shapely.intersects(edges_of(community), water)
    assert over.sum() == 2
    network = community.map.network
    near = np.isin(network.tail, [*network.tail[over], *network.head[over]]) | np.isin(
        network.head, [*network.tail[over], *network.head[over]]
    )
    assert {kinds["steps"], kinds["ramp"]} <= set(network.kind[near])


def test_the_far_bank_is_beyond_fifteen_minutes_of_the_canteen(community: Neighbourhood) -> None:
    """At the 66 m/min of Shanghai's guideline for most homes there, at the 52 m/min of elders for all."""
    walk = nearest_m(community, sites_of(community, "canteen"))[doors_of(community, "far_bank")]
    assert np.mean(walk > 15 * 66) > 0.5
    assert walk.min() > 15 * 52


def test_a_locked_gate_makes_the_third_village_walk_round(community: Neighbourhood) -> None:
    (gate,) = [
        g
        for g in community.gates
        if g.locked and g.compound >= 0 and community.compounds[g.compound].role == "village_3"
    ]
    canteens, doors = sites_of(community, "canteen"), doors_of(community, "village_3")
    saved = nearest_m(community, canteens)[doors] - nearest_m(community, canteens, opened=[gate.edge])[doors]
    assert saved.mean() > 150
    assert saved.min() >= 0


def test_wheelchairs_reach_every_home_though_some_further(community: Neighbourhood) -> None:
    canteen, doors = sites_of(community, "canteen"), community.entrances.node
    rolling = nearest_m(community, canteen, barred=["steps"])[doors]
    assert np.isfinite(rolling).all()
    assert (rolling > nearest_m(community, canteen)[doors] + 1).any()


def test_gates_lie_on_their_walk_edge_and_say_the_same_about_the_lock(community: Neighbourhood) -> None:
    network = community.map.network
    assert {gate.passage for gate in community.map.gates} == {"open", "locked"}
    for gate, record in zip(community.map.gates, community.gates, strict=True):
        assert network.kind[record.edge] == kinds["gate"]
        assert bool(network.locked[record.edge]) == record.locked == (gate.passage == "locked")
        assert edges_of(community)[record.edge].distance(shapely.Point(gate.lon, gate.lat)) < 3 * CM
    assert network.locked.sum() == sum(record.locked for record in community.gates)


def test_facilities_are_of_known_categories_and_stand_by_the_node_one_walks_to(
    community: Neighbourhood, categories: frozenset[str]
) -> None:
    network, geod = community.map.network, Geod(ellps="WGS84")
    assert {facility.category for facility in community.map.facilities} <= categories
    for facility, site in zip(community.map.facilities, community.sites, strict=True):
        off = geod.inv(facility.lon, facility.lat, network.lon[site.node], network.lat[site.node])[2]
        assert off < 20, facility
        if site.unit >= 0:
            assert community.population.units.building[site.unit] == site.building
    rooms = [site.unit for site in community.sites if site.unit >= 0] + [
        space.unit for space in community.vacant_spaces
    ]
    assert len(rooms) == len(set(rooms)), "two facilities share a room"


def test_everything_says_that_it_is_synthetic(community: Neighbourhood) -> None:
    assert community.synthetic is True
    assert community.population.synthetic is True
    assert community.map.source.startswith("synthetic:")
    assert "不是真实" in community.map.attribution
    assert "synthetic" in {note.code for note in community.map.notes}


@pytest.mark.parametrize("n_people", [0, 1199, 200_001])
def test_a_size_the_policy_does_not_allow_is_refused(policy: SynthPolicy, n_people: int) -> None:
    with pytest.raises(LinliError, match=f"1200 and 200000, got {n_people}"):
        make_neighbourhood(1, policy=policy, name_zh="试", name_en="T", n_people=n_people)
