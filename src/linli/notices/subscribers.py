"""Who moves in is addressed by what still concerns them; who moves out no longer counts as not having read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from linli.journal import subscriber
from linli.journal.catalogue import event_of
from linli.kernel.clock import local_day, now
from linli.registry.events import HouseholdFormed, HouseholdMoved

from . import queries
from .models import Addressee, Announcement, State
from .rules.policy import notices_policy

if TYPE_CHECKING:
    from linli.journal.models import Fact

EVENTS = (HouseholdFormed.name, HouseholdMoved.name)


@subscriber("notices.movers", events=EVENTS, from_now=True)
def follow_movers(fact: Fact) -> None:
    """A household that lives somewhere new is addressed by what went out lately for there; one that left the community is not waited for."""
    event = event_of(fact)
    assert event.community_id is not None
    if event.unit_id is None:
        left_on = getattr(event, "moved_on", local_day(now()))
        Addressee.objects.filter(household_id=event.subject_id, left_on=None).update(left_on=left_on)
        return
    address_newcomers(event.community_id, event.subject_id, at=now())


def address_newcomers(community_id: UUID, household_id: UUID, *, at: dt.datetime) -> int:
    """Address a household by every announcement of the policy's last days that would reach it today; how many were new to it."""
    since = at - dt.timedelta(days=notices_policy().newcomer_days_back)
    lately = Announcement.objects.filter(community_id=community_id, state=State.PUBLISHED, published_at__gte=since)
    known = set(Addressee.objects.filter(household_id=household_id).values_list("announcement_id", flat=True))
    rows = [
        Addressee(announcement=one, community_id=community_id, household_id=household_id, added_at=at)
        for one in lately.exclude(pk__in=known)
        if queries.reach_of(one, household_id=household_id).household_ids
    ]
    Addressee.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
