"""What a query of OGC API - Features asks for, and refusals where it cannot be told (400, as requirements 24 and 25 of Part 1 want)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from linli.kernel.clock import local_day
from linli.kernel.errors import LinliError, define

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""
LIMIT, MOST = 100, 1000  # designed here; Part 1, requirement 20 leaves both to the server
MAX_OFFSET = 10_000_000
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
BAD = define(
    "registry.features_bad_query",
    zh="查询参数 {name} 不对：{value}。应为 {right}",
    en="The query parameter {name} is not right: {value}. Right would be {right}",
    status=400,
)


@dataclass(frozen=True, slots=True)
class Ask:
    """``boxes`` any of which must be met (two where the box crosses 180°), none for anywhere; ``[start, end]`` the days, both
    inclusive and None where open; ``filters`` by the names of properties."""

    boxes: tuple[Box, ...] = ()
    start: dt.date | None = None
    end: dt.date | None = None
    has_days: bool = False
    limit: int = LIMIT
    offset: int = 0
    filters: Mapping[str, str] = field(default_factory=dict)


def read_ask(said: Mapping[str, str], *, filters: Collection[str]) -> Ask:
    """``said`` as the address has it. Unknown names are refused, not passed over."""
    known = {"bbox", "datetime", "limit", "offset", "f", *filters}
    check_names(said, known)
    start, end = _days(said["datetime"]) if "datetime" in said else (None, None)
    return Ask(
        boxes=_boxes(said["bbox"]) if "bbox" in said else (),
        start=start,
        end=end,
        has_days="datetime" in said,
        limit=min(_whole("limit", said.get("limit", str(LIMIT)), least=1), MOST),
        offset=min(_whole("offset", said.get("offset", "0"), least=0), MAX_OFFSET),
        filters={name: _filter(name, said[name]) for name in filters if name in said},
    )


def check_names(said: Mapping[str, str], known: Collection[str] = ("f",)) -> None:
    for name in said:
        if name not in known:
            raise LinliError(BAD, name=name[:40], value=said[name][:40], right="/".join(sorted(known)))
    if said.get("f", "json") not in ("json", "geojson"):
        raise LinliError(BAD, name="f", value=said["f"][:40], right="json")


def _whole(name: str, said: str, *, least: int) -> int:
    if not (said.isascii() and said.isdecimal() and len(said) < 19 and int(said) >= least):
        raise LinliError(BAD, name=name, value=said[:40], right=f">= {least}")
    return int(said)


def _filter(name: str, said: str) -> str:
    if "\x00" in said or len(said) > 80:
        raise LinliError(BAD, name=name, value=said[:40].replace("\x00", ""), right="<= 80")
    if name != "community":
        return said
    try:
        return str(UUID(said))
    except ValueError:
        raise LinliError(BAD, name=name, value=said[:40], right="UUID") from None


def _boxes(said: str) -> tuple[Box, ...]:
    """Four numbers, or six of which the heights are passed over. West above east crosses the 180th meridian (7.15.3)."""
    right = "west,south,east,north"
    try:
        numbers = [float(part) for part in said.split(",")]
    except ValueError:
        raise LinliError(BAD, name="bbox", value=said[:40], right=right) from None
    if len(numbers) == 6:
        numbers = [numbers[at] for at in (0, 1, 3, 4)]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise LinliError(BAD, name="bbox", value=said[:40], right=right)
    west, south, east, north = numbers
    if south > north or not all(-180 <= one <= 180 for one in (west, east)) or south < -90 or north > 90:
        raise LinliError(BAD, name="bbox", value=said[:40], right=f"{right}, -180…180, -90…90")
    return ((west, south, 180.0, north), (-180.0, south, east, north)) if west > east else ((west, south, east, north),)


def _days(said: str) -> tuple[dt.date | None, dt.date | None]:
    """An instant or an interval by RFC 3339, ``..`` or nothing for an open end (7.15.4). The register knows days of China's time."""
    parts = said.split("/")
    if len(parts) == 1:
        day = _day(said, said)
        return day, day
    if len(parts) == 2:
        start, end = (None if part in ("", "..") else _day(part, said) for part in parts)
        if not (start and end and start > end):
            return start, end
    raise LinliError(BAD, name="datetime", value=said[:60], right="2026-01-31, 2026-01-01/2026-06-30, ../2026-06-30")


def _day(said: str, whole: str) -> dt.date:
    try:
        if len(said) == 10:
            return dt.date.fromisoformat(said)
        at = dt.datetime.fromisoformat(said)
        if at.tzinfo is not None and "T" in said.upper():
            return local_day(at)
    except (ValueError, OverflowError):
        pass
    raise LinliError(BAD, name="datetime", value=whole[:60], right="2026-01-31, 2026-01-31T08:00:00Z")
