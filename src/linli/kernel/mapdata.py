"""A neighbourhood's map as plain values: what a map file says, before any of it is registered.

Readers (OSM, GeoJSON) and the generator of synthetic neighbourhoods make it; the registry's import and the life-circle
analysis take it. Coordinates are WGS-84 longitude and latitude in degrees everywhere; lengths are metres on the ellipsoid.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

EDGE_KINDS: tuple[str, ...] = ("path", "road", "crossing", "steps", "ramp", "lift", "gate", "access")
"""What a walk edge is, by the number stored in ``WalkNetwork.kind``. ``access`` joins a door to the network."""

Passage = Literal["open", "locked", "unknown"]
GroundKind = Literal["water", "green", "road", "rail", "compound", "wall"]


@dataclass(frozen=True, slots=True)
class WalkNetwork:
    """The network people walk on, both ways unless a lock forbids it.

    ``lon, lat: float64[nodes]`` degrees; ``tail, head: int64[edges]`` node numbers; ``length_m: float64[edges]``;
    ``kind: uint8[edges]`` index into :data:`EDGE_KINDS`; ``locked: bool[edges]`` true where nobody may pass (a locked gate,
    ``access=no``); ``node_ref, way_ref: int64`` ids in the source file, 0 where there is none.
    """

    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    node_ref: npt.NDArray[np.int64]
    tail: npt.NDArray[np.int64]
    head: npt.NDArray[np.int64]
    length_m: npt.NDArray[np.float64]
    kind: npt.NDArray[np.uint8]
    locked: npt.NDArray[np.bool_]
    way_ref: npt.NDArray[np.int64]

    @property
    def n_nodes(self) -> int:
        return len(self.lon)

    @property
    def n_edges(self) -> int:
        return len(self.tail)


@dataclass(frozen=True, slots=True)
class MapBuilding:
    """A building's footprint. ``levels`` is None where the source does not say. ``use``: ``residential`` or a plain word."""

    ref: str
    outline: BaseGeometry
    use: str
    levels: int | None = None
    height_m: float | None = None
    name_zh: str = ""
    name_en: str = ""
    house_number: str = ""
    street: str = ""
    compound: str = ""
    n_units: int | None = None


@dataclass(frozen=True, slots=True)
class MapFacility:
    """A place of service. ``category`` is an id of the facility-category policy; ``lon, lat`` a point one can walk to."""

    ref: str
    category: str
    lon: float
    lat: float
    name_zh: str = ""
    name_en: str = ""
    area_dm2: int | None = None
    capacity: int | None = None
    opening_hours: str = ""
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MapGate:
    """A gate or barrier one may or may not walk through; ``passage`` as the source has it."""

    ref: str
    lon: float
    lat: float
    passage: Passage
    name: str = ""


@dataclass(frozen=True, slots=True)
class GroundShape:
    """What is drawn under the houses: water, green, roads, walls, the outline of a compound."""

    ref: str
    kind: GroundKind
    shape: BaseGeometry
    name_zh: str = ""
    name_en: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class MapNote:
    """Something in the source that was mended or left out, and why: shown before anything is imported."""

    code: str
    ref: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class MapData:
    """One map file, read. ``data_on`` is the day the source says its data is of, None if it does not say."""

    source: str
    network: WalkNetwork
    buildings: tuple[MapBuilding, ...] = ()
    facilities: tuple[MapFacility, ...] = ()
    gates: tuple[MapGate, ...] = ()
    ground: tuple[GroundShape, ...] = ()
    notes: tuple[MapNote, ...] = ()
    data_on: dt.date | None = None
    attribution: str = ""

    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees over nodes, buildings and facilities."""
        lon = [*map(float, (self.network.lon.min(), self.network.lon.max()))] if self.network.n_nodes else []
        lat = [*map(float, (self.network.lat.min(), self.network.lat.max()))] if self.network.n_nodes else []
        for building in self.buildings:
            west, south, east, north = building.outline.bounds
            lon += [west, east]
            lat += [south, north]
        for facility in self.facilities:
            lon.append(facility.lon)
            lat.append(facility.lat)
        if not lon:
            raise ValueError("an empty map has no bounds")
        return min(lon), min(lat), max(lon), max(lat)
