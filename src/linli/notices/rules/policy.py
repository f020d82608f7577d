"""The policy of announcements: groups, lengths, how long they are new, how often people are reminded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from linli.kernel.errors import LinliError, define
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.registry.queries import Mark

UNKNOWN_GROUP = define(
    "notices.unknown_group",
    zh="没有“{group}”这个人群；可选：{known}",
    en="There is no group {group}; there are: {known}",
    status=422,
)


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    title: Text
    mark: Mark


@dataclass(frozen=True, slots=True)
class NoticesPolicy:
    groups: Mapping[str, Group]
    title_max_chars: int
    body_max_chars: int
    home_days: int
    home_most: int
    newcomer_days_back: int
    reminder_gap_hours: int
    reminders_most: int

    def marks(self, groups: Sequence[str]) -> list[Mark]:
        """The marks of the groups named; ``notices.unknown_group`` for one the policy does not have."""
        for group in groups:
            if group not in self.groups:
                raise LinliError(UNKNOWN_GROUP, group=group, known=", ".join(self.groups))
        return [self.groups[group].mark for group in groups]


def read_notices(body: Mapping[str, Any]) -> NoticesPolicy:
    groups = {
        entry["id"]: Group(entry["id"], Text.from_mapping(entry["title"]), _mark(entry)) for entry in body["groups"]
    }
    return NoticesPolicy(
        groups=groups,
        title_max_chars=body["title_max_chars"],
        body_max_chars=body["body_max_chars"],
        home_days=body["home_page"]["days"],
        home_most=body["home_page"]["most"],
        newcomer_days_back=body["newcomers"]["days_back"],
        reminder_gap_hours=body["reminders"]["gap_hours"],
        reminders_most=body["reminders"]["most"],
    )


def _mark(entry: Mapping[str, Any]) -> Mark:
    return Mark(tuple(entry.get("tenure", ())), entry.get("age_from"), entry.get("age_below"))


@cache
def notices_policy() -> NoticesPolicy:
    """The policy in force; read once a process."""
    return read_notices(find_policy("notices", "default").body)
