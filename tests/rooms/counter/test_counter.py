"""The counter: a worker serves somebody without a phone, they confirm, nothing changes before, both see it later."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from tests.rooms.registry.pages.conftest import Browser, Enter
    from tests.rooms.registry.town import Town


def picture(seed: int = 1, side: int = 40) -> str:
    """A small PNG with something on it, as a canvas hands it over."""
    rows = b"".join(b"\0" + bytes((x * y * 7 + seed * 31 + x * x) % 251 for x in range(side)) for y in range(side))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(said)) + kind + said + struct.pack(">I", zlib.crc32(kind + said)) for kind, said in parts
    )
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()


def begin(worker: Browser, person_id: UUID, **said: str) -> str:
    return worker.done(
        f"/console/counter/people/{person_id}/", **({"matter": "general", "note": "问了低保怎么办"} | said)
    )


def act(worker: Browser, url: str, **said: str) -> Any:
    return worker.client.post(url, said)


def resident(town: Town, enter: Enter, person_id: UUID) -> Browser:
    from linli.platform.models import Account

    browser = enter("volunteer", town.community, name=f"r-{person_id.hex[-6:]}")
    Account.objects.filter(username=f"r-{person_id.hex[-6:]}").update(person_id=person_id)
    return browser


def facts(name: str) -> list[Any]:
    from linli.journal.models import Fact
    from linli.platform.actors import System
    from linli.platform.db import acting

    with acting(System("tests")):
        return list(Fact.objects.filter(name=name))


def phone_of(person_id: UUID) -> str:
    from linli.platform.actors import System
    from linli.platform.db import acting
    from linli.platform.privacy import unseal
    from linli.registry import queries

    with acting(System("tests")) as everywhere:
        record = queries.find_person(everywhere, person_id)
        return unseal("registry.phone", bytes(record.phone), table="registry_person", column="phone", row=person_id)


def test_a_new_number_is_written_only_when_the_person_has_signed_and_on_their_behalf(town: Town, enter: Enter) -> None:
    from tests.rooms.registry.town import home, person

    elder = person(town, "钱奶奶", phone="13800000001")
    home(town, "1-101", (elder, "head"))
    worker = enter("community_staff", town.community)
    assert f"/console/counter/people/{elder}/" in act(worker, "/console/counter/", q="qnn").content.decode()
    url = begin(worker, elder, matter="phone", phone="138 0000 0002", note="")
    page = worker.get(url)
    assert "13800000002" in page
    assert "等本人确认" in page
    assert phone_of(elder) == "13800000001"
    assert act(worker, url, act="signature", signature="data:image/png;base64,AAAA").status_code == 422
    assert act(worker, url, act="signature", signature="").status_code == 422
    assert act(worker, url, act="signature", signature=picture()).status_code == 302
    assert phone_of(elder) == "13800000002"
    page = worker.get(url)
    assert "代办回执" in page
    assert "本人签名" in page
    for name in ("counter.person_served", "registry.person_changed"):
        assert facts(name)[-1].on_behalf_of == elder, name
    assert facts("counter.person_served")[-1].payload["way"] == "signature"
    assert act(worker, url, act="signature", signature=picture()).status_code in (409, 422)  # once


def test_the_person_sees_it_later_with_who_did_it_and_nobody_else_does(town: Town, enter: Enter) -> None:
    from tests.rooms.registry.town import person

    elder, neighbour = person(town, "钱奶奶"), person(town, "孙邻居")
    worker = enter("community_staff", town.community, name="worker-li")
    url = begin(worker, elder)
    act(worker, url, act="signature", signature=picture())
    hers, his = resident(town, enter, elder), resident(town, enter, neighbour)
    page = hers.get("/me/counter/")
    assert "worker-li" in page
    where = re.search(r"/me/counter/[0-9a-f-]{36}/", page)
    assert where is not None
    assert "问了低保怎么办" in hers.get(where[0])
    assert "worker-li" not in his.get("/me/counter/")
    assert his.status(where[0]) == 404
    assert "钱奶奶" in worker.get("/console/counter/")
    assert enter("community_staff", town.other).status(url) == 404
    assert enter("property_manager", town.community).status(url) == 403


def test_the_code_stands_on_the_persons_own_page_and_dies_after_five_wrong_ones(town: Town, enter: Enter) -> None:
    from tests.rooms.registry.town import person

    elder = person(town, "钱奶奶")
    worker = enter("community_staff", town.community)
    first, second = begin(worker, elder), begin(worker, elder, note="另一件事")
    hers = resident(town, enter, elder)
    codes = re.findall(r'<b class="no big">(\d{6})</b>', hers.get("/me/counter/"))
    assert len(codes) == 2
    newest, oldest = codes
    assert newest not in worker.get(second)
    wrong = "000000" if newest != "000000" else "111111"
    for left in (4, 3, 2, 1, 0):
        answer = act(worker, second, act="code", code=wrong)
        assert answer.status_code == 422
        assert f"还可以试 {left} 次" in answer.content.decode()
    assert act(worker, second, act="code", code=newest).status_code == 422
    assert "等本人确认" in worker.get(second)
    assert act(worker, first, act="code", code=f" {oldest[:3]} {oldest[3:]}").status_code == 302
    assert "本人报了确认码" in worker.get(first)


def test_a_witness_is_another_worker_under_their_own_account(town: Town, enter: Enter) -> None:
    from tests.rooms.registry.town import person

    elder = person(town, "钱奶奶")
    worker, colleague = (
        enter("community_staff", town.community, name="one"),
        enter("community_staff", town.community, name="two"),
    )
    url = begin(worker, elder)
    assert act(worker, url, act="witness").status_code == 422
    assert "等本人确认" in worker.get(url)
    assert act(colleague, url, act="witness").status_code == 302
    assert "另一位工作人员见证 two" in worker.get(url)


def test_nobody_serves_themselves_and_a_worker_without_the_right_changes_no_record(town: Town, enter: Enter) -> None:
    from linli.platform.models import Account
    from tests.rooms.registry.town import home, person

    elder, self_ = person(town, "钱奶奶"), person(town, "李干事")
    home(town, "1-101", (elder, "head"))
    worker = enter("community_staff", town.community, name="li")
    Account.objects.filter(username="li").update(person_id=self_)
    assert worker.send(f"/console/counter/people/{self_}/", matter="general", note="x").status_code == 422
    grid = enter("grid_worker", town.east)
    assert "换电话号码" not in grid.get(f"/console/counter/people/{elder}/")
    assert grid.send(f"/console/counter/people/{elder}/", matter="phone", phone="13800000009").status_code == 422
    assert enter("grid_worker", town.west).status(f"/console/counter/people/{elder}/") == 404
    assert begin(grid, elder)


def test_what_changed_meanwhile_is_not_overwritten(town: Town, enter: Enter) -> None:
    from linli.platform.actors import System
    from linli.platform.db import acting
    from linli.registry import commands as do
    from tests.rooms.registry.town import START, person

    elder = person(town, "钱奶奶", phone="13800000001")
    worker = enter("community_staff", town.community)
    url = begin(worker, elder, matter="phone", phone="13800000002", note="")
    with acting(System("tests")) as everywhere:
        do.change_person(elder, {"phone": "13800000003"}, actor=everywhere, on=START.replace(year=2024))
    answer = act(worker, url, act="signature", signature=picture())
    assert answer.status_code == 422
    assert "在此期间改过" in answer.content.decode()
    assert phone_of(elder) == "13800000003"
    assert act(worker, url, act="cancel").status_code == 302
    assert "没办" in worker.get(url)


def test_what_was_said_and_signed_is_sealed_in_the_database_and_in_no_fact(town: Town, enter: Enter) -> None:
    from django.db import connection

    from linli.platform.actors import System
    from linli.platform.db import acting
    from tests.rooms.registry.town import person

    elder = person(town, "钱奶奶")
    worker = enter("community_staff", town.community)
    url = begin(worker, elder, note="家里漏水想申请补助")
    act(worker, url, act="signature", signature=picture())
    with acting(System("tests")), connection.cursor() as cursor:
        cursor.execute("SELECT s::text, position(convert_to('漏水', 'UTF8') in note) FROM counter_service s")
        for row, at in cursor.fetchall():
            assert at == 0
            assert "漏水" not in row
    assert all("漏水" not in json.dumps(fact.payload, ensure_ascii=False) for fact in facts("counter.person_served"))


def entry(name: str, home: str, **more: str) -> dict[str, str]:
    plain = {
        "key": str(uuid4()),
        "matter": "general",
        "note": "断网时问的",
        "signature": "",
        "written_at": "2026-01-01T08:00:00Z",
    }
    return plain | {"name": name, "home": home} | more


def send(worker: Browser, *entries: Any) -> Any:
    return worker.client.post("/console/counter/offline/entries/", {"entries": json.dumps(entries)})


def test_entries_made_offline_come_in_once_and_doubtful_ones_are_listed_for_decision(town: Town, enter: Enter) -> None:
    from tests.rooms.registry.town import home, person

    elder, moved = person(town, "钱奶奶"), person(town, "周大爷")
    for _ in range(2):
        person(town, "李同名")
    home(town, "1-101", (elder, "head"))
    home(town, "2-101", (moved, "head"))
    worker = enter("community_staff", town.community)
    said = [
        entry("钱奶奶", "1-101", signature=picture()), entry("钱奶奶", "1号楼101", note="没签"), entry("周大爷", "1-102"),
        entry("无此人", "1-101"), entry("李同名", "1-102"),
    ]  # fmt: skip
    first = send(worker, *said).json()["entries"]
    assert [(one["state"], one["doubt"]) for one in first] == [
        ("done", ""), ("open", ""), ("undecided", "moved"), ("undecided", "nobody"), ("undecided", "moved"),
    ]  # fmt: skip
    assert send(worker, *said).json()["entries"] == first  # the answer got lost: sent again, taken once
    page = worker.get("/console/counter/")
    assert "不住在写的那一户" in page
    assert "册子里没有这个姓名" in page
    undecided = re.findall(
        r"/console/counter/services/([0-9a-f-]{36})/[^>]*>(?:(?!</li>).)*要决定是谁", page, re.DOTALL
    )
    assert len(undecided) == 3
    for service_id in undecided:
        url = f"/console/counter/services/{service_id}/"
        if str(moved) in worker.get(url):
            assert act(worker, url, act="decide", person_id=str(moved)).status_code == 302
            assert "等本人确认" in worker.get(url)
            break
    else:
        raise AssertionError("the one who moved is not offered")
    changed = said[0] | {"note": "换了一句"}
    assert send(worker, changed).status_code == 409


def test_entries_that_are_not_whole_are_refused_with_their_number_and_nothing_is_taken(
    town: Town, enter: Enter
) -> None:
    from linli.counter.models import Service
    from linli.platform.actors import System
    from linli.platform.db import acting

    worker = enter("community_staff", town.community)
    good = entry("某人", "1-101")
    for bad in (
        {}, 7, None, good | {"key": "x"}, good | {"name": ""}, good | {"note": ""}, good | {"matter": "nothing"}, good | {"written_at": "gestern"},
        good | {"signature": "data:image/png;base64,!!"}, good | {"home": ["1"]}, good | {"name": "a\0b"},
    ):  # fmt: skip
        assert send(worker, entry("另一人", "1-102"), bad).status_code == 422, bad
    for body in ("", "{}", "[]", "[" * 5000, json.dumps([good] * 51)):
        assert worker.client.post("/console/counter/offline/entries/", {"entries": body}).status_code == 422, body[:20]
    with acting(System("tests")):
        assert Service.objects.filter(entry_key__isnull=False).count() == 0


def test_numbers_follow_one_another_in_the_day(town: Town, enter: Enter) -> None:
    from tests.rooms.registry.town import person

    elder = person(town, "钱奶奶")
    worker = enter("community_staff", town.community)
    numbers = [re.findall(r"\d{8}-\d{4}", worker.get(begin(worker, elder)))[0] for _ in range(3)]
    assert [number[-4:] for number in numbers] == ["0001", "0002", "0003"]
