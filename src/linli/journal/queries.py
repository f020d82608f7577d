"""Reading facts. Rows are in the database's scope anyway; queries narrow them to what the actor's roles allow."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from linli.platform.actors import Actor

from .models import Fact, Seal

READ = "journal.read"
READ_INSTALLATION = "journal.installation.read"
MAX_PAGE = 1000
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
    """Facts the actor may read in the journal itself: of communities where ``journal.read`` is granted; those of the
    installation with ``journal.installation.read``. Each has ``position`` (None while unsealed)."""
    facts = Fact.objects.annotate(position=Subquery(Seal.objects.filter(fact_id=OuterRef("id")).values("position")))
    if actor.everywhere:
        return facts
    allowed = Q(community_id__in=actor.communities_with(READ))
    if actor.may(READ_INSTALLATION):
        allowed |= Q(community_id=None)
    return facts.filter(allowed)


def history_of(subject_id: UUID, actor: Actor, *, permission: str = READ, limit: int = 200) -> list[Fact]:
    """The newest ``limit`` facts of one subject, newest first: why it is as it is.

    For a room that shows a thing of its own with its history: the room answers for the actor's right to see *this* subject and names the
    permission it went by (``registry.place.read``); facts of communities where the actor has no such grant are left out.
    """
    facts = Fact.objects.filter(subject_id=subject_id).order_by("-ord")[: min(limit, MAX_PAGE)]
    return [
        fact for fact in facts if actor.everywhere or (fact.community_id and actor.may(permission, fact.community_id))
    ]
