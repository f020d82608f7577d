"""An assessment asked for from outside of the pages: by code of the community, without keeping anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.db import acting
from linli.registry import queries as registry

from . import queries
from .commands.observing import read_all
from .live import MACHINE
from .models import How
from .rules.period import check_period
from .rules.system import find_system
from .summary import finding, findings, summarise, workbook

NO_COMMUNITY = define(
    "assessment.unknown_community",
    zh="没有代码为“{code}”的社区；现有：{known}",
    en="There is no community with code {code}; there are: {known}",
    status=404,
)
MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Assessed:
    summary: dict[str, Any]
    workbook: bytes
    past: list[tuple[str, float | None]]
    lines: list[str]


def assess(system_id: str, code: str, period: str, *, weight_set: str = "", variant: str = "") -> Assessed:
    """Kept values, and fresh live ones where none was typed and the period is open. Nothing is kept."""
    system = find_system(system_id)
    at_now = now()
    at = check_period(period, cadence=system.cadence, system=system.id, today=local_day(at_now))
    system.weight_set(weight_set)
    system.variant(variant)
    with acting(MACHINE) as actor:
        place = _community(code)
        community_id = place.place_id
        known = queries.newest(actor, community_id, period=at.code, measures=[one.measure for one in system.leaves])
        fresh = read_all(community_id, system, at, now=at_now)
        typed = {key for key, row in known.items() if row.how != How.LIVE}
        found = queries.sheet(
            actor, community_id, system, at, weight_set=weight_set, variant=variant,
            fresh={key: row for key, row in fresh.items() if key not in typed},
        )  # fmt: skip
        queries.require_values(found, actor, community=code)
        warnings = list(queries.list_warnings(actor, community_id, only_open=True))
        runs = queries.closed_runs(actor, system_id=system.id, community_ids=[community_id])
        past = [(run.period, run.score) for run in runs][-8:]
        summary = summarise(found, code=code, name=registry.name_of(place), on=local_day(at_now), warnings=warnings)
    lines = [f"{text.zh}  /  {text.en}" for text in (finding(summary), *findings(summary))]
    return Assessed(summary, workbook(summary), past, lines)


def _community(code: str) -> Any:
    rows = registry.list_places(MACHINE, kind="community")
    try:
        found = registry.find_place_by_code(MACHINE, code)
        if found.place.kind == "community":
            return found
    except NotFoundError:
        pass
    known = ", ".join(str(row.code) for row in rows.exclude(code="")[:MOST_NAMED] if row.code) or "-"
    raise LinliError(NO_COMMUNITY, code=code[:40], known=known)
