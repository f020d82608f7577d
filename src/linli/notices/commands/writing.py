"""Writing an announcement and sending it out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from linli.journal import append
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.actors import Actor
from linli.platform.attachments.keeping import detach_all
from linli.registry import queries as registry

from .. import events, queries
from ..models import Addressee, Announcement, Edition, State
from ..rules.policy import notices_policy
from ..rules.writing import NOBODY, NOT_DRAFT, NOT_OUT, SAME_TEXT, check_reason, check_words

PERMISSION = "notices.write"
TOO_WIDE = define(
    "notices.audience_too_wide",
    zh="您只管其中一部分：请只选您管的楼栋",
    en="You answer for a part only: choose buildings you answer for",
    status=403,
)
NOT_YOUR_ISSUER = define(
    "notices.not_your_issuer",
    zh="不能以这个单位的名义发通知",
    en="You cannot issue announcements for this organisation",
    status=403,
)
ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Writing:
    """What is written and whom it is for. ``place_ids`` none: the whole community; ``groups`` none: everybody."""

    title_zh: str
    body_zh: str
    title_en: str = ""
    body_en: str = ""
    issuer_id: UUID | None = None
    place_ids: tuple[UUID, ...] = ()
    groups: tuple[str, ...] = ()
    is_public: bool = False
    is_important: bool = False


def draft(community_id: UUID, writing: Writing, *, actor: Actor, now: dt.datetime) -> Announcement:
    """Keep a draft. Nobody but those who write here sees it."""
    actor.require(PERMISSION, community_id)
    said = _checked(community_id, writing, actor)
    made = Announcement.objects.create(community_id=community_id, written_by=actor.account_id, written_at=now, **said)
    append(events.AnnouncementDrafted(community_id, made.pk), actor=actor, occurred_at=now)
    return made


def rewrite(announcement_id: UUID, writing: Writing, *, actor: Actor, now: dt.datetime) -> Announcement:
    """Change a draft; what has gone out is corrected instead."""
    found = _draft(announcement_id, actor)
    said = _checked(found.community_id, writing, actor)
    for name, value in said.items():
        setattr(found, name, value)
    found.written_at = now
    found.save()
    return found


def discard_draft(announcement_id: UUID, *, actor: Actor) -> None:
    found = _draft(announcement_id, actor)
    append(events.AnnouncementDiscarded(found.community_id, found.pk), actor=actor)
    detach_all(queries.HOLDER, found.pk)
    found.delete()


def publish(announcement_id: UUID, *, actor: Actor, now: dt.datetime) -> Announcement:
    """Send a draft out to everybody it reaches at this moment; ``notices.reaches_nobody`` where it is nobody and not public either."""
    found = _draft(announcement_id, actor)
    _checked_audience(found.community_id, found.place_ids, actor)
    reach = queries.reach_of(found)
    if not reach.household_ids and not reach.person_ids and not found.is_public:
        raise LinliError(NOBODY)
    found.state, found.published_at, found.n_editions = State.PUBLISHED, now, 1
    found.save(update_fields=["state", "published_at", "n_editions"])
    _add_edition(found, number=1, actor=actor, now=now)
    rows = [_addressee(found, now, household_id=one) for one in sorted(reach.household_ids)]
    rows += [_addressee(found, now, person_id=one) for one in sorted(reach.person_ids)]
    Addressee.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    fact = events.AnnouncementPublished(
        found.community_id, found.pk, tuple(found.place_ids), tuple(found.groups), found.is_public, found.is_important,
        n_households=len(reach.household_ids), n_owners=len(reach.person_ids),
    )  # fmt: skip
    append(fact, actor=actor, occurred_at=now)
    return found


def correct(
    announcement_id: UUID, *, title_zh: str, body_zh: str, title_en: str = "", body_en: str = "", because: str,
    read_again: bool = True, actor: Actor, now: dt.datetime,
) -> Announcement:  # fmt: skip
    """Say it anew with a reason. The earlier text stays to be read. ``read_again``: it counts as unread for everybody anew."""
    found = _out(announcement_id, actor)
    said = check_words(notices_policy(), title_zh=title_zh, body_zh=body_zh, title_en=title_en, body_en=body_en)
    reason = check_reason(because)
    if all(getattr(found, name) == value for name, value in said.items()):
        raise LinliError(SAME_TEXT)
    for name, value in said.items():
        setattr(found, name, value)
    found.n_editions += 1
    found.save(update_fields=[*said, "n_editions"])
    edition = _add_edition(found, number=found.n_editions, actor=actor, now=now, because=reason)
    append(
        events.AnnouncementCorrected(found.community_id, found.pk, edition.pk, found.n_editions),
        actor=actor,
        occurred_at=now,
    )
    if read_again:
        found.addressees.filter(left_on=None).update(read_at=None, read_how="")
    return found


def withdraw(announcement_id: UUID, *, because: str, actor: Actor, now: dt.datetime) -> Announcement:
    """Take it back: it leaves the lists, and its page says that it was withdrawn and why."""
    found = _out(announcement_id, actor)
    found.state, found.withdrawn_at, found.withdrawn_because = State.WITHDRAWN, now, check_reason(because)
    found.save(update_fields=["state", "withdrawn_at", "withdrawn_because"])
    append(events.AnnouncementWithdrawn(found.community_id, found.pk), actor=actor, occurred_at=now)
    return found


def _checked(community_id: UUID, writing: Writing, actor: Actor) -> dict[str, Any]:
    policy = notices_policy()
    policy.marks(writing.groups)
    _checked_audience(community_id, writing.place_ids, actor)
    if writing.issuer_id is not None and writing.issuer_id not in {
        one.organisation_id for one in queries.issuers(actor, community_id)
    }:
        raise LinliError(NOT_YOUR_ISSUER)
    words = check_words(
        policy, title_zh=writing.title_zh, body_zh=writing.body_zh, title_en=writing.title_en, body_en=writing.body_en
    )
    return words | {
        "issuer_id": writing.issuer_id,
        "place_ids": sorted(set(writing.place_ids)),
        "groups": sorted(set(writing.groups)),
        "is_public": writing.is_public,
        "is_important": writing.is_important,
    }


def _checked_audience(community_id: UUID, place_ids: tuple[UUID, ...] | list[UUID], actor: Actor) -> None:
    """Places lie in the community; who answers for buildings only addresses those."""
    if place_ids and not registry.places_within(actor, place_ids, frozenset([community_id])):
        raise NotFoundError
    if actor.everywhere or community_id in actor.communities_with(PERMISSION):
        return
    if not place_ids or not registry.places_within(actor, place_ids, actor.places_with(PERMISSION)):
        raise LinliError(TOO_WIDE)


def _draft(announcement_id: UUID, actor: Actor) -> Announcement:
    found = queries.find_to_write(actor, announcement_id, lock=True)
    if found.state != State.DRAFT:
        raise LinliError(NOT_DRAFT)
    return found


def _out(announcement_id: UUID, actor: Actor) -> Announcement:
    found = queries.find_to_write(actor, announcement_id, lock=True)
    if found.state != State.PUBLISHED:
        raise LinliError(NOT_OUT, state=found.state)
    return found


def _add_edition(found: Announcement, *, number: int, actor: Actor, now: dt.datetime, because: str = "") -> Edition:
    return Edition.objects.create(
        announcement=found, community_id=found.community_id, number=number, at=now, written_by=actor.account_id, because=because,
        title_zh=found.title_zh, title_en=found.title_en, body_zh=found.body_zh, body_en=found.body_en,
    )  # fmt: skip


def _addressee(found: Announcement, now: dt.datetime, **who: UUID) -> Addressee:
    return Addressee(announcement=found, community_id=found.community_id, added_at=now, **who)
