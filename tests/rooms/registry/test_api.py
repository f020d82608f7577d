"""The registry for machines: GeoJSON as RFC 7946 wants it, numbers masked, and the same rights as everywhere."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from shapely.geometry import Polygon, shape

from linli.platform.db import acting
from linli.platform.models import Account
from linli.registry import commands as do

from .town import LAYER, START, Town, home, person

SQUARE = Polygon([(116.3, 40.0), (116.301, 40.0), (116.301, 40.001), (116.3, 40.001)])


@pytest.fixture
def drawn(town: Town) -> Town:
    with acting(LAYER):
        do.change_place(town.tower, {"shape": SQUARE}, actor=LAYER, on=START)
        spot = do.FacilityDetails("canteen", 116.3005, 40.0005, "食堂")
        do.register_facility(spot, community_id=town.community, actor=LAYER, on=START, synthetic=True)
    return town


def signed_in(role: str | None, place: UUID | None, person_id: UUID | None = None) -> Client:
    account = Account.objects.create(username=role or "nobody", shown_name="某人", person_id=person_id)
    if role and place:
        with acting(LAYER):
            do.grant_role(role, place_id=place, account_id=account.pk, actor=LAYER, reason="测试")
    client = Client()
    client.force_login(account)
    return client


def got(client: Client, path: str, **query: str) -> Any:
    answer = client.get(f"/api/v1/registry/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_anybody_gets_houses_and_facilities_as_geojson(drawn: Town) -> None:
    answer = Client().get(f"/api/v1/registry/{drawn.community}/places.geojson")
    assert answer["Content-Type"] == "application/geo+json"
    features = {feature["id"]: feature for feature in answer.json()["features"]}
    assert shape(features[str(drawn.tower)]["geometry"]).equals(SQUARE)
    assert features[str(drawn.house)]["geometry"] is None
    spots = got(Client(), f"{drawn.community}/facilities.geojson")["features"]
    assert [spot["geometry"]["coordinates"] for spot in spots] == [[116.3005, 40.0005]]
    assert got(Client(), f"{drawn.community}/places.geojson", kind="unit")["features"] == []
    one = got(Client(), f"places/{drawn.tower}")
    assert [holder["kind"] for holder in one["within"]][-2:] == ["grid", "compound"]
    assert Client().get(f"/api/v1/registry/places/{drawn.unit['1-101']}").status_code == 404


def test_people_come_masked_and_only_to_those_who_keep_the_register(drawn: Town) -> None:
    inside = person(drawn, "网内人", phone="13812345678", born_on=dt.date(1950, 1, 1))
    outside = person(drawn, "网外人")
    home(drawn, "1-101", (inside, "head"))
    home(drawn, "2-101", (outside, "head"))
    path = f"{drawn.community}/people"
    staff = got(signed_in("community_staff", drawn.community), path)
    assert staff["n_total"] == 2
    assert {one["phone"] for one in staff["people"]} == {"138****5678", ""}
    grid = got(signed_in("grid_worker", drawn.east), path)
    assert [one["id"] for one in grid["people"]] == [str(inside)]
    assert got(signed_in("carer", None, inside), f"people/{inside}")["name"] == "网内人"
    assert Client().get(f"/api/v1/registry/{path}").status_code in (401, 403)
    planner = signed_in("planner", drawn.community)
    assert planner.get(f"/api/v1/registry/{path}").status_code == 403
    assert planner.get(f"/api/v1/registry/people/{inside}").status_code == 404


def test_a_name_is_looked_for_in_the_body_and_refused_in_an_address(drawn: Town) -> None:
    for name in ("陈找到", "林别人"):
        home(drawn, "1-101" if name == "陈找到" else "2-101", (person(drawn, name), "head"))
    staff = signed_in("community_staff", drawn.community)
    path = f"/api/v1/registry/{drawn.community}/people"
    sent = {"text": "找到", "limit": 1}
    found = staff.post(f"{path}/search", sent, content_type="application/json")
    assert found.status_code == 200
    assert ([one["name"] for one in found.json()["people"]], found.json()["n_total"]) == (["陈找到"], 1)
    refused = staff.get(path, {"text": "找到"})
    assert (refused.status_code, refused.json()["code"]) == (422, "registry.words_in_address")
    assert refused.json()["data"] == {"path": f"{path}/search"}
    assert "找到" not in refused.content.decode()
    too_long = staff.post(f"{path}/search", {"text": "找" * 81}, content_type="application/json")
    assert too_long.status_code == 422
    planner = signed_in("planner", drawn.community)
    assert planner.post(f"{path}/search", sent, content_type="application/json").status_code == 403
    assert Client().post(f"{path}/search", sent, content_type="application/json").status_code in (401, 403)


def test_a_page_of_a_list_has_its_limits(drawn: Town) -> None:
    for name in ("一", "二", "三"):
        person(drawn, name)
    staff = signed_in("community_staff", drawn.community)
    path = f"{drawn.community}/people"
    parts = [got(staff, path, limit="2", offset=offset)["people"] for offset in ("0", "2")]
    assert [len(part) for part in parts] == [2, 1]
    assert staff.get(f"/api/v1/registry/{path}", {"limit": "100000"}).status_code == 422
