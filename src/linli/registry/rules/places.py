"""What may be said of a place: which kind stands in which, division codes, areas, shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import h3
import shapely
from shapely.geometry.base import BaseGeometry

from linli.kernel.errors import LinliError, define

CELL_RESOLUTION = 11  # H3: hexagons of about 25 m edge, a building or a shop front
ABOVE_COMMUNITY = ("province", "city", "district", "street")
PARENTS: Mapping[str, tuple[str | None, ...]] = {
    "province": (None,),
    "city": ("province",),
    "district": ("city", "province"),
    "street": ("district", "city"),
    "community": ("street",),
    "grid": ("community",),
    "compound": ("community",),
    "building": ("grid", "community"),
    "entrance": ("building",),
    "unit": ("entrance", "building"),
}
"""What may stand right above what. A city without districts has streets (Dongguan); counties directly under a province have no
city (Hainan). A building's compound is said apart, because grids cut through compounds."""

WRONG_PARENT = define(
    "registry.wrong_parent",
    zh="{kind} 不能放在 {parent} 之下；可以：{right}",
    en="A {kind} cannot stand in a {parent}; it can stand in: {right}",
    status=422,
)
WRONG_COMPOUND = define(
    "registry.wrong_compound",
    zh="只有楼栋能指明所在小区，且小区要在同一社区",
    en="Only a building names its compound, which must be of the same community",
    status=422,
)
BAD_CODE = define(
    "registry.bad_division_code",
    zh="区划代码 {code} 不对：{why}",
    en="The division code {code} is not right: {why_en}",
    status=422,
)
BAD_AREA = define(
    "registry.bad_area",
    zh="面积应大于 0，收到 {area_dm2} dm²",
    en="An area must be > 0, got {area_dm2} dm²",
    status=422,
)
BAD_FLOORS = define(
    "registry.bad_floors",
    zh="{what} 应在 {low} 与 {high} 之间，收到 {got}",
    en="{what} must lie between {low} and {high}, got {got}",
    status=422,
)
BAD_SHAPE = define("registry.bad_shape", zh="图形不能用：{why}", en="The shape cannot be used: {why}", status=422)
NO_SUCH_FIELD = define(
    "registry.no_such_field",
    zh="没有可以这样改的栏目：{field}",
    en="There is no field {field} to be changed this way",
    status=422,
)
RANGES = {
    "levels_above": (0, 200),
    "levels_below": (0, 12),
    "floor": (-12, 200),
    "n_lifts": (0, 99),
    "built_year": (1800, 2200),
}
"""Designed here: wide enough for any building that stands, narrow enough to catch a slip of the pen."""


def check_parent(kind: str, parent_kind: str | None) -> None:
    if parent_kind not in PARENTS[kind]:
        right = ", ".join(one or "—" for one in PARENTS[kind])
        raise LinliError(WRONG_PARENT, kind=kind, parent=parent_kind or "—", right=right)


def check_code(code: str, *, kind: str, parent_code: str, provinces: frozenset[str]) -> str:
    """A national division code for a place of ``kind``, or empty.

    Six digits for province (``430000``), city (``430100``) and district (``430102``) by GB/T 2260; nine for streets and towns
    (``430102001``) by GB/T 10114; twelve for communities and villages by the statistical code rules (统计用区划代码). The first
    two digits are a known province, and a code begins like that of the place above it.
    """
    if not code:
        return code
    if kind not in _CODE_FORMS:
        raise _bad_code(code, "只有省到社区才有区划代码", "only provinces down to communities have one")
    form, example = _CODE_FORMS[kind]
    if not re.fullmatch(form, code):
        raise _bad_code(code, f"{kind} 应像 {example}", f"a {kind} has one like {example}")
    if code[:2] not in provinces:
        raise _bad_code(code, f"没有以 {code[:2]} 开头的省级区划", f"no province begins with {code[:2]}")
    above = significant(parent_code)
    if not code.startswith(above):
        raise _bad_code(code, f"应以上级的 {above} 开头", f"it must begin with {above} as the place above it")
    return code


_CODE_FORMS = {
    "province": (r"\d{2}0000", "430000"),
    "city": (r"\d{2}(?!00)\d{2}00", "430100"),
    "district": (r"\d{4}(?!00)\d{2}", "430102"),
    "street": (r"\d{6}(?!000)\d{3}", "430102001"),
    "community": (r"\d{9}(?!000)\d{3}", "430102001001"),
}


def significant(code: str) -> str:
    """What codes below begin with: the code without the zeros that stand for "all of it"."""
    if len(code) != 6:
        return code
    return re.sub(r"(00)+$", "", code)


def _bad_code(code: str, why: str, why_en: str) -> LinliError:
    return LinliError(BAD_CODE, code=code, why=why, why_en=why_en)


def check_numbers(content: Mapping[str, Any]) -> None:
    """Areas above 0 and floors, lifts and years within :data:`RANGES`; what is None is not known."""
    area_dm2 = content.get("area_dm2")
    if area_dm2 is not None and area_dm2 <= 0:
        raise LinliError(BAD_AREA, area_dm2=area_dm2)
    for name, (low, high) in RANGES.items():
        value = content.get(name)
        if value is not None and not low <= value <= high:
            raise LinliError(BAD_FLOORS, what=name, low=low, high=high, got=value)


def located(shape: BaseGeometry | None) -> dict[str, Any]:
    """The columns that say where a shape (WGS-84 degrees) is: WKB, box, a point inside it, and its H3 cell."""
    if shape is None:
        return dict.fromkeys(("shape", "west", "south", "east", "north", "lon", "lat", "cell"))
    if shape.is_empty or not shape.is_valid:
        raise LinliError(BAD_SHAPE, why=shapely.is_valid_reason(shape) if not shape.is_empty else "empty")
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise LinliError(BAD_SHAPE, why=f"{west}, {south}, {east}, {north}: not degrees of longitude and latitude")
    point = shape.representative_point()
    return {
        "shape": shapely.to_wkb(shape),
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "lon": point.x,
        "lat": point.y,
        "cell": cell_of(point.x, point.y),
    }


def cell_of(lon: float, lat: float) -> int:
    """The H3 cell (resolution 11) of a point, as the 64-bit number it is."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise LinliError(BAD_SHAPE, why=f"{lon}, {lat}: not degrees of longitude and latitude")
    return int(h3.str_to_int(h3.latlng_to_cell(lat, lon, CELL_RESOLUTION)))
