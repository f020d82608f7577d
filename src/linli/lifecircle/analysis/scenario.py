"""A scenario measured: the map with its changes, the same houses and people, and every figure before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..bridges.changes import changed_map
from ..rules.changes import Change
from ..rules.compare import CategoryChange, GroupChange, compare_group
from .run import Analysis, analyse

N_HOUSES = 10
"""How many of the houses that gain most, and that lose most, are named."""


def measure_changes(base: Analysis, changes: Sequence[Change]) -> Analysis:
    """``base`` with ``changes`` done to its map: the whole measured anew, in the same flat metres, for the same people.

    What cannot be done is a :class:`LinliError` of :mod:`..rules.changes`. Cost: one measuring.
    """
    return analyse(
        changed_map(base.data, changes, base.assumed),
        standard=base.standard,
        walkers=base.walkers,
        assumed=base.assumed,
        on=base.on,
        group=base.group.id,
        residents=base.residents,
        plane=base.plane,
    )


def compare(before: Analysis, after: Analysis) -> dict[str, Any]:
    """Every figure of ``after`` beside ``before``'s as JSON values: per group the circle and every category; the houses concerned most.

    People are exact: for those who work on the community. ``counted`` is ``by_age`` where the register tells who is of the group, else
    ``everybody``.
    """
    return {"groups": [_group(before, after, group) for group in before.groups]}


def change_of_group(before: Analysis, after: Analysis, group: str) -> GroupChange:
    one, other = before.groups[group], after.groups[group]
    persons = before.residents.of_group(one.group)
    return compare_group(one.walks, other.walks, items=before.standard.items, persons=persons)


def _group(before: Analysis, after: Analysis, group: str) -> dict[str, Any]:
    one, other = before.groups[group], after.groups[group]
    change = change_of_group(before, after, group)
    return {
        "id": group,
        "title": one.group.title.as_mapping(),
        "counted": "by_age" if one.is_counted_by_age else "everybody",
        "persons": round(one.categories[0].persons, 1),
        "index_before": _rounded(one.circle.index, 4),
        "index_after": _rounded(other.circle.index, 4),
        "mean_of_items_before": _rounded(one.circle.mean_of_items, 4),
        "mean_of_items_after": _rounded(other.circle.mean_of_items, 4),
        "every_item_before": _rounded(one.circle.every_item, 4),
        "every_item_after": _rounded(other.circle.every_item, 4),
        "nearer": round(change.nearer, 1),
        "farther": round(change.farther, 1),
        "joined": round(change.joined, 1),
        "cut_off": round(change.cut_off, 1),
        "person_min": round(change.person_min, 1),
        "categories": [
            _category(item, one.categories[column].n_facilities, other.categories[column].n_facilities)
            for column, item in enumerate(change.categories)
        ],
        "houses_nearer": _houses(before, change, worse=False),
        "houses_farther": _houses(before, change, worse=True),
    }


def _category(change: CategoryChange, n_before: int, n_after: int) -> dict[str, Any]:
    return {
        "category": change.item.category,
        "title": change.item.title.as_mapping(),
        "n_before": n_before,
        "n_after": n_after,
        "share_before": _rounded(change.share_before, 4),
        "share_after": _rounded(change.share_after, 4),
        "gained": round(change.gained, 1),
        "lost": round(change.lost, 1),
        "nearer": round(change.nearer, 1),
        "farther": round(change.farther, 1),
        "joined": round(change.joined, 1),
        "cut_off": round(change.cut_off, 1),
        "mean_before": _rounded(change.mean_before, 2),
        "mean_after": _rounded(change.mean_after, 2),
        "person_min": round(change.person_min, 1),
    }


def _houses(before: Analysis, change: GroupChange, *, worse: bool) -> list[dict[str, Any]]:
    return [
        {
            "ref": before.places[house].ref,
            "name": before.places[house].name.as_mapping(),
            "persons": round(float(change.persons[house]), 1),
            "saved_min": round(float(change.house_min[house]), 2),
        }
        for house in change.houses(N_HOUSES, worse=worse).tolist()
    ]


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
