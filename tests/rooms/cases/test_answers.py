"""Hints on an answer: shown while it is written, in nobody's way; and the answers worth reading again."""

from __future__ import annotations

import datetime as dt

from linli.cases import replies
from linli.platform.db import acting

from .street import Street, hours, photo

WHOLE = "三单元的路灯已更换灯泡，今天下午修好的，还有问题请打物业电话 021-55667788。"


def test_the_hint_says_which_of_the_four_stand_in_what_is_written_and_keeps_nothing(street: Street) -> None:
    case = street.report("三单元楼道灯不亮")
    client = street.world.client("property_manager")
    address = f"/console/cases/{case.pk}/hint/"
    n_facts = len(street.facts(case))
    page = client.post(address, {"words": WHOLE}).content.decode()
    assert page.count("badge green") == 4
    page = client.post(address, {"words": "已收悉，会尽快研究。"}).content.decode()
    assert page.count("badge green") == 0
    assert len(street.facts(case)) == n_facts
    assert street.world.client("resident").post(address, {"words": "x"}).status_code in (403, 404)
    street.move(case, "take", by="property_manager")
    assert 'id="hint"' in client.get(f"/console/cases/{case.pk}/do/?what=finish").content.decode()
    assert 'id="hint"' not in client.get(f"/console/cases/{case.pk}/do/?what=note").content.decode()


def test_a_poor_answer_is_sent_all_the_same_and_found_to_be_read_again(street: Street) -> None:
    at = dt.datetime.now(dt.UTC)
    poor, good = (street.report("三单元楼道灯不亮", at=at - hours(5)) for _ in range(2))
    for case, words in ((poor, "已收悉，会尽快研究。"), (good, WHOLE)):
        street.move(case, "take", by="property_manager", at=at - hours(4))
        street.move(case, "finish", by="property_manager", words=words, photos=[photo()], at=at - hours(3))
    assert street.fresh(poor).phase == "answered"
    staff = street.actor("community_staff")
    with acting(staff):
        found = {one.said.case_id: one for one in replies.worth_reading_again(staff, street.world.own, now=at)}
    assert (poor.pk in found, good.pk in found) == (True, False)
    assert found[poor.pk].is_beside
    page = street.world.client("community_staff").get("/console/cases/answers/").content.decode()
    assert "可能答非所问" in page
    assert street.world.client("property_manager").get("/console/cases/answers/").status_code in (403, 404)
