"""Proposed openings, each with who gains and who loses, and the reverse: what one blocked gate or one closed facility costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.engines.access import Link
from linli.kernel.mapdata import MapFacility, MapGate
from linli.kernel.text import Text

from ..bridges import Field, HouseChange
from ..bridges.gates import gate_nodes
from ..bridges.links import Candidate, LinkKind, find_candidates
from ..rules.coverage import Floats
from ..rules.links import Effect, measure_effect
from ..rules.names import Anchor, place_name
from ..rules.shapes import flatten, middles
from ..rules.standard import Assumptions, Group
from .run import Analysis, anchors_of

KINDS: dict[LinkKind, Text] = {
    "gate": Text("打开锁着的门", "Open the locked gate"),
    "way": Text("放开封闭的路", "Open the closed way"),
    "ramp": Text("台阶旁加坡道", "A ramp beside the steps"),
    "wall": Text("围墙上开口", "An opening in the wall"),
    "crossing": Text("增设过街", "A crossing"),
    "end": Text("接通断头路", "Join the dead end"),
    "path": Text("补一段小路", "A short path"),
}
THERE_ALREADY = ("gate", "way", "ramp")
"""What is opened or mended before anything new is built next to it."""
SHORTLIST = 6
"""Candidates looked at together for each proposal asked for."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Who lives where the new way leads through: houses, persons, the compound's name where it has one."""

    house: np.ndarray
    persons: float
    compound: str


@dataclass(frozen=True, slots=True)
class LinkProposal:
    """``effects`` by group id; ``with_earlier_min`` person-minutes saved by the shown group once the proposals before it are open.

    ``passers``: persons who gain and live elsewhere: they would walk past those ``beside``.
    """

    kind: LinkKind
    where: Text
    shape: BaseGeometry
    length_m: float
    effects: Mapping[str, Effect]
    with_earlier_min: float
    beside: Beside
    passers: float

    @property
    def title(self) -> Text:
        kind = KINDS[self.kind]
        return Text(f"{kind.zh}：{self.where.zh}", f"{kind.en}: {self.where.en}")


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost, for the shown group, if this gate is blocked or this facility closes. Minutes in ``effect`` are negative."""

    thing: MapGate | MapFacility
    where: Text
    effect: Effect


def propose_links(analysis: Analysis, n: int) -> tuple[LinkProposal, ...]:
    """Up to ``n`` openings for the shown group, the one that saves most person-minutes first.

    Each next one is what still saves most of its own once those before it are open, and stands at least ``link_apart_m`` from others of
    its kind. What nobody would notice is no proposal. Doors stay where they are: a house that would get a nearer one gains more than told.
    """
    field, group = analysis.measured.fields[analysis.group.id], analysis.group
    candidates = find_candidates(analysis.data, field, analysis.shapes_m, analysis.plane, analysis.assumed)
    changes = field.open_links([one.cost for one in candidates])
    persons = analysis.residents.of_group(group)
    effects = [_effect(analysis, group, change, persons) for change in changes]
    worth = np.array([effect.person_min + effect.persons_joined for effect in effects])
    order = [number for number in np.argsort(-worth, kind="stable").tolist() if effects[number].persons >= 1.0]
    listed = _apart(order, candidates, worth, analysis.assumed)[: n * SHORTLIST]
    chosen: list[tuple[Candidate, float]] = []
    earlier = np.zeros(1)
    for number in listed:
        if len(chosen) == n:
            break
        (change,) = field.open_links([_together([*(one for one, _ in chosen), candidates[number]])])
        gained = _effect(analysis, group, change, persons)
        more = gained.person_min + gained.persons_joined - earlier[-1]
        if not chosen or more >= analysis.assumed.link_alone_share * worth[number]:
            chosen.append((candidates[number], float(more)))
            earlier = np.append(earlier, gained.person_min + gained.persons_joined)
    return tuple(_proposal(analysis, candidate, more) for candidate, more in chosen)


def cost_of_closing(analysis: Analysis) -> tuple[tuple[Loss, ...], tuple[Loss, ...]]:
    """Gates and facilities whose closing would cost somebody of the shown group anything, the costliest of each first."""
    field = analysis.measured.fields[analysis.group.id]
    nodes = gate_nodes(analysis.data, analysis.plane).tolist()
    gates = [
        (gate, node)
        for gate, node in zip(analysis.data.gates, nodes, strict=True)
        if gate.passage != "locked" and node >= 0
    ]
    places = [
        (analysis.data.facilities[int(number)], int(node))
        for goals, numbers in zip(field.goals, field.goal_facility, strict=True)
        for node, number in zip(goals, numbers, strict=True)
    ]
    things: list[tuple[MapGate | MapFacility, int]] = [*gates, *places]
    found = field.close_nodes([np.array([node]) for _, node in things])
    persons = analysis.residents.of_group(analysis.group)
    anchors = anchors_of(analysis)
    losses = [
        Loss(thing, name_of_thing(analysis, thing, anchors), _effect(analysis, analysis.group, change, persons))
        for (thing, _), change in zip(things, found, strict=True)
    ]

    def ranked(some: Sequence[Loss]) -> tuple[Loss, ...]:
        hurt = [loss for loss in some if loss.effect.persons > 0]
        return tuple(sorted(hurt, key=lambda one: (one.effect.person_min - one.effect.persons_joined, one.thing.ref)))

    return ranked(losses[: len(gates)]), ranked(losses[len(gates) :])


def name_of_thing(analysis: Analysis, thing: MapGate | MapFacility, anchors: Sequence[Anchor]) -> Text:
    """Its own name, else where it is."""
    zh, en = (thing.name_zh, thing.name_en) if isinstance(thing, MapFacility) else (thing.name, "")
    if zh or en:
        return Text(zh or en, en or zh)
    x_m, y_m = analysis.plane.to_xy_m(thing.lon, thing.lat)
    return place_name(float(x_m), float(y_m), anchors)


def _effect(
    analysis: Analysis, group: Group, change: HouseChange, persons: Floats, plain: HouseChange | None = None
) -> Effect:
    items = analysis.standard.items
    return measure_effect(*change, persons=persons, group=group, items=items, plain=plain)


def _apart(order: Sequence[int], candidates: Sequence[Candidate], worth: Floats, assumed: Assumptions) -> list[int]:
    """``order`` without those too near a better one of their kind, and without new paths beside something that need only be opened."""
    there = [number for number in order if candidates[number].kind in THERE_ALREADY]
    kept: list[int] = []
    for number in order:
        one = candidates[number]
        rivals = [other for other in kept if candidates[other].kind == one.kind]
        if one.kind not in THERE_ALREADY:
            rivals += [other for other in there if worth[other] >= assumed.link_alone_share * worth[number]]
        if not any(one.shape.distance(candidates[other].shape) < assumed.link_apart_m for other in rivals):
            kept.append(number)
    return kept


def _together(some: Sequence[Candidate]) -> Link:
    return Link(*(np.concatenate([np.asarray(one.cost[part]) for one in some]) for part in range(3)))


def _proposal(analysis: Analysis, candidate: Candidate, more: float) -> LinkProposal:
    effects = {}
    for group in analysis.walkers.groups:
        if group.id == analysis.group.id or analysis.residents.is_counted_by_age(group) or not group.is_by_age:
            field = analysis.measured.fields[group.id]
            cost, plain = _in_field(candidate, analysis.measured.fields[analysis.group.id], field)
            (change,), (level,) = field.open_links([cost]), field.open_links([plain], plain=True)
            persons = analysis.residents.of_group(group)
            effects[group.id] = _effect(analysis, group, change, persons, level)
    shown = effects[analysis.group.id]
    middle = candidate.shape.representative_point()
    beside = _beside(analysis, candidate)
    elsewhere = shown.house[~np.isin(shown.house, beside.house)]
    return LinkProposal(
        kind=candidate.kind,
        where=place_name(middle.x, middle.y, anchors_of(analysis)),
        shape=candidate.shape,
        length_m=candidate.length_m,
        effects=effects,
        with_earlier_min=more,
        beside=beside,
        passers=float(analysis.residents.of_group(analysis.group)[elsewhere].sum()),
    )


def _in_field(candidate: Candidate, own: Field, field: Field) -> tuple[Link, Link]:
    """The candidate as links of another kind of walker's network, whose nodes between the map's own are numbered otherwise: each end is
    the nearest node there, its distance walked too."""
    if field is own:
        return candidate.cost, candidate.plain
    from scipy.spatial import cKDTree

    street = np.flatnonzero(field.is_street)
    found = []
    tree = cKDTree(field.node_xy[street])
    for link in (candidate.cost, candidate.plain):
        near, tail = tree.query(own.node_xy[np.asarray(link.tail)])
        far, head = tree.query(own.node_xy[np.asarray(link.head)])
        if candidate.kind in ("gate", "way", "ramp"):  # ends on the map's own nodes
            found.append(link)
        else:
            found.append(Link(street[tail], street[head], np.asarray(link.length_m) + near + far))
    return found[0], found[1]


def _beside(analysis: Analysis, candidate: Candidate) -> Beside:
    """The compound the way leads into, if it crosses its edge; else the houses near it."""
    points = shapely.points(middles(analysis.shapes_m))
    for ground in analysis.data.ground:
        if ground.kind == "compound":
            area = flatten(analysis.plane, ground.shape)
            if candidate.shape.intersects(area) and not area.contains(candidate.shape):
                house = np.flatnonzero(shapely.contains(area, points))
                if len(house):
                    name = ground.name_zh or ground.name_en
                    return Beside(house, float(analysis.residents.persons[house].sum()), name)
    house = np.flatnonzero(shapely.distance(analysis.shapes_m, candidate.shape) <= analysis.assumed.link_beside_m)
    return Beside(house, float(analysis.residents.persons[house].sum()), "")
