"""Places on the earth as plain numbers: metres around a point, distances on the ellipsoid, and China's shifted coordinates.

Everything stored or exchanged is WGS-84 longitude and latitude in degrees. GCJ-02 (the shifted coordinates Chinese map
services must use) and BD-09 (Baidu's) come in at an edge and are turned into WGS-84 there; they are never given out as
GeoJSON. The shift has no published norm: the formulas are the well-known reconstruction found alike in the open
libraries eviltransform and PRCoords, and the tests compare with the sample pairs those publish.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import Geod, Transformer

Floats = npt.NDArray[np.float64]

WGS84 = Geod(ellps="WGS84")
SEMI_MAJOR_M = 6_378_137.0
"""WGS 84 semi-major axis (NIMA TR8350.2, table 3.1)."""
FLATTENING = 1 / 298.257223563
"""WGS 84 flattening (NIMA TR8350.2, table 3.1)."""
_E2 = FLATTENING * (2 - FLATTENING)

SHORT_DEGREES = 0.02
"""Up to this difference of latitude or longitude :func:`distance_m` trusts the short-line formula (see there)."""
SHORT_LAT = 80.0
"""... and only up to this latitude, because the longitude term grows wrong near the poles."""
_SNAP_M = 1e-3
"""PROJ takes what is nearer to the centre than 1e-10 radians (0.64 mm) for the centre itself; so near, a plain scale of degrees is exact."""
_SNAP_DEGREES = 1e-8


class LocalMetres:
    """A flat map around ``(lon0, lat0)``: azimuthal equidistant on WGS 84, exact in distance and direction from the centre.

    Within 20 km of the centre any two points are as far apart as on the ellipsoid to better than 3 parts in a million
    (the distortion grows as ``r² / 6R²``). Not for whole cities across a country.
    """

    def __init__(self, lon0: float, lat0: float) -> None:
        if not (-180 <= lon0 <= 180 and -90 <= lat0 <= 90):
            raise ValueError(f"the centre must be longitude -180..180 and latitude -90..90, got {lon0!r}, {lat0!r}")
        self.lon0 = lon0
        self.lat0 = lat0
        flat = f"+proj=aeqd +lon_0={lon0!r} +lat_0={lat0!r} +ellps=WGS84 +units=m +no_defs"
        self._to_flat = Transformer.from_crs("+proj=longlat +ellps=WGS84 +no_defs", flat, always_xy=True)
        w2 = 1 - _E2 * math.sin(math.radians(lat0)) ** 2
        self._north_m = math.radians(SEMI_MAJOR_M * (1 - _E2) / w2**1.5)  # a degree here, along the meridian
        self._east_m = math.radians(SEMI_MAJOR_M / w2**0.5 * math.cos(math.radians(lat0)))  # and along the parallel

    def to_xy_m(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Degrees (any equal shapes) to metres east and north of the centre."""
        lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
        x_m, y_m = self._to_flat.transform(lon, lat)
        east, north = lon - self.lon0, lat - self.lat0
        near = (np.abs(east) < _SNAP_DEGREES) & (np.abs(north) < _SNAP_DEGREES)
        return np.where(near, east * self._east_m, x_m), np.where(near, north * self._north_m, y_m)

    def to_lonlat(self, x_m: npt.ArrayLike, y_m: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Metres east and north of the centre back to degrees; the inverse of :meth:`to_xy_m` to below a micrometre."""
        east, north = np.asarray(x_m, np.float64), np.asarray(y_m, np.float64)
        lon, lat = self._to_flat.transform(east, north, direction="INVERSE")
        near = (np.hypot(east, north) < _SNAP_M) & (abs(self.lat0) < 89)
        return (
            np.where(near, self.lon0 + east / self._east_m, lon),
            np.where(near, self.lat0 + north / self._north_m, lat),
        )


def geodesic_m(lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike) -> Floats:
    """Metres along the geodesic on WGS 84 (Karney 2013, doi 10.1007/s00190-012-0578-z, by PROJ). About 1 µs a pair."""
    shape = np.broadcast_shapes(*(np.shape(part) for part in (lon1, lat1, lon2, lat2)))
    lon_a, lat_a, lon_b, lat_b = (
        np.broadcast_to(np.asarray(part, np.float64), shape).ravel() for part in (lon1, lat1, lon2, lat2)
    )
    return np.asarray(WGS84.inv(lon_a, lat_a, lon_b, lat_b)[2], np.float64).reshape(shape)


def distance_m(lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike) -> Floats:
    """Metres between points, arrays of equal or broadcast shape, for many short lines. About 0.1 µs a pair.

    Lines within :data:`SHORT_DEGREES` and :data:`SHORT_LAT` are measured with the radii of curvature at the middle latitude
    (``d² = (M Δφ)² + (N cos φ Δλ)²``, the mid-latitude formula of geodesy textbooks); the tests bound its error
    against :func:`geodesic_m` by 3 parts in 10⁸. All others are geodesics.
    """
    lon_a, lat_a, lon_b, lat_b = (np.asarray(part, np.float64) for part in (lon1, lat1, lon2, lat2))
    dlon, dlat = lon_b - lon_a, lat_b - lat_a
    middle = np.radians((lat_a + lat_b) / 2)
    w2 = 1 - _E2 * np.sin(middle) ** 2
    north_m = SEMI_MAJOR_M * (1 - _E2) / (w2 * np.sqrt(w2)) * np.radians(dlat)
    east_m = SEMI_MAJOR_M / np.sqrt(w2) * np.cos(middle) * np.radians(dlon)
    out = np.atleast_1d(np.hypot(north_m, east_m))
    polar = (np.abs(lat_a) > SHORT_LAT) | (np.abs(lat_b) > SHORT_LAT)
    far = np.atleast_1d((np.abs(dlon) > SHORT_DEGREES) | (np.abs(dlat) > SHORT_DEGREES) | polar)
    if far.any():
        sides = (np.broadcast_to(side, out.shape)[far] for side in (lon_a, lat_a, lon_b, lat_b))
        out[far] = geodesic_m(*sides)
    return out.reshape(np.shape(dlon))


SHORTEST_DEGREE_M = 110_574.0
"""The shortest degree of latitude on WGS 84, at the equator; a box made with it is never too small."""


def box_around(lon: float, lat: float, radius_m: float) -> tuple[float, float, float, float]:
    """West, south, east and north in degrees of a box that holds everything within ``radius_m`` of the point."""
    high = radius_m / SHORTEST_DEGREE_M
    wide = high / max(math.cos(math.radians(lat)), 1e-6)
    return lon - wide, lat - high, lon + wide, lat + high


_GCJ_A = 6_378_245.0
"""Krasovsky 1940 semi-major axis in metres, as the reconstruction of GCJ-02 uses it."""
_GCJ_EE = 0.00669342162296594323
"""Krasovsky 1940 first eccentricity squared, likewise."""
_BD_TURN = math.pi * 3000 / 180
_BD_LON, _BD_LAT = 0.0065, 0.006
_INVERSE_STEPS = 8
"""Each step of the inverse cuts the error some thousandfold; eight reach rounding everywhere in China (tested)."""


def outside_china(lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """True where GCJ-02 leaves coordinates alone: outside the rough box every open implementation uses."""
    east, north = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    inside = (east >= 72.004) & (east <= 137.8347) & (north >= 0.8293) & (north <= 55.8271)
    return np.asarray(~inside)


def _gcj_shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Degrees GCJ-02 adds to WGS-84 at a WGS-84 place: polynomials and waves around 105° E 35° N, divided by the radii."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    shared = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3

    def wave(t: Floats, one: float, two: float, three: float, four: float) -> Any:
        small = one * np.sin(np.pi * t) + two * np.sin(np.pi * t / 3)
        return (small + three * np.sin(np.pi * t / 12) + four * np.sin(np.pi * t / 30)) * 2 / 3

    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared + wave(y, 20, 40, 160, 320)
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared + wave(x, 20, 40, 150, 300)
    phi = np.radians(lat)
    magic = 1 - _GCJ_EE * np.sin(phi) ** 2
    dlat = north_m * 180 / (_GCJ_A * (1 - _GCJ_EE) / (magic * np.sqrt(magic)) * np.pi)
    dlon = east_m * 180 / (_GCJ_A / np.sqrt(magic) * np.cos(phi) * np.pi)
    return dlon, dlat


def wgs84_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Shift WGS-84 degrees as Chinese map services do; unchanged outside China. For talking to such a service only."""
    east, north = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    dlon, dlat = _gcj_shift(east, north)
    keep = outside_china(east, north)
    return np.where(keep, east, east + dlon), np.where(keep, north, north + dlat)


def gcj02_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Undo :func:`wgs84_to_gcj02` by fixed-point iteration; below 0.1 mm inside China away from the edge of the box."""
    east, north = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    keep = outside_china(east, north)
    lon_w, lat_w = east.copy(), north.copy()
    for _ in range(_INVERSE_STEPS):
        dlon, dlat = _gcj_shift(lon_w, lat_w)
        lon_w, lat_w = east - dlon, north - dlat
    return np.where(keep, east, lon_w), np.where(keep, north, lat_w)


def gcj02_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """GCJ-02 degrees to Baidu's BD-09."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_TURN)
    return radius * np.cos(angle) + _BD_LON, radius * np.sin(angle) + _BD_LAT


def bd09_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Undo :func:`gcj02_to_bd09` by the same iteration (the one-step inverse in common use is off by up to 0.2 m)."""
    east, north = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    x, y = east - _BD_LON, north - _BD_LAT
    for _ in range(_INVERSE_STEPS):
        lon_b, lat_b = gcj02_to_bd09(x, y)
        x, y = x + (east - lon_b), y + (north - lat_b)
    return x, y


def wgs84_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """WGS-84 degrees to Baidu's BD-09, through GCJ-02."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Baidu's BD-09 degrees to WGS-84, through GCJ-02."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


SYSTEMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
"""Coordinate systems an input may declare."""


def to_wgs84(system: str, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Degrees of one of :data:`SYSTEMS` as WGS-84; ``ValueError`` for any other.

    CGCS2000 (EPSG:4490, GB 22021-2008) is taken as WGS-84: ellipsoids differ by 0.1 mm, frames by less than a metre.
    """
    if system in ("wgs84", "cgcs2000"):
        return np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    if system == "gcj02":
        return gcj02_to_wgs84(lon, lat)
    if system == "bd09":
        return bd09_to_wgs84(lon, lat)
    raise ValueError(f"the system must be one of {SYSTEMS}, got {system!r}")
