"""Scores: each value to 0–100 points on a straight line, each holder the weighted mean of what it holds that is known.

``score(holder) = Σ w·s / Σ w`` over its known children; ``known`` is the share of the weight that is known. A total is told only where that
share reaches the system's ``least_known_share``. Points are not rounded; faces round when they show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .system import ROOT, Indicator, System, WeightSet

NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Node:
    """One indicator scored. ``weight`` its share of its holder (0–1), ``total_weight`` of the whole; ``score`` 0–100 or None where unknown."""

    id: str
    score: float | None
    weight: float
    total_weight: float
    known: float
    value: float | None
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Scored:
    """``score`` None: too little is known to tell a total. ``root`` holds the tree and what its known part comes to."""

    score: float | None
    known: float
    root: Node
    weight_set: str

    def node(self, id: str) -> Node | None:
        return next((one for one in self.root.walk() if one.id == id), None)


def points(indicator: Indicator, value: float) -> float:
    """0–100: a straight line from ``zero_at`` to ``full_at``, cut at both ends. For a range: 100 inside, falling to 0 over a margin of
    ``zero_at`` times the nearer end."""
    if indicator.direction == "range":
        assert indicator.low is not None
        assert indicator.high is not None
        if indicator.low <= value <= indicator.high:
            return 100.0
        end = indicator.low if value < indicator.low else indicator.high
        margin = abs(end) * indicator.zero_at
        return max(0.0, 100.0 * (1 - abs(value - end) / margin)) if margin else 0.0
    share = (value - indicator.zero_at) / (indicator.full_at - indicator.zero_at)
    return 100.0 * min(1.0, max(0.0, share))


def compute_score(system: System, values: Mapping[str, float], weights: WeightSet) -> Scored:
    """The tree scored from ``values`` (by measure). Cost: linear in the indicators."""
    root = _holder(system, ROOT, values, weights, weight=1.0, total=1.0)
    told = root.score if root.known + NEAR >= system.least_known_share else None
    return Scored(told, root.known, root, weights.id)


def shares(system: System, holder: str, weights: WeightSet) -> dict[str, float]:
    """The children of ``holder`` with their shares, which sum to 1; equal where the set does not weigh the group."""
    children = [one.id for one in system.children(holder)]
    group = weights.groups.get(holder) or dict.fromkeys(children, 1.0)
    total = sum(group.values())
    return {id: group[id] / total for id in children}


def _holder(
    system: System, id: str, values: Mapping[str, float], weights: WeightSet, *, weight: float, total: float
) -> Node:
    nodes = []
    for child, share in shares(system, id, weights).items():
        one = system.indicator(child)
        if one.is_leaf:
            value = values.get(one.measure)
            score = None if value is None else points(one, value)
            nodes.append(Node(child, score, share, total * share, 0.0 if score is None else 1.0, value))
        else:
            nodes.append(_holder(system, child, values, weights, weight=share, total=total * share))
    known_weight = sum(node.weight for node in nodes if node.score is not None)
    score = (
        sum(node.weight * node.score for node in nodes if node.score is not None) / known_weight
        if known_weight > NEAR
        else None
    )
    known = sum(node.weight * node.known for node in nodes)
    return Node(id, score, weight, total, known, None, tuple(nodes))


@dataclass(frozen=True, slots=True)
class Shift:
    """The total if one weight were a tenth more or less, the others keeping their proportions."""

    id: str
    less: float
    more: float

    @property
    def span(self) -> float:
        return abs(self.more - self.less)


def sensitivity(system: System, values: Mapping[str, float], weights: WeightSet, *, by: float = 0.1) -> list[Shift]:
    """Each first-level weight ± ``by`` of itself, what moves the total most first; none where nothing is known."""
    scored = compute_score(system, values, weights)
    known = [node for node in scored.root.children if node.score is not None]
    found = []
    for moved in known:
        totals = []
        for factor in (1 - by, 1 + by):
            weighed = [(node.weight * (factor if node is moved else 1.0), node.score or 0.0) for node in known]
            heavy = sum(weight for weight, _ in weighed)
            totals.append(sum(weight * score for weight, score in weighed) / heavy if heavy else 0.0)
        found.append(Shift(moved.id, *totals))
    return sorted(found, key=lambda one: -one.span)
