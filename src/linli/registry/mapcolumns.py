"""A map's features as columns of the registry's tables. Faults of all features are told together; nothing is written here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from linli.kernel.errors import FaultList, LinliError
from linli.kernel.mapdata import GroundShape, MapBuilding, MapData, MapFacility

from . import catalogues, mapstore
from .rules.mapdiff import Noun
from .rules.places import cell_of, located

NAME_CHARACTERS, FACILITY_NAME_CHARACTERS = 80, 120
Content = dict[str, Any]


@dataclass(slots=True)
class MapColumns:
    """The map as columns by reference, ready to be compared and written."""

    compound: dict[str, Content] = field(default_factory=dict)
    building: dict[str, Content] = field(default_factory=dict)
    facility: dict[str, Content] = field(default_factory=dict)

    def by_noun(self) -> dict[Noun, dict[str, Content]]:
        return {"compound": self.compound, "building": self.building, "facility": self.facility}


def columns_of(map_data: MapData) -> MapColumns:
    """Every feature as columns; all faults together, each with its reference."""
    faults, found = FaultList(file=map_data.source), MapColumns()
    for ground in map_data.ground:
        if ground.kind == "compound" and ground.ref:
            _take(found.compound, ground.ref, partial(_compound_columns, ground), faults)
    for building in map_data.buildings:
        _take(found.building, building.ref, partial(building_columns, building), faults)
    known = catalogues.facility_categories()
    for facility in map_data.facilities:
        if facility.category not in known:
            faults.add(
                f"设施类别 {facility.category} 不在目录里",
                f"the facility category {facility.category!r} is not in the catalogue",
                feature=facility.ref,
            )
            continue
        _take(found.facility, facility.ref, partial(facility_columns, facility), faults)
    faults.raise_if_any()
    return found


def _take(into: dict[str, Content], ref: str, columns: Callable[[], Content], faults: FaultList) -> None:
    if not ref or len(ref) > 80 or ref in into:
        faults.add(
            "每个要素要有自己的编号（1 到 80 个字符）",
            "each feature needs a reference of its own, 1 to 80 characters",
            feature=ref,
        )
        return
    try:
        into[ref] = columns()
    except LinliError as error:
        faults.add(error.text.zh, error.text.en, feature=ref)


def _compound_columns(ground: GroundShape) -> Content:
    return {
        "name_zh": (ground.name_zh or ground.name_en or "小区")[:NAME_CHARACTERS],
        "name_en": ground.name_en[:120],
        "source_ref": ground.ref,
        **located(ground.shape),
    }


def building_columns(building: MapBuilding) -> Content:
    address = _address(building.street, building.house_number)
    own = _address(building.compound, building.house_number) if building.compound else ""
    name = building.name_zh or own or address or building.name_en or building.ref
    return {
        "name_zh": name[:NAME_CHARACTERS],
        "name_en": building.name_en[:120],
        "address": address[:200],
        "use": building.use[:24],
        "levels_above": building.levels,
        "height_dm": None if building.height_m is None else round(building.height_m * 10),
        "n_units": building.n_units,
        "source_ref": building.ref,
        **located(building.outline),
    }


def _address(street: str, number: str) -> str:
    """``清河路2号`` as Chinese addresses are written, ``Main Street 2`` where the street has a Latin name."""
    if not street or not number:
        return street or number
    return f"{street} {number}" if street.isascii() else f"{street}{number}{'号' if number.isdigit() else ''}"


def facility_columns(facility: MapFacility) -> Content:
    return {
        "category": facility.category,
        "name_zh": (facility.name_zh or facility.name_en)[:FACILITY_NAME_CHARACTERS],
        "name_en": facility.name_en[:160],
        "lon": facility.lon,
        "lat": facility.lat,
        "cell": cell_of(facility.lon, facility.lat),
        "area_dm2": facility.area_dm2,
        "capacity": facility.capacity,
        "opening_hours": facility.opening_hours[:200],
        "source_ref": facility.ref,
    }


def edition_columns(map_data: MapData, sha256: bytes) -> Content:
    """A map as the columns of an edition."""
    west, south, east, north = map_data.bounds()
    return {
        "source": map_data.source[:200],
        "sha256": sha256,
        "data_on": map_data.data_on,
        "attribution": map_data.attribution[:300],
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "n_nodes": map_data.network.n_nodes,
        "n_edges": map_data.network.n_edges,
        "n_buildings": len(map_data.buildings),
        "n_facilities": len(map_data.facilities),
        "network": mapstore.network_bytes(map_data.network),
        "gates": mapstore.gate_rows(map_data.gates),
        "ground": mapstore.ground_bytes(map_data.ground),
        "notes": mapstore.note_rows(map_data.notes),
    }
