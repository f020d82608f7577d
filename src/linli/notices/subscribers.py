"""Who moves in is addressed by what still concerns them; who moves out no longer counts as not having read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from linli.journal import subscriber
from linli.journal.catalogue import event_of
from linli.kernel.clock import local_day, now
from linli.platform.actors import System
from linli.platform.inbox import tell_accounts
from linli.registry import queries as registry
from linli.registry.events import HouseholdFormed, HouseholdMoved

from . import queries
from .events import AnnouncementCorrected, AnnouncementPublished, ReadersReminded
from .models import Addressee, Announcement, State
from .rules.policy import notices_policy

if TYPE_CHECKING:
    from linli.journal.models import Fact

MACHINE = System("notices")
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


@subscriber(
    "notices.inbox",
    events=(AnnouncementPublished.name, AnnouncementCorrected.name, ReadersReminded.name),
    from_now=True,
)
def fill_inboxes(fact: Fact) -> None:
    """What went out, was corrected or is reminded of stands in the inbox of everybody it reaches and who has not read it."""
    found = Announcement.objects.filter(pk=fact.subject_id, state=State.PUBLISHED).first()
    if found is None:
        return
    rows = found.addressees.filter(left_on=None)
    if fact.name == ReadersReminded.name:
        rows = rows.filter(read_at=None)
    homes = rows.exclude(household=None).values_list("household_id", flat=True)
    owners = set(rows.exclude(person=None).values_list("person_id", flat=True))
    people = registry.members_of(MACHINE, homes) | owners
    tell_accounts(
        people,
        kind=fact.name,
        subject_id=found.pk,
        community_id=found.community_id,
        cause_id=fact.id,
        at=fact.occurred_at,
    )
