"""Maps on paper: what is drawn, what is cut off, and that odd shapes do not stop a report."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely

from linli.reports.mapdraw import BEYOND_CLASS, PLAIN_CLASS, UNKNOWN_CLASS, Lines, Picture, draw, frame_of


def picture(*shapes: shapely.Geometry, classes: list[int] | None = None, **more: object) -> Picture:
    houses = np.empty(len(shapes), dtype=object)
    houses[:] = list(shapes)
    kinds = np.array(classes if classes is not None else [0] * len(shapes))
    return Picture((0, 0, 100, 100), houses, kinds, **more)  # type: ignore[arg-type]


FRAME = frame_of((0, 0, 100, 100), width=228, height=228, margin=14)


def test_the_frame_shows_the_bounds_whole_and_north_up() -> None:
    assert FRAME.points_per_m == pytest.approx(2)
    assert FRAME.at(0, 100) == pytest.approx((14, 14))
    assert FRAME.at(100, 0) == pytest.approx((214, 214))


@pytest.mark.parametrize(("points_per_m", "metres"), [(2, 20), (0.5, 100), (0.05, 1000), (0.02, 2000)])
def test_the_scale_bar_is_a_round_length_that_fits(points_per_m: float, metres: float) -> None:
    frame = frame_of((0, 0, 200 / points_per_m, 1), width=228, height=228, margin=14)
    assert frame.scale_bar_m() == metres


def test_each_class_of_house_has_its_look_and_beyond_is_hatched() -> None:
    boxes = [shapely.box(20 * n, 0, 20 * n + 10, 10) for n in range(5)]
    drawn = draw(picture(*boxes, classes=[0, 1, BEYOND_CLASS, PLAIN_CLASS, UNKNOWN_CLASS]), FRAME)
    for look in ("#17495a", "#4d93a0", "url(#beyond)", "#d5d9d2", "stroke-dasharray"):
        assert look in drawn


def test_what_lies_outside_the_window_is_cut_off() -> None:
    far = Lines(shapely.LineString([(-1e5, 50), (1e5, 50)]), "#123456", 3.0)
    drawn = draw(picture(lines=[far], facilities=[(9e4, 0)]), FRAME)
    path = re.search(r'#123456.* d="([^"]+)"', drawn)
    assert path
    assert max(float(number) for number in re.findall(r"[\d.]+", path[1])) <= 228
    assert "<circle" not in drawn


def test_empty_crossed_and_mixed_shapes_do_not_stop_a_map() -> None:
    crossed = shapely.Polygon([(0, 0), (50, 50), (50, 0), (0, 50)])
    mixed = shapely.GeometryCollection([shapely.Point(5, 5), shapely.box(0, 0, 9, 9), shapely.Polygon()])
    areas = [
        (shapely.Polygon(), "#aaaaaa"),
        (crossed, "#bbbbbb"),
        (mixed, "#cccccc"),
        (shapely.box(500, 500, 600, 600), "#dddddd"),
    ]
    drawn = draw(picture(shapely.Point(50, 50), shapely.Polygon(), areas=areas), FRAME)
    assert "#bbbbbb" in drawn
    assert "#cccccc" in drawn
    assert "#dddddd" not in drawn
