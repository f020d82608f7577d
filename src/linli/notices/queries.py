"""Reads of announcements. Each starts from what the actor may see; "absent" and "not yours" answer alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import Actor, System
from linli.platform.attachments import list_attached
from linli.platform.attachments.tables import Attachment
from linli.platform.db import acting
from linli.platform.models import Account
from linli.registry import queries as registry
from linli.registry.models import OrganisationRecord
from linli.registry.queries import Reach

from .models import Addressee, Announcement, Edition, Reminder, State
from .rules.policy import notices_policy
from .rules.writing import NOT_OUT

HOLDER = "notices.announcement"
"""The name of an announcement among the things files belong to."""
OUT = (State.PUBLISHED, State.WITHDRAWN)
AUDIENCE = System("notices.audience")
EVERYBODY = Text("所有住户", "Every household")
COUNTED = Q(addressees__left_on=None) | Q(addressees__read_at__isnull=False)


@dataclass(frozen=True, slots=True)
class Receipts:
    """How many households, and owners living elsewhere, an announcement reached and how many of them have read it.

    ``n_told`` of those who have read were told in person.
    """

    n_households: int
    n_read: int
    n_told: int
    n_owners: int
    n_owners_read: int

    @property
    def n_unread(self) -> int:
        return self.n_households - self.n_read + self.n_owners - self.n_owners_read

    @property
    def share(self) -> float:
        return self.n_read / self.n_households if self.n_households else 0.0


def mine(actor: Actor, prefix: str = "") -> Q:
    """The addressee rows of the person asking: their household's, or their own as an owner living elsewhere."""
    if actor.person_id is None:
        return Q(pk__in=())
    homes = registry.households_of(actor, actor.person_id)
    return Q(**{f"{prefix}household_id__in": homes}) | Q(**{f"{prefix}person_id": actor.person_id})


def visible_to(actor: Actor) -> Q:
    """Public ones that are out, those addressed to one, and, for who works with them, all of the community or one's own."""
    if actor.everywhere:
        return Q()
    seen = Q(state__in=OUT, is_public=True) | Q(community__in=actor.communities_with("notices.read"))
    if actor.account_id and actor.may("notices.write"):
        seen |= Q(written_by=actor.account_id)
    if actor.person_id:
        addressed = Addressee.objects.filter(mine(actor), announcement=OuterRef("pk"))
        seen |= Q(Exists(addressed), state__in=OUT)
    return seen


def may_see(actor: Actor, announcement_id: UUID) -> bool:
    """Whether the announcement, and with it its files, is the actor's to see."""
    return Announcement.objects.filter(visible_to(actor), pk=announcement_id).exists()


def files_of(found: Announcement) -> list[Attachment]:
    """Its pictures and papers, for who may see the announcement (asked before)."""
    with acting(AUDIENCE):
        return list_attached(HOLDER, [found.pk]).get(found.pk, [])


def persons_of(accounts: Iterable[UUID]) -> list[UUID]:
    """The persons the accounts are bound to."""
    bound = Account.objects.filter(pk__in=list(accounts)).exclude(person_id=None)
    return [person for person in bound.values_list("person_id", flat=True) if person]


def peek(actor: Actor, announcement_id: UUID) -> Announcement | None:
    return Announcement.objects.filter(visible_to(actor), pk=announcement_id).first()


def find(actor: Actor, announcement_id: UUID) -> Announcement:
    found = peek(actor, announcement_id)
    if found is None:
        raise NotFoundError
    return found


def find_to_write(actor: Actor, announcement_id: UUID, *, lock: bool = False) -> Announcement:
    """For those who may write here: their own, and all of the community where they read all of it."""
    rows = Announcement.objects.filter(visible_to(actor), pk=announcement_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFoundError
    actor.require("notices.write", found.community_id)
    if not may_write(actor, found):
        raise NotAllowedError("notices.write")
    return found


def require_published(found: Announcement) -> None:
    """``notices.not_published`` for a draft and for what was withdrawn."""
    if found.state != State.PUBLISHED:
        raise LinliError(NOT_OUT, state=found.state)


def may_write(actor: Actor, found: Announcement) -> bool:
    if actor.everywhere:
        return True
    is_own = found.written_by is not None and found.written_by == actor.account_id
    wide = actor.communities_with("notices.write") & actor.communities_with("notices.read")
    return actor.may("notices.write", found.community_id) and (is_own or found.community_id in wide)


def list_for_staff(actor: Actor, community_id: UUID) -> QuerySet[Announcement]:
    """All the actor may see of a community, drafts first, with ``n_households`` and ``n_read``."""
    rows = Announcement.objects.filter(visible_to(actor), community_id=community_id)
    homes = Q(addressees__household__isnull=False)
    return rows.annotate(
        n_households=Count("addressees", filter=homes & COUNTED),
        n_read=Count("addressees", filter=homes & Q(addressees__read_at__isnull=False)),
    ).order_by("-published_at", "-written_at")


def list_for_reader(actor: Actor, community_id: UUID, *, since: dt.datetime | None = None) -> QuerySet[Any]:
    """What is out for the reader, newest first, with ``is_mine`` (addressed to them) and ``is_unread``. Withdrawn ones are left out."""
    rows = Announcement.objects.filter(visible_to(actor), community_id=community_id, state=State.PUBLISHED)
    if since is not None:
        rows = rows.filter(published_at__gte=since)
    own = Addressee.objects.filter(mine(actor), announcement=OuterRef("pk"))
    rows = rows.annotate(is_mine=Exists(own), is_unread=Exists(own.filter(read_at=None)))
    return rows.filter(Q(is_mine=True) | Q(is_public=True)).order_by("-published_at", "pk")


def receipts_of(found: Announcement) -> Receipts:
    home, read = Q(household__isnull=False), Q(read_at__isnull=False)
    rows = found.addressees.filter(Q(left_on=None) | read)
    return Receipts(
        **rows.aggregate(
            n_households=Count("pk", filter=home),
            n_read=Count("pk", filter=home & read),
            n_told=Count("pk", filter=Q(read_how=Addressee.How.TOLD)),
            n_owners=Count("pk", filter=~home),
            n_owners_read=Count("pk", filter=~home & read),
        )
    )


def list_unread(actor: Actor, found: Announcement) -> QuerySet[Addressee]:
    """Those who have not read, for who may see households of the whole community."""
    if not actor.everywhere and found.community_id not in actor.communities_with("registry.household.read"):
        raise NotAllowedError("registry.household.read")
    return found.addressees.filter(read_at=None, left_on=None)


def editions_of(found: Announcement) -> list[Edition]:
    """Newest first."""
    return list(found.editions.order_by("-number"))


def reach_of(found: Announcement, *, household_id: UUID | None = None) -> Reach:
    """Whom its places and groups reach today. Counted as a machine: who writes sees numbers, never who."""
    marks = notices_policy().marks(found.groups)
    with acting(AUDIENCE):
        return registry.reach_of(
            AUDIENCE, found.community_id, place_ids=found.place_ids, marks=marks, household_id=household_id
        )


def audience_text(actor: Actor, found: Announcement) -> Text:
    """ "3 幢、5 幢的业主": places and groups in words."""
    places = _names(actor, found.place_ids)
    groups = [one.title for one in (notices_policy().groups.get(code) for code in found.groups) if one]
    if not places and not groups:
        return EVERYBODY
    where = Text("、".join(one.zh for one in places), ", ".join(one.en for one in places)) if places else None
    who = Text("、".join(one.zh for one in groups), ", ".join(one.en for one in groups)) if groups else EVERYBODY
    return Text(f"{where.zh}的{who.zh}", f"{who.en} in {where.en}") if where else who


def _names(actor: Actor, place_ids: Sequence[UUID]) -> list[Text]:
    if not place_ids:
        return []
    rows = registry.list_places_in_compounds(actor).filter(place_id__in=list(place_ids))
    return [registry.name_in_compound(row) for row in rows]


def issuers(actor: Actor, community_id: UUID) -> list[OrganisationRecord]:
    """Organisations in whose name the actor may announce: of the community for who reads all of it, property companies for others."""
    kinds = OrganisationRecord.Kind
    wide = actor.everywhere or community_id in actor.communities_with("notices.read")
    allowed: Iterable[str] = (
        (kinds.RESIDENTS_COMMITTEE, kinds.PARTY_BRANCH, kinds.OWNERS_COMMITTEE, kinds.PROPERTY_COMPANY)
        if wide
        else (kinds.PROPERTY_COMPANY,)
    )
    rows = registry.list_organisations(actor, community_id=community_id).filter(kind__in=list(allowed))
    return sorted(rows, key=lambda row: (list(allowed).index(row.kind), row.name_zh))


def issuer_name(actor: Actor, found: Announcement) -> Text | None:
    if found.issuer_id is None:
        return None
    row = registry.list_organisations(actor).filter(organisation_id=found.issuer_id).first()
    return Text(row.name_zh, row.name_en or row.name_zh) if row else None


@dataclass(frozen=True, slots=True)
class FirstPage:
    """``waiting``: important or reminded of, and unread by the household, oldest first; ``newest``: the others of the policy's last days."""

    waiting: list[Announcement]
    newest: list[Announcement]


def first_page(actor: Actor, community_id: UUID, *, now: dt.datetime) -> FirstPage:
    policy = notices_policy()
    rows = list_for_reader(actor, community_id, since=now - dt.timedelta(days=policy.home_days))
    pressing = Q(is_important=True) | Exists(Reminder.objects.filter(announcement=OuterRef("pk")))
    waiting = list(rows.filter(pressing, is_mine=True, is_unread=True).order_by("published_at"))
    shown = {one.pk for one in waiting}
    newest = [one for one in rows[: policy.home_most + len(shown)] if one.pk not in shown]
    return FirstPage(waiting, newest[: policy.home_most])
