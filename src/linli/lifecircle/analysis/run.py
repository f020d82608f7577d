"""One run: map, standard, walkers and residents in; walks, coverage and blind spots of every group out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from linli.kernel.errors import LinliError, define
from linli.kernel.geo import LocalMetres
from linli.kernel.mapdata import MapData
from linli.kernel.text import Text

from ..rules.coverage import CategoryCoverage, CircleCoverage, Walks, measure_category, measure_circle
from ..rules.gaps import Gap, Ground, find_gaps
from ..rules.hours import is_open
from ..rules.names import Anchor, Anchors, building_name, is_named
from ..rules.residents import House, Residents, estimate_residents, told_residents
from ..rules.shapes import flatten, middles, plane_of
from ..rules.standard import Assumptions, Group, Standard, Walkers
from .people_file import PeopleRow

if TYPE_CHECKING:
    from ..bridges import Measured

Progress = Callable[[str, float], None]

EMPTY = define(
    "lifecircle.empty_map",
    zh="{source} 里没有楼栋也没有居民位置，无从分析（步行网 {n_edges} 段，设施 {n_facilities} 处）",
    en="{source} holds no building and no place of residents, so there is nothing to analyse "
    "({n_edges} walk edges, {n_facilities} facilities)",
    status=422,
)
NO_NETWORK = define(
    "lifecircle.no_network",
    zh="{source} 里没有能走的路，算不出步行分钟（楼栋 {n_buildings} 幢）",
    en="{source} holds no way to walk on, so there are no walking minutes ({n_buildings} buildings)",
    status=422,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A house of the analysis: a building of the map, or a point where residents were told to live. Degrees."""

    ref: str
    name: Text
    is_named: bool
    shape: BaseGeometry
    use: str
    compound: str = ""
    levels: int | None = None

    @property
    def is_building(self) -> bool:
        return self.shape.geom_type != "Point"


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One group: ``categories`` in the standard's order, ``gaps`` per category in the same order."""

    group: Group
    walks: Walks
    categories: tuple[CategoryCoverage, ...]
    circle: CircleCoverage
    gaps: tuple[tuple[Gap, ...], ...]
    is_counted_by_age: bool


@dataclass(frozen=True, slots=True)
class OpenAt:
    """Only what is open at ``time`` of the day counted: ``n_closed`` facilities of the standard left out; ``n_unknown`` whose hours the map does not
    say, or not in a way that is read, counted as open."""

    time: dt.time
    n_closed: int
    n_unknown: int

    def as_mapping(self) -> dict[str, object]:
        return {"time": f"{self.time:%H:%M}", "n_closed": self.n_closed, "n_unknown": self.n_unknown}


@dataclass(frozen=True)
class Analysis:
    """Everything a run found. ``groups`` by id, in the order of the walkers policy; ``group`` is the one shown first."""

    data: MapData
    standard: Standard
    walkers: Walkers
    assumed: Assumptions
    places: tuple[Place, ...]
    residents: Residents
    measured: Measured
    groups: Mapping[str, GroupResult]
    group: Group
    on: dt.date
    plane: LocalMetres = field(repr=False)
    open_at: OpenAt | None = None

    @property
    def shown(self) -> GroupResult:
        return self.groups[self.group.id]

    @cached_property
    def shapes_m(self) -> npt.NDArray[np.object_]:
        """The houses in flat metres, in the order of ``places``."""
        shape = np.empty(len(self.places), dtype=object)
        shape[:] = [flatten(self.plane, place.shape) for place in self.places]
        return shape


def analyse(
    data: MapData,
    *,
    standard: Standard,
    walkers: Walkers,
    assumed: Assumptions,
    on: dt.date,
    people: Sequence[PeopleRow] | None = None,
    ages: Mapping[int, Mapping[int | None, float]] | None = None,
    group: str | None = None,
    at: dt.time | None = None,
    residents: Residents | None = None,
    plane: LocalMetres | None = None,
    progress: Progress = lambda stage, share: None,
) -> Analysis:
    """Analyse ``data`` for all groups of ``walkers``. Residents come from a file (``people``) or a register (``ages``: persons by
    age in whole years, by the building's position in the map), or are given as counted before (``residents``); where all are None they are estimated.
    ``plane`` is the flat metres to work in, so that a changed map is measured in those of the map it was (its own where None).

    With ``at``, facilities closed at that time of the weekday of ``on`` are left out. ``progress(stage, share)`` is told of stages ``walks`` and ``gaps``, with a share of 0 to 1. Raises :class:`LinliError` for a map without
    houses or without a way to walk on.
    """
    from ..bridges import (
        measure_walks,  # brings numba, which takes a second to load: only once there is a map to walk on
    )

    shown = walkers.group(group or walkers.reference)
    _refuse_empty(data, people)
    open_at = None
    if at is not None:
        data, open_at = _open_at(data, standard, on, at)
    plane = plane or plane_of(data)
    places, counted = settle(data, people, ages, plane=plane, walkers=walkers, assumed=assumed)
    residents = residents or counted
    measured = measure_walks(
        data,
        [place.shape for place in places],
        categories=standard.categories,
        groups=walkers.groups,
        assumed=assumed,
        plane=plane,
        progress=lambda share: progress("walks", share),
    )
    ground = _ground(data, places, plane, assumed)
    results = {}
    for number, each in enumerate(walkers.groups):
        results[each.id] = _group_result(each, standard, measured, residents, ground)
        progress("gaps", (number + 1) / len(walkers.groups))
    return Analysis(data, standard, walkers, assumed, places, residents, measured, results, shown, on, plane, open_at)


def _open_at(data: MapData, standard: Standard, on: dt.date, at: dt.time) -> tuple[MapData, OpenAt]:
    asked = set(standard.categories)
    minute = at.hour * 60 + at.minute
    told = [is_open(one.opening_hours, weekday=on.weekday(), minute=minute) for one in data.facilities]
    pairs = list(zip(data.facilities, told, strict=True))
    n_closed = sum(state is False for one, state in pairs if one.category in asked)
    n_unknown = sum(state is None for one, state in pairs if one.category in asked)
    kept = tuple(one for one, state in pairs if state is not False)
    return replace(data, facilities=kept), OpenAt(at, n_closed, n_unknown)


def settle(
    data: MapData,
    people: Sequence[PeopleRow] | None,
    ages: Mapping[int, Mapping[int | None, float]] | None,
    *,
    plane: LocalMetres,
    walkers: Walkers,
    assumed: Assumptions,
) -> tuple[tuple[Place, ...], Residents]:
    """The houses of the analysis and who lives in them. People placed by coordinates belong to the building there, or stand
    alone as points (those of one coordinate together)."""
    places = [
        Place(b.ref, building_name(b), is_named(b), b.outline, b.use, b.compound, b.levels) for b in data.buildings
    ]
    if people is not None:
        gathered: dict[int, dict[int | None, float]] = defaultdict(lambda: defaultdict(float))
        for row, house in zip(people, _houses_of(people, places, plane, assumed), strict=True):
            gathered[house][row.age] += row.count
        ages = gathered
    if ages is not None:
        return tuple(places), told_residents([ages.get(n, {}) for n in range(len(places))], walkers.groups)
    houses = [
        House(b.use, float(flatten(plane, b.outline).area), b.levels, b.height_m, b.n_units) for b in data.buildings
    ]
    return tuple(places), estimate_residents(houses, assumed)


def _houses_of(people: Sequence[PeopleRow], places: list[Place], plane: LocalMetres, assumed: Assumptions) -> list[int]:
    """The position in ``places`` of each row's house; houses that are no building of the map are added at the end."""
    shapes = np.array([flatten(plane, place.shape) for place in places], dtype=object)
    tree = shapely.STRtree(shapes)
    alone: dict[tuple[float, float], int] = {}
    found = []
    for row in people:
        if row.building is not None:
            found.append(row.building)
            continue
        point = flatten(plane, shapely.Point(row.lon, row.lat))
        near = tree.query_nearest(point, max_distance=assumed.people_to_building_m, all_matches=True)
        if len(near):
            found.append(int(near.min()))
            continue
        key = (row.lon, row.lat)
        if key not in alone:
            alone[key] = len(places)
            text = Text(f"居住点 {row.lon:.5f}, {row.lat:.5f}", f"residents at {row.lon:.5f}, {row.lat:.5f}")
            places.append(Place(f"line/{row.line}", text, False, shapely.Point(row.lon, row.lat), "residential"))
        found.append(alone[key])
    return found


def _refuse_empty(data: MapData, people: Sequence[PeopleRow] | None) -> None:
    if not data.buildings and not people:
        raise LinliError(EMPTY, source=data.source, n_edges=data.network.n_edges, n_facilities=len(data.facilities))
    if not data.network.n_edges or data.network.locked.all():
        raise LinliError(NO_NETWORK, source=data.source, n_buildings=len(data.buildings))


def _group_result(
    group: Group, standard: Standard, measured: Measured, residents: Residents, ground: Ground
) -> GroupResult:
    walks, persons = measured.walks[group.id], residents.of_group(group)
    categories = tuple(
        measure_category(
            walks,
            column,
            item=item,
            group=group,
            persons=persons,
            n_facilities=int(measured.n_facilities[column]),
            n_facilities_unjoined=int(measured.n_unjoined[column]),
            shut=measured.shut.get(group.id),
        )
        for column, item in enumerate(standard.items)
    )
    gaps = tuple(
        find_gaps(walks, column, item=one.item, group=group, persons=persons, ground=ground) if one.is_found else ()
        for column, one in enumerate(categories)
    )
    circle = measure_circle(walks, standard, persons=persons, found=[one.is_found for one in categories])
    return GroupResult(group, walks, categories, circle, gaps, residents.is_counted_by_age(group))


def _ground(data: MapData, places: Sequence[Place], plane: LocalMetres, assumed: Assumptions) -> Ground:
    shape = np.empty(len(places), dtype=object)
    shape[:] = [flatten(plane, place.shape) for place in places]
    return Ground(
        shape=shape,
        xy_m=middles(shape),
        names=[place.name if place.is_named else None for place in places],
        compounds=[place.compound for place in places],
        anchors=_anchors(data, plane),
        join_m=assumed.join_m,
    )


def anchors_of(analysis: Analysis) -> Anchors:
    """Everything with a name that a nameless place can be told by."""
    return _anchors(analysis.data, analysis.plane)


def _anchors(data: MapData, plane: LocalMetres) -> Anchors:
    """Everything on the map that has a name: facilities, buildings, and the middles of named ground."""
    named: list[tuple[str, str, float, float]] = [(f.name_zh, f.name_en, f.lon, f.lat) for f in data.facilities]
    for thing, shape in [(b, b.outline) for b in data.buildings] + [(g, g.shape) for g in data.ground]:
        middle = shape.centroid
        named.append((thing.name_zh, thing.name_en, middle.x, middle.y))
    anchors = []
    for zh, en, lon, lat in named:
        if zh.strip() or en.strip():
            x_m, y_m = plane.to_xy_m(lon, lat)
            anchors.append(Anchor(Text(zh.strip() or en.strip(), en.strip() or zh.strip()), float(x_m), float(y_m)))
    return Anchors(anchors)
