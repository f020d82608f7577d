"""One matter reported several times: handled together, counted one by one, confirmed by each reporter, parted again."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.cases import commands, rating
from linli.cases.models import Case
from linli.cases.rules.rates import Happened, add_up, judge
from linli.kernel.errors import LinliError
from linli.platform.db import acting

from .street import NINE, Street, hours, photo
from .test_rates import LATE, moved, received

MANAGER = "property_manager"


def merge(
    street: Street, case: Case, lead: Case, *, by: str = MANAGER, at: dt.datetime = NINE, words: str = ""
) -> Case:
    actor = street.actor(by)
    with acting(actor):
        return commands.merge(case.pk, lead.pk, words=words, actor=actor, now=at)


def part(street: Street, case: Case, *, by: str, at: dt.datetime, words: str = "不是一回事") -> Case:
    actor = street.actor(by)
    with acting(actor):
        return commands.part(case.pk, words=words, actor=actor, now=at)


def refusal(street: Street, act: Any) -> str:
    with pytest.raises(LinliError) as refused:
        act()
    return refused.value.code


def test_a_duplicate_goes_where_its_lead_goes_and_its_own_reporter_says_whether_it_is_solved(street: Street) -> None:
    lead, twin = street.report(), street.report("楼道灯又不亮了")
    limits = twin.respond_due_at, twin.handle_due_at
    merge(street, twin, lead, at=NINE + hours(1), words="和邻居报的是同一盏灯")
    street.move(lead, "take", by=MANAGER, at=NINE + hours(1.5))
    street.move(lead, "finish", by=MANAGER, words="换了灯泡", photos=[photo()], at=NINE + hours(3))
    twin = street.fresh(twin)
    assert (twin.phase, twin.lead_id, twin.handler_id) == ("answered", lead.pk, None)
    assert (twin.respond_due_at, twin.handle_due_at) == limits
    street.move(lead, "confirm", by="resident", satisfaction=5, at=NINE + hours(4))
    assert street.fresh(twin).phase == "answered", "another's word closes nobody's case"
    page = street.world.client("resident").get(f"/matters/{twin.pk}/").content.decode()
    assert "换了灯泡" in page
    assert lead.number in page
    street.move(twin, "confirm", by="resident", satisfaction=3, at=NINE + hours(5))
    judged = {one.case_id: one for one in rating.verdicts(street.world.own, since=NINE, now=LATE)}
    assert (judged[twin.pk].is_solved, judged[twin.pk].satisfaction) == (True, 3)
    assert (judged[twin.pk].n_responses, judged[twin.pk].is_handled_in_time) == (1, True)


def test_the_queue_holds_the_lead_alone_and_the_duplicate_is_worked_on_nowhere_else(street: Street) -> None:
    lead, twin = street.report(), street.report("楼道灯又不亮了")
    merge(street, twin, lead)
    client = street.world.client(MANAGER)
    queue = client.get("/console/queue/").content.decode()
    assert (lead.number in queue, twin.number in queue) == (True, False)
    assert twin.number in client.get("/console/cases/?hands=merged").content.decode()
    assert twin.number in client.get(f"/console/cases/{lead.pk}/").content.decode()
    assert "跟着它走" in client.get(f"/console/cases/{twin.pk}/").content.decode()
    assert refusal(street, lambda: street.move(twin, "take", by=MANAGER)) == "cases.follows_another"
    assert refusal(street, lambda: merge(street, lead, twin)) == "cases.follows_another"
    other = street.report("还有一盏")
    assert refusal(street, lambda: merge(street, lead, other)) == "cases.leads_others"
    assert refusal(street, lambda: merge(street, other, other)) == "cases.merged_with_itself"


def test_what_is_answered_of_another_kind_or_not_in_one_s_charge_is_not_merged(street: Street) -> None:
    lead, done = street.report(), street.report("路灯")
    question, dog = street.report("怎么办证", "question"), street.report("野狗追人", "stray_dog")
    street.move(done, "withdraw", by="resident")
    assert refusal(street, lambda: merge(street, done, lead, by="community_staff")) == "cases.not_being_worked_on"
    assert refusal(street, lambda: merge(street, dog, lead, by="community_staff")) == "cases.not_of_one_kind"
    assert refusal(street, lambda: merge(street, question, lead, by="community_staff")) == "cases.not_of_one_kind"
    assert refusal(street, lambda: merge(street, lead, done, by="resident")) == "linli.not_found"


def test_its_reporter_parts_it_again_and_it_waits_by_the_limits_it_always_had(street: Street) -> None:
    lead, twin = street.report(), street.report("是车库的灯，不是楼道的")
    limits = twin.respond_due_at, twin.handle_due_at
    street.move(lead, "take", by=MANAGER, at=NINE + hours(0.5))
    merge(street, twin, lead, at=NINE + hours(1))
    assert street.fresh(twin).phase == "working"
    client = street.world.client("resident")
    said = client.post(f"/matters/{twin.pk}/say/?move=part", {"words": "不是同一盏灯"})
    assert said.headers["Location"].endswith("done=parted")
    twin = street.fresh(twin)
    assert (twin.phase, twin.lead_id, twin.responded_at, twin.round) == ("waiting", None, None, 1)
    assert (twin.respond_due_at, twin.handle_due_at) == limits
    assert twin.number in street.world.client(MANAGER).get("/console/queue/").content.decode()
    assert refusal(street, lambda: part(street, twin, by="resident", at=NINE)) == "cases.not_merged"


def test_a_dispute_opens_the_duplicate_on_its_own_with_a_new_round(street: Street) -> None:
    lead, twin = street.report(), street.report("楼道灯又不亮了")
    merge(street, twin, lead)
    street.move(lead, "take", by=MANAGER, at=NINE + hours(1))
    street.move(lead, "finish", by=MANAGER, words="好了", photos=[photo()], at=NINE + hours(2))
    street.move(twin, "dispute", by="resident", words="我这盏还黑着", at=NINE + hours(3))
    twin = street.fresh(twin)
    assert (twin.phase, twin.round, twin.lead_id) == ("working", 2, None)
    assert street.fresh(lead).phase == "answered"
    judged = {one.case_id: one for one in rating.verdicts(street.world.own, since=NINE, now=NINE + hours(4))}
    assert judged[twin.pk].is_solved is False


def test_a_lead_opened_again_takes_along_who_has_not_spoken_and_a_lead_withdrawn_sets_free(street: Street) -> None:
    lead, silent, content = street.report(), street.report("灯一"), street.report("灯二")
    for one in (silent, content):
        merge(street, one, lead)
    street.move(lead, "take", by=MANAGER, at=NINE + hours(1))
    street.move(lead, "finish", by=MANAGER, words="好了", photos=[photo()], at=NINE + hours(2))
    street.move(content, "confirm", by="resident", at=NINE + hours(3))
    street.move(lead, "dispute", by="resident", words="又坏了", at=NINE + hours(4))
    assert (street.fresh(silent).phase, street.fresh(silent).round) == ("working", 2)
    assert street.fresh(content).phase == "closed"
    street.move(lead, "withdraw", by="resident", at=NINE + hours(5))
    assert (street.fresh(silent).phase, street.fresh(silent).lead_id) == ("waiting", None)


def test_no_merging_makes_an_overdue_case_look_timely() -> None:
    late, lead = uuid4(), uuid4()
    facts = [
        received(late), Happened(late, "cases.case_merged", NINE + hours(5), {"lead_id": str(lead), "phase": "working"}),
        moved(late, "finish", "answered", 60), moved(late, "confirm", "closed", 61, outcome="solved"),
    ]  # fmt: skip
    [verdict] = judge(facts, LATE)
    assert (verdict.n_responses, verdict.n_in_time, verdict.is_handled_in_time) == (1, 0, False)


def test_a_response_through_a_lead_that_was_not_its_own_never_was() -> None:
    case = uuid4()
    merged = Happened(case, "cases.case_merged", NINE + hours(1), {"phase": "working"})
    parted = Happened(case, "cases.case_parted", NINE + hours(30), {"phase_before": "working"})
    [verdict] = judge([received(case), merged, parted], LATE)
    assert (verdict.n_responses, verdict.n_in_time, verdict.is_solved) == (1, 0, False)
    [verdict] = judge([received(case), merged, parted, moved(case, "take", "working", 31)], LATE)
    assert (verdict.n_responses, verdict.n_in_time, verdict.respond_s) == (1, 0, 31 * 3600)


STEPS = st.lists(st.tuples(st.sampled_from(["merged", "parted", "finish"]), st.floats(0, 100)), max_size=6)


@given(STEPS, st.booleans())
def test_merging_and_parting_never_betters_a_rate(steps: list[tuple[str, float]], is_taken: bool) -> None:
    """Against the same case taken at the moment of the first merge and never merged: no share of the three gets better."""
    case: UUID = UUID(int=1)
    told, plain, following = [received(case)], [received(case)], False
    for what, at_h in sorted(steps, key=lambda one: one[1]):
        at = NINE + hours(at_h)
        if what == "merged" and not following:
            following = True
            phase = "working" if is_taken else "waiting"
            told.append(Happened(case, "cases.case_merged", at, {"phase": phase}))
            plain.append(moved(case, "take", phase, at_h))
        elif what == "parted" and following:
            following = False
            told.append(Happened(case, "cases.case_parted", at, {"phase_before": "working"}))
        elif what == "finish" and following:
            for rows in (told, plain):
                rows.append(moved(case, "finish", "answered", at_h))
            break
    got, bound = (add_up(judge(rows, LATE), satisfied_from=4) for rows in (told, plain))
    assert got.n_responses >= bound.n_responses
    assert got.n_in_time <= bound.n_in_time
    assert got.n_solved <= bound.n_solved
    assert got.n_ended >= bound.n_ended


def test_several_are_merged_at_once_after_a_dry_run_that_changes_nothing(street: Street) -> None:
    lead, twin, gone = (
        street.report(),
        street.report("灯不亮", at=NINE + hours(0.2)),
        street.report("灯坏", at=NINE + hours(0.3)),
    )
    street.move(gone, "withdraw", by="resident", at=NINE + hours(0.4))
    client = street.world.client("community_staff")
    rows = [str(one.pk) for one in (twin, lead, gone)]
    asked = client.post("/console/cases/bulk/merge/", {"row": rows}).content.decode()
    [leading] = [one for one in asked.split("<input") if 'name="lead"' in one and " checked" in one]
    assert str(lead.pk) in leading, "the first one received leads unless somebody says otherwise"
    ready = {"row": rows, "asked": "yes", "lead": str(lead.pk), "words": "同一盏灯"}
    tried = client.post("/console/cases/bulk/merge/", ready).content.decode()
    assert "1 件能办" in tried
    assert street.fresh(twin).lead_id is None
    done = client.post("/console/cases/bulk/merge/", ready | {"confirmed": "yes", "_key": "m1"})
    assert done.headers["Location"] == "/console/cases/?bulk=1&left=1"
    assert street.fresh(twin).lead_id == lead.pk
    assert client.post("/console/cases/bulk/merge/", {"row": rows[:1]}).status_code == 422
    forged = client.post("/console/cases/bulk/merge/", ready | {"lead": str(uuid4()), "confirmed": "yes"})
    assert forged.status_code == 422
    parted = client.post(f"/console/cases/{twin.pk}/do/?what=part", {"words": "看错了"})
    assert parted.status_code == 302
    assert street.fresh(twin).lead_id is None


def test_a_machine_merges_once_for_a_key_and_reads_the_lead(street: Street) -> None:
    lead, twin = street.report(), street.report("灯不亮")
    client = street.world.client("community_staff")
    address = f"/api/v1/cases/{twin.pk}/merge"
    body = {"lead_id": str(lead.pk)}
    for _ in range(2):
        made = client.post(address, body, content_type="application/json", headers={"Idempotency-Key": "k1"})
        assert (made.status_code, made.json()["lead_id"]) == (200, str(lead.pk))
    assert client.get(f"/api/v1/cases/{twin.pk}").json()["lead_id"] == str(lead.pk)
    assert client.post(address, {"lead_id": "x"}, content_type="application/json").status_code == 422


def test_a_sealed_reporter_of_a_duplicate_stays_sealed(street: Street) -> None:
    lead, sealed = street.report(), street.report("灯不亮", is_sealed=True)
    merge(street, sealed, lead)
    part(street, sealed, by="resident", at=NINE + hours(1))
    own = street.actor("resident").account_id
    for fact in street.facts(sealed):
        assert str(own) not in f"{fact.actor}{fact.payload}"
