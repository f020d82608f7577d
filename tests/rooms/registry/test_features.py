"""OGC API - Features: the standard's own tests over HTTP; what is asked for is what is there; nothing of anybody, nothing of who is not public."""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.test import Client
from shapely.geometry import box, shape

from linli.platform.db import acting
from linli.registry import commands as do
from linli.registry.models import PlaceRecord
from tests.live import Live
from tests.world import WALKER, World

BASE = "/api/v1/features"
COLLECTIONS = ("places", "buildings", "facilities", "vacant_spaces", "walkways", "gates")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = Path(__file__).resolve().parents[3] / "scripts" / "ogc_features.py"
    spec = importlib.util.spec_from_file_location("ogc_features", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ogc_features"] = module
    spec.loader.exec_module(module)
    return module


def got(path: str, client: Client | None = None, **query: str) -> Any:
    answer = (client or Client()).get(f"{BASE}{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def every(collection: str, client: Client | None = None, **query: str) -> dict[str, Any]:
    page = got(f"/collections/{collection}/items", client, limit="1000", **query)
    assert page["numberMatched"] <= 1000, "too small a page for this test"
    return {one["id"]: one for one in page["features"]}


def test_the_standard_s_own_tests_pass(live: Live, script: ModuleType) -> None:
    done = list(script.check(f"{live.url}api/v1/features/"))
    assert [f"{one.name} {one.about}: {one.wrong}" for one in done if one.wrong] == []
    assert {one.about.split(":")[0] for one in done} >= set(COLLECTIONS)


def test_a_box_holds_what_meets_it_and_nothing_else(in_world: World) -> None:
    for collection in ("buildings", "facilities"):
        everything = every(collection, community=str(in_world.own))
        drawn = {id: shape(one["geometry"]) for id, one in everything.items() if one["geometry"]}
        west, south, east, north = shape(next(iter(drawn.values()))).bounds
        asked = (west - 0.0005, south - 0.0005, east + 0.0005, north + 0.0005)
        found = every(collection, community=str(in_world.own), bbox=",".join(map(str, asked)))
        right = {id for id, one in drawn.items() if box(*one.bounds).intersects(box(*asked))}
        assert set(found) == right
        assert 0 < len(right) < len(drawn)


def test_outlines_turn_left_and_are_in_the_world(in_world: World) -> None:
    for one in every("buildings", community=str(in_world.own)).values():
        outline = shape(one["geometry"])
        assert outline.exterior.is_ccw
        assert outline.is_valid


def test_an_interval_finds_what_has_ended_and_an_instant_only_what_was(in_world: World) -> None:
    with acting(WALKER) as actor:
        row = PlaceRecord.objects.believed().filter(place__kind="building", community_id=in_world.own).first()
        spot = do.FacilityDetails("canteen", row.lon, row.lat, "试食堂")
        made = do.register_facility(
            spot, community_id=in_world.own, actor=actor, on=dt.date(2024, 5, 1), synthetic=True
        )
        do.end_facility(made.facility_id, actor=actor, on=dt.date(2025, 5, 1))
    id = str(made.facility_id)
    ask = {"community": str(in_world.own), "category": "canteen"}
    assert id not in every("facilities", **ask)
    for when, is_there in (
        ("2024-04-30", False), ("2024-05-01", True), ("2025-04-30", True), ("2025-05-01", False), ("2025-04-30T20:00:00Z", False),
        ("../2024-04-30", False), ("2025-01-01/..", True), ("2025-05-01/..", False), ("2023-01-01/2024-05-01", True),
    ):  # fmt: skip
        assert (id in every("facilities", datetime=when, **ask)) == is_there, when


def test_nothing_is_about_a_person(in_world: World) -> None:
    """No name, no number, no home of anybody; not by a role that may see them elsewhere, either."""
    secrets = in_world.secrets_of(in_world.own)
    for client in (Client(), in_world.client("community_staff")):
        for collection in COLLECTIONS:
            text = client.get(f"{BASE}/collections/{collection}/items", {"limit": "1000"}).content.decode()
            assert [word for word in secrets if word in text] == []
            assert '"kind": "unit"' not in text
    assert Client().get(f"{BASE}/collections/people/items").status_code == 404


def test_where_no_community_is_public_a_stranger_finds_nothing(in_world: World) -> None:
    """Row-level security, not the address, decides: the same query by somebody without a community."""
    from linli.platform.actors import Actor
    from linli.registry.features.asking import Ask
    from linli.registry.features.collections import COLLECTIONS as KEPT

    for actor, sees in (
        (Actor(kind="anonymous"), False),
        (Actor(kind="anonymous", public_communities=frozenset({in_world.other})), True),
    ):
        with acting(actor):
            for id in ("buildings", "facilities", "vacant_spaces", "walkways", "gates"):
                n, features = KEPT[id].page(actor, Ask())
                assert bool(n) == sees, id
                assert {one["properties"]["community"] for one in features} == (
                    {str(in_world.other)} if sees else set()
                )


@pytest.mark.parametrize("query", [{"bbox": "1,2,3"}, {"bbox": "0,10,1,5"}, {"bbox": "nan,0,1,1"}, {"limit": "0"}, {"offset": "-1"},
                                   {"datetime": "2026-02-30"}, {"datetime": "2026-01-02/2026-01-01"}, {"datetime": "2026-01-01T00:00:00"},
                                   {"community": "x"}, {"category": "a\x00"}, {"people": "1"}, {"f": "html"}])  # fmt: skip
def test_what_cannot_be_told_is_refused_by_name(in_world: World, query: dict[str, str]) -> None:
    answer = Client().get(f"{BASE}/collections/facilities/items", query)
    assert answer.status_code == 400
    assert next(iter(query)) in answer.json()["message"]["en"]
