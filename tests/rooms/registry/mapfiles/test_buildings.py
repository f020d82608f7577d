"""Buildings: outlines with holes, storeys, uses, names, and everything odd that real files hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from linli.kernel.mapdata import MapBuilding, MapData

from .drawn import Drawing

Read = Callable[[Drawing], MapData]


def only(data: MapData) -> MapBuilding:
    (building,) = data.buildings
    return building


def test_a_building_keeps_its_outline_names_address_and_numbers(read: Read) -> None:
    drawing = Drawing()
    way = drawing.box(
        0,
        0,
        4,
        2,
        building="apartments",
        building__levels="6",
        height="18.5 m",
        building__flats="24",
        name="3号楼",
        name__en="Block 3",
        addr__housenumber="3",
        addr__street="清华东路",
    )
    building = only(read(drawing))
    assert building.ref == f"w{way}"
    assert (building.use, building.levels, building.height_m, building.n_units) == ("residential", 6, 18.5, 24)
    assert (building.name_zh, building.name_en) == ("3号楼", "Block 3")
    assert (building.house_number, building.street) == ("3", "清华东路")
    assert building.outline.bounds == pytest.approx((116.3, 40.0, 116.3004, 40.0002))


@pytest.mark.parametrize(
    ("tags", "name_zh", "name_en"),
    [
        ({"name": "学生公寓"}, "学生公寓", ""),
        ({"name": "Kaivohuone"}, "", "Kaivohuone"),
        ({"name": "紫荆 Zijing", "name__en": "Zijing"}, "紫荆 Zijing", "Zijing"),
        ({"name": "Hotel", "name__zh": "饭店"}, "饭店", "Hotel"),
        ({"name__zh-Hans": "简体", "name__zh": "繁體"}, "简体", ""),
    ],
)
def test_names_are_told_apart_by_language(read: Read, tags: dict[str, str], name_zh: str, name_en: str) -> None:
    drawing = Drawing()
    drawing.box(0, 0, 4, 2, building="yes", **tags)
    building = only(read(drawing))
    assert (building.name_zh, building.name_en) == (name_zh, name_en)


@pytest.mark.parametrize(("raw", "levels"), [("6", 6), ("2.5", 3), (" 11 ", 11), ("6层", 6)])
def test_storeys_are_read_and_half_ones_count_whole(read: Read, raw: str, levels: int) -> None:
    drawing = Drawing()
    drawing.box(0, 0, 4, 2, building="house", building__levels=raw)
    assert only(read(drawing)).levels == levels


@pytest.mark.parametrize("raw", ["abc", "9999", "0", "-3", "", "1e3", "6;7", "٣٣٣٣٣"])
def test_storeys_that_cannot_be_are_left_open_and_noted(read: Read, raw: str) -> None:
    drawing = Drawing()
    way = drawing.box(0, 0, 4, 2, building="house", building__levels=raw)
    data = read(drawing)
    assert only(data).levels is None
    assert [(note.code, note.ref) for note in data.notes] == [("levels_unclear", f"w{way}")]


@pytest.mark.parametrize(
    ("raw", "height_m"), [("12", 12.0), ("40'", 12.192), ("40 ft", 12.192), ("12.5 m", 12.5), ("15米", 15.0)]
)
def test_heights_are_read_in_metres_and_feet(read: Read, raw: str, height_m: float) -> None:
    drawing = Drawing()
    drawing.box(0, 0, 4, 2, building="house", height=raw)
    assert only(read(drawing)).height_m == pytest.approx(height_m)


def test_a_building_of_no_stated_use_in_a_compound_is_taken_to_be_homes_unless_it_is_small(read: Read) -> None:
    drawing = Drawing()
    drawing.box(-5, -5, 40, 40, landuse="residential", name="东园小区")
    large = drawing.box(0, 0, 4, 2, building="yes")
    small = drawing.box(10, 10, 0.5, 0.5, building="yes")
    outside = drawing.box(100, 100, 4, 2, building="yes")
    shop = drawing.box(20, 20, 4, 2, building="yes", shop="supermarket")
    data = read(drawing)
    uses = {building.ref: building.use for building in data.buildings}
    assert uses == {
        f"w{large}": "residential",
        f"w{small}": "ancillary",
        f"w{outside}": "other",
        f"w{shop}": "commercial",
    }
    assert {building.compound for building in data.buildings} == {"东园小区", ""}
    told = {(note.code, note.en.split()[0]) for note in data.notes}
    assert told == {("use_estimated", "1"), ("use_unknown", "the")}


@pytest.mark.parametrize(
    ("tags", "use"),
    [
        ({"building": "dormitory"}, "residential"),
        ({"building": "school"}, "education"),
        ({"building": "temple"}, "temple"),
        ({"building": "yes", "name": "紫荆学生公寓"}, "residential"),
        ({"building": "yes", "amenity": "clinic"}, "health"),
        ({"building": "yes", "name": "第三教学楼"}, "education"),
        ({"building": "yes", "name": "学研大厦"}, "office"),
        ({"building": "yes", "name": "3号楼"}, "other"),
    ],
)
def test_the_use_comes_from_the_building_tag_then_other_tags_then_the_name(
    read: Read, tags: dict[str, str], use: str
) -> None:
    drawing = Drawing()
    drawing.box(0, 0, 4, 2, **tags)
    assert only(read(drawing)).use == use


def test_a_courtyard_is_a_hole(read: Read) -> None:
    drawing = Drawing()
    outer, inner = drawing.box(0, 0, 10, 10), drawing.box(3, 3, 4, 4)
    relation = drawing.relation([("way", outer, "outer"), ("way", inner, "inner")], type="multipolygon", building="yes")
    building = only(read(drawing))
    assert building.ref == f"r{relation}"
    assert building.outline.area == pytest.approx((100 - 16) * 1e-8)


def test_an_outline_in_pieces_is_joined_end_to_end(read: Read) -> None:
    drawing = Drawing()
    a, b, c, d = (drawing.node(*place) for place in ((0, 0), (10, 0), (10, 10), (0, 10)))
    pieces = [drawing.way([a, b]), drawing.way([d, c, b]), drawing.way([d, a])]
    drawing.relation([("way", piece, "outer") for piece in pieces], type="multipolygon", building="apartments")
    assert only(read(drawing)).outline.area == pytest.approx(100e-8)


def test_two_outlines_of_one_building_are_both_kept(read: Read) -> None:
    drawing = Drawing()
    ways = [drawing.box(0, 0, 4, 4), drawing.box(10, 0, 4, 4)]
    drawing.relation([("way", way, "outer") for way in ways], type="multipolygon", building="yes")
    assert only(read(drawing)).outline.area == pytest.approx(32e-8)


def test_in_the_old_manner_the_outer_way_speaks_for_its_relation_and_counts_once(read: Read) -> None:
    drawing = Drawing()
    outer, inner = drawing.box(0, 0, 10, 10, building="apartments", name="旧楼"), drawing.box(3, 3, 4, 4)
    drawing.relation([("way", outer, "outer"), ("way", inner, "inner")], type="multipolygon")
    building = only(read(drawing))
    assert (building.name_zh, building.use) == ("旧楼", "residential")
    assert building.outline.area == pytest.approx(84e-8)


def test_a_relation_whose_outline_is_past_the_edge_is_left_out_and_noted(read: Read) -> None:
    drawing = Drawing()
    piece = drawing.way([drawing.node(0, 0), drawing.node(10, 0), drawing.node(10, 10)])
    relation = drawing.relation(
        [("way", piece, "outer"), ("way", 990001, "outer")], type="multipolygon", building="yes"
    )
    data = read(drawing)
    assert data.buildings == ()
    assert [(note.code, note.ref) for note in data.notes] == [("relation_dropped", f"r{relation}")]


def test_an_outline_that_crosses_itself_is_mended_and_noted(read: Read) -> None:
    drawing = Drawing()
    nodes = [drawing.node(*place) for place in ((0, 0), (10, 10), (10, 0), (0, 10))]
    way = drawing.way([*nodes, nodes[0]], building="yes")
    data = read(drawing)
    assert only(data).outline.is_valid
    assert ("outline_mended", f"w{way}") in {(note.code, note.ref) for note in data.notes}


def test_an_outline_that_does_not_close_is_left_out_and_noted(read: Read) -> None:
    drawing = Drawing()
    drawing.way([drawing.node(0, 0), drawing.node(10, 0), drawing.node(10, 10)], building="yes")
    data = read(drawing)
    assert data.buildings == ()
    assert [note.code for note in data.notes] == ["outline_open"]


def test_an_outline_without_an_area_is_left_out_and_noted(read: Read) -> None:
    drawing = Drawing()
    nodes = [drawing.node(x, 0) for x in (0, 5, 10)]
    drawing.way([*nodes, nodes[0]], building="yes")
    data = read(drawing)
    assert data.buildings == ()
    assert [note.code for note in data.notes] == ["outline_empty"]


def test_an_outline_with_missing_nodes_is_left_out_and_noted(read: Read) -> None:
    drawing = Drawing()
    nodes = [drawing.node(*place) for place in ((0, 0), (10, 0), (10, 10))]
    drawing.way([*nodes, 990001, nodes[0]], building="yes")
    data = read(drawing)
    assert data.buildings == ()
    assert [note.code for note in data.notes] == ["outline_cut"]


def test_parts_entrances_and_the_word_no_are_no_buildings(read: Read) -> None:
    drawing = Drawing()
    drawing.box(0, 0, 4, 2, building="no")
    drawing.box(0, 0, 4, 2, building="yes", building__part="yes")
    assert read(drawing).buildings == ()
