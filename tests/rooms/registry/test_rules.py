"""Periods, shares, codes, ages and differences, without a database."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.errors import LinliError
from linli.registry.rules.mapdiff import compare, family
from linli.registry.rules.people import age_on, check_kind_of_life, latest_birth, normal_phone
from linli.registry.rules.periods import Period, check_free, decide_change, decide_end
from linli.registry.rules.places import cell_of, check_code, significant
from linli.registry.rules.tenure import check_shares, total_on

DAY0 = dt.date(2020, 1, 1)
days = st.integers(0, 60).map(lambda n: DAY0 + dt.timedelta(days=n))
periods = st.tuples(days, st.none() | st.integers(1, 60)).map(
    lambda pair: Period(pair[0], None if pair[1] is None else pair[0] + dt.timedelta(days=pair[1]))
)
SPAN = [DAY0 + dt.timedelta(days=n) for n in range(-2, 130)]


def said(rows: list[tuple[Period, str]], day: dt.date) -> list[str]:
    return [content for period, content in rows if period.holds(day)]


def after_change(period: Period, on: dt.date) -> list[tuple[Period, str]]:
    cut = decide_change(period, on)
    rows = [(Period(period.start, cut.at), "old")] if cut.act == "end" else []
    rows += [(cut.before, "old")] if cut.before else []
    return rows + ([(cut.after, "new")] if cut.after else [])


@given(periods, days)
def test_a_change_says_the_old_before_and_the_new_from_the_day_on_and_nothing_twice(
    period: Period, on: dt.date
) -> None:
    if not period.holds(on):
        with pytest.raises(LinliError):
            decide_change(period, on)
        return
    rows = after_change(period, on)
    for day in SPAN:
        want = [] if not period.holds(day) else ["new" if day >= on else "old"]
        assert said(rows, day) == want


@given(periods, days)
def test_an_end_leaves_exactly_the_days_before_it(period: Period, on: dt.date) -> None:
    if on <= period.start or (period.end is not None and on >= period.end):
        with pytest.raises(LinliError):
            decide_end(period, on)
        return
    cut = decide_end(period, on)
    left = cut.before or Period(period.start, cut.at)
    assert [day for day in SPAN if left.holds(day)] == [day for day in SPAN if period.holds(day) and day < on]


@given(periods, periods)
def test_two_periods_overlap_when_they_share_a_day(one: Period, two: Period) -> None:
    shared = any(one.holds(day) and two.holds(day) for day in SPAN)
    assert one.overlaps(two) == two.overlaps(one) == shared
    if shared:
        with pytest.raises(LinliError):
            check_free(one, [two])
    else:
        check_free(one, [two])


shares = st.lists(st.tuples(periods, st.fractions(0, 1, max_denominator=12)), max_size=6)


@given(shares)
@settings(max_examples=40)
def test_shares_are_refused_exactly_when_some_day_holds_more_than_the_whole(
    held: list[tuple[Period, Fraction]],
) -> None:
    too_many = any(total_on(held, day) > 1 for day in SPAN)
    if too_many:
        with pytest.raises(LinliError):
            check_shares(held)
    else:
        check_shares(held)


@given(
    st.dates(dt.date(1900, 1, 1), dt.date(2030, 1, 1)),
    st.dates(dt.date(1950, 1, 1), dt.date(2060, 1, 1)),
    st.integers(0, 60),
)
def test_somebody_is_of_an_age_when_born_not_later_than_its_last_birth(born: dt.date, day: dt.date, age: int) -> None:
    years = age_on(born, day)
    assert years is not None
    assert (years >= age) == (born <= latest_birth(age, day))


def test_one_born_on_a_leap_day_has_the_birthday_on_1_march() -> None:
    born = dt.date(2004, 2, 29)
    assert [
        age_on(born, dt.date(2023, 2, 28)),
        age_on(born, dt.date(2023, 3, 1)),
        age_on(born, dt.date(2024, 2, 29)),
    ] == [18, 19, 20]
    assert age_on(None, born) is None


@pytest.mark.parametrize(
    ("raw", "digits"),
    [
        ("138 1234 5678", "13812345678"),
        ("+86-138-1234-5678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("(0731) 8888-1234", "073188881234"),
        ("12345", "12345"),
        ("400-123-4567", "4001234567"),
        ("00012345678", "00012345678"),
    ],
)
def test_one_number_written_in_many_ways_is_one(raw: str, digits: str) -> None:
    assert normal_phone(raw) == digits


@pytest.mark.parametrize("raw", ["", "12", "23812345678", "13812345678x", "138123456789", "one three eight"])
def test_what_is_no_number_is_refused(raw: str) -> None:
    with pytest.raises(LinliError):
        normal_phone(raw)


@pytest.mark.parametrize(
    ("kind", "code", "above"),
    [
        ("province", "430000", ""),
        ("city", "430100", "430000"),
        ("district", "430102", "430100"),
        ("district", "469021", "460000"),
        ("street", "430102001", "430102"),
        ("street", "441900003", "441900"),
        ("community", "430102001001", "430102001"),
        ("community", "", "430102001"),
    ],
)
def test_a_division_code_that_fits_is_taken(kind: str, code: str, above: str) -> None:
    assert check_code(code, kind=kind, parent_code=above, provinces=frozenset(["43", "44", "46"])) == code


@pytest.mark.parametrize(
    ("kind", "code", "above"),
    [
        ("province", "430100", ""),
        ("province", "990000", ""),
        ("city", "430000", "430000"),
        ("city", "440100", "430000"),
        ("district", "430202", "430100"),
        ("street", "430102000", "430102"),
        ("community", "430102001", "430102001"),
        ("building", "430102001001", "430102001001"),
        ("district", "43010二", "430100"),
    ],
)
def test_a_division_code_that_does_not_fit_is_refused(kind: str, code: str, above: str) -> None:
    with pytest.raises(LinliError, match="bad_division_code"):
        check_code(code, kind=kind, parent_code=above, provinces=frozenset(["43", "44"]))


def test_codes_below_begin_with_the_significant_digits() -> None:
    assert [significant(code) for code in ("430000", "430100", "430102", "430102001", "")] == [
        "43", "4301", "430102", "430102001", "",
    ]  # fmt: skip


def test_a_cell_is_the_same_for_neighbours_and_another_a_street_away() -> None:
    assert cell_of(116.3, 40.0) == cell_of(116.30001, 40.00001)
    assert cell_of(116.3, 40.0) != cell_of(116.305, 40.0)
    assert 0 < cell_of(116.3, 40.0) < 2**63


def test_a_demo_and_a_real_installation_take_their_own_kind_only() -> None:
    check_kind_of_life(synthetic=True, installation="demo")
    check_kind_of_life(synthetic=False, installation="real")
    for synthetic, installation in ((True, "real"), (False, "demo"), (True, None), (False, None)):
        with pytest.raises(LinliError):
            check_kind_of_life(synthetic=synthetic, installation=installation)


def test_a_difference_names_what_is_new_otherwise_gone_and_the_same() -> None:
    registered = {
        "way/1": {"name_zh": "甲", "levels_above": 6, "shape": b"a", "lon": 1.0},
        "way/2": {"name_zh": "乙", "levels_above": None, "shape": b"b", "lon": 2.0},
        "way/3": {"name_zh": "丙", "levels_above": 3, "shape": b"c", "lon": 3.0},
        "way/4": {"name_zh": "丁", "levels_above": 4, "shape": b"d", "lon": 4.0},
    }
    incoming = {
        "way/1": {"name_zh": "甲", "levels_above": None, "shape": memoryview(b"a"), "lon": 1.0},
        "way/2": {"name_zh": "乙", "levels_above": 9, "shape": b"moved", "lon": 2.5},
        "way/9": {"name_zh": "新", "levels_above": 1, "shape": b"n", "lon": 9.0},
    }
    items = compare("building", registered, incoming, ends=["way/3", "way/4"], in_use=["way/4"])
    assert [(item.ref, item.action) for item in items] == [
        ("way/1", "unchanged"),
        ("way/2", "changed"),
        ("way/9", "added"),
        ("way/3", "ended"),
        ("way/4", "kept"),
    ]
    assert items[1].fields == {"levels_above": (None, 9), "shape": (b"b", b"moved")}


def test_references_of_openstreetmap_are_one_family() -> None:
    assert {family(ref) for ref in ("way/1", "node/2", "relation/3")} == {"osm"}
    assert family("syn/b1") == "syn"
    assert family("1") == family("27") == ""
