"""A pin on the map, and reports a phone kept while the network was away."""

from __future__ import annotations

import uuid

import pytest

from linli.cases import commands
from linli.cases.models import Case
from linli.cases.pages.report import whose
from linli.kernel.errors import LinliError
from linli.platform.attachments.tables import Attachment
from linli.platform.db import acting
from linli.registry import queries as registry
from tests.world import WALKER

from .street import NINE, Street, photo


def at_home(street: Street) -> tuple[float, float]:
    with acting(WALKER):
        row = registry.find_place(WALKER, street.home())
    assert row.lon is not None
    assert row.lat is not None
    return row.lon, row.lat


def send(street: Street, **said: object):  # type: ignore[no-untyped-def]
    return street.world.client("resident").post(
        "/report/kept/", {"whose": whose(street.actor("resident")), **said}, headers={"accept": "application/json"}
    )


def test_a_pin_alone_finds_the_building_and_the_desk_of_its_grid(street: Street) -> None:
    lon, lat = at_home(street)
    case = street.report(place_id=None, lon=lon, lat=lat)
    assert case.place_id == street.home()
    assert (case.lon, case.lat) == (lon, lat)


def test_a_pin_between_the_houses_lies_in_the_grid_of_the_nearest(street: Street) -> None:
    grid_id = street.home(kind="grid")
    with acting(WALKER):
        houses = list(registry.list_places(WALKER, kind="building", within=grid_id).exclude(shape=None))
        edge = min(houses, key=lambda row: row.west or 180)
        assert edge.west is not None
        assert edge.lat is not None
        at = {"lon": edge.west - 0.0004, "lat": edge.lat}  # 38 m from its wall
        assert registry.place_at(WALKER, street.world.own, edge.lon or 0, edge.lat) == edge
        far = registry.place_at(WALKER, street.world.own, **at)
        near = registry.place_at(WALKER, street.world.own, **at, around_m=60)
        assert far is None or far.place.kind in ("compound", "community")
        assert near is not None
        assert near.place.kind == "grid"


def test_a_pin_in_another_town_is_refused(street: Street) -> None:
    resident = street.actor("resident")
    with acting(resident), pytest.raises(LinliError) as refused:
        commands.keep_draft(street.world.own, "路灯不亮", lon=87.6, lat=43.8, actor=resident, now=NINE)
    assert refused.value.code == "cases.pin_outside"
    page = street.world.client("resident").post(
        "/report/", {"text": "路灯不亮", "place": "elsewhere", "lon": "87.6", "lat": "43.8"}
    )
    assert page.status_code == 422
    assert "图钉不在这个社区里" in page.content.decode()


def test_a_kept_report_comes_in_once_with_its_photos(street: Street) -> None:
    lon, lat = at_home(street)
    said = {
        "text": "单元门锁不上，门禁刷卡没反应，第九次了",
        "lon": str(lon),
        "lat": str(lat),
        "_key": str(uuid.uuid4()),
    }
    answers = [send(street, **said, photos=[photo(), photo()]) for _ in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {answers[0].headers["Location"]}
    assert answers[0].status_code == 302
    with acting(WALKER):
        case = Case.objects.filter(words__body__contains="第九次了").get()
        assert case.place_id == street.home()
        assert Attachment.objects.filter(holder_kind="cases.case", holder_id=case.pk).count() == 2


def test_what_another_account_kept_is_not_sent_in_my_name(street: Street) -> None:
    before = Case.objects.count()
    answer = send(street, whose=whose(street.actor("resident_2")), text="路灯不亮了", _key="k")
    assert (answer.status_code, answer.json()["code"]) == (409, "cases.kept_by_another")
    assert Case.objects.count() == before


def test_a_kept_report_that_cannot_be_taken_says_why(street: Street) -> None:
    answer = send(street, text="好", place="nowhere", _key="k")
    assert answer.status_code == 422
    assert "不是一个地方" in answer.json()["message"]["zh"]
    answer = send(street, text=" ", _key="k2")
    assert answer.status_code == 422


def test_sealed_and_kept_stays_sealed(street: Street) -> None:
    answer = send(street, text="楼上半夜装修电钻响", is_sealed="on", _key=str(uuid.uuid4()))
    assert answer.headers["Location"] == "/matters/?sent=sealed"
    with acting(WALKER):
        case = Case.objects.filter(is_sealed=True).latest("pk")
        assert (case.person_id, case.account_id) == (None, None)
