"""Who may be one: the rules by table, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from linli.registry.residents.homes import HomeIndex, NewHome, NoHomeError, read_home
from linli.registry.residents.same import Traits, certain, join_lines, similar

BORN, OTHER = dt.date(1970, 5, 5), dt.date(1971, 1, 1)


@pytest.mark.parametrize(
    ("one", "other", "is_sure"),
    [
        (Traits("甲", BORN, "138", None), Traits("甲", BORN, "138", None), True),
        (Traits("甲", BORN, None, "id1"), Traits("甲", BORN, "138", "id1"), True),
        (Traits("甲", BORN, None, "id1"), Traits("甲", BORN, None, "id2", frozenset({1})), False),
        (Traits("甲", BORN), Traits("甲", BORN), False),
        (Traits("甲", BORN, homes=frozenset({1})), Traits("甲", BORN, homes=frozenset({1, 2})), True),
        (Traits("甲", BORN, "138"), Traits("甲", OTHER, "138"), False),
        (Traits("甲", BORN, "138"), Traits("乙", BORN, "138"), False),
        (Traits("甲", BORN, "138", homes=frozenset({1})), Traits("甲", BORN, "139", homes=frozenset({1})), False),
    ],
)
def test_what_is_certain(one: Traits, other: Traits, is_sure: bool) -> None:
    assert certain(one, other) is is_sure
    assert certain(other, one) is is_sure


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("王小明", "王晓明", True),
        ("王小明", "王明", True),
        ("王明", "李华", False),
        ("王小明", "王大刚", False),
        ("甲", "乙", False),
    ],
)
def test_names_a_slip_apart(one: str, other: str, alike: bool) -> None:
    assert similar(one, other) is alike


def test_an_owner_of_two_homes_is_one_person_and_another_phone_is_asked() -> None:
    traits = [
        Traits("甲", BORN, "138", homes=frozenset({1})),
        Traits("甲", BORN, "138", homes=frozenset({2})),
        Traits("甲", BORN, "139"),
    ]
    groups, questions, _ = join_lines([2, 3, 4], traits, {})
    assert groups == [[0, 1], [2]]
    assert [(one.line, one.options) for one in questions] == [(4, ("line:2", "new", "skip"))]
    assert join_lines([2, 3, 4], traits, {4: "line:2"})[0] == [[0, 1, 2]]
    assert join_lines([2, 3, 4], traits, {4: "skip"})[2] == {2}


@pytest.mark.parametrize(
    ("written", "found"),
    [("3-2-501", "3-2-501"), ("3幢2单元501室", "3-2-501"), ("清河苑3号楼0501", "清河苑3-501"), ("示例路8号清河苑3栋2单元501", "清河苑3-2-501"),
     ("A座1203", "A-1203"), ("三号楼501", "3-501"), ("１２－０３０２", "12-302"), ("2-门卫室", "2-门卫室")],
)  # fmt: skip
def test_homes_as_people_write_them(written: str, found: str) -> None:
    assert str(read_home(written)) == found


def test_a_building_of_two_compounds_asks_for_the_compound() -> None:
    from uuid import uuid4

    index, east, west, home = HomeIndex(), uuid4(), uuid4(), uuid4()
    index.add_building(east, "观澜苑1幢", "")
    index.add_building(west, "1号楼", "清河苑")
    index.add_unit(home, east, "1幢2单元502", "2单元")
    asked = read_home("1-2-502")
    assert asked is not None
    with pytest.raises(NoHomeError, match="name the compound"):
        index.find(asked)
    inside = read_home("观澜苑1-2-502")
    elsewhere = read_home("清河苑1-2-502")
    assert inside is not None
    assert elsewhere is not None
    assert index.find(inside) == home
    assert index.find(elsewhere) == NewHome(west, "2", "502")
