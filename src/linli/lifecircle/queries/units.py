"""A community divided into governance units of a given size, boundaries kept (S224).

Reads a run's people and map and the register's grids and compounds; keeps nothing: the same question has the same answer, so its address can be shared.
Counts people, so it is for those who work on the community.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

import numpy as np
import shapely

from linli.kernel.text import Text
from linli.platform.actors import Actor

from ..analysis import Analysis
from ..bench import Bench, bench_of
from ..bridges.units import DistrictingError, Districts, Parts, gather, split_parts, touching
from ..models import CoverageRun
from ..reading import policy_on
from ..rules.coverage import Floats
from ..rules.shapes import flatten, middles
from ..rules.units import Refusal, UnitRules, read_units, refuse_count, refuse_division, refuse_heavy, refuse_number
from .areas import keys_of
from .coverage import READ

Kept = Literal["grid", "compound", "building"]
KEPT: tuple[Kept, ...] = get_args(Kept)
KEPT_WORDS: dict[Kept, Text] = {
    "grid": Text("网格不拆", "Grids are kept whole"),
    "compound": Text("小区不拆", "Compounds are kept whole"),
    "building": Text("只保每幢楼", "Only buildings are kept whole"),
}
Divides = Literal["water", "roads", "none"]
DIVIDES: tuple[Divides, ...] = get_args(Divides)
DIVIDES_WORDS: dict[Divides, Text] = {
    "water": Text("不跨水面和铁路", "Not across water and railways"),
    "roads": Text("不跨水面、铁路和大路", "Not across water, railways and main roads"),
    "none": Text("都可以跨", "Across all of them"),
}
ELDERS = "elder_60"
Keyed = tuple[str, Text | None]
"""The area a house lies in by key, empty in none, and its name where it has one of its own."""


@dataclass(frozen=True, slots=True)
class UnitAsk:
    """``least`` to ``most`` persons, both inclusive; ``n_units`` None for as many as lie nearest to the middle of the two."""

    least: int
    most: int
    kept: Kept = "grid"
    divides: Divides = "water"
    n_units: int | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: ``number`` from 1; ``names`` of the areas in it, the most people first; ``mean_m`` from its people to its middle in a straight line."""

    number: int
    persons: float
    elders: float | None
    n_buildings: int
    names: tuple[Text, ...]
    mean_m: float


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """``units`` empty where ``refusal`` says why. ``of_house`` the unit's number of each building of ``bench``, 0 without a plan; ``taken_apart`` areas that
    hold more than a unit may; ``n_cut`` grids and compounds that lie in more than one unit."""

    ask: UnitAsk
    bench: Bench
    persons: float
    n_parts: int
    units: tuple[Unit, ...]
    of_house: tuple[int, ...]
    taken_apart: tuple[Text, ...]
    n_cut: dict[Kept, int]
    is_best: bool
    gap: float
    refusal: Refusal | None


def unit_rules(run: CoverageRun) -> UnitRules:
    return read_units(policy_on("governance_units", "default", run.as_of))


def plan_units(run: CoverageRun, actor: Actor, ask: UnitAsk) -> UnitPlan:
    """The community of ``run`` divided as asked. Needs ``lifecircle.read`` there; a few seconds at most for an answer by building."""
    actor.require(READ, run.community_id)
    rules, bench = unit_rules(run), bench_of(run)
    analysis = bench.analysis
    persons, xy_m = analysis.residents.persons, middles(analysis.shapes_m)
    keys = {kept: _keys(run, actor, bench.place_ids, kept) for kept in KEPT}
    levels = KEPT[KEPT.index(ask.kept) :]
    parts = gather([[key for key, _ in keys[one]] for one in levels], persons, xy_m, most=ask.most)
    names = _names(parts, [keys[one] for one in levels], analysis)
    pairs = touching(parts, xy_m, _barriers(analysis, rules, ask.divides), most_m=rules.touching_m)
    try:
        found = split_parts(parts, pairs, least=ask.least, most=ask.most, n_units=ask.n_units)
    except DistrictingError as refused:
        return UnitPlan(
            ask, bench, float(persons.sum()), len(names), (), (0,) * len(persons), (), {}, False, 0.0, _words(refused, names, ask)
        )  # fmt: skip
    of_house = found.unit[parts.of_house]
    return UnitPlan(
        ask, bench, float(persons.sum()), len(names), _units(found, parts, names, analysis, xy_m), tuple((of_house + 1).tolist()),
        _taken_apart(parts, keys[ask.kept]), {one: _n_cut(keys[one], of_house) for one in ("grid", "compound")},
        found.proved, found.gap, None,
    )  # fmt: skip


def _keys(run: CoverageRun, actor: Actor, place_ids: Sequence[UUID], kept: Kept) -> list[Keyed]:
    """Of every house of the bench the area that is kept whole: its key (empty in none) and name."""
    if kept == "building":
        return [(f"place:{place_id}", None) for place_id in place_ids]
    known: dict[UUID, tuple[str, Text]] = keys_of(run, actor, kept)
    return [known.get(place_id, ("", None)) for place_id in place_ids]


def _names(parts: Parts, keys: Sequence[Sequence[Keyed]], analysis: Analysis) -> list[Text]:
    first = np.unique(parts.of_house, return_index=True)[1].tolist()
    named = []
    for part, house in enumerate(first):
        level, _ = parts.key[part]
        name = keys[level][house][1]
        named.append(name or analysis.places[house].name)
    return named


def _barriers(analysis: Analysis, rules: UnitRules, divides: Divides) -> list[shapely.Geometry]:
    if divides == "none":
        return []
    with_roads = divides == "roads"
    return [
        flatten(analysis.plane, one.shape)
        for one in analysis.data.ground
        if one.kind in rules.divides or (with_roads and one.kind == "road" and 1 <= one.rank <= rules.widest_rank)
    ]


def _units(found: Districts, parts: Parts, names: Sequence[Text], analysis: Analysis, xy_m: Floats) -> tuple[Unit, ...]:
    elders = next((one.group for one in analysis.groups.values() if one.group.id == ELDERS), None)
    persons = analysis.residents.persons
    old = (
        analysis.residents.of_group(elders)
        if elders is not None and analysis.groups[ELDERS].is_counted_by_age
        else None
    )
    unit = found.unit[parts.of_house]
    units = []
    for number, centre in enumerate(found.centre.tolist()):
        inside = np.flatnonzero(unit == number)
        own = np.flatnonzero(found.unit == number)
        away = np.hypot(*(xy_m[inside] - parts.xy_m[centre]).T)
        total = float(persons[inside].sum())
        ordered = own[np.argsort(-parts.persons[own], kind="stable")]
        units.append(
            Unit(
                number + 1, total, None if old is None else float(old[inside].sum()), len(inside), tuple(names[n] for n in ordered),
                float((away * persons[inside]).sum() / total) if total else 0.0,
            )
        )  # fmt: skip
    return tuple(units)


def _taken_apart(parts: Parts, keys: Sequence[Keyed]) -> tuple[Text, ...]:
    """Names of the areas asked to be kept that were too large to be."""
    level = [parts.key[part][0] for part in parts.of_house.tolist()]
    return tuple(dict.fromkeys(name for (key, name), at in zip(keys, level, strict=True) if at > 0 and name))


def _n_cut(keys: Sequence[Keyed], of_house: np.ndarray) -> int:
    units: dict[str, set[int]] = {}
    for (key, _), unit in zip(keys, of_house.tolist(), strict=True):
        if key:
            units.setdefault(key, set()).add(unit)
    return sum(len(found) > 1 for found in units.values())


def _words(refused: DistrictingError, names: Sequence[Text], ask: UnitAsk) -> Refusal:
    areas = [names[n] for n in refused.areas]
    if refused.code == "no_count":
        return refuse_count(areas, refused.weight, ask.least, ask.most, is_whole=len(areas) == len(names))
    if refused.code == "too_heavy":
        return refuse_heavy(areas, ask.most)
    if refused.code == "n_units":
        return refuse_number(ask.n_units or 0, refused.allowed)
    if refused.code in ("impossible", "not_found"):
        return refuse_division(areas, is_proved=refused.code == "impossible")
    raise refused
