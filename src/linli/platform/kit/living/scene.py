"""A made-up neighbourhood for the living page: rows of houses, roads, a stream, as GeoJSON. Names of nobody; no database."""

from __future__ import annotations

import math
from typing import Any

ORIGIN = (120.1, 30.2)  # degrees; a field in the model town, not a real address
METRES_PER_DEGREE = 111_320.0
CANTEEN_M = (139.0, -182.0)
PACE_M_PER_MIN = 52.0  # an elder's pace, as the mock of the map page
DETOUR = 1.35  # straight distance to walked distance, good enough for a drawing
BLOCKS: tuple[tuple[str, str, int, int, int, int, int, int, int, int, int], ...] = (
    # name zh, name en, x0, y0, x1, y1 (metres east and south), width, depth, gap x, gap y, floors
    ("枫林一村", "Fenglin 1", 36, 40, 318, 300, 58, 14, 14, 26, 6),
    ("枫林二村", "Fenglin 2", 352, 40, 640, 300, 58, 14, 16, 26, 6),
    ("望溪苑", "Wangxi", 36, 372, 300, 640, 26, 22, 46, 52, 18),
    ("枫林三村", "Fenglin 3", 352, 380, 640, 645, 82, 15, 18, 30, 7),
    ("溪东里", "Xidong", 914, 50, 985, 640, 62, 14, 10, 30, 6),
)
ROADS = (
    ("main", "枫林路", "Fenglin Road", ((-200, 330), (1200, 330))),
    ("street", "", "", ((334, -150), (334, 900))),
    ("street", "", "", ((661, -150), (661, 900))),
    ("street", "", "", ((893, -150), (893, 900))),
    ("lane", "", "", ((36, 104), (320, 104))),
    ("lane", "", "", ((352, 184), (640, 184))),
    ("lane", "", "", ((352, 510), (640, 510))),
    ("lane", "", "", ((36, 510), (320, 510))),
    ("lane", "", "", ((490, 24), (490, 600))),
)
STREAM = ((806, -150), (812, 0), (826, 120), (818, 250), (838, 400), (858, 540), (852, 900))
GREENS = ((100, 112, 186, 206), (556, 100, 640, 198), (672, 100, 794, 210), (672, 500, 792, 546))
POINTS: tuple[tuple[str, str, str, int, int, dict[str, Any]], ...] = (
    ("facility", "长者食堂", "Canteen", 139, 163, {}),
    ("candidate", "闲置房 A", "Vacant A", 594, 143, {}),
    ("candidate", "闲置房 C", "Vacant C", 771, 389, {}),
    ("gate", "三村北门", "North gate", 490, 362, {"is_locked": True}),
    ("alarm", "", "", 470, 430, {"shape": "red"}),
    ("alarm", "", "", 230, 60, {"shape": "yellow"}),
)


def degrees(x_m: float, y_m: float) -> list[float]:
    """Metres east and south of the origin to longitude and latitude, rounded to a decimetre."""
    squeeze = math.cos(math.radians(ORIGIN[1]))
    return [round(ORIGIN[0] + x_m / METRES_PER_DEGREE / squeeze, 6), round(ORIGIN[1] - y_m / METRES_PER_DEGREE, 6)]


def bounds() -> list[float]:
    west, south = degrees(0, 690)
    east, north = degrees(1000, 0)
    return [west, south, east, north]


def _box(x0: float, y0: float, x1: float, y1: float) -> dict[str, Any]:
    ring = [degrees(x0, y1), degrees(x1, y1), degrees(x1, y0), degrees(x0, y0), degrees(x0, y1)]
    return {"type": "Polygon", "coordinates": [ring]}


def _feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def ground() -> dict[str, Any]:
    line = "LineString"
    features = [_feature(_box(*green), kind="green") for green in GREENS]
    features.append(
        _feature(
            {"type": line, "coordinates": [degrees(*p) for p in STREAM]},
            kind="water",
            name={"zh": "清溪", "en": "Clear Brook"},
        )
    )
    for rank, zh, en, path in ROADS:
        name = {"name": {"zh": zh, "en": en}} if zh else {}
        features.append(
            _feature({"type": line, "coordinates": [degrees(*p) for p in path]}, kind="road", rank=rank, **name)
        )
    wall = ((345, 362), (650, 362), (650, 661), (616, 661))
    features.append(_feature({"type": line, "coordinates": [degrees(*p) for p in wall]}, kind="wall"))
    return _collection(features)


def _minutes(x_m: float, y_m: float, group: str) -> float:
    straight = math.hypot(x_m - CANTEEN_M[0], -y_m - CANTEEN_M[1]) * DETOUR
    locked = 420.0 if 345 < x_m < 650 and y_m > 362 else 0.0
    brook = 380.0 if x_m > 850 else 0.0
    pace = PACE_M_PER_MIN if group == "elder" else PACE_M_PER_MIN * 1.5
    return round((straight + locked + brook) / pace, 1)


def rows(group: str = "elder") -> list[dict[str, Any]]:
    """The houses as rows: id, name, floors, residents, minutes, position."""
    found: list[dict[str, Any]] = []
    for zh, en, x0, y0, x1, y1, width, depth, gap_x, gap_y, floors in BLOCKS:
        places = [
            (x, y) for y in range(y0, y1 - depth + 1, depth + gap_y) for x in range(x0, x1 - width + 1, width + gap_x)
        ]
        for number, (x, y) in enumerate(places, start=1):
            middle = (x + width / 2, y + depth / 2)
            lon, lat = degrees(*middle)
            found.append(
                {
                    "id": f"{en[0]}{x0}-{number}",
                    "zh": f"{zh} {number} 幢",
                    "en": f"{en}, {number}",
                    "block": en,
                    "floors": floors,
                    "n_people": floors * 9 + number % 7,
                    "minutes": _minutes(*middle, group),
                    "n_open": (number * 7 + x0) % 5 // 3,
                    "lon": lon,
                    "lat": lat,
                    "box": (x, y, x + width, y + depth),
                }
            )
    return found


def buildings(group: str) -> dict[str, Any]:
    return _collection(
        [
            _feature(
                _box(*row["box"]),
                id=row["id"],
                height_m=row["floors"] * 3.1,
                minutes=row["minutes"],
                n_open=row["n_open"],
            )
            for row in rows(group)
        ]
    )


def points() -> dict[str, Any]:
    return _collection(
        [
            _feature(
                {"type": "Point", "coordinates": degrees(x, y)},
                id=i,
                kind=kind,
                name={"zh": zh, "en": en} if zh else None,
                **more,
            )
            for i, (kind, zh, en, x, y, more) in enumerate(POINTS)
        ]
    )
