"""The document of a scored tree: what a face shows and what a closed period keeps. Numbers, titles, formulas and sources; no evidence, no names.

``{"nodes": [{id, parent, level, title, clause, score, weight, total_weight, known, and for leaves: measure, unit, value, direction, formula,
target, target_source, limits, observation, as_of, how, quality, source, low, high, because}], "shifts": [{id, less, more}]}``; holders
before what they hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .models import Observation
from .rules.period import Period
from .rules.scoring import Node, Scored, sensitivity
from .rules.system import ROOT, Indicator, System


def tree_of(
    system: System, scored: Scored, observed: Mapping[str, Observation], period: Period, *, variant: str | None
) -> dict[str, Any]:
    def rows(holder: Node, level: int) -> Iterator[dict[str, Any]]:
        for node in holder.children:
            one = system.indicator(node.id)
            told: dict[str, Any] = {
                "id": node.id, "parent": holder.id if holder.id != ROOT else "", "level": level, "title": one.title.as_mapping(),
                "clause": one.clause, "score": node.score, "weight": node.weight, "total_weight": node.total_weight,
                "known": node.known,
            }  # fmt: skip
            yield told | (_leaf(one, observed.get(one.measure), period.year, variant) if one.is_leaf else {})
            yield from rows(node, level + 1)

    values = {key: row.value for key, row in observed.items()}
    shifts = sensitivity(system, values, system.weight_set(scored.weight_set))
    moved = [{"id": one.id, "less": one.less, "more": one.more} for one in shifts]
    return {"nodes": list(rows(scored.root, 0)), "shifts": moved}


def _leaf(one: Indicator, seen: Observation | None, year: int, variant: str | None) -> dict[str, Any]:
    target = one.target(year, variant)
    told: dict[str, Any] = {
        "measure": one.measure,
        "unit": one.unit.as_mapping(),
        "direction": one.direction,
        "formula": one.formula.as_mapping() if one.formula else None,
        "zero_at": one.zero_at,
        "full_at": one.full_at,
        "target": target.value if target else None,
        "target_year": target.year if target else None,
        "target_source": target.source if target else "",
        "limits": dict(one.limits),
        "because": one.because,
        "value": None,
    }
    if seen is not None:
        told |= {
            "value": seen.value, "observation": str(seen.pk), "as_of": seen.as_of.isoformat(), "how": seen.how,
            "quality": seen.quality, "source": seen.source, "low": seen.low, "high": seen.high,
        }  # fmt: skip
    return told
