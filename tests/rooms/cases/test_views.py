"""The list's other faces, what one keeps of it, and one deed on several cases."""

from __future__ import annotations

from linli.cases.models import Case, SavedFilter
from linli.platform.db import acting
from tests.world import WALKER

from .street import Street

ROW = "row"


def ids(*cases: Case) -> list[str]:
    return [str(case.pk) for case in cases]


def test_a_dry_run_changes_nothing_and_says_what_cannot_be_done(street: Street) -> None:
    waiting, closed = street.report(), street.report("路灯又坏了")
    street.move(closed, "withdraw", by="resident")
    client = street.world.client("community_staff")
    asked = client.post("/console/cases/bulk/assign/", {ROW: ids(waiting, closed)})
    assert "先看看会怎样" in asked.content.decode()
    tried = client.post(
        "/console/cases/bulk/assign/", {ROW: ids(waiting, closed), "asked": "yes", "desk": "grid_worker", "words": "近"}
    )
    page = tried.content.decode()
    assert "1 件能办" in page
    assert "已经结束了，不能再派" in page
    assert street.fresh(waiting).desk == "property_manager"
    assert len(street.facts(waiting)) == 2, "a dry run tells no fact"


def test_what_was_confirmed_is_done_once_and_the_rest_stays(street: Street) -> None:
    waiting, closed = street.report(), street.report("路灯又坏了")
    street.move(closed, "withdraw", by="resident")
    said = {
        ROW: ids(waiting, closed),
        "asked": "yes",
        "desk": "grid_worker",
        "words": "近",
        "confirmed": "yes",
        "_key": "b1",
    }
    client = street.world.client("community_staff")
    for _ in range(2):
        done = client.post("/console/cases/bulk/assign/", said)
        assert done.headers["Location"] == "/console/cases/?bulk=1&left=1"
    assert street.fresh(waiting).desk == "grid_worker"
    assert sum(fact.name == "cases.case_dispatched" for fact in street.facts(waiting)) == 2
    assert "1 件没办成，原样没动" in client.get(done.headers["Location"]).content.decode()


def test_a_desk_takes_several_at_once_but_not_another_desk_s(street: Street) -> None:
    own, foreign = street.report(), street.report("三楼王奶奶两天没见", type_id="elder_check")
    client = street.world.client("property_manager")
    client.post("/console/cases/bulk/take/", {ROW: ids(own, foreign), "confirmed": "yes"})
    assert street.fresh(own).handler_id == street.actor("property_manager").account_id
    assert street.fresh(foreign).handler_id is None
    assert client.post("/console/cases/bulk/assign/", {ROW: ids(own)}).status_code in (403, 404)
    assert client.post("/console/cases/bulk/take/", {ROW: ["no", str(foreign.pk)]}).status_code == 422


def test_a_filter_is_kept_for_oneself_alone(street: Street) -> None:
    client = street.world.client("community_staff")
    kept = client.post(
        "/console/cases/filters/", {"name": "超时的", "query": "standing=overdue&page=3&q=x", "view": "board"}
    )
    assert kept.headers["Location"] == "/console/cases/board/?standing=overdue"
    assert "超时的" in client.get("/console/cases/").content.decode()
    other = street.world.client("property_manager")
    assert "超时的" not in other.get("/console/cases/").content.decode()
    with acting(street.actor("community_staff")):
        row = SavedFilter.objects.get()
    assert other.post(f"/console/cases/filters/{row.pk}/forget/").status_code == 404
    assert client.post(f"/console/cases/filters/{row.pk}/forget/").status_code == 302
    assert client.post("/console/cases/filters/", {"name": "空", "query": ""}).status_code == 422


def test_board_calendar_and_map_show_what_the_list_shows(street: Street) -> None:
    case = street.report("草坪边井盖翘了", lon=121.5, lat=31.2)
    case = street.fresh(case)
    client = street.world.client("community_staff")
    assert case.number in client.get("/console/cases/board/?type_id=street_lamp").content.decode()
    assert case.number not in client.get("/console/cases/board/?type_id=rubbish").content.decode()
    assert case.due_at is not None
    page = client.get("/console/cases/calendar/?type_id=street_lamp&month=2026-11").content.decode()
    assert f"/console/cases/{case.pk}/" in page
    assert f"/console/cases/{case.pk}/" not in client.get("/console/cases/calendar/?month=2027-03").content.decode()
    assert case.number in client.get("/console/cases/map/").content.decode()
    features = client.get("/console/cases/points.geojson").json()["features"]
    assert [121.5, 31.2] in [
        one["geometry"]["coordinates"] for one in features if one["properties"]["id"] == str(case.pk)
    ]


def test_a_list_of_a_desk_is_of_that_desk_in_every_view(street: Street) -> None:
    hidden = street.report("物业费涨了没人解释", "property_service")
    client = street.world.client("property_manager")
    for view in ("board/", "calendar/", "map/", "points.geojson", ""):
        assert str(hidden.pk) not in client.get(f"/console/cases/{view}").content.decode()
    with acting(WALKER):
        assert Case.objects.filter(pk=hidden.pk).exists()


def test_mine_and_nobody_s_are_told_apart(street: Street) -> None:
    taken, free = street.report(), street.report("地库照明全黑了")
    street.move(taken, "take", by="property_manager")
    client = street.world.client("property_manager")
    mine = client.get("/console/cases/?hands=mine").content.decode()
    assert (taken.number in mine, free.number in mine) == (True, False)
    nobody = client.get("/console/cases/?hands=nobody").content.decode()
    assert (taken.number in nobody, free.number in nobody) == (False, True)


def test_a_dispatcher_sees_who_has_how_much_in_hand_and_gives_it_to_one_of_them(street: Street) -> None:
    busy, case = street.report(), street.report("地库照明全黑了")
    street.move(busy, "take", by="property_manager")
    manager = street.actor("property_manager").account_id
    client = street.world.client("community_staff")
    address = f"/console/cases/{case.pk}/do/?what=assign"
    with acting(WALKER):
        in_hand = [one.phase for one in Case.objects.filter(handler_id=manager)]
    page = client.get(address).content.decode()
    assert f'value="property_manager:{manager}"' in page
    assert f"手上 {in_hand.count('waiting') + in_hand.count('working')} 件" in page
    assert client.post(address, {"desk": f"property_manager:{manager}", "words": ""}).status_code == 302
    assert street.fresh(case).handler_id == manager
    stranger = street.actor("resident").account_id
    assert client.post(address, {"desk": f"property_manager:{stranger}", "words": ""}).status_code == 422
