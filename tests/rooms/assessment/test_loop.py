"""The loop end to end: values come in, the total, a red warning, its plan, the measure, and the turn; a quarter that closes for good."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linli.kernel.errors import InputError, LinliError, NotAllowedError, NotFoundError
from linli.platform.db import acting
from tests.world import WALKER

if TYPE_CHECKING:
    from tests.world import World

NOW = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)
SYSTEM, Q3, Q4 = "micro-circulation", "2026Q3", "2026Q4"
HAND = {
    "road_connectivity": 90.0, "age_friendly_stairs": 17.0, "repair_on_time": 75.0, "reach_emergency_shelter": 50.0,
    "circle_coverage": 65.0, "service_satisfaction": 82.0, "first_response_15min": 95.0, "closed_on_time": 88.0,
    "pm25_reduction": 4.0, "reach_pocket_park": 60.0, "sorting_accuracy": 55.0,
    "proposal_adoption": 30.0, "notice_read_share": 45.0, "participation_rate": 33.0, "feedback_rate": 25.0,
    "waste_reduction": 5.0, "facility_use": 39.0, "spaces_in_use": 40.0,
}  # fmt: skip
HAND_TOTAL = 55.2375  # by hand in test_rules


def entry(measure: str, value: float, *, on: str = "2026-09-30", **more: Any) -> Any:
    from linli.assessment.commands import Entry

    return Entry(measure, value, dt.date.fromisoformat(on), "counted", "第三季度报表", **more)


def enter(world: World, measure: str, value: float, *, period: str = Q3, now: dt.datetime = NOW, **more: Any) -> Any:
    from linli.assessment import commands

    staff = world.actor("community_staff")
    on = "2026-09-30" if period == Q3 else "2026-11-20"
    with acting(staff):
        return commands.record(world.own, SYSTEM, period, entry(measure, value, on=on, **more), actor=staff, now=now)


def code_of(call: Any) -> str:
    with pytest.raises(LinliError) as refused:
        call()
    return refused.value.code


def close(world: World, *, period: str = Q3, now: dt.datetime = NOW, role: str = "assessor") -> Any:
    from linli.assessment import commands

    actor = world.actor(role)
    with acting(actor):
        return commands.close_period(world.own, SYSTEM, period, actor=actor, now=now)


def test_the_closed_quarter_is_the_hand_calculation_and_never_changes(in_world: World) -> None:
    from linli.assessment.models import ScoreRun
    from linli.journal.models import Fact

    for measure, value in HAND.items():
        enter(in_world, measure, value)
    run = close(in_world)
    assert run.score == pytest.approx(HAND_TOTAL, abs=1e-9)
    assert run.known_share == pytest.approx(1.0)
    firsts = [round(node["score"], 6) for node in run.tree["nodes"] if node["level"] == 0]
    assert firsts == [65.0, 80.0, 48.75, 46.0, 35.0]
    assert code_of(lambda: enter(in_world, "waste_reduction", 9.0)) == "assessment.period_closed"
    assert code_of(lambda: close(in_world)) == "assessment.period_closed"
    with acting(WALKER):
        fact = Fact.objects.filter(name="assessment.period_closed", subject_id=run.pk).get()
        assert fact.payload["score_milli"] == 55238
        with pytest.raises(Exception, match=r"permission denied|not rewritten"):
            ScoreRun.objects.filter(pk=run.pk).update(score=99)


def test_a_quarter_is_closed_by_an_assessor_when_it_is_over_and_enough_is_known(in_world: World) -> None:
    with pytest.raises(NotAllowedError):
        close(in_world, role="community_staff")
    assert code_of(lambda: close(in_world, period=Q4)) == "assessment.period_running"
    assert code_of(lambda: close(in_world)) == "assessment.too_little_known"
    assert code_of(lambda: close(in_world, period="2027Q1")) == "assessment.period_ahead"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"value": 101.0}, "assessment.impossible_value"),
        ({"value": float("nan")}, "assessment.impossible_value"),
        ({"value": 50.0, "numerator": 1.0, "denominator": 4.0}, "assessment.not_a_share"),
        ({"value": 50.0, "numerator": 1.0, "denominator": 0.0}, "assessment.bad_denominator"),
        ({"value": 50.0, "numerator": 1.0}, "assessment.bad_denominator"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_be_right(in_world: World, given: dict[str, Any], code: str) -> None:
    assert code_of(lambda: enter(in_world, "participation_rate", **given)) == code


def test_live_values_come_from_the_rooms_with_a_way_to_their_rows(in_world: World) -> None:
    from linli.assessment import commands, queries
    from linli.assessment.rules.period import Period
    from linli.assessment.rules.system import find_system
    from linli.kernel.clock import local_day, now
    from linli.lifecircle import queries as lifecircle

    at = now()
    period = Period.holding(local_day(at), "quarter").code
    assessor = in_world.actor("assessor")
    with acting(assessor):
        rows = {row.measure: row for row in commands.collect(in_world.own, SYSTEM, period, actor=assessor, now=at)}
        assert {"circle_coverage", "road_connectivity", "notice_read_share"} <= set(rows)
        assert not commands.collect(in_world.own, SYSTEM, period, actor=assessor, now=at)  # nothing is new
        found = queries.sheet(assessor, in_world.own, find_system(SYSTEM), Period.parse(period))
    with acting(WALKER):
        coverage = lifecircle.latest_coverage(WALKER, in_world.own)
    assert coverage is not None
    assert rows["circle_coverage"].value == pytest.approx(100 * (coverage.index_share or 0))
    assert rows["circle_coverage"].denominator == coverage.n_persons
    page = in_world.client("assessor").get(rows["circle_coverage"].rows_url)
    assert page.status_code == 200
    assert found.scored.known < 0.5  # most of the eighteen wait for people
    assert found.score is None
    typed = enter(in_world, "circle_coverage", 61.0, period=period, now=at) if period == Q4 else None
    if typed is not None:
        with acting(assessor):
            assert not commands.collect(in_world.own, SYSTEM, period, actor=assessor, now=at)  # what was typed stands


def test_a_red_warning_opens_one_plan_is_worked_on_and_turns(in_world: World) -> None:
    from linli.assessment import commands, queries
    from linli.assessment.models import Plan, Warning

    staff, assessor = in_world.actor("community_staff"), in_world.actor("assessor")
    enter(in_world, "feedback_rate", 20.0, period=Q4)
    enter(in_world, "feedback_rate", 22.0, period=Q4)  # red still: nobody is warned twice
    with acting(staff):
        [warning] = Warning.objects.filter(subject="feedback_rate")
        assert warning.colour == "red"
        plan = Plan.objects.get(warning=warning)
        assert plan.due_at == NOW + dt.timedelta(hours=48)
        assert (
            code_of(lambda: commands.write_plan(plan.pk, aim="到 60%", deeds=[], actor=staff, now=NOW))
            == "assessment.no_measures"
        )
        plan = commands.write_plan(plan.pk, aim="到 60%", deeds=["call_back"], actor=staff, now=NOW)
        [row] = plan.measures.all()
        assert (row.likely, row.cost_fen) == (30.0, 300_000)
        later = NOW + dt.timedelta(hours=5)
        plan = commands.do_measure(plan.pk, row.pk, evidence="回访记录 42 条", actor=staff, now=later)
        assert plan.state == "checking"
        commands.do_measure(plan.pk, row.pk, evidence="again", actor=staff, now=later)  # a second click
        with pytest.raises(NotAllowedError):
            commands.check_plan(plan.pk, again=False, learned="有用", actor=staff, now=later)
    with acting(assessor):
        assert (
            code_of(lambda: commands.check_plan(plan.pk, again=False, learned="有用", actor=assessor, now=later))
            == "assessment.not_measured_again"
        )
    enter(in_world, "feedback_rate", 25.3, period=Q4, now=NOW + dt.timedelta(days=1))  # past red, not yet by the margin
    with acting(assessor):
        assert (
            code_of(lambda: commands.check_plan(plan.pk, again=False, learned="有用", actor=assessor, now=later))
            == "assessment.still_red"
        )
    enter(in_world, "feedback_rate", 85.0, period=Q4, now=NOW + dt.timedelta(days=2))
    with acting(assessor):
        plan = commands.check_plan(
            plan.pk, again=False, learned="回访有用", actor=assessor, now=NOW + dt.timedelta(days=2)
        )
        warning = queries.find_warning(assessor, warning.pk)
        assert (plan.state, plan.value_before, plan.value_after) == ("closed", 20.0, 85.0)
        assert warning.cleared_at is not None
        assert [turn.colour for turn in warning.turns.order_by("id")] == ["red", ""]
        effect = queries.effects("feedback_rate", ["call_back"], community_ids=[in_world.own])["call_back"]
        assert (effect.n, effect.mean, effect.half_width) == (1, 65.0, None)


def test_complaints_that_grow_by_a_fifth_in_a_week_turn_red_overnight_and_ask_for_a_plan(in_world: World) -> None:
    from linli.assessment.models import Observation, Plan, Warning
    from linli.assessment.watching import collect_daily
    from linli.cases import commands as cases
    from linli.cases.models import Case
    from linli.cases.rules.types import case_types
    from linli.kernel.clock import now

    at, day = now(), dt.timedelta(days=1)
    kinds = [one.id for one in case_types().values() if one.group == "complaint"]
    report = cases.Report("物业一直不处理，电话也没人接", kinds[0], way="staff")
    with acting(WALKER):
        lately = Case.objects.filter(community_id=in_world.own, type_id__in=kinds, received_at__gt=at - 14 * day)
        n_before = lately.filter(received_at__lte=at - 7 * day).count()
        n_now = lately.filter(received_at__gt=at - 7 * day).count()
        for _ in range(max(0, 3 - n_before)):
            cases.open_case(in_world.own, report, actor=WALKER, now=at - 10 * day)
        n_before = max(n_before, 3)
        for _ in range(2 * n_before - n_now):
            cases.open_case(in_world.own, report, actor=WALKER, now=at - day)
        assert collect_daily(now=at) > 0
        assert collect_daily(now=at) == 0, "the same day says nothing new"
        row = Observation.objects.get(measure="complaint_growth", community_id=in_world.own)
        assert row.value == pytest.approx(100.0)
        [warning] = Warning.objects.filter(subject="complaint_growth", community_id=in_world.own)
        assert warning.colour == "red"
        assert Plan.objects.get(warning=warning).due_at == at + dt.timedelta(hours=48)
    assert in_world.client("assessor").get(f"/console/assessment/warnings/{warning.pk}/").status_code == 200


def test_who_writes_plans_is_told_of_a_warning_and_nobody_else(in_world: World) -> None:
    from linli.assessment.inbox import fill_inboxes
    from linli.journal.models import Fact
    from linli.platform.inbox.tables import InboxEntry
    from linli.platform.models import Account

    assessor = in_world.actor("assessor")
    enter(in_world, "feedback_rate", 20.0, period=Q4)
    with acting(WALKER):
        facts = Fact.objects.filter(
            name__in=["assessment.warning_raised", "assessment.plan_opened"], community_id=in_world.own
        )
        for fact in [*facts, *facts]:
            fill_inboxes(fact)
        told = InboxEntry.objects.filter(kind="assessment.plan_opened").values_list("account_id", flat=True)
        names = set(Account.objects.filter(pk__in=told).values_list("username", flat=True))
    assert "street_officer" in names
    assert not names & {"assessor", "resident", "community_staff_2"}
    page = in_world.client("street_officer").get("/inbox/").content.decode()
    assert "整改：" in page
    with acting(assessor):
        assert not InboxEntry.objects.filter(account_id=assessor.account_id, kind__startswith="assessment.").exists()


def test_a_measure_handed_over_as_a_case_comes_back_done_when_the_case_is_closed(in_world: World) -> None:
    from linli.assessment import commands
    from linli.assessment.commands.handing import follow_case
    from linli.assessment.commands.planning import Own
    from linli.assessment.models import Plan
    from linli.cases import commands as cases
    from linli.cases.models import Case

    staff = in_world.actor("community_staff")
    enter(in_world, "feedback_rate", 20.0, period=Q4)
    due = NOW.date() + dt.timedelta(days=9)
    with acting(staff):
        plan = Plan.objects.get(warning__subject="feedback_rate", community_id=in_world.own)
        own = [Own("每周公布一次办理结果", "社区", due)]
        commands.write_plan(plan.pk, aim="到 60%", deeds=["call_back"], own=own, actor=staff, now=NOW)
        [library, by_us] = plan.measures.order_by("id")
    browser = in_world.client("community_staff")
    page = browser.get(f"/console/assessment/plans/{plan.pk}/").content.decode()
    assert page.count("交办成事项") == 2
    for _ in range(2):  # a second click makes no second case
        answer = browser.post(f"/console/assessment/plans/{plan.pk}/hand/", {"row": by_us.pk})
        assert answer.headers["Location"].endswith("done=handed")
    with acting(WALKER):
        [case] = Case.objects.filter(type_id="improvement", community_id=in_world.own)
        assert case.handle_due_at.astimezone().isoformat() > f"{due}"
        by_us.refresh_from_db()
        assert by_us.case_id == case.pk
        assert "每周公布一次办理结果" in case.words.get(kind="report").body
    assert case.number in browser.get(f"/console/assessment/plans/{plan.pk}/").content.decode()
    assert in_world.client("assessor").get(f"/console/assessment/plans/{plan.pk}/").status_code == 200
    with acting(WALKER):
        follow_case(case.pk, outcome="refused", actor=WALKER, now=NOW)
        by_us.refresh_from_db()
        assert by_us.case_id is None, "undone, it can be handed over again"
        case_id = commands.hand_over(plan.pk, by_us.pk, actor=staff, now=NOW)
        for _ in range(2):
            follow_case(case_id, outcome="solved", actor=WALKER, now=NOW + dt.timedelta(days=2))
        by_us.refresh_from_db()
        assert by_us.done_at is not None
        assert Case.objects.get(pk=case_id).number in by_us.evidence
        plan.refresh_from_db()
        assert plan.state == "doing"
        assert commands.hand_over(plan.pk, by_us.pk, actor=staff, now=NOW) == case_id
        with pytest.raises(NotAllowedError):
            commands.hand_over(plan.pk, library.pk, actor=in_world.actor("assessor"), now=NOW)
    with acting(staff):
        report = cases.Report("路灯坏了，晚上看不见", "street_lamp", way="staff", handle_by=due)
        assert code_of(lambda: cases.open_case(in_world.own, report, actor=staff, now=NOW)) == "cases.no_day_agreed"


def test_a_late_value_of_an_earlier_period_warns_of_nothing(in_world: World) -> None:
    from linli.assessment.models import Warning

    enter(in_world, "feedback_rate", 90.0, period=Q4)
    enter(in_world, "feedback_rate", 5.0, period=Q3)
    with acting(WALKER):
        assert not Warning.objects.filter(subject="feedback_rate", community_id=in_world.own).exists()


def sheet_of(world: World, fill: dict[str, list[Any]]) -> bytes:
    from openpyxl import load_workbook

    answer = world.client("community_staff").get(f"/console/assessment/template.xlsx?period={Q3}")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    for row in book.worksheets[0].iter_rows(min_row=2):
        for cell, value in zip(row[3:], fill.get(row[0].value, ()), strict=False):
            cell.value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_is_shown_before_it_is_kept_and_its_faults_are_told_by_row(in_world: World, tmp_path: Path) -> None:
    from linli.assessment import commands
    from linli.assessment.models import Observation

    staff = in_world.actor("community_staff")
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(sheet_of(in_world, {"waste_reduction": [6.5, None, None, "2026-09-30", "全数统计", "环卫报表"]}))
    bad.write_bytes(
        sheet_of(
            in_world,
            {
                "waste_reduction": [600, None, None, "2026-09-30", "全数统计", "环卫报表"],
                "facility_use": ["多", None, None, "2026-09-30", "很好", "台账"],
                "feedback_rate": [50, 1, 2, "2026-12-30", "抽样", ""],
            },
        )
    )
    with acting(staff):
        with pytest.raises(InputError) as refused:
            commands.show_import(in_world.own, SYSTEM, Q3, bad, file="bad.xlsx", actor=staff, now=NOW)
        assert len({fault.line for fault in refused.value.faults}) == 3
        assert len(refused.value.faults) == 4
        shown = commands.show_import(in_world.own, SYSTEM, Q3, good, file="good.xlsx", actor=staff, now=NOW)
        assert not Observation.objects.filter(measure="waste_reduction", period=Q3).exists()
        commands.take_import(shown.pk, actor=staff, now=NOW)
        assert Observation.objects.get(measure="waste_reduction", period=Q3).value == 6.5
        assert code_of(lambda: commands.take_import(shown.pk, actor=staff, now=NOW)) == "assessment.import_over"


def test_another_communitys_assessment_is_not_there(in_world: World) -> None:
    from linli.assessment import commands, queries

    staff = in_world.actor("community_staff_2")
    enter(in_world, "feedback_rate", 5.0, period=Q4)
    with acting(staff):
        with pytest.raises(NotFoundError):
            queries.list_warnings(staff, in_world.own)
        with pytest.raises(NotAllowedError):
            commands.record(
                in_world.own, SYSTEM, Q4, entry("feedback_rate", 50.0, on="2026-11-20"), actor=staff, now=NOW
            )


def test_pages_open_for_who_works_with_them_and_the_public_sees_closed_quarters_only(in_world: World) -> None:
    for measure, value in HAND.items():
        enter(in_world, measure, value)
    assessor, staff, anybody = (
        in_world.client("assessor"),
        in_world.client("community_staff"),
        in_world.client("resident"),
    )
    before = anybody.get("/open/assessment/").content.decode()
    assert "55.2" not in before
    close(in_world)
    home = assessor.get(f"/console/assessment/?period={Q3}").content.decode()
    assert "55.2" in home
    assert "55.2" in anybody.get("/open/assessment/").content.decode()
    for path in (
        f"indicator/?period={Q3}&measure=waste_reduction", "warnings/", "warnings/?past", "compare/", "cheapest/", f"close/?period={Q3}",
        f"?period={Q3}&format=csv", f"?period={Q3}&format=json", f"scores.xlsx?period={Q3}", "?system=fujian-future-community&variant=chapter_8",
        "?system=qingdao-service-stars", f"?period={Q3}&weights=equal",
    ):  # fmt: skip
        assert assessor.get(f"/console/assessment/{path}").status_code == 200, path
    assert staff.get("/console/assessment/enter/?measure=waste_reduction").status_code == 200
    assert assessor.get(f"/console/assessment/report.pdf?period={Q3}").content[:5] == b"%PDF-"
    for path, status in (
        ("?period=2026Q9", 422),
        ("?system=nothing", 404),
        ("?weights=none", 404),
        ("indicator/?measure=none", 404),
    ):
        assert assessor.get(f"/console/assessment/{path}").status_code == status, path


def test_the_rates_of_cases_are_counted_from_the_cases(in_world: World) -> None:
    from linli.assessment.live import Span, read_live
    from linli.cases.models import Case
    from linli.kernel.clock import local_day, now

    at = now()
    span = Span(local_day(at) - dt.timedelta(days=80), local_day(at) + dt.timedelta(days=1), local_day(at))
    with acting(WALKER):
        rows = [
            row for row in Case.objects.filter(community_id=in_world.own) if local_day(row.received_at) >= span.first
        ]
        found = read_live("cases.handled_in_time", in_world.own, span)
        rated = [row.satisfaction for row in rows if row.satisfaction]
        points = read_live("cases.satisfaction_points", in_world.own, span)
        three = {
            one: read_live(f"cases.rate:{one}", in_world.own, span) for one in ("response", "solving", "satisfaction")
        }
        right = read_live("cases.dispatched_right", in_world.own, span)
        for wrong in ("cases.rate", "cases.rate:speed", "cases.first_response", "cases.first_response:0"):
            assert code_of(lambda wrong=wrong: read_live(wrong, in_world.own, span)) == "assessment.live_argument"
    counted = [row for row in rows if row.satisfaction]
    happy = three["satisfaction"]
    assert (happy is None) == (not counted)
    if happy is not None:
        assert happy.value == pytest.approx(100 * sum(row.satisfaction >= 4 for row in counted) / len(counted))
    assert three["response"] is not None
    assert 0 <= three["response"].value <= 100
    assert right is not None
    assert right.value == pytest.approx(100 * sum(row.n_returns == 0 for row in rows) / len(rows))
    judged = [row for row in rows if row.handled_at or row.handle_due_at <= at]
    in_time = [row for row in judged if row.handled_at and row.handled_at <= row.handle_due_at]
    assert judged
    assert found is not None
    assert found.denominator == len(judged)
    assert found.value == pytest.approx(100 * len(in_time) / len(judged))
    assert (points is None) == (not rated)
    if points is not None:
        assert points.value == pytest.approx(sum(25 * (one - 1) for one in rated) / len(rated))
