"""Blind spots: which houses make one, in what order they are told, and what they are called."""

from __future__ import annotations

import pytest

from linli.kernel.text import Text
from linli.lifecircle.rules.gaps import ranked_places, worst_extra
from linli.lifecircle.rules.names import Anchor, building_name, gap_name

from .made import facility, house, made_map, minutes, network, run

LONG = network([(0, 0), (2000, 0), (4000, 0), (5000, 5000), (6000, 5000)], [(0, 1), (1, 2), (3, 4)])


def big(ref: str, x_m: float, y_m: float = 20, **more: object):  # type: ignore[no-untyped-def]
    return house(ref, x_m, y_m, size=20, levels=6, **more)


def test_houses_near_each_other_are_one_blind_spot_and_the_worst_comes_first() -> None:
    homes = [big("a", 1500), big("b", 1550), big("c", 1600), big("d", 3000), big("near", 100)]
    found = run(made_map(LONG, homes, [facility("f", "shop", 0, 0)]), minutes("shop", 15))
    gaps = found.shown.gaps[0]
    assert [tuple(sorted(gap.houses)) for gap in gaps] == [(0, 1, 2), (3,)]
    assert gaps[0].persons == pytest.approx(3 * gaps[1].persons)
    assert gaps[1].worst_extra_min == pytest.approx((3000 + 20) / 60 - 15, abs=0.01)


def test_houses_on_an_island_have_no_way_and_no_minutes() -> None:
    homes = [big("a", 5500, 5020)]
    found = run(made_map(LONG, homes, [facility("f", "shop", 0, 0)]), minutes("shop", 15))
    gap = found.shown.gaps[0][0]
    assert (gap.extra_min, gap.worst_extra_min) == (None, None)
    assert gap.persons_no_way == gap.persons > 0


def test_what_the_map_does_not_hold_makes_no_blind_spot() -> None:
    found = run(made_map(LONG, [big("a", 100)], []), minutes("shop", 15))
    assert found.shown.gaps == ((),)


def test_an_empty_house_makes_no_blind_spot() -> None:
    homes = [big("home", 100), house("office", 3000, 20, size=20, use="office")]
    found = run(made_map(LONG, homes, [facility("f", "shop", 0, 0)]), minutes("shop", 15))
    assert found.shown.gaps == ((),)


def test_the_same_houses_lacking_several_kinds_are_told_once() -> None:
    homes = [big("a", 3000), big("b", 100)]
    stores = [facility("f", "shop", 0, 0), facility("g", "school", 900, 0)]
    found = run(made_map(LONG, homes, stores), minutes("shop", 15), minutes("school", 15))
    places = ranked_places(found.shown.gaps)
    assert [[gap.item.category for gap in place] for place in places] == [["shop", "school"]]
    assert worst_extra(places[0]) == places[0][0].extra_min


@pytest.mark.parametrize(
    ("more", "zh"),
    [
        ({"name_zh": "枫林楼"}, "枫林楼"),
        ({"name_en": "Maple House"}, "Maple House"),
        ({"house_number": "8", "street": "清溪路"}, "清溪路8号"),
        ({"house_number": "8号楼", "compound": "枫林三村", "street": "清溪路"}, "枫林三村8号楼"),
        ({}, "未命名楼（way/1）"),
    ],
)
def test_a_house_is_called_what_people_would_look_for(more: dict[str, str], zh: str) -> None:
    assert building_name(house("way/1", 0, 0, **more)).zh == zh


def test_a_blind_spot_is_named_by_compound_then_houses_then_direction() -> None:
    anchor = [Anchor(Text("菜场", "market"), 0.0, 0.0)]
    names = [Text("甲楼", "A"), Text("乙楼", "B"), None]
    assert gap_name(names, ["三村", "三村", ""], x_m=0, y_m=0, anchors=anchor).zh == "三村，3 幢"
    assert gap_name(names, ["", "", ""], x_m=0, y_m=0, anchors=anchor).zh == "甲楼、乙楼等 3 幢"
    assert gap_name([None], [""], x_m=0, y_m=204, anchors=anchor).en == "about 200 m north of market, 1 building"
    assert gap_name([None], [""], x_m=-120, y_m=-120, anchors=anchor).zh == "菜场以西南约 170 米，1 幢"
    assert gap_name([None, None], ["", ""], x_m=0, y_m=0, anchors=[]).en == "unnamed buildings, 2 buildings"
