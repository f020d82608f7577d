"""Coverage by area: of the whole community, of its grids and compounds, of hexagonal cells, and of estates by the year they were built.

Owns how buildings are gathered. People are counted for those who work on the community; anybody else is told of buildings alone, so that no
area, however small or however overlapped with another, says anything of people that the public minutes do not say already.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args
from uuid import UUID

import h3
import numpy as np
import shapely

from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.registry import queries as registry

from ..models import CoverageRun
from ..rules.standard import read_assumptions
from .coverage import BuildingWalk, list_buildings

By = Literal["grid", "compound", "cell", "age", "community"]
WAYS: tuple[By, ...] = get_args(By)
BY_WORDS: dict[By, Text] = {
    "grid": Text("网格", "Grid"),
    "compound": Text("小区", "Compound"),
    "cell": Text("细胞单元（约 350 米的六边形）", "Cell (hexagon about 350 m across)"),
    "age": Text("新旧小区", "Old and new estates"),
    "community": Text("整个社区", "Whole community"),
}
CELL_RESOLUTION = 9
"""H3: hexagons of 201 m edge on average, 350 m between sides and 400 m between corners: the cell of 300 to 500 m of inventory row S223."""
N_NAMED = 2
"""Compounds a cell is called by."""


@dataclass(frozen=True, slots=True)
class Area:
    """``share`` of residents within the limit, of those in joined buildings, and ``mean_min`` over those with a way; of buildings alike where people
    may not be seen (``persons`` None then). ``n_buildings`` measured, ``n_within`` of them within."""

    key: str
    name: Text
    n_buildings: int
    n_within: int
    persons: float | None
    beyond: float | None
    share: float | None
    mean_min: float | None
    shape: shapely.Geometry | None


def list_areas(run: CoverageRun, actor: Actor, *, category: str, group: str, by: By) -> list[Area]:
    """Every area of one kind, the worst share first. Buildings that lie in none (of no grid, of no compound, of an unknown year) are told last."""
    walks = list_buildings(run, actor, category=category, group=group)
    keys = keys_of(run, actor, by)
    gathered: dict[str, list[BuildingWalk]] = defaultdict(list)
    names: dict[str, Text] = {}
    for walk in walks:
        key, name = keys.get(walk.place_id, ("", Text("不在其中", "in none")))
        gathered[key].append(walk)
        names[key] = name
    areas = [_area(key, names[key], members, by) for key, members in gathered.items()]
    return sorted(areas, key=lambda one: (one.key == "", 2.0 if one.share is None else one.share, one.name.zh))


def _area(key: str, name: Text, members: Sequence[BuildingWalk], by: By) -> Area:
    counts_people = all(walk.n_persons is not None for walk in members)
    weight = np.array([walk.n_persons if counts_people else 1.0 for walk in members], dtype=np.float64)
    joined = np.array([walk.is_joined for walk in members])
    within = joined & ~np.array([walk.is_beyond for walk in members])
    minutes = np.array([np.nan if walk.minutes is None else walk.minutes for walk in members])
    has = np.isfinite(minutes) & (weight > 0)
    known = float(weight[joined].sum())
    return Area(
        key=key,
        name=name,
        n_buildings=len(members),
        n_within=int(within.sum()),
        persons=float(weight.sum()) if counts_people else None,
        beyond=float(weight[joined & ~within].sum()) if counts_people else None,
        share=float(weight[within].sum()) / known if known > 0 else None,
        mean_min=float((minutes[has] * weight[has]).sum() / weight[has].sum()) if has.any() else None,
        shape=_shape(key, members, by),
    )


def _shape(key: str, members: Sequence[BuildingWalk], by: By) -> shapely.Geometry | None:
    """The cell itself; of other areas what their buildings span."""
    if by == "cell" and key:
        return shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(key)])
    if by == "age":
        return None
    return shapely.convex_hull(shapely.union_all([walk.shape for walk in members]))


def keys_of(run: CoverageRun, actor: Actor, by: By) -> dict[UUID, tuple[str, Text]]:
    """Of each building the area it lies in, by key and name."""
    rows = list(registry.list_places(actor, community_id=run.community_id, kind="building", on=run.as_of))
    if by == "cell":
        return _cells(run, actor)
    if by == "age":
        until = read_assumptions(find_policy("estimate", "default")).old_until_year
        return {row.place_id: _age(row.built_year, until) for row in rows if row.built_year is not None}
    if by == "community":
        return {row.place_id: ("all", Text("整个社区", "The whole community")) for row in rows}
    holders = registry.list_places(actor, community_id=run.community_id, kind=by, on=run.as_of)
    known = {row.place_id: registry.name_of(row) for row in holders}
    found = {}
    for row in rows:
        key = next((one for one in row.place.path if one in known), None)
        if key is not None:
            found[row.place_id] = (str(key), known[key])
    return found


def _cells(run: CoverageRun, actor: Actor) -> dict[UUID, tuple[str, Text]]:
    """Cells are called by the compounds most of their buildings stand in, and by the part of their index that tells neighbours apart."""
    rows = registry.list_places_in_compounds(actor, community_id=run.community_id, on=run.as_of)
    cell_of: dict[Any, str] = {
        row: h3.latlng_to_cell(row.lat, row.lon, CELL_RESOLUTION)
        for row in rows.filter(place__kind="building").exclude(lat=None)
    }
    around: dict[str, Counter[Text]] = defaultdict(Counter)
    for row, cell in cell_of.items():
        if row.compound_zh:
            around[cell][Text(row.compound_zh, row.compound_en or row.compound_zh)] += 1
    names = {cell: _cell_name(cell, around[cell]) for cell in cell_of.values()}
    return {row.place_id: (cell, names[cell]) for row, cell in cell_of.items()}


def _cell_name(cell: str, around: Counter[Text]) -> Text:
    code = cell[6:11]
    most = sorted(around.items(), key=lambda pair: (-pair[1], pair[0].zh))[:N_NAMED]
    if not most:
        return Text(f"单元 {code}", f"cell {code}")
    zh, en = "、".join(name.zh for name, _ in most), ", ".join(name.en for name, _ in most)
    return Text(f"{zh}一带（{code}）", f"around {en} ({code})")


def _age(year: int, old_until: int) -> tuple[str, Text]:
    if year <= old_until:
        return "old", Text(f"{old_until} 年底前建成的", f"built by the end of {old_until}")
    return "new", Text(f"{old_until} 年以后建的", f"built after {old_until}")


def spread(areas: Iterable[Any]) -> float | None:
    """How far apart the areas are: the best share less the worst, of areas with somebody in them; None with fewer than two."""
    shares = [area.share for area in areas if area.share is not None and area.key]
    return max(shares) - min(shares) if len(shares) > 1 else None
