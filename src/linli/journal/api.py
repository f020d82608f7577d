"""The journal for other systems: sealed facts in order, signed heads, proofs."""

from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from linli.platform.web.api import operation
from linli.platform.web.request import Request

from . import queries
from .bridges import head_mapping
from .cloudevents import BATCH_TYPE, cloud_event
from .rules import INSTALLATION

router = Router(tags=["journal"])
MAX_POSITION = 2**63 - 1


@router.get("/facts", summary="Sealed facts of a community in order, as CloudEvents")
@operation(permission=queries.READ)
def facts(
    request: Request,
    community: UUID | None = None,
    after: Annotated[int, Query(ge=0, le=MAX_POSITION)] = 0,
    limit: Annotated[int, Query(ge=1, le=queries.MAX_PAGE)] = 100,
) -> HttpResponse:
    """Facts with positions above ``after``, at most ``limit``. Without ``community``, those of the installation itself.

    Ask again with ``after`` set to the last position received (header ``Link`` names the address); an empty list means: nothing new yet.
    """
    found = queries.list_sealed(request.actor, chain=community or INSTALLATION, after=after, limit=limit)
    response = _json([cloud_event(fact, position) for position, fact in found], BATCH_TYPE)
    if found:
        again: dict[str, Any] = {"after": found[-1][0], "limit": limit} | (
            {"community": community} if community else {}
        )
        response.headers["Link"] = f'<{request.path}?{urlencode(again)}>; rel="next"'
    return response


@router.get("/facts/{fact_id}/proof", summary="Proof that a fact stands in its chain under a signed head")
@operation(permission=queries.READ)
def proof(request: Request, fact_id: UUID) -> HttpResponse:
    """The fact's leaf, its position, the Merkle path (RFC 9162, section 2.1.3) and the signed head it leads to."""
    receipt = queries.receipt_of(fact_id, request.actor)
    return _json(
        {
            "fact_id": str(fact_id),
            "position": receipt.seal.position,
            "leaf": bytes(receipt.seal.leaf).hex(),
            "path": [step.hex() for step in receipt.path],
            "head": head_mapping(receipt.head),
        }
    )


@router.get("/heads", summary="Signed heads of a chain")
@operation(audience="public")
def heads(
    request: Request,
    chain: UUID = INSTALLATION,
    after: Annotated[int, Query(ge=0, le=MAX_POSITION)] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
) -> HttpResponse:
    """What a witness keeps: position, hashes, time, key and signature. Public for communities whose pages are public."""
    return _json([head_mapping(head) for head in queries.list_heads(chain, request.actor, after=after, limit=limit)])


def _json(body: Any, content_type: str = "application/json") -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type=f"{content_type}; charset=utf-8")
