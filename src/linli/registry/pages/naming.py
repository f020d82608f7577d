"""What a place is called where it stands alone: a home with its building, so that "101" is not any 101."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from linli.platform.actors import Actor

from .. import queries

TOLD_WITH = ("building", "entrance")
"""What is said before the name of what lies in it."""


def full_names(actor: Actor, place_ids: Iterable[UUID | None], *, on: dt.date | None = None) -> dict[UUID, str]:
    """Place → name with its building's and entrance's, of those the actor may see. Two statements."""
    wanted = {place_id for place_id in place_ids if place_id}
    if not wanted:
        return {}
    records = list(queries.list_places(actor, on=on).filter(place_id__in=wanted))
    above = {place_id for record in records for place_id in record.place.path[:-1]}
    holders = queries.list_places(actor, kind=TOLD_WITH, on=on).filter(place_id__in=above)
    names = dict(holders.values_list("place_id", "name_zh"))
    return {
        record.place_id: _joined([names[place] for place in record.place.path[:-1] if place in names], record.name_zh)
        for record in records
    }


def _joined(outer: list[str], name: str) -> str:
    """The outer names before the name, what both say told once: 观澜苑1幢 and 1幢1单元502 are 观澜苑1幢1单元502."""
    for one in reversed(outer):
        if one in name:
            continue
        shared = next((n for n in range(min(len(one), len(name)), 1, -1) if one.endswith(name[:n])), 0)
        name = one + name[shared:] if shared else f"{one} {name}"
    return name
