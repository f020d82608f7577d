"""Real extracts read well: what they are known to hold is found, and the network agrees with OSMnx's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from linli.kernel.mapdata import EDGE_KINDS, MapData
from linli.registry.mapfiles import OsmMapping, read_map


@pytest.fixture(scope="module")
def tsinghua(data: Path, mapping: OsmMapping) -> MapData:
    return read_map(data / "osm/tsinghua.osm", mapping=mapping)


@pytest.fixture(scope="module")
def helsinki(data: Path, mapping: OsmMapping) -> MapData:
    return read_map(data / "osm/helsinki.osm.pbf", mapping=mapping)


@pytest.fixture(scope="module")
def porto_alegre(data: Path, mapping: OsmMapping) -> MapData:
    return read_map(data / "osm/porto_alegre.osm.pbf", mapping=mapping)


def check_whole(data: MapData) -> None:
    """What must hold of any map: numbers in range, ends that exist, shapes that are valid, points inside the map."""
    network = data.network
    for end in (network.tail, network.head):
        assert end.min() >= 0
        assert end.max() < network.n_nodes
    assert (network.tail != network.head).all()
    assert np.isfinite(network.length_m).all()
    assert network.length_m.max() < 20_000
    assert network.kind.max() < len(EDGE_KINDS)
    used = np.union1d(network.tail, network.head)
    assert len(used) == network.n_nodes, "a node no edge uses"
    assert all(building.outline.is_valid and building.outline.area > 0 for building in data.buildings)
    assert len({building.ref for building in data.buildings}) == len(data.buildings)
    assert all(note.zh and note.en and "{" not in note.zh + note.en for note in data.notes)
    assert data.attribution == "© OpenStreetMap contributors, ODbL 1.0"


def test_the_beijing_quarter_reads_whole(tsinghua: MapData) -> None:
    """Counts the data folder states: 2,101 nodes of walkable ways, 520 buildings, 123 of them residential by tag."""
    check_whole(tsinghua)
    assert 2101 <= tsinghua.network.n_nodes <= 2400
    assert len(tsinghua.buildings) == 521  # 520 ways and one relation; seven nodes tagged as buildings have no outline
    uses = Counter(building.use for building in tsinghua.buildings)
    assert uses["residential"] >= 123
    found = Counter(facility.category for facility in tsinghua.facilities)
    assert found["kindergarten"] == 2
    assert found["canteen"] >= 4
    assert found["convenience_store"] == 16
    assert {note.code for note in tsinghua.notes} <= {
        "square",
        "square_alone",
        "facility_twice",
        "use_estimated",
        "use_unknown",
    }


def test_the_helsinki_quarter_reads_whole(helsinki: MapData) -> None:
    check_whole(helsinki)
    assert helsinki.network.n_nodes >= 6512
    assert len(helsinki.buildings) >= 430
    kinds = Counter(EDGE_KINDS[kind] for kind in helsinki.network.kind.tolist())
    assert kinds["steps"] > 100
    assert kinds["crossing"] > 500
    assert kinds["lift"] > 0


def test_the_porto_alegre_network_reads_whole(porto_alegre: MapData) -> None:
    check_whole(porto_alegre)
    assert porto_alegre.network.n_nodes >= 37_756
    assert Counter(gate.passage for gate in porto_alegre.gates)["locked"] > 10


def test_the_helsinki_network_agrees_with_osmnx(data: Path, helsinki: MapData) -> None:
    """Differences that are explained are taken out: ways closed to walkers (the reference ignores ``foot``), ways the
    extract cuts at its edge, and our lines across squares. ``docs/rooms/map-files.md`` has the numbers."""
    pytest.importorskip("pyarrow", reason="pyarrow is needed to read the OSMnx reference")
    from .osmnx_reference import agreement

    found = agreement(data / "osm", helsinki)
    assert found.reference_near_ours > 0.93
    assert found.reference_near_ours_explained > 0.995
    assert found.ours_near_reference > 0.96
    assert found.ours_near_reference_explained > 0.995
    assert found.nodes_shared > 0.96
    assert found.length_difference_p95 < 0.005  # OSMnx measures on a sphere
