"""Geometry objects of GeoJSON, checked one by one: what is wrong is a fault of its feature, nothing is mended.

Source: RFC 7946 (August 2016): positions 3.1.1, geometry types 3.1.2 to 3.1.7, rings 3.1.6, WGS 84 4.
"""

from __future__ import annotations

import math
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

Position = tuple[float, float]


class WrongError(Exception):
    """Why a value cannot be taken, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def shown(value: object) -> str:
    """A value as a message quotes it, never longer than a line."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def geometry(raw: Any, allowed: tuple[str, ...]) -> BaseGeometry:
    """A checked geometry of one of the ``allowed`` types. Raises :class:`WrongError`."""
    if not isinstance(raw, dict):
        raise WrongError(f"geometry 应是对象，得到 {shown(raw)}", f"geometry must be an object, got {shown(raw)}")
    kind, coordinates = raw.get("type"), raw.get("coordinates")
    if kind not in allowed:
        names = ", ".join(allowed)
        raise WrongError(
            f"几何类型应为 {names} 之一，得到 {shown(kind)}", f"geometry type must be one of {names}, got {shown(kind)}"
        )
    if kind == "Point":
        return shapely.Point(_position(coordinates))
    if kind == "LineString":
        return shapely.LineString(_line(coordinates))
    if kind == "MultiLineString":
        return shapely.MultiLineString([_line(part) for part in _parts(coordinates)])
    if kind == "Polygon":
        return _valid(_polygon(coordinates))
    return _valid(shapely.MultiPolygon([_polygon(part) for part in _parts(coordinates)]))


def _parts(raw: Any) -> list[Any]:
    if not isinstance(raw, list) or not raw:
        raise WrongError(
            f"坐标应是非空数组，得到 {shown(raw)}", f"coordinates must be a filled array, got {shown(raw)}"
        )
    return raw


def _position(raw: Any) -> Position:
    """Longitude, latitude and, ignored, an altitude."""
    numbers = isinstance(raw, list) and 2 <= len(raw) <= 3 and all(type(one) in (int, float) for one in raw)
    if not numbers:
        raise WrongError(
            f"坐标点应为 [经度, 纬度]，得到 {shown(raw)}", f"a position must be [longitude, latitude], got {shown(raw)}"
        )
    lon, lat = raw[:2]
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        swapped = math.isfinite(lon) and -90 <= lon <= 90 and -180 <= lat <= 180
        hint = ("；经度在前，纬度在后", "; longitude comes first") if swapped else ("", "")
        raise WrongError(
            f"坐标超出范围：经度 {lon}、纬度 {lat}{hint[0]}", f"out of range: longitude {lon}, latitude {lat}{hint[1]}"
        )
    return float(lon), float(lat)


def _line(raw: Any) -> list[Position]:
    line = [_position(one) for one in _parts(raw)]
    if len(set(line)) < 2:
        raise WrongError("线至少要有两个不同的点", "a line needs two different positions")
    return line


def _ring(raw: Any) -> list[Position]:
    ring = [_position(one) for one in _parts(raw)]
    if len(ring) < 4:
        raise WrongError(f"环至少要有 4 个点，得到 {len(ring)} 个", f"a ring needs 4 positions, got {len(ring)}")
    if ring[0] != ring[-1]:
        raise WrongError(
            f"环没有闭合：起点 {ring[0]}，终点 {ring[-1]}", f"a ring must end where it begins: {ring[0]} and {ring[-1]}"
        )
    return ring


def _polygon(raw: Any) -> BaseGeometry:
    rings = [_ring(one) for one in _parts(raw)]
    return shapely.Polygon(rings[0], rings[1:])


def _valid(shape: BaseGeometry) -> BaseGeometry:
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape)
        raise WrongError(f"多边形自相交或不合法：{reason}", f"the polygon crosses itself or is not valid: {reason}")
    if shape.area == 0:
        raise WrongError("多边形没有面积", "the polygon has no area")
    return shape
