"""Effective access and saturation of a run: who reaches a facility that is open in the evening, and how many places there are for each person."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from ..bridges.serving import share_places, without
from ..rules.coverage import Walks, is_within, weighted_quantile
from ..rules.hours import is_open
from .run import Analysis

WORKING_DAY = 2
"""Wednesday: a day on which nothing is closed for the weekend's sake. Designed here."""
DIGITS = 4


def effective(analysis: Analysis, at: dt.time) -> dict[str, Any]:
    """Shares within the limit when only what is open at ``at`` of a Wednesday counts, per group and category, beside how many are closed then and of
    how many nobody wrote the hours (these count as open). A category whose facilities all keep unknown hours says nothing new and is told so."""
    minute = at.hour * 60 + at.minute
    told = [is_open(one.opening_hours, weekday=WORKING_DAY, minute=minute) for one in analysis.data.facilities]
    closed = np.array([n for n, state in enumerate(told) if state is False], dtype=np.int64)
    categories = [
        {
            "category": item.category,
            "n_closed": sum(told[n] is False for n in _of(analysis, item.category)),
            "n_unknown": sum(told[n] is None for n in _of(analysis, item.category)),
        }
        for item in analysis.standard.items
    ]
    groups = []
    for group_id, result in analysis.groups.items():
        field, persons = analysis.measured.fields[group_id], analysis.residents.of_group(result.group)
        known = float(persons[result.walks.joined].sum())
        shares = []
        for column, item in enumerate(analysis.standard.items):
            cost_m, level_m = without(field, column, closed)
            walks = _alone(result.walks, level_m, cost_m / result.group.speed_m_per_min)
            within = float(persons[is_within(walks, 0, item)].sum())
            shares.append(round(within / known, DIGITS) if known > 0 else None)
        groups.append({"id": group_id, "shares": shares})
    return {"time": f"{at:%H:%M}", "categories": categories, "groups": groups}


def saturation(analysis: Analysis) -> list[dict[str, Any]]:
    """Of each category with a known capacity: places in all, persons within reach of any, and places for a thousand persons by the two-step floating
    catchment: the mean, and what the tenth worst off of ten has at most. ``n_unknown`` facilities without a capacity count as none."""
    group, walks = analysis.group, analysis.shown.walks
    field, persons = analysis.measured.fields[group.id], analysis.residents.of_group(analysis.group)
    found = []
    for column, item in enumerate(analysis.standard.items):
        numbers = field.goal_facility[column].tolist()
        capacity = [analysis.data.facilities[n].capacity for n in numbers]
        if not any(capacity):
            continue
        plain = item.limit_m is not None
        places = share_places(
            field, column, [float(one or 0) for one in capacity], persons=persons, joined=walks.joined,
            limit_m=item.limit_metres(group), plain=plain,
        )  # fmt: skip
        lived = walks.joined & (persons > 0)
        weight, per_person = persons[lived], places.per_person[lived]
        total = float(weight.sum())
        tenth = weighted_quantile(per_person, weight, 0.1)
        found.append(
            {
                "category": item.category,
                "n_known": sum(one is not None for one in capacity),
                "n_unknown": sum(one is None for one in capacity),
                "places": float(places.places.sum()),
                "mean_per_1000": round(1000 * float((per_person * weight).sum()) / total, 1) if total > 0 else None,
                "tenth_per_1000": None if tenth is None else round(1000 * tenth, 1),
                "persons_without": round(float(weight[per_person <= 0].sum()), 1),
            }
        )
    return found


def _of(analysis: Analysis, category: str) -> list[int]:
    return [n for n, one in enumerate(analysis.data.facilities) if one.category == category]


def _alone(walks: Walks, level_m: Any, walk_min: Any) -> Walks:
    """One category's walks in place of all of them."""
    nan = np.where(walks.joined, 0.0, np.nan)
    return Walks(
        walk_m=(level_m + nan)[:, None],
        walk_min=(walk_min + nan)[:, None],
        facility=walks.facility[:, :1],
        joined=walks.joined,
        edge_m=walks.edge_m,
    )
