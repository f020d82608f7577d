"""A plain script by the public GeoReport v2 specification: what there is to report, a report, reading it back, in both notations."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from linli.cases import commands
from linli.cases.commands.systems import end_key, make_key
from linli.cases.models import Case
from linli.platform.db import acting
from tests.world import WALKER

from .street import NINE, Street


@pytest.fixture
def key(street: Street) -> str:
    with acting(WALKER):
        return make_key(street.world.own, "城市热线", now=NINE)[1]


def rows(answer: Any, item: str) -> list[dict[str, str]]:
    """A list of flat mappings, from either notation."""
    if answer.headers["Content-Type"].startswith("application/json"):
        return json.loads(answer.content)
    return [{child.tag: child.text or "" for child in one} for one in ElementTree.fromstring(answer.content).iter(item)]


@pytest.mark.parametrize("notation", ["json", "xml"])
def test_create_and_read(street: Street, key: str, notation: str) -> None:
    client = Client(enforce_csrf_checks=True)
    services = rows(client.get(f"/open311/v2/services.{notation}"), "service")
    lift = next(one for one in services if one["service_code"] == "lift_fault")
    assert str(lift["metadata"]).lower() == "true"
    assert "kind" in client.get(f"/open311/v2/services/lift_fault.{notation}").content.decode()
    sent = client.post(
        f"/open311/v2/requests.{notation}",
        {
            "api_key": key,
            "service_code": "lift_fault",
            "lat": "30.1",
            "long": "118.2",
            "description": "二号梯停了",
            "attribute[kind]": "stands",
        },
    )
    assert sent.status_code == 201
    made = rows(sent, "request")[0]["service_request_id"]
    assert client.get(f"/open311/v2/requests/{made}.{notation}").status_code == 404, "not public yet"
    [own] = rows(client.get(f"/open311/v2/requests/{made}.{notation}?api_key={key}"), "request")
    assert (own["status"], own["description"], own["service_code"]) == ("open", "二号梯停了", "lift_fault")
    staff = street.actor("community_staff")
    with acting(staff):
        commands.publish(made, "二号楼电梯停运", actor=staff, now=NINE)
    [seen] = rows(
        client.get(f"/open311/v2/requests.{notation}?service_request_id={made}&jurisdiction_id={street.world.own}"),
        "request",
    )
    assert seen["description"] == "二号楼电梯停运"
    with acting(WALKER):
        assert Case.objects.get(pk=made).way == "open311"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"api_key": "x"}, 403), ({"service_code": ""}, 400), ({"service_code": "nothing"}, 404), ({"lat": ""}, 400), ({"lat": "north"}, 400),
        ({"long": "900"}, 400), ({"attribute[kind]": ""}, 400), ({"attribute[kind]": "flies"}, 400), ({"description": "长" * 10_000}, 400),
        ({"service_code": "whistle"}, 404),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_the_specification_s_shape(key: str, change: dict[str, str], status: int) -> None:
    whole = {
        "api_key": key,
        "service_code": "lift_fault",
        "lat": "30.1",
        "long": "118.2",
        "description": "停了",
        "attribute[kind]": "stands",
    }
    answer = Client().post("/open311/v2/requests.json", whole | change)
    assert answer.status_code == status
    [error] = json.loads(answer.content)
    assert error["code"] == status
    assert error["description"]


def test_a_key_that_was_ended_reports_no_more(street: Street) -> None:
    with acting(WALKER):
        row, key = make_key(street.world.own, "旧系统", now=NINE)
        end_key(row.pk, now=NINE)
    answer = Client().post(
        "/open311/v2/requests.json", {"api_key": key, "service_code": "noise", "lat": "30", "long": "118"}
    )
    assert answer.status_code == 403


def test_the_programming_interface_reports_once_for_one_key_and_lists_what_one_works_on(street: Street) -> None:
    resident = street.world.client("resident")
    body = {
        "community_id": str(street.world.own),
        "text": "楼道灯不亮",
        "type_id": "street_lamp",
        "place_id": str(street.home()),
    }
    answers = [
        resident.post("/api/v1/reports", body, content_type="application/json", headers={"Idempotency-Key": "a1"})
        for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    made = answers[0].json()["id"]
    listed = street.world.client("property_manager").get(f"/api/v1/cases?community={street.world.own}").json()["cases"]
    assert listed[0]["id"] == made
    assert resident.get(f"/api/v1/cases?community={street.world.own}").status_code == 403
    assert resident.get(f"/api/v1/cases/{made}").json()["state"] == "received"
    assert street.world.client("resident_2").get(f"/api/v1/cases/{made}").status_code == 404
