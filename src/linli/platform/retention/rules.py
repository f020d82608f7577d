"""What ends by itself: a rule of each sort of rows or files, found in the rooms, with the term the policy gives it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text

BATCH = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """``due(before)`` counts what ended before an instant; ``carry_out(before, most)`` ends at most so much of it and tells how much that
    was, 0 when nothing is left. Both run as the installation, each batch in a transaction of its own; done twice, the second does nothing."""

    id: str
    due: Callable[[dt.datetime], int]
    carry_out: Callable[[dt.datetime, int], int]
    batch: int = BATCH


@dataclass(frozen=True, slots=True)
class Term:
    """A rule as the policy words it."""

    rule: Rule
    about: Text
    because: Text
    keep_days: int


_RULES: dict[str, Rule] = {}


def retention_rule(rule: Rule) -> None:
    if _RULES.setdefault(rule.id, rule) is not rule:
        raise ValueError(f"retention of {rule.id!r} is ruled twice")


def deleting(id: str, ended: Callable[[dt.datetime], QuerySet[Any]], *, batch: int = BATCH) -> Rule:
    """The common rule: the rows of ``ended(before)`` are deleted."""

    def carry_out(before: dt.datetime, most: int) -> int:
        rows = ended(before)
        pks = list(rows.values_list("pk", flat=True)[:most])
        rows.model._default_manager.filter(pk__in=pks).delete()
        return len(pks)

    return Rule(id, lambda before: ended(before).count(), carry_out, batch)


def known_rules() -> dict[str, Rule]:
    """Those of all installed rooms, by id."""
    for name in ("linli.platform.retention.ground", *(f"{config.name}.retention" for config in apps.get_app_configs())):
        if name.startswith("linli.") and name != "linli.platform.retention" and find_spec(name):
            import_module(name)
    return dict(_RULES)


def terms() -> list[Term]:
    """What is kept how long, in the policy's order. A rule of the policy that no installed room knows is left out."""
    rules = known_rules()
    return [
        Term(
            rules[one["id"]], Text.from_mapping(one["about"]), Text.from_mapping(one["because"]), int(one["keep_days"])
        )
        for one in find_policy("retention", "default").body["rules"]
        if one["id"] in rules
    ]


def keep_days(rule_id: str) -> int:
    rules = {one["id"]: int(one["keep_days"]) for one in find_policy("retention", "default").body["rules"]}
    return rules[rule_id]
