"""The walk network: which ways are in it, how long its pieces are, what bars the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from linli.kernel.errors import InputError
from linli.kernel.geo import geodesic_m
from linli.kernel.mapdata import EDGE_KINDS, MapData
from linli.registry.mapfiles import OsmMapping, read_map

from .drawn import Drawing


def drawn(read: Callable[..., MapData], **tags: str) -> MapData:
    drawing = Drawing()
    drawing.path((0, 0), (1, 0), (2, 0), **tags)
    return read(drawing)


def kinds(data: MapData) -> list[str]:
    """Edge kinds without the far path the fixture adds (its single edge comes last or first)."""
    near = data.network.lat[data.network.tail] > 39.99
    return [EDGE_KINDS[kind] for kind in data.network.kind[near].tolist()]


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"highway": "footway"}, "path"),
        ({"highway": "path"}, "path"),
        ({"highway": "residential"}, "road"),
        ({"highway": "primary"}, "road"),
        ({"highway": "steps"}, "steps"),
        ({"highway": "steps", "ramp__wheelchair": "yes"}, "ramp"),
        ({"highway": "footway", "footway": "crossing"}, "crossing"),
        ({"highway": "elevator"}, "lift"),
        ({"highway": "motorway", "foot": "yes"}, "road"),
    ],
)
def test_a_way_people_walk_is_in_the_network_with_its_kind(
    read: Callable[..., MapData], tags: dict[str, str], kind: str
) -> None:
    assert kinds(drawn(read, **tags)) == [kind, kind]


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "motorway"},
        {"highway": "construction"},
        {"highway": "proposed"},
        {"highway": "bridleway"},
        {"highway": "cycleway", "foot": "no"},
        {"highway": "trunk", "motorroad": "yes"},
        {"highway": "footway", "indoor": "room"},
        {"highway": "footway", "abandoned": "yes"},
    ],
)
def test_a_way_nobody_walks_is_left_out(read: Callable[..., MapData], tags: dict[str, str]) -> None:
    assert kinds(drawn(read, **tags)) == []


@pytest.mark.parametrize(
    ("tags", "locked"),
    [
        ({"access": "no"}, True),
        ({"access": "no", "foot": "yes"}, False),
        ({"foot": "no"}, True),
        ({"access": "private"}, True),
        ({"access": "destination"}, False),
        ({"foot": "something new"}, False),
    ],
)
def test_access_tags_lock_a_way_and_foot_speaks_before_access(
    read: Callable[..., MapData], tags: dict[str, str], locked: bool
) -> None:
    data = drawn(read, highway="service", **tags)
    near = data.network.lat[data.network.tail] > 39.99
    assert data.network.locked[near].tolist() == [locked, locked]


def test_a_private_lane_inside_a_compound_is_open_to_those_who_live_there(read: Callable[..., MapData]) -> None:
    drawing = Drawing()
    drawing.box(-5, -5, 10, 10, landuse="residential", name="东园小区")
    drawing.path((-1, 0), (0, 0), (1, 0), highway="service", access="private")
    data = read(drawing)
    assert not data.network.locked.any()
    assert [note.code for note in data.notes] == ["private_open"]


def test_nodes_are_shared_where_ways_meet_and_lengths_are_geodesic(read: Callable[..., MapData]) -> None:
    drawing = Drawing()
    nodes = drawing.path((0, 0), (10, 0), (20, 5))
    drawing.way([nodes[1], drawing.node(10, 30)], highway="residential")
    network = read(drawing).network
    assert network.n_nodes == 4 + 2
    assert len(set(network.node_ref.tolist())) == network.n_nodes
    truth = geodesic_m(
        network.lon[network.tail], network.lat[network.tail], network.lon[network.head], network.lat[network.head]
    )
    assert np.allclose(network.length_m, truth, rtol=1e-6)


def test_a_locked_gate_locks_the_pieces_beside_it_and_an_open_one_does_not(read: Callable[..., MapData]) -> None:
    drawing = Drawing()
    a, b, c, d, e = (
        drawing.node(x, 0, **tags)
        for x, tags in enumerate([{}, {"barrier": "gate", "locked": "yes"}, {}, {"barrier": "bollard"}, {}])
    )
    drawing.way([a, b, c, d, e], highway="footway")
    data = read(drawing)
    near = data.network.lat[data.network.tail] > 39.99
    assert data.network.locked[near].tolist() == [True, True, False, False]
    assert sorted((gate.ref, gate.passage) for gate in data.gates) == [(f"n{b}", "locked"), (f"n{d}", "open")]


@pytest.mark.parametrize(
    ("tags", "passage"),
    [
        ({"barrier": "gate"}, "unknown"),
        ({"barrier": "gate", "access": "no"}, "locked"),
        ({"barrier": "gate", "access": "no", "foot": "yes"}, "open"),
        ({"barrier": "gate", "access": "private"}, "unknown"),
        ({"barrier": "wall"}, "locked"),
        ({"barrier": "lift_gate"}, "open"),
        ({"barrier": "lift_gate", "foot": "no"}, "locked"),
    ],
)
def test_what_a_barrier_on_a_path_means_for_walkers(
    read: Callable[..., MapData], tags: dict[str, str], passage: str
) -> None:
    drawing = Drawing()
    drawing.way([drawing.node(0, 0), drawing.node(1, 0, **tags), drawing.node(2, 0)], highway="footway")
    assert [gate.passage for gate in read(drawing).gates] == [passage]


def test_a_gate_away_from_every_path_is_no_gate_of_the_network(read: Callable[..., MapData]) -> None:
    drawing = Drawing()
    drawing.node(50, 50, barrier="gate", locked="yes")
    assert read(drawing).gates == ()


def test_a_way_is_cut_where_its_nodes_are_missing_and_that_is_noted(read: Callable[..., MapData]) -> None:
    drawing = Drawing()
    a, b, c, d = (drawing.node(x, 0) for x in range(4))
    way = drawing.way([a, b, 990001, 990002, c, d], highway="footway")
    data = read(drawing)
    assert data.network.n_edges == 2 + 1
    assert [(note.code, note.ref) for note in data.notes] == [("way_cut", f"w{way}")]
    assert "2" in data.notes[0].zh
    assert "2" in data.notes[0].en


def test_a_square_is_crossed_straight_between_its_entries(read: Callable[..., MapData]) -> None:
    drawing = Drawing()
    corners = [drawing.node(*place) for place in ((0, 0), (20, 0), (20, 20), (0, 20))]
    drawing.way([*corners, corners[0]], highway="pedestrian", area="yes", name="中心广场")
    for corner, place in ((corners[0], (-5, -5)), (corners[2], (25, 25))):
        drawing.way([drawing.node(*place), corner], highway="footway")
    data = read(drawing)
    pairs = {
        frozenset(pair)
        for pair in zip(
            *(data.network.node_ref[end].tolist() for end in (data.network.tail, data.network.head)), strict=True
        )
    }
    assert frozenset((corners[0], corners[2])) in pairs
    assert "square" in {note.code for note in data.notes}


def test_a_line_across_a_square_never_leaves_it(read: Callable[..., MapData]) -> None:
    """An L-shaped square: its two ends do not see each other."""
    drawing = Drawing()
    shape = [(0, 0), (30, 0), (30, 10), (10, 10), (10, 30), (0, 30)]
    corners = [drawing.node(*place) for place in shape]
    drawing.way([*corners, corners[0]], highway="pedestrian", area="yes")
    ends = (corners[2], corners[4])
    for corner, place in zip(ends, ((40, 10), (10, 40)), strict=True):
        drawing.way([drawing.node(*place), corner], highway="footway")
    network = read(drawing).network
    pairs = {
        frozenset(pair)
        for pair in zip(network.node_ref[network.tail].tolist(), network.node_ref[network.head].tolist(), strict=True)
    }
    assert frozenset(ends) not in pairs


def test_a_square_mapped_as_a_relation_is_walked_along_its_outline(read: Callable[..., MapData]) -> None:
    drawing = Drawing()
    outer = drawing.box(0, 0, 20, 20)
    drawing.relation([("way", outer, "outer")], type="multipolygon", highway="pedestrian")
    assert kinds(read(drawing)) == ["path"] * 4


@pytest.mark.parametrize("ways_first", [False, True])
def test_the_order_of_a_file_does_not_matter(mapping: OsmMapping, tmp_path: Path, ways_first: bool) -> None:
    drawing = Drawing()
    drawing.path((0, 0), (1, 0), (1, 1))
    data = read_map(drawing.save(tmp_path, ways_first=ways_first), mapping=mapping)
    assert data.network.n_edges == 2


def test_unsaved_edits_with_negative_ids_are_read(mapping: OsmMapping, tmp_path: Path) -> None:
    drawing = Drawing()
    nodes = [drawing.node(x, 0, number=-x - 1) for x in range(3)]
    drawing.way(nodes, number=-9, highway="footway")
    network = read_map(drawing.save(tmp_path), mapping=mapping).network
    assert sorted(network.node_ref.tolist()) == [-3, -2, -1]
    assert set(network.way_ref.tolist()) == {-9}


def test_an_id_that_comes_twice_counts_once_and_is_noted(read: Callable[..., MapData]) -> None:
    drawing = Drawing()
    a, b = drawing.node(0, 0), drawing.node(1, 0)
    drawing.node(40, 40, number=b)
    drawing.way([a, b], number=77, highway="footway")
    drawing.way([a, b], number=77, highway="footway")
    data = read(drawing)
    assert kinds(data) == ["path"]
    assert [note.code for note in data.notes] == ["id_repeated", "id_repeated"]


def test_a_map_without_a_walkable_way_is_refused_and_says_so(mapping: OsmMapping, tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.box(0, 0, 5, 5, building="yes")
    with pytest.raises(InputError) as refusal:
        read_map(drawing.save(tmp_path), mapping=mapping)
    assert "no walkable way" in refusal.value.faults[0].message.en
    assert "没有可步行的路" in refusal.value.faults[0].message.zh


def test_ways_whose_nodes_are_all_missing_make_no_map(mapping: OsmMapping, tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.way([990001, 990002], highway="service", access="private")
    drawing.way([], highway="service", access="private")
    drawing.way([990001, 990002, 990003, 990001], building="yes", amenity="school")
    with pytest.raises(InputError) as refusal:
        read_map(drawing.save(tmp_path), mapping=mapping)
    assert "0 nodes, 3 ways" in refusal.value.faults[0].message.en


def test_a_private_way_without_nodes_does_no_harm(read: Callable[..., MapData]) -> None:
    drawing = Drawing()
    drawing.way([], highway="service", access="private")
    assert kinds(read(drawing)) == []


def test_progress_names_its_stages_and_never_falls(mapping: OsmMapping, tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.path((0, 0), (1, 0))
    told: list[tuple[str, float]] = []
    read_map(drawing.save(tmp_path), mapping=mapping, progress=lambda stage, share: told.append((stage, share)))
    assert [stage for stage, _ in told] == ["read", "ground", "walk", "buildings", "facilities", "done"]
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
