"""Buildings of an OSM table: outlines with holes, what they are used for, storeys, names and addresses."""

from __future__ import annotations

import math
import re
from collections import Counter

import numpy as np
import numpy.typing as npt
import shapely

from linli.kernel.geo import SEMI_MAJOR_M
from linli.kernel.mapdata import MapBuilding

from .ask import Asker
from .ground import Ground
from .mapping import Between, OsmMapping
from .notes import NoteBook
from .source import Source
from .table import Bools, Ints

_NUMBER = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*(?:m|metres?|meters?|米|层|户)?\s*$")
_FEET = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*(?:'|ft|feet)\s*$")
MAX_NUMBER_LENGTH = 40
_FOOT_M = 0.3048
"""The international foot, 0.3048 m exactly (agreement of 1959)."""


def read_buildings(source: Source, ground: Ground) -> tuple[MapBuilding, ...]:
    """All buildings with an outline. What has none is noted and left out."""
    mapping, rules = source.mapping, source.mapping.buildings
    ask, refs, drawn = _footprints(source)
    centres = shapely.point_on_surface(drawn)
    inside = ground.compound_at(shapely.get_x(centres), shapely.get_y(centres))
    uses = _uses(ask, inside >= 0, footprint_m2(drawn), mapping, source.notes)
    numbers_of = _Numbers(ask, refs, source.notes)
    levels = numbers_of.column("building:levels", rules.levels, "levels_unclear")
    heights = numbers_of.column("height", rules.height_m, "height_unclear")
    flats = numbers_of.column("building:flats", rules.flats, "flats_unclear")
    names = ask.names(mapping)
    numbers, streets, places = ask.text("addr:housenumber"), ask.text("addr:street"), ask.text("addr:place")
    compounds = [one.name_zh or one.name_en for one in ground.compounds] + [""]
    return tuple(
        MapBuilding(
            ref=ref,
            outline=drawn[i],
            use=uses[i],
            # Half storeys (a lived-in roof) count whole.
            levels=_up(levels[i]),
            height_m=heights[i],
            name_zh=names[i][0],
            name_en=names[i][1],
            house_number=numbers[i] or "",
            street=streets[i] or places[i] or "",
            compound=compounds[inside[i]],
            n_units=_up(flats[i]),
        )
        for i, ref in enumerate(refs)
    )


def _up(value: float | None) -> int | None:
    return None if value is None else math.ceil(value)


def _footprints(source: Source) -> tuple[Asker, list[str], npt.NDArray[np.object_]]:
    table, shapes, ways, areas, mapping = source.table, source.shapes, source.ways, source.areas, source.mapping
    never = mapping.buildings.never
    rows = np.flatnonzero(ways.holds("building", None) & ~ways.any_of(never) & ~shapes.taken & shapes.first_of_id)
    drawn = shapes.polygons(rows)
    there = ~shapely.is_missing(drawn)
    rows, drawn = rows[there], drawn[there]
    more = np.flatnonzero(areas.ask.holds("building", None) & ~areas.ask.any_of(never))
    objects = table.ways.some(rows).plus(areas.ask.objects.some(more))
    refs = [*map(shapes.way_ref, rows.tolist()), *(areas.refs[place] for place in more.tolist())]
    return Asker(table, objects), refs, np.concatenate((drawn, areas.shapes[more]))


def footprint_m2(drawn: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Ground area in m² with one length of a degree (the equator's): right to 1 per cent, enough for a threshold."""
    metres = math.radians(1) * SEMI_MAJOR_M
    north = shapely.bounds(drawn)[:, 3] if len(drawn) else np.empty(0)
    return np.asarray(shapely.area(drawn) * metres**2 * np.cos(np.radians(north)), np.float64)


class _Numbers:
    """Numbers written as tags; what is none, or no possible one, is noted and left open."""

    def __init__(self, ask: Asker, refs: list[str], notes: NoteBook) -> None:
        self._ask = ask
        self._refs = refs
        self._notes = notes

    def column(self, key: str, bounds: Between, code: str) -> list[float | None]:
        out: list[float | None] = []
        for ref, raw in zip(self._refs, self._ask.text(key), strict=True):
            value = None if raw is None else _number(raw, feet=key == "height")
            if raw is not None and (value is None or not bounds.least <= value <= bounds.most):
                self._notes.add(code, ref, value=raw[:40])
                value = None
            out.append(value)
        return out


def _number(raw: str, *, feet: bool) -> float | None:
    if len(raw) > MAX_NUMBER_LENGTH:  # or a value of a million blanks would keep the pattern busy for hours
        return None
    if found := _NUMBER.match(raw):
        return float(found[1])
    if feet and (found := _FEET.match(raw)):
        return float(found[1]) * _FOOT_M
    return None


def _uses(
    ask: Asker, inside: Bools, area_m2: npt.NDArray[np.float64], mapping: OsmMapping, notes: NoteBook
) -> list[str]:
    """What each building is for. Those that do not say are judged by other tags, then name, then ground, and counted."""
    rules = mapping.buildings
    stated = _words(ask.first_fit([rule for rule, _ in rules.use]), [use for _, use in rules.use])
    other = _words(ask.first_fit([rule for rule, _ in rules.by_other_tags]), [use for _, use in rules.by_other_tags])
    plain = ask.text("building")
    estimates = _estimates(ask, inside, area_m2, mapping)
    counted: Counter[str] = Counter()
    out = []
    for i, value in enumerate(plain):
        if stated[i] is None and (value is None or value in rules.ambiguous) and other[i] is None:
            counted[estimates[i] or ""] += 1
            out.append(estimates[i] or rules.otherwise)
        elif stated[i] is None and (value is None or value in rules.ambiguous):
            out.append(other[i] or rules.otherwise)
        else:
            out.append(stated[i] or value or rules.otherwise)
    for use, n in sorted(counted.items()):
        notes.add("use_estimated" if use else "use_unknown", n=n, use=use or rules.otherwise)
    return out


def _words(fit: Ints, words: list[str]) -> list[str | None]:
    return [words[place] if place >= 0 else None for place in fit.tolist()]


def _estimates(ask: Asker, inside: Bools, area_m2: npt.NDArray[np.float64], mapping: OsmMapping) -> list[str | None]:
    """The use a building would be judged to have by its name, else by the compound it stands in."""
    out: list[str | None] = [None] * len(ask)

    def put(chosen: Bools, use: str) -> None:
        for place in np.flatnonzero(chosen).tolist():
            out[place] = out[place] or use

    for rule, only_inside, use in mapping.buildings.by_name:
        put(ask.fits(rule) & (inside if only_inside else True), use)
    for test in mapping.buildings.by_ground:
        put(inside & (area_m2 >= test.min_area_m2), test.use)
    return out
