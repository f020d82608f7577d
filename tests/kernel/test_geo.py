"""Distances, local metres and China's shifted coordinates, against geodesics and published pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.geo import (
    SHORT_DEGREES,
    SHORT_LAT,
    LocalMetres,
    bd09_to_gcj02,
    bd09_to_wgs84,
    distance_m,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    geodesic_m,
    outside_china,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

EVILTRANSFORM = [  # the three pairs in the tests of github.com/googollee/eviltransform: WGS-84 lon, lat, GCJ-02 lon, lat
    (121.5272106, 31.1774276, 121.531541859215, 31.17530398364597),
    (113.912316, 22.543847, 113.9171764808363, 22.540796131694766),
    (116.377817, 39.911954, 116.38404722455657, 39.91334545536069),
]
COORDTRANSFORM = (116.404, 39.915, 116.41024449916938, 39.91640428150164)
"""test/app.js of github.com/wandergis/coordtransform: WGS-84 to GCJ-02."""
COORDTRANSFORM_BD = (116.404, 39.915, 116.41036949371029, 39.92133699351021)
"""The same file: GCJ-02 to BD-09."""

in_china = st.tuples(st.floats(75, 134), st.floats(18.5, 53))


@pytest.mark.parametrize("pair", [*EVILTRANSFORM, COORDTRANSFORM])
def test_the_shift_gives_the_published_pairs(pair: tuple[float, float, float, float]) -> None:
    lon, lat, gcj_lon, gcj_lat = pair
    assert geodesic_m(*wgs84_to_gcj02(lon, lat), gcj_lon, gcj_lat) < 1e-6
    assert geodesic_m(*gcj02_to_wgs84(gcj_lon, gcj_lat), lon, lat) < 1e-6


def test_baidus_shift_gives_the_published_pair() -> None:
    lon, lat, bd_lon, bd_lat = COORDTRANSFORM_BD
    assert geodesic_m(*gcj02_to_bd09(lon, lat), bd_lon, bd_lat) < 1e-6


@given(in_china)
def test_every_shift_is_undone_to_a_millimetre(place: tuple[float, float]) -> None:
    assert geodesic_m(*gcj02_to_wgs84(*wgs84_to_gcj02(*place)), *place) < 1e-3
    assert geodesic_m(*bd09_to_gcj02(*gcj02_to_bd09(*place)), *place) < 1e-3
    assert geodesic_m(*bd09_to_wgs84(*wgs84_to_bd09(*place)), *place) < 1e-3


@given(in_china)
def test_the_shift_is_some_hundred_metres_never_none_and_never_a_town_away(place: tuple[float, float]) -> None:
    assert 20 < geodesic_m(*wgs84_to_gcj02(*place), *place) < 1500


@pytest.mark.parametrize("place", [(-51.16, -30.06), (24.94, 60.16), (139.69, 35.69)])
def test_outside_china_nothing_is_shifted(place: tuple[float, float]) -> None:
    assert bool(outside_china(*place))
    assert tuple(map(float, wgs84_to_gcj02(*place))) == place
    assert tuple(map(float, gcj02_to_wgs84(*place))) == place


def test_shifts_take_arrays_of_any_shape() -> None:
    lon, lat = np.full((2, 3), 116.3), np.full((2, 3), 40.0)
    assert wgs84_to_gcj02(lon, lat)[0].shape == (2, 3)
    assert bd09_to_wgs84(lon, lat)[1].shape == (2, 3)


def test_short_lines_are_measured_like_geodesics() -> None:
    """Random lines of every direction, from a millimetre to the longest the short formula is trusted with."""
    rng = np.random.default_rng(20261122)
    n = 200_000
    lon, lat = rng.uniform(-179, 179, n), rng.uniform(-SHORT_LAT, SHORT_LAT, n)
    size, turn = 10 ** rng.uniform(-8, np.log10(SHORT_DEGREES), n), rng.uniform(0, 2 * np.pi, n)
    lon2, lat2 = lon + size * np.cos(turn), np.clip(lat + size * np.sin(turn), -SHORT_LAT, SHORT_LAT)
    truth = geodesic_m(lon, lat, lon2, lat2)
    assert (np.abs(distance_m(lon, lat, lon2, lat2) - truth) <= 3e-8 * truth + 1e-7).all()


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90))
def test_any_line_is_measured_like_its_geodesic(lon1: float, lat1: float, lon2: float, lat2: float) -> None:
    truth = float(geodesic_m(lon1, lat1, lon2, lat2))
    assert float(distance_m(lon1, lat1, lon2, lat2)) == pytest.approx(truth, rel=3e-8, abs=1e-6)


def test_a_known_distance_is_right() -> None:
    """A degree of latitude at the equator is 110,574.4 m on WGS 84, a degree of longitude 111,319.5 m."""
    assert float(distance_m(0, 0, 0, 1)) == pytest.approx(110_574.39, abs=0.01)
    assert float(distance_m(0, 0, 1, 0)) == pytest.approx(111_319.49, abs=0.01)


def test_distances_broadcast_and_empty_arrays_give_none() -> None:
    assert distance_m(np.zeros(3), np.zeros(3), 0.001, 0.0).shape == (3,)
    assert distance_m([], [], [], []).shape == (0,)


@given(st.floats(-179, 179), st.floats(-85, 85), st.floats(-20_000, 20_000), st.floats(-20_000, 20_000))
def test_local_metres_come_back_to_degrees(lon0: float, lat0: float, x_m: float, y_m: float) -> None:
    flat = LocalMetres(lon0, lat0)
    back = flat.to_xy_m(*flat.to_lonlat(x_m, y_m))
    assert np.hypot(back[0] - x_m, back[1] - y_m) < 1e-6


@pytest.mark.parametrize("metres", [1e-9, 1e-5, 6e-4, 6.5e-4, 9.9e-4, 1e-3])
@pytest.mark.parametrize("lat0", [-85.0, 0.0, 31.2, 88.9])
def test_what_lies_by_the_centre_is_not_taken_for_it(lat0: float, metres: float) -> None:
    flat = LocalMetres(121.5, lat0)
    for x_m, y_m in ((metres, 0.0), (0.0, -metres), (metres, metres)):
        back = flat.to_xy_m(*flat.to_lonlat(x_m, y_m))
        assert np.hypot(back[0] - x_m, back[1] - y_m) < 1e-6


def test_local_metres_are_true_within_twenty_kilometres() -> None:
    rng = np.random.default_rng(7)
    flat = LocalMetres(116.3, 40.0)
    radius, turn = rng.uniform(0, 20_000, (2, 20_000)), rng.uniform(0, 2 * np.pi, (2, 20_000))
    x_m, y_m = radius * np.cos(turn), radius * np.sin(turn)
    lon, lat = flat.to_lonlat(x_m, y_m)
    truth = geodesic_m(lon[0], lat[0], lon[1], lat[1])
    drawn = np.hypot(x_m[0] - x_m[1], y_m[0] - y_m[1])
    assert (np.abs(drawn - truth) <= 3e-6 * truth + 1e-6).all()


@pytest.mark.parametrize("centre", [(181, 0), (0, 91), (float("nan"), 0)])
def test_a_centre_off_the_earth_is_refused(centre: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="longitude"):
        LocalMetres(*centre)
