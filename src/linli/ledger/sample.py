"""A little life in the books of a synthetic community: who took part got points, one hour waits to be confirmed."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from uuid import UUID, uuid5

from linli.platform.actors import Actor
from linli.platform.models import Account
from linli.registry import queries as registry

from .commands import award, open_book, promise_help, settle
from .models import Book

N_AWARDS, DAYS = 3, 25
EARNED = ("volunteering", "meeting", "sorting", "neighbour_help")


def fill(community_id: UUID, *, actor: Actor, now: dt.datetime, n_people: int, seed: int) -> None:
    """Open both books and book for ``n_people`` grown-ups, those with an account first; nothing where there is a book already."""
    if Book.objects.filter(community_id=community_id).exists():
        return
    rng = random.Random(f"{seed}-{community_id}")  # noqa: S311  # a sample that comes out the same each time
    points = open_book(community_id, "community-points", actor=actor, now=now - dt.timedelta(days=DAYS))
    hours = open_book(community_id, "time-bank", actor=actor, now=now - dt.timedelta(days=DAYS))
    with_account = Account.objects.exclude(person_id=None).values_list("person_id", flat=True)
    known = {one for one in with_account if one is not None}
    grown = registry.list_people(actor, community_id=community_id, age_from=18).values_list("person_id", flat=True)
    chosen = set(grown[: n_people * 4]) | known.intersection(grown)
    people = sorted(chosen, key=lambda one: (one not in known, one))[:n_people]
    times = sorted(
        now - dt.timedelta(days=rng.randrange(1, DAYS), minutes=rng.randrange(600))
        for _ in range(len(people) * N_AWARDS)
    )
    for k, (at, person_id) in enumerate(zip(times, itertools.cycle(people), strict=False)):
        award(
            uuid5(points.pk, f"award-{k}"),
            points.pk,
            person_id,
            rng.choice(EARNED),
            rng.randint(2, 5),
            actor=actor,
            now=at,
        )
    for k, (helper_id, helped_id) in enumerate(zip(people[::2], people[1::2], strict=False)):
        promised = promise_help(
            uuid5(hours.pk, f"help-{k}"), hours.pk, helper_id=helper_id, helped_id=helped_id, amount=rng.choice((30, 60, 90, 120)),
            actor=actor, now=now - dt.timedelta(days=rng.randrange(1, 10)),
        )  # fmt: skip
        if k > 1:  # the first wait for their word
            settle(uuid5(promised.transfer_id, "kept"), promised.transfer_id, is_kept=True, actor=actor, now=now)
