"""The sample's tree below a community: grids, compounds, buildings, entrances, units."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from linli.engines.synth import Neighbourhood
from linli.kernel.ids import uuid7

from .. import bulk
from ..mapcolumns import building_columns
from ..models import Place, PlaceRecord
from ..rules.places import located

USES = ("residential", "commercial", "room")
"""The registry's words for ``linli.engines.synth.population.UNIT_USES``, in that order."""


@dataclass(slots=True)
class Homes:
    """Places by their number in the neighbourhood; only those of one community."""

    grids: dict[int, UUID] = field(default_factory=dict)
    compounds: dict[int, UUID] = field(default_factory=dict)
    buildings: dict[int, UUID] = field(default_factory=dict)
    units: dict[int, UUID] = field(default_factory=dict)
    entrances: dict[tuple[int, int], UUID] = field(default_factory=dict)
    n: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Tree:
    """Rows of places gathered before they are written together."""

    seat: Place
    rows: list[dict[str, Any]] = field(default_factory=list)
    contents: list[tuple[dt.date, dict[str, Any]]] = field(default_factory=list)
    paths: dict[UUID, list[UUID]] = field(default_factory=dict)

    def add(
        self, kind: str, parent: UUID | None, since: dt.date, content: dict[str, Any], *, compound: UUID | None = None
    ) -> UUID:
        place_id = uuid7()
        above = self.seat.path if parent is None else self.paths[parent]
        self.paths[place_id] = [*above, *([compound] if compound else []), place_id]
        self.rows.append(
            {
                "id": place_id,
                "kind": kind,
                "community_id": self.seat.pk,
                "path": self.paths[place_id],
                "synthetic": True,
            }
        )
        links = {"parent_id": parent or self.seat.pk, "compound_id": compound, "community_id": self.seat.pk}
        self.contents.append((since, content | links))
        return place_id

    def write(self) -> int:
        places = bulk.identities(Place, self.rows)
        records = [
            bulk.record(PlaceRecord, place, since, **content)
            for place, (since, content) in zip(places, self.contents, strict=True)
        ]
        bulk.write(places, records)
        return len(places)


def lay_homes(made: Neighbourhood, number: int, seat: Place, since: dt.date) -> Homes:
    """All places of community ``number`` below its seat, from the day each was built."""
    homes, tree = Homes(), _Tree(seat)
    for index, grid in enumerate(made.grids):
        if grid.community == number:
            homes.grids[index] = tree.add("grid", None, since, {"name_zh": grid.name.zh, "name_en": grid.name.en})
    for index, compound in enumerate(made.compounds):
        if compound.community == number:
            homes.compounds[index] = tree.add(
                "compound", None, _built(compound.built_year, since), _compound(compound, index)
            )
    _lay_buildings(made, number, homes, tree, since)
    _lay_units(made, homes, tree, since)
    homes.n["places"] = 1 + tree.write()
    return homes


def _built(year: int, since: dt.date) -> dt.date:
    return dt.date(year, 1, 1) if year > 0 else since


def _compound(compound: Any, index: int) -> dict[str, Any]:
    return {
        "name_zh": compound.name.zh,
        "name_en": compound.name.en,
        "built_year": compound.built_year or None,
        "source_ref": f"syn/c{index + 1}",
        **located(compound.outline),
    }


def _lay_buildings(made: Neighbourhood, number: int, homes: Homes, tree: _Tree, since: dt.date) -> None:
    table = made.buildings
    for index, building in enumerate(made.map.buildings):
        if int(table.community[index]) != number:
            continue
        year = int(table.built_year[index])
        content = building_columns(building) | {"built_year": year or None, "n_lifts": int(table.n_lifts[index])}
        homes.buildings[index] = tree.add(
            "building",
            homes.grids.get(int(table.grid[index])),
            _built(year, since),
            content,
            compound=homes.compounds.get(int(table.compound[index])),
        )


def _lay_units(made: Neighbourhood, homes: Homes, tree: _Tree, since: dt.date) -> None:
    units, table = made.population.units, made.buildings
    for index in range(len(units)):
        building = int(units.building[index])
        if building not in homes.buildings:
            continue
        built, use = _built(int(table.built_year[building]), since), int(units.use[index])
        parent = homes.buildings[building]
        if use == 0:
            stair = int(units.stair[index])
            if (building, stair) not in homes.entrances:
                name = {"name_zh": f"{stair}单元", "name_en": f"Entrance {stair}"}
                homes.entrances[building, stair] = tree.add("entrance", parent, built, name)
            parent = homes.entrances[building, stair]
        content = _unit(units.label[index], USES[use], int(units.floor[index]), int(units.area_dm2[index]))
        homes.units[index] = tree.add("unit", parent, built, content)


def _unit(label: str, use: str, floor: int, area_dm2: int) -> dict[str, Any]:
    return {"name_zh": label, "use": use, "floor": floor, "area_dm2": area_dm2 or None}
