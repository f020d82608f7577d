"""Reads of the welcome: its items by policy, which are for whom, what is done, and whether somebody is new."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.clock import local_day
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.models import Account

from ..models import Membership, TenureRecord, WelcomeStep
from ..models.welcomes import PUT_AWAY


@dataclass(frozen=True, slots=True)
class Item:
    """``door`` is the name of a page, ``shows`` something told beside it, ``tenure`` for whom (empty: for all)."""

    id: str
    title: Text
    why: Text
    door: str
    shows: str
    tenure: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Welcome:
    """``is_offered``: on the first page, while somebody is new, has not put it away and not done all."""

    items: tuple[Item, ...]
    done: frozenset[str]
    is_offered: bool

    @property
    def n_done(self) -> int:
        return sum(item.id in self.done for item in self.items)


def welcome_items() -> tuple[Item, ...]:
    return tuple(
        Item(
            one["id"], Text.from_mapping(one["title"]), Text.from_mapping(one["why"]), one.get("door", ""),
            one.get("shows", ""), tuple(one.get("tenure", ())),
        )
        for one in find_policy("welcome", "default").body["items"]
    )  # fmt: skip


def welcome_of(actor: Actor, *, now: dt.datetime) -> Welcome | None:
    """None for accounts of no person, and while acting for somebody else."""
    if actor.account_id is None or actor.person_id is None or actor.acts is not None:
        return None
    day = local_day(now)
    held = set(TenureRecord.objects.as_of(day).filter(tenure__person_id=actor.person_id).values_list("kind", flat=True))
    items = tuple(one for one in welcome_items() if not one.tenure or held & set(one.tenure))
    done = frozenset(WelcomeStep.objects.filter(account_id=actor.account_id).values_list("item", flat=True))
    is_open = PUT_AWAY not in done and any(one.id not in done for one in items)
    return Welcome(items, done, is_open and _is_new(actor.account_id, actor.person_id, now))


def _is_new(account_id: UUID, person_id: UUID, now: dt.datetime) -> bool:
    """A new account, or newly in a home here."""
    since = now - dt.timedelta(days=find_policy("welcome", "default").body["shown_days"])
    if Account.objects.filter(pk=account_id, created_at__gt=since).exists():
        return True
    stays = Membership.objects.as_of(local_day(now)).filter(person_id=person_id, valid_from__gt=local_day(since))
    return stays.exists()
