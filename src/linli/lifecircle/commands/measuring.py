"""Measuring a community by a standard."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any
from uuid import UUID

import numpy as np

from linli.journal import append
from linli.kernel.clock import local_day
from linli.platform.actors import Actor

from ..analysis import Analysis, analyse
from ..analysis.proposals import Proposals, propose
from ..analysis.serving import effective, saturation
from ..analysis.summary import summarise
from ..events import CoverageMeasured
from ..models import BuildingAccess, BuildingResidents, CoverageFigures, CoverageRun
from ..reading import Seen, policies_on, read_community
from ..rules.coverage import Floats
from ..rules.privacy import public_group
from ..rules.standard import read_assumptions, read_standard, read_walkers

PERMISSION = "lifecircle.run"
N_LINKS = 8
"""Ways to open that a run proposes."""
ROWS_AT_ONCE = 2000
Progress = Callable[[str, float], None]


def measure_coverage(
    community_id: UUID,
    standard_id: str,
    *,
    actor: Actor,
    now: dt.datetime,
    on: dt.date | None = None,
    progress: Progress = lambda stage, share: None,
) -> CoverageRun:
    """Measure a community as registered on ``on`` (the day of ``now``) by the standard in force that day; the new run.

    Houses are those with an outline; residents those registered, or estimated where nobody is; facilities the open ones of this and
    neighbouring communities, since people walk across borders. One fact. ``progress(stage, share)``: stages ``read``, ``walks``,
    ``gaps``, ``write``. :class:`NotFoundError` without a map. Cost: about a second and half a row per building and group.
    """
    actor.require(PERMISSION, community_id)
    day = on or local_day(now)
    progress("read", 0.0)
    policies = policies_on(standard_id, day)
    seen = read_community(actor, community_id, day)
    analysis = analyse(
        seen.data,
        standard=read_standard(policies["life_circle_standard"], policies["facility_categories"]),
        walkers=read_walkers(policies["walkers"]),
        assumed=read_assumptions(policies["estimate"]),
        on=day,
        ages=seen.ages,
        progress=progress,
    )
    proposals = propose(analysis, n_links=N_LINKS)
    progress("write", 0.0)
    run = _write(analysis, seen, proposals, community_id=community_id, now=now)
    append(_fact(run, analysis), actor=actor, occurred_at=now)
    progress("write", 1.0)
    return run


def _write(
    analysis: Analysis, seen: Seen, proposals: Proposals, *, community_id: UUID, now: dt.datetime
) -> CoverageRun:
    summary = summarise(analysis, proposals)
    standard, walkers, assumed = analysis.standard.pin, analysis.walkers.pin, analysis.assumed.pin
    run = CoverageRun.objects.create(
        community_id=community_id,
        standard_id=standard.id, standard_version=standard.version, standard_sha256=standard.sha256,
        standard_zh=standard.title.zh, standard_en=standard.title.en,
        walkers_id=walkers.id, walkers_version=walkers.version, walkers_sha256=walkers.sha256,
        estimate_id=assumed.id, estimate_version=assumed.version, estimate_sha256=assumed.sha256,
        edition_id=seen.edition_id, as_of=analysis.on, computed_at=now, basis=analysis.residents.basis,
        categories=list(analysis.standard.categories), groups=list(analysis.groups),
        public={
            "groups": [public_group(group) for group in summary["groups"]],
            "data_on": summary["map"]["data_on"],
            "attribution": summary["map"]["attribution"],
            "circle": {"target_share": analysis.standard.circle_target_share, "index": analysis.standard.index},
        },
    )  # fmt: skip
    CoverageFigures.objects.create(run=run, community_id=community_id, figures=_figures(summary, analysis, seen))
    BuildingAccess.objects.bulk_create(_access(run, analysis, seen), batch_size=ROWS_AT_ONCE)
    BuildingResidents.objects.bulk_create(_residents(run, analysis, seen), batch_size=ROWS_AT_ONCE)
    return run


def _figures(summary: dict[str, object], analysis: Analysis, seen: Seen) -> dict[str, object]:
    """The summary with its blind spots and proposals pointing at registered places."""
    refs = {place.ref: str(seen.place_ids[n]) for n, place in enumerate(analysis.places)}
    gaps = [
        {**gap, "houses": [{**house, "place_id": refs[house["ref"]]} for house in gap["houses"]]}
        for gap in summary["gaps"]  # type: ignore[attr-defined]
    ]
    proposals: dict[str, Any] = summary["proposals"]  # type: ignore[assignment]
    for link in proposals["links"]:
        for house in link["houses"]:
            house["place_id"] = refs[house["ref"]]
    serving = {"effective": effective(analysis, analysis.assumed.effective_at), "saturation": saturation(analysis)}
    return {**summary, "gaps": gaps, **serving}


def _access(run: CoverageRun, analysis: Analysis, seen: Seen) -> list[BuildingAccess]:
    with_door = analysis.measured.with_door
    rows = []
    for group_id, result in analysis.groups.items():
        walks = result.walks
        for house, place_id in enumerate(seen.place_ids):
            nearest = [seen.facility_ids[number] if number >= 0 else None for number in walks.facility[house]]
            access = BuildingAccess(
                run=run, community_id=run.community_id, place_id=place_id, group=group_id,
                is_joined=bool(walks.joined[house]), has_door=bool(with_door[house]),
                walk_min=_numbers(walks.walk_min[house], 2), walk_m=_numbers(walks.walk_m[house], 1), facility_ids=nearest,
            )  # fmt: skip
            rows.append(access)
    return rows


def _numbers(values: Floats, digits: int) -> list[float | None]:
    return [round(float(value), digits) if math.isfinite(value) else None for value in values]


def _residents(run: CoverageRun, analysis: Analysis, seen: Seen) -> list[BuildingResidents]:
    counted = {result.group.id: analysis.residents.of_group(result.group) for result in analysis.groups.values()}
    lived_in = np.flatnonzero(analysis.residents.persons > 0)
    return [
        BuildingResidents(
            run=run,
            community_id=run.community_id,
            place_id=seen.place_ids[house],
            persons={group: round(float(persons[house]), 1) for group, persons in counted.items()},
        )
        for house in lived_in.tolist()
    ]


def _fact(run: CoverageRun, analysis: Analysis) -> CoverageMeasured:
    circle = analysis.groups[analysis.walkers.reference].circle
    return CoverageMeasured(
        community_id=run.community_id,
        subject_id=run.pk,
        standard_id=run.standard_id,
        standard_version=run.standard_version,
        standard_sha256=run.standard_sha256,
        edition_id=run.edition_id,
        as_of=run.as_of,
        basis=run.basis,
        n_buildings=len(analysis.places),
        n_facilities=int(analysis.measured.n_facilities.sum()),
        index_share=None if circle.index is None else round(circle.index, 4),
    )
