"""What is drawn under the houses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from linli.kernel.mapdata import MapData

from .drawn import Drawing

Read = Callable[[Drawing], MapData]


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"natural": "water"}, "water"),
        ({"landuse": "grass"}, "green"),
        ({"leisure": "park"}, "green"),
        ({"landuse": "residential"}, "compound"),
        ({"barrier": "wall"}, "wall"),
    ],
)
def test_closed_ways_become_ground_of_their_kind(read: Read, tags: dict[str, str], kind: str) -> None:
    drawing = Drawing()
    way = drawing.box(0, 0, 10, 10, name="某处", **tags)
    found = [one for one in read(drawing).ground if one.ref == f"w{way}"]
    assert [(one.kind, one.name_zh) for one in found] == [(kind, "某处")]
    assert found[0].shape.geom_type == ("LineString" if kind == "wall" else "Polygon")


def test_wider_roads_have_lower_ranks(read: Read) -> None:
    drawing = Drawing()
    order = ["motorway", "primary", "secondary", "tertiary", "residential", "service", "footway"]
    ways = [drawing.way([drawing.node(0, y), drawing.node(5, y)], highway=value) for y, value in enumerate(order)]
    ranks = {one.ref: one.rank for one in read(drawing).ground}
    assert [ranks[f"w{way}"] for way in ways] == sorted({ranks[f"w{way}"] for way in ways})


def test_a_lake_with_an_island_keeps_the_island(read: Read) -> None:
    drawing = Drawing()
    outer, inner = drawing.box(0, 0, 20, 20), drawing.box(5, 5, 5, 5)
    drawing.relation([("way", outer, "outer"), ("way", inner, "inner")], type="multipolygon", natural="water")
    (lake,) = (one for one in read(drawing).ground if one.kind == "water")
    assert lake.shape.area == pytest.approx((400 - 25) * 1e-8)


def test_a_road_with_a_gap_is_drawn_in_pieces(read: Read) -> None:
    drawing = Drawing()
    a, b, c, d = (drawing.node(x, 0) for x in range(4))
    way = drawing.way([a, b, 990001, c, d], highway="motorway")
    assert [one.ref for one in read(drawing).ground if one.rank == 1] == [f"w{way}", f"w{way}"]


def test_an_underground_railway_is_not_drawn(read: Read) -> None:
    drawing = Drawing()
    drawing.path((0, 0), (5, 0), highway="no", railway="subway", tunnel="yes")
    assert [one for one in read(drawing).ground if one.kind == "rail"] == []
