"""What :func:`linli.engines.synth.make_neighbourhood` gives: the map, the people, and what ties them together. All of it made up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

from linli.kernel.mapdata import MapData
from linli.kernel.text import Text

from .digest import digest
from .population import Population

Ints = npt.NDArray[np.int32]
NONE = -1


@dataclass(frozen=True, slots=True)
class Community:
    """A 社区. ``outline`` in degrees runs along the middle of its streets."""

    name: Text
    outline: BaseGeometry


@dataclass(frozen=True, slots=True)
class EstateRecord:
    """A gated compound 小区; ``role`` and ``style`` as the policy names them; ``outline`` is its wall, in degrees."""

    name: Text
    role: str
    style: str
    community: int
    outline: BaseGeometry
    built_year: int


@dataclass(frozen=True, slots=True)
class Buildings:
    """Columns beside ``map.buildings``, all ``int32[buildings]``; -1 where there is none. ``grid`` indexes ``Neighbourhood.grids``."""

    community: Ints
    compound: Ints
    grid: Ints
    number: Ints
    built_year: Ints
    n_stairs: Ints
    n_lifts: Ints


@dataclass(frozen=True, slots=True)
class Entrances:
    """One row for each staircase or door: its building, staircase from 1, and node of the walk network."""

    building: Ints
    stair: Ints
    node: Ints


@dataclass(frozen=True, slots=True)
class GateRecord:
    """Beside ``map.gates``: the walk edge through the gate and the compound it belongs to (-1: a school's)."""

    edge: int
    community: int
    compound: int
    locked: bool


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """Beside ``map.facilities``: where the facility is. ``building`` and ``unit`` are -1 in the open air; ``node`` is where one walks to."""

    community: int
    compound: int
    building: int
    unit: int
    node: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A 网格: whole buildings, ``n_households`` living there on the day."""

    name: Text
    community: int
    buildings: tuple[int, ...]
    n_households: int


@dataclass(frozen=True, slots=True)
class Organisation:
    """``facility`` indexes ``map.facilities``; -1 where it has no place of its own there. ``phone`` is as unreal as those of persons."""

    kind: str
    name: Text
    community: int
    compound: int
    facility: int
    phone: str


@dataclass(frozen=True, slots=True)
class Duty:
    """Who answers for what: ``role`` on a ``place`` (community, compound, grid or building) since a day; ``organisation`` sends them."""

    person: int
    role: str
    organisation: int
    place: str
    number: int
    from_on: dt.date


@dataclass(frozen=True, slots=True)
class VacantSpace:
    """An idle room."""

    ref: str
    name: Text
    community: int
    building: int
    unit: int
    floor: int
    area_dm2: int
    lon: float
    lat: float
    idle_from: dt.date


@dataclass(frozen=True, slots=True)
class Device:
    """``at`` says what it watches; ``building``, ``stair`` (0) and ``unit`` are -1, 0, -1 where it belongs to none. ``unit_of_measure`` may be empty."""

    ref: str
    kind: str
    name: Text
    at: str
    unit_of_measure: str
    community: int
    building: int
    stair: int
    unit: int
    lon: float
    lat: float
    installed_on: dt.date


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A synthetic neighbourhood as known on the day ``on``. Nothing in it is real; ``synthetic`` is always true."""

    name: Text
    seed: int
    on: dt.date
    map: MapData
    communities: tuple[Community, ...]
    compounds: tuple[EstateRecord, ...]
    buildings: Buildings
    entrances: Entrances
    gates: tuple[GateRecord, ...]
    sites: tuple[SiteRecord, ...]
    grids: tuple[Grid, ...]
    population: Population
    organisations: tuple[Organisation, ...]
    duties: tuple[Duty, ...]
    vacant_spaces: tuple[VacantSpace, ...]
    devices: tuple[Device, ...]
    synthetic: bool = True

    def digest(self) -> str:
        """SHA-256 over everything in it: equal for equal seed, policy and arguments."""
        return digest(self)
