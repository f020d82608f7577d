"""What happens to an announcement once it is out: it is read, told at the door, and those who have not read are reminded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from linli.journal import append
from linli.kernel.clock import SHANGHAI
from linli.kernel.errors import LinliError, NotFoundError
from linli.platform.actors import Actor

from .. import events, queries
from ..models import Addressee, Announcement, Reminder, State
from ..rules.policy import notices_policy
from ..rules.writing import EVERYBODY_READ, NOT_OUT, REMINDED_ENOUGH, TOO_SOON, may_remind_at


def note_read(found: Announcement, *, actor: Actor, now: dt.datetime) -> bool:
    """The household of the person reading (or the owner living elsewhere) has read it; True where that is new. One fact at the first time."""
    if found.state != State.PUBLISHED or actor.person_id is None:
        return False
    rows = found.addressees.filter(queries.mine(actor), read_at=None)
    if not rows.update(read_at=now, read_how=Addressee.How.SELF):
        return False
    append(events.AnnouncementRead(found.community_id, found.pk), actor=actor, occurred_at=now)
    return True


def tell_households(announcement_id: UUID, addressee_ids: Sequence[int], *, actor: Actor, now: dt.datetime) -> int:
    """Staff told these households in person; how many were still unread. Needs the right to see households."""
    found = queries.find_to_write(actor, announcement_id)
    actor.require("registry.household.read", found.community_id)
    if found.state != State.PUBLISHED:
        raise LinliError(NOT_OUT, state=found.state)
    rows = found.addressees.filter(pk__in=list(addressee_ids))
    if rows.count() != len(set(addressee_ids)):
        raise NotFoundError
    n_told = rows.filter(read_at=None).update(read_at=now, read_how=Addressee.How.TOLD)
    if n_told:
        append(events.HouseholdsTold(found.community_id, found.pk, n_told), actor=actor, occurred_at=now)
    return n_told


def remind_readers(announcement_id: UUID, *, actor: Actor, now: dt.datetime) -> Reminder:
    """Remind all who have not read, once for all; not more often than the policy says."""
    found = queries.find_to_write(actor, announcement_id, lock=True)
    if found.state != State.PUBLISHED:
        raise LinliError(NOT_OUT, state=found.state)
    policy = notices_policy()
    reminded_at = list(found.reminders.values_list("at", flat=True))
    first = may_remind_at(policy, reminded_at)
    if first is None:
        raise LinliError(REMINDED_ENOUGH, n=len(reminded_at))
    if now < first:
        when = f"{first.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        raise LinliError(TOO_SOON, hours=policy.reminder_gap_hours, when=when)
    n = found.addressees.filter(read_at=None, left_on=None).count()
    if not n:
        raise LinliError(EVERYBODY_READ)
    made = Reminder.objects.create(announcement=found, community_id=found.community_id, at=now, n_addressees=n)
    append(events.ReadersReminded(found.community_id, found.pk, n), actor=actor, occurred_at=now)
    return made
