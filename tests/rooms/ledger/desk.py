"""A coordinator at work, and neighbours with accounts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from linli.kernel.clock import now
from linli.kernel.ids import uuid7
from linli.ledger import commands
from linli.ledger.models import Account, Book
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from tests.rooms.registry.town import Town, home, person

MACHINE = System("tests")


@dataclass
class Desk:
    town: Town
    staff: Actor
    points: UUID
    hours: UUID
    people: dict[str, UUID] = field(default_factory=dict)
    at: dt.datetime = field(default_factory=now)

    @classmethod
    def of(cls, town: Town) -> Desk:
        staff = town.staff()
        with acting(staff):
            books = [
                commands.open_book(town.community, one, actor=staff, now=now()).pk
                for one in ("community-points", "time-bank")
            ]
        made = cls(town, staff, *books)
        for name in ("王秀英", "李强", "赵敏", "孙浩"):
            made.people[name] = person(town, name, born_on=dt.date(1950, 1, 1))
        home(town, "1-101", (made.people["王秀英"], "head"), (made.people["李强"], "child"))
        home(town, "1-102", (made.people["赵敏"], "head"))
        return made

    def award(
        self,
        name: str,
        amount: int,
        *,
        reason: str = "volunteering",
        made: UUID | None = None,
        actor: Actor | None = None,
    ) -> commands.Moved:
        who = actor or self.staff
        with acting(who):
            return commands.award(
                made or uuid7(), self.points, self.people[name], reason, amount, actor=who, now=self.at
            )

    def resident(self, name: str) -> Actor:
        return self.town.resident(self.people[name])

    def balance(self, name: str, book: UUID | None = None) -> int:
        with acting(MACHINE):
            row = Account.objects.filter(book_id=book or self.points, person_id=self.people[name]).first()
        return row.balance if row else 0

    def held(self, name: str, book: UUID | None = None) -> int:
        with acting(MACHINE):
            return Account.objects.get(book_id=book or self.points, person_id=self.people[name]).held

    def account(self, name: str, book: UUID | None = None) -> Account:
        with acting(MACHINE):
            found = Book.objects.get(pk=book or self.points)
            return commands.account_of(found, person_id=self.people[name], now=self.at)


def findings() -> list[str]:
    """What ``linli verify`` would say of the books."""
    from linli.ledger import invariants

    checks = (invariants.sums_to_zero, invariants.balances, invariants.promises)
    return [f"{one.code} {one.data}" for check in checks for one in check()]
