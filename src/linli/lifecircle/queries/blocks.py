"""Communities of a street pooled into vitality blocks that share schools, nursing homes and hospitals (S046).

Reads each community's newest run for its people and its map; keeps nothing: the same question has the same answer. Counts people, so only communities the
asker works on take part, and who is left out is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import shapely

from linli.kernel.errors import NotFoundError
from linli.kernel.geo import LocalMetres
from linli.kernel.text import Text
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.registry import queries as registry

from ..bridges.blocks import Pooled, pool_communities
from ..holdings import Held, held_of, standard_on
from ..models import CoverageRun
from ..reading import policy_on
from ..rules.blocks import BlockRules, read_blocks, served
from ..rules.shapes import flatten, middles
from ..rules.standard import Item, Standard
from .coverage import READ, find_run


@dataclass(frozen=True, slots=True)
class BlockAsk:
    """At most ``most`` communities in a block; one is joined for at least ``least`` persons newly served."""

    most: int
    least: int


@dataclass(frozen=True, slots=True)
class SharedKind:
    """One kind of facility in a block. ``names`` of those in it with the community each stands in; persons who reach one within the limit: ``alone`` in their own
    community, ``pooled`` in the block, ``anywhere`` whoever's it is; ``without`` of the block's people reach none in it."""

    item: Item
    names: tuple[tuple[Text, Text], ...]
    alone: float
    pooled: float
    anywhere: float
    without: float


@dataclass(frozen=True, slots=True)
class Block:
    """``number`` from 1; ``members`` names of its communities; ``n_unjoined`` houses no walk is known of."""

    number: int
    members: tuple[Text, ...]
    persons: float
    kinds: tuple[SharedKind, ...]
    n_unjoined: int

    @property
    def missing(self) -> tuple[SharedKind, ...]:
        return tuple(kind for kind in self.kinds if not kind.names)

    @property
    def gained(self) -> float:
        """Persons newly served by pooling, once for each kind."""
        return sum(kind.pooled - kind.alone for kind in self.kinds)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """For the drawing, in one plane: ``shapes_m[houses]``, ``community`` and ``block: int64[houses]`` (block from 1), shared facilities at ``points``."""

    shapes_m: npt.NDArray[np.object_]
    community: npt.NDArray[np.int64]
    block: npt.NDArray[np.int64]
    points: tuple[tuple[float, float, Text], ...]


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """``blocks`` empty where no community could take part. ``left_out`` communities of the street the asker does not work on, ``unmeasured`` those never measured;
    ``days`` the first and last day people were counted. ``is_best`` proved; ``short`` persons by which a better pooling might still exceed this one."""

    ask: BlockAsk
    rules: BlockRules
    street: Text | None
    standard: Standard | None
    blocks: tuple[Block, ...]
    left_out: tuple[Text, ...]
    unmeasured: tuple[Text, ...]
    days: tuple[dt.date, ...]
    is_best: bool
    short: float
    n_listed: int
    ground: Ground | None

    @property
    def n_communities(self) -> int:
        return sum(len(block.members) for block in self.blocks)

    @property
    def needs(self) -> float:
        """Persons, once for each kind of facility."""
        return sum(block.persons * len(block.kinds) for block in self.blocks)

    def total(self, which: str) -> float:
        return float(sum(getattr(kind, which) for block in self.blocks for kind in block.kinds))

    @property
    def alone(self) -> float:
        return self.total("alone")

    @property
    def pooled(self) -> float:
        return self.total("pooled")

    @property
    def anywhere(self) -> float:
        return self.total("anywhere")

    @property
    def gained(self) -> float:
        return self.pooled - self.alone

    @property
    def n_pooled(self) -> int:
        """Blocks of more than one community."""
        return sum(len(block.members) > 1 for block in self.blocks)


def block_rules(on: dt.date) -> BlockRules:
    return read_blocks(policy_on("vitality_block", "default", on))


def plan_blocks(community_id: UUID, actor: Actor, ask: BlockAsk, *, on: dt.date) -> BlockPlan:
    """The street of ``community_id`` pooled as asked. Needs ``lifecircle.read`` there; a second or so for each community the first time.

    :class:`linli.engines.districting.DistrictingError` ``too_many`` where a street has more communities than can be listed in blocks of that size.
    """
    actor.require(READ, community_id)
    rules = block_rules(on)
    street, communities = _siblings(community_id, on)
    runs: list[tuple[UUID, Text, CoverageRun]] = []
    left_out, unmeasured = [], []
    for one, name in communities:
        if not (actor.everywhere or actor.may(READ, one)):
            left_out.append(name)
            continue
        try:
            runs.append((one, name, find_run(actor, one)))
        except NotFoundError:
            unmeasured.append(name)
    if not runs:
        return BlockPlan(ask, rules, street, None, (), tuple(left_out), tuple(unmeasured), (), False, 0.0, 0, None)
    holders = tuple(one for one, _, _ in runs)
    standard = standard_on(runs[0][2], rules.standard)
    held = [held_of(run, standard_on(run, rules.standard), holders) for _, _, run in runs]
    names = [name for _, name, _ in runs]
    plane = LocalMetres(*_middle(held))
    shapes_m = np.empty(sum(len(one.shapes) for one in held), dtype=object)
    shapes_m[:] = [flatten(plane, shape) for one in held for shape in one.shapes]
    community = np.repeat(np.arange(len(held)), [len(one.shapes) for one in held])
    asked = BlockRules(rules.standard, ask.most, rules.across_min, ask.least, rules.touching_m)
    found = pool_communities(
        asked, [one.holding for one in held], middles(shapes_m), community, pace_m_per_min=held[0].group.speed_m_per_min
    )  # fmt: skip
    blocks = tuple(_block(n, members, held, names, standard) for n, members in enumerate(found.blocks, 1))
    ground = Ground(shapes_m, community, found.block[community] + 1, _points(held, standard, plane))
    days = sorted({run.as_of for _, _, run in runs})
    return BlockPlan(
        ask, rules, street, standard, blocks, tuple(left_out), tuple(unmeasured), (days[0], days[-1]), found.proved, _short(found), found.n_listed, ground
    )  # fmt: skip


def _short(found: Pooled) -> float:
    return max(0.0, found.bound - found.objective)


def _siblings(community_id: UUID, on: dt.date) -> tuple[Text | None, list[tuple[UUID, Text]]]:
    """The street's name and its communities by name; where they stand is public."""
    machine = System("lifecircle")
    with acting(machine):
        own = registry.find_place(machine, community_id, on=on)
        above = registry.holders_of(machine, community_id)
        street = next((one for one in reversed(above) if one.place.kind == "street"), None)
        if street is None:
            return None, [(community_id, registry.name_of(own))]
        rows = registry.list_places(machine, kind="community", within=street.place_id, on=on)
        return registry.name_of(street), [(row.place_id, registry.name_of(row)) for row in rows]


def _middle(held: Sequence[Held]) -> tuple[float, float]:
    west, south, east, north = shapely.total_bounds(np.concatenate([one.shapes for one in held]))
    return float(west + east) / 2, float(south + north) / 2


def _block(
    number: int, members: Sequence[int], held: Sequence[Held], names: Sequence[Text], standard: Standard
) -> Block:
    own = [held[one] for one in members]
    persons = sum(float(one.holding.persons.sum()) for one in own)
    alone = sum((served(held[one].holding, [one]) for one in members), np.zeros(len(standard.items)))
    pooled = sum((served(one.holding, list(members)) for one in own), np.zeros(len(standard.items)))
    anywhere = sum((served(one.holding, slice(None)) for one in own), np.zeros(len(standard.items)))
    kinds = tuple(
        SharedKind(item, _holders(item, members, held, names), float(alone[n]), float(pooled[n]), float(anywhere[n]), persons - float(pooled[n]))
        for n, item in enumerate(standard.items)
    )  # fmt: skip
    return Block(
        number, tuple(names[one] for one in members), persons, kinds, sum(int((~one.joined).sum()) for one in own)
    )


def _holders(
    item: Item, members: Sequence[int], held: Sequence[Held], names: Sequence[Text]
) -> tuple[tuple[Text, Text], ...]:
    """Facilities of a kind that stand in the block, by name; each once, whosever map shows it."""
    found: dict[UUID, tuple[Text, Text]] = {}
    for one in members:
        seen = held[one].seen
        for at, holder in held[one].holder_of.items():
            facility = seen.data.facilities[at]
            if facility.category == item.category and holder in members:
                found[seen.facility_ids[at]] = (_named(facility, item), names[holder])
    return tuple(sorted(found.values(), key=lambda pair: pair[0].zh))


def _named(facility: Any, item: Item) -> Text:
    zh, en = facility.name_zh or facility.name_en, facility.name_en or facility.name_zh
    return Text(zh, en) if zh else item.title


def _points(held: Sequence[Held], standard: Standard, plane: LocalMetres) -> tuple[tuple[float, float, Text], ...]:
    """Every facility of a shared kind on any of the maps, once."""
    items = {item.category: item for item in standard.items}
    found: dict[UUID, tuple[float, float, Text]] = {}
    for one in held:
        for pk, facility in zip(one.seen.facility_ids, one.seen.data.facilities, strict=True):
            if facility.category in items:
                x_m, y_m = plane.to_xy_m(facility.lon, facility.lat)
                found[pk] = (float(x_m), float(y_m), _named(facility, items[facility.category]))
    return tuple(found.values())
