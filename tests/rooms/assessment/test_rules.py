"""Periods, systems and their faults, scores and colours: pure functions against hand-made numbers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.assessment.live import known_live
from linli.assessment.rules.colours import SCHEMES, changed_colour, decide_colour, scheme
from linli.assessment.rules.period import Period, check_period
from linli.assessment.rules.plans import effect_of
from linli.assessment.rules.scoring import compute_score, points, sensitivity
from linli.assessment.rules.strategies import strategies
from linli.assessment.rules.system import find_system, known_systems, read_system
from linli.kernel.errors import InputError, LinliError
from linli.kernel.policyfile import find_policy, read_policy

MICRO = find_system("micro-circulation")
LIMITS = [("red", 60.0), ("yellow", 80.0), ("blue", 90.0)]


def test_the_shipped_systems_hold_what_their_sources_name_and_say_what_they_do_not() -> None:
    held = {one.id: (len(one.children("root")), len(one.leaves)) for one in known_systems()}
    assert held["micro-circulation"] == (5, 18)
    assert held["fujian-future-community"] == (4, 13)
    fujian = find_system("fujian-future-community")
    assert len([one for one in fujian.indicators if fujian.indicator(one.id).parent in {"livability", "smartness", "resilience", "humanity"}]) == 6  # fmt: skip
    assert [n for _, n in fujian.declared] == [4, 12, 36]
    assert [n for _, n in find_system("qingdao-service-stars").declared] == [6, 32]
    assert MICRO.weight_set("source").groups["root"] == {
        "infrastructure": 15, "service": 20, "environment": 25, "participation": 30, "resources": 10
    }  # fmt: skip
    assert find_system("perception-process-innovation").weight_set().groups["root"] == {"perception": 45, "process": 30, "innovation": 25}  # fmt: skip
    assert find_system("responsibility-matrix").weight_set().groups["root"] == {"satisfaction": 40, "timeliness": 30, "dispatch": 30}  # fmt: skip


def test_every_live_number_a_system_asks_for_is_registered_and_every_strategy_serves_something_observed() -> None:
    asked = {one.live.partition(":")[0] for system in known_systems() for one in system.leaves if one.live}
    assert asked - set(known_live()) == set()
    measures = {one.measure for system in known_systems() for one in system.leaves} | {"complaints"}
    assert {key for one in strategies() for key in one.measures} - measures == set()
    assert {key for one in strategies() for deed in one.deeds for key in deed.lifts} - measures == set()


def test_contradicting_targets_are_kept_as_named_variants() -> None:
    smart = find_system("zhejiang-modern-community").indicator("smart_coverage")
    assert smart.target(2024, "guide").value == 80
    assert smart.target(2024, "plan").value == 50
    assert smart.target(2026, "plan").value == 80


FAULTY = """kind: indicator_system
id: broken
version: 1
title: {zh: 坏的, en: Broken}
effective_from: 2026-01-01
designed_here: a test

summary: {zh: 坏, en: Broken}
cadence: quarter
missing: {least_known_share: 0.5}
indicators:
  - {id: a, title: {zh: 甲, en: A}}
  - {id: b, parent: a, title: {zh: 乙, en: B}, unit: {zh: "%", en: "%"}, direction: higher, valid: {least: 0}, scale: {zero_at: 0, full_at: 100}}
  - {id: c, parent: a, title: {zh: 丙, en: C}, unit: {zh: "%", en: "%"}, direction: higher, valid: {least: 0}, scale: {zero_at: 100, full_at: 0}}
  - {id: d, parent: nowhere, title: {zh: 丁, en: D}, unit: {zh: "%", en: "%"}, direction: lower, valid: {least: 0}, scale: {zero_at: 9, full_at: 1}}
weight_sets:
  - id: w
    title: {zh: 权, en: W}
    groups:
      - of: a
        total: 100
        weights: {b: WEIGHT, c: 45}
"""


def test_weights_that_do_not_sum_are_told_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(FAULTY.replace("WEIGHT", "50"), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_policy(file)
    [fault] = refused.value.faults
    assert fault.line == 22
    assert "100, got 95" in fault.message.en


def test_every_fault_of_a_system_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(FAULTY.replace("WEIGHT", "55"), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_system(read_policy(file))
    assert {(fault.line, fault.message.en.split(" ")[0]) for fault in refused.value.faults} == {
        (14, "the"),
        (15, "there"),
    }


def test_periods_are_read_and_follow_each_other() -> None:
    assert [Period.parse(code).code for code in ("2026Q4", "2026h1", "2026")] == ["2026Q4", "2026H1", "2026"]
    assert Period.parse("2026Q1").before().code == "2025Q4"
    assert Period.parse("2026H2").next().code == "2027H1"
    assert (Period.parse("2026Q3").first_day, Period.parse("2026Q3").last_day) == (dt.date(2026, 7, 1), dt.date(2026, 9, 30))  # fmt: skip
    assert Period.holding(dt.date(2026, 12, 31), "quarter").code == "2026Q4"


@pytest.mark.parametrize(
    ("code", "error"),
    [("2026Q5", "assessment.bad_period"), ("Q3", "assessment.bad_period"), ("2026", "assessment.other_cadence"), ("2027Q1", "assessment.period_ahead")],
)  # fmt: skip
def test_a_period_that_cannot_be_assessed_is_refused_in_words(code: str, error: str) -> None:
    with pytest.raises(LinliError) as refused:
        check_period(code, cadence="quarter", system="x", today=dt.date(2026, 11, 25))
    assert refused.value.code == error


HAND = {
    "road_connectivity": 90.0, "age_friendly_stairs": 17.0, "repair_on_time": 75.0, "reach_emergency_shelter": 50.0,
    "circle_coverage": 65.0, "service_satisfaction": 82.0, "first_response_15min": 95.0, "closed_on_time": 88.0,
    "pm25_reduction": 4.0, "reach_pocket_park": 60.0, "sorting_accuracy": 55.0,
    "proposal_adoption": 30.0, "notice_read_share": 45.0, "participation_rate": 33.0, "feedback_rate": 25.0,
    "waste_reduction": 5.0, "facility_use": 39.0, "spaces_in_use": 40.0,
}  # fmt: skip


def test_the_score_of_micro_circulation_is_the_hand_calculation() -> None:
    """Each line is the sum a person would write beside the table of the source, with the weights of the policy."""
    infrastructure = 0.4 * 90 + 0.2 * (17 / 85 * 100) + 0.2 * 75 + 0.2 * 50  # 36 + 4 + 15 + 10 = 65
    service = 0.4 * 65 + 0.2 * 82 + 0.2 * (95 / 95 * 100) + 0.2 * 88  # 26 + 16.4 + 20 + 17.6 = 80
    environment = 0.5 * (4 / 10 * 100) + 0.25 * 60 + 0.25 * 55  # 20 + 15 + 13.75 = 48.75
    participation = (
        0.4 * (30 / 60 * 100) + 0.2 * (45 / 90 * 100) + 0.2 * (33 / 60 * 100) + 0.2 * 25
    )  # 20 + 10 + 11 + 5 = 46
    resources = 0.5 * (5 / 20 * 100) + 0.25 * (39 / 78 * 100) + 0.25 * 40  # 12.5 + 12.5 + 10 = 35
    total = (15 * infrastructure + 20 * service + 25 * environment + 30 * participation + 10 * resources) / 100
    scored = compute_score(MICRO, HAND, MICRO.weight_set())
    assert [round(node.score or 0, 9) for node in scored.root.children] == [65.0, 80.0, 48.75, 46.0, 35.0]
    assert total == pytest.approx(55.2375)  # 9.75 + 16 + 12.1875 + 13.8 + 3.5
    assert scored.score == pytest.approx(total, abs=1e-12)


def test_missing_values_hand_their_weight_to_their_group_and_too_few_give_no_total() -> None:
    scored = compute_score(MICRO, {"road_connectivity": 90.0, "repair_on_time": 75.0}, MICRO.weight_set())
    node = scored.node("infrastructure")
    assert node is not None
    assert node.score == pytest.approx((0.4 * 90 + 0.2 * 75) / 0.6)
    assert node.known == pytest.approx(0.6)
    assert scored.known == pytest.approx(0.09)
    assert scored.score is None
    assert compute_score(MICRO, {}, MICRO.weight_set()).root.score is None


def test_points_are_a_straight_line_cut_at_both_ends_either_way_round() -> None:
    ageing = find_system("zhejiang-modern-community").indicator("pipe_ageing")
    assert [points(ageing, value) for value in (70.0, 60.0, 37.5, 15.0, 3.0)] == [0, 0, 50, 100, 100]


@given(st.dictionaries(st.sampled_from([one.measure for one in MICRO.leaves]), st.floats(0, 100), min_size=1))
def test_a_score_lies_between_its_parts_and_never_falls_when_a_value_rises(values: dict[str, float]) -> None:
    scored = compute_score(MICRO, values, MICRO.weight_set())
    parts = [node.score for node in scored.root.walk() if node.value is not None and node.score is not None]
    assert scored.root.score is not None
    assert min(parts) - 1e-9 <= scored.root.score <= max(parts) + 1e-9
    raised = compute_score(MICRO, {key: value + 1 for key, value in values.items()}, MICRO.weight_set())
    assert (raised.root.score or 0) >= scored.root.score - 1e-9


def test_sensitivity_names_the_weight_that_moves_the_total_most() -> None:
    shifts = sensitivity(MICRO, HAND, MICRO.weight_set())
    assert shifts[0].id == "service"  # 80 points, far above the total, with a fifth of the weight
    less = (15 * 65 + 18 * 80 + 25 * 48.75 + 30 * 46 + 10 * 35) / 98
    assert shifts[0].less == pytest.approx(less)
    assert [one.span for one in shifts] == sorted((one.span for one in shifts), reverse=True)


def test_a_trembling_number_keeps_its_colour_and_a_worse_one_takes_it_at_once() -> None:
    present, seen = "", []
    for value in (61.0, 59.9, 60.5, 59.0, 61.1, 61.3, 79.9, 81.0, 82.0, 95.0):
        present = decide_colour(value, LIMITS, direction="higher", present=present, margin_share=0.02)
        seen.append(present)
    # red is left at 61.2 (60 + 2 %), yellow at 81.6 (80 + 2 %), blue at 91.8
    assert seen == ["yellow", "red", "red", "red", "red", "yellow", "yellow", "yellow", "blue", ""]


@given(st.lists(st.floats(0, 200), min_size=1, max_size=30), st.sampled_from(["higher", "lower"]))
def test_whatever_comes_the_colour_is_never_better_than_the_plain_one(values: list[float], direction: str) -> None:
    limits = LIMITS if direction == "higher" else [("red", 90.0), ("yellow", 80.0), ("blue", 60.0)]
    order = ["red", "yellow", "blue", ""]
    present = ""
    for value in values:
        plain = decide_colour(value, limits, direction=direction, present="", margin_share=0.02)
        present = decide_colour(value, limits, direction=direction, present=present, margin_share=0.02)
        assert order.index(present) <= order.index(plain)


def test_the_three_schemes_are_apart_and_say_what_their_sources_say() -> None:
    assert {id: [one.id for one in scheme(id).colours] for id in SCHEMES} == {
        "threshold": ["red", "yellow", "blue"], "demand": ["red", "yellow", "blue"], "unit": ["red", "yellow", "green"]
    }  # fmt: skip
    assert (scheme("threshold").plan_colour, scheme("threshold").plan_h) == ("red", 48)
    assert changed_colour(121.0, 100.0, "complaints", scheme("threshold").changes) == "red"
    assert changed_colour(120.0, 100.0, "complaints", scheme("threshold").changes) == ""


def test_an_effect_is_told_with_how_sure_it_is() -> None:
    assert effect_of([]) is None
    assert effect_of([4.0]).half_width is None
    two = effect_of([2.0, 6.0])
    assert (two.n, two.mean) == (2, 4.0)
    assert two.half_width == pytest.approx(4.0)


def test_policies_of_assessment_cite_every_number() -> None:
    target = find_policy("indicator_system", "micro-circulation").citation(
        "weight_sets", 0, "groups", 0, "weights", "participation"
    )
    assert target is not None
    assert target.words.startswith("I83–I87")
