"""Reading facts, heads and what is parked. Rows are in the database's scope anyway; queries narrow them to what roles allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.ports import ports

from .bridges import inclusion
from .models import Fact, Head, Parked, Seal
from .rules import INSTALLATION

READ = "journal.read"
READ_INSTALLATION = "journal.installation.read"
RETRY = "journal.parked.retry"
MAX_PAGE = 1000
INSTALLATION_NAME = Text("整个安装", "The installation")
CHAIN_ENDS = """WITH RECURSIVE c (chain, position) AS (
        (SELECT chain, position FROM journal_head ORDER BY chain DESC, position DESC LIMIT 1)
        UNION ALL
        SELECT n.chain, n.position FROM c CROSS JOIN LATERAL
            (SELECT chain, position FROM journal_head WHERE chain < c.chain ORDER BY chain DESC, position DESC LIMIT 1) n
    ) SELECT chain, position FROM c"""


def chain_ends() -> dict[UUID, int]:
    """The last signed position of every chain in scope. Cost: one index look-up a chain."""
    with connection.cursor() as cursor:
        cursor.execute(CHAIN_ENDS)
        return dict(cursor.fetchall())


def visible_to(actor: Actor) -> QuerySet[Fact]:
    """Facts the actor may read in the journal itself: of communities where ``journal.read`` is granted on the whole; those of the
    installation with ``journal.installation.read``. Each has ``position`` (None while unsealed)."""
    facts = Fact.objects.annotate(position=Subquery(Seal.objects.filter(fact_id=OuterRef("id")).values("position")))
    if actor.everywhere:
        return facts
    allowed = Q(community_id__in=actor.communities_with(READ))
    if actor.may(READ_INSTALLATION):
        allowed |= Q(community_id=None)
    return facts.filter(allowed)


def get_fact(fact_id: UUID, actor: Actor) -> Fact:
    fact = visible_to(actor).filter(id=fact_id).first()
    if fact is None:
        raise NotFoundError
    return fact


def get_seal(fact_id: UUID) -> Seal | None:
    """The fact's place, None while unsealed."""
    return Seal.objects.filter(fact_id=fact_id).first()


def list_sealed(actor: Actor, *, chain: UUID, after: int = 0, limit: int = 100) -> list[tuple[int, Fact]]:
    """Facts of ``chain`` with positions above ``after``, in order, at most ``limit`` (up to 1000). NotFoundError if not the actor's."""
    community = None if chain == INSTALLATION else chain
    if not (actor.may(READ, community) if community else actor.may(READ_INSTALLATION)):
        raise NotFoundError
    seals = Seal.objects.filter(chain=chain, position__gt=after).order_by("position")[: min(max(limit, 1), MAX_PAGE)]
    places = list(seals.values_list("position", "fact_id"))
    facts = visible_to(actor).in_bulk([fact_id for _, fact_id in places])
    return [(position, facts[fact_id]) for position, fact_id in places if fact_id in facts]


@dataclass(frozen=True, slots=True)
class DoneFor:
    """Something done in somebody's place: what, when, and by whose account."""

    said: Text
    at: dt.datetime
    account_id: UUID


def list_done_for(actor: Actor, *, limit: int = 100) -> list[DoneFor]:
    """What helpers did in the place of the person the actor is or acts for, newest first. Rows are in the actor's scope; it is their own right."""
    if actor.person_id is None:
        return []
    rows = Fact.objects.filter(on_behalf_of=actor.person_id, actor__startswith="person:").order_by("-ord")[:limit]
    return [DoneFor(row.said, row.occurred_at, UUID(row.actor.partition(":")[2])) for row in rows]


def history_of(subject_id: UUID, actor: Actor, *, permission: str = READ, limit: int = 200) -> list[Fact]:
    """The newest ``limit`` facts of one subject, newest first: why it is as it is.

    For a room that shows a thing of its own with its history: the room answers for the actor's right to see *this* subject and names the
    permission it went by (``registry.place.read``); facts of communities where the actor has no such grant are left out.
    """
    facts = Fact.objects.filter(subject_id=subject_id).order_by("-ord")[: min(limit, MAX_PAGE)]
    return [
        fact for fact in facts if actor.everywhere or (fact.community_id and actor.may(permission, fact.community_id))
    ]


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """A chain and its last signed head."""

    chain: UUID
    name: Text
    head: Head


def list_ends() -> list[ChainEnd]:
    """The last head of every chain in scope: the communities the actor works on or whose public pages anybody may read, and the
    installation's. The installation first, then by name."""
    ends = chain_ends()
    heads = Head.objects.filter(pk__in=list(ends.items())) if ends else []
    found = [ChainEnd(head.chain, name_of(head.chain), head) for head in heads]
    return sorted(found, key=lambda end: (end.chain != INSTALLATION, end.name.zh))


def name_of(chain: UUID) -> Text:
    if chain == INSTALLATION:
        return INSTALLATION_NAME
    try:
        with acting(System("names-of-communities")):
            return ports.scope_tree.label(chain)
    except NotFoundError:
        return Text(f"社区 {str(chain)[-8:]}", f"Community {str(chain)[-8:]}")


def list_heads(chain: UUID, actor: Actor, *, after: int = 0, limit: int = 10_000) -> list[Head]:
    """Signed heads above ``after``, in order. NotFoundError for a chain the actor may not know of."""
    _require_chain(chain, actor)
    return list(Head.objects.filter(chain=chain, position__gt=after).order_by("position")[:limit])


def list_newest(chain: UUID, actor: Actor, *, limit: int = 10) -> list[Head]:
    """The newest heads of ``chain``, newest first. NotFoundError for a chain the actor may not know of."""
    _require_chain(chain, actor)
    return list(Head.objects.filter(chain=chain).order_by("-position")[:limit])


def _require_chain(chain: UUID, actor: Actor) -> None:
    """The installation's heads are anybody's; a community's are public where its pages are, else of those who work or live there."""
    if not (actor.everywhere or chain == INSTALLATION or chain in actor.scope | actor.public_communities):
        raise NotFoundError


def last_head(chain: UUID) -> Head | None:
    """The last signed head in scope, None while nothing is sealed."""
    return Head.objects.filter(chain=chain).order_by("-position").first()


def list_parked(actor: Actor) -> QuerySet[Parked]:
    """Facts that could not be acted on and what waits behind them, in communities where the actor may try them again."""
    rows = Parked.objects.exclude(state=Parked.State.WAITING)
    return rows if actor.everywhere else rows.filter(community_id__in=actor.communities_with(RETRY))


def with_facts(rows: Iterable[Parked]) -> list[tuple[Parked, Fact]]:
    """Each row with the fact it is about."""
    listed = list(rows)
    facts = Fact.objects.in_bulk([row.fact_id for row in listed])
    return [(row, facts[row.fact_id]) for row in listed if row.fact_id in facts]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a fact stands in its chain under a signed head (RFC 9162 inclusion, positions from 1)."""

    seal: Seal
    head: Head
    path: tuple[bytes, ...]


def receipt_of(fact_id: UUID, actor: Actor) -> Receipt:
    """Proof that the fact is under the present head. NotFoundError if unsealed. Cost: one hash for each fact of the chain."""
    fact = get_fact(fact_id, actor)
    seal = get_seal(fact.id)
    if seal is None:
        raise NotFoundError
    head = last_head(seal.chain)
    if head is None:
        raise NotFoundError
    leaves = Seal.objects.filter(chain=seal.chain, position__lte=head.position).order_by("position")
    stored = (bytes(leaf) for leaf in leaves.values_list("leaf", flat=True).iterator())
    return Receipt(seal, head, inclusion(stored, seal.position))
