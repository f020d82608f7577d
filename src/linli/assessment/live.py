"""The port of live numbers: a room's query under a name, which an indicator system asks for by that name.

``@live("lifecircle.circle_share", Text(...))`` registers ``function(community_id, day, argument) -> Reading | None``. It is called as a machine that
sees every community and answers totals only; ``argument`` is what stands after the colon of the name (``lifecircle.category_share:canteen``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text
from linli.platform.actors import System
from linli.platform.db import acting

MACHINE = System("assessment")
UNKNOWN = define(
    "assessment.unknown_live",
    zh="没有叫“{name}”的实时取数；现有：{known}",
    en="There is no live number {name}; there are: {known}",
    status=422,
)
BAD_ARGUMENT = define(
    "assessment.live_argument",
    zh="实时取数“{name}”后面要写{wanted}，写的是“{got}”",
    en="The live number {name} takes {wanted} after its colon; got {got}",
    status=422,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """``value`` in the indicator's unit, as of ``as_of``; ``rows_url`` leads a person to the rows it was counted from."""

    value: float
    as_of: dt.date
    quality: str
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    rows_url: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """The days a number is read for: rates over ``[first, until)``, states on ``day``."""

    first: dt.date
    until: dt.date
    day: dt.date


Reader = Callable[[UUID, Span, str], Reading | None]


@dataclass(frozen=True, slots=True)
class Live:
    name: str
    title: Text
    read: Reader


_LIVE: dict[str, Live] = {}


def live(name: str, title: Text) -> Callable[[Reader], Reader]:
    def register(read: Reader) -> Reader:
        _LIVE[name] = Live(name, title, read)
        return read

    return register


def known_live() -> dict[str, Live]:
    return dict(_LIVE)


def find_live(name: str) -> Live:
    bare = name.partition(":")[0]
    if bare not in _LIVE:
        raise LinliError(UNKNOWN, name=name, known=", ".join(sorted(_LIVE)) or "-")
    return _LIVE[bare]


def read_live(name: str, community_id: UUID, span: Span) -> Reading | None:
    """The number now, None where the room has nothing to tell for that day."""
    found = find_live(name)
    with acting(MACHINE):
        return found.read(community_id, span, name.partition(":")[2])
