"""The journal's pages: for auditors and administrators in the console, for everybody in the public ledger."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from linli.kernel.errors import NotFoundError
from linli.platform.jobs import start_job
from linli.platform.keys import keyring
from linli.platform.kit.tables import Table
from linli.platform.models import Job
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from . import commands, queries, words
from .bridges import head_mapping
from .headfiles import line_from
from .tables import FACTS
from .tasks import VERIFY


@page(permission=queries.READ, methods=("GET", "POST"))
def facts(request: Request) -> HttpResponse:
    """The facts of the present community; POST starts a verification."""
    community_id = current_community(request)
    request.actor.require(queries.READ, community_id)
    if request.method == "POST":
        start_job(VERIFY, actor=request.actor, community_id=community_id, arguments={})
        return redirect("journal:facts")
    rows = queries.visible_to(request.actor).filter(community_id=community_id)
    subject = _uuid(request.GET.get("subject", ""))
    if subject:
        rows = rows.filter(subject_id=subject)
    table = Table(FACTS, request.GET, rows)
    context: dict[str, Any] = {
        "table": table,
        "subject": subject,
        "n_sealed": queries.chain_ends().get(community_id, 0),
        "last_head": queries.last_head(community_id),
        "check": Job.objects.filter(kind=VERIFY, community_id=community_id).order_by("-created_at").first(),
    }
    return table.download() or render(request, "journal/facts.html", context)


@page(permission=queries.READ)
def fact(request: Request, fact_id: UUID) -> HttpResponse:
    found = queries.get_fact(fact_id, request.actor)
    seal = queries.get_seal(fact_id)
    context = {
        "fact": found,
        "seal": seal,
        "leaf": bytes(seal.leaf).hex() if seal else "",
        "chain": bytes(seal.hash).hex() if seal else "",
        "who": words.actor_text(found.actor),
        "payload": sorted((found.payload or {}).items()),
        "cause": _cause(found.causation_id, request),
    }
    return render(request, "journal/fact.html", context)


def _cause(fact_id: UUID | None, request: Request) -> Any:
    if fact_id is None:
        return None
    try:
        return queries.get_fact(fact_id, request.actor)
    except NotFoundError:
        return None


@page(permission=queries.RETRY, methods=("GET", "POST"))
def parked(request: Request) -> HttpResponse:
    """What could not be acted on; POST ``subscriber`` and ``fact_id`` tries it again."""
    if request.method == "POST":
        fact_id = _uuid(request.POST.get("fact_id", ""))
        if fact_id is None:
            raise NotFoundError
        commands.retry_parked(request.POST.get("subscriber", ""), fact_id, actor=request.actor)
        return redirect("journal:parked")
    rows = queries.list_parked(request.actor).order_by("state", "parked_at", "position")[: queries.MAX_PAGE]
    told = [
        {"row": row, "fact": fact, "state": words.PARKED_STATES[row.state]} for row, fact in queries.with_facts(rows)
    ]
    return render(request, "journal/parked.html", {"rows": told})


@page(audience="public")
def open_ends(request: Request) -> HttpResponse:
    """Where each chain ends, for everybody."""
    return render(request, "journal/open.html", {"ends": queries.list_ends(), "keys": _keys()})


@page(audience="public")
def open_chain(request: Request, chain: UUID) -> HttpResponse:
    """One chain's last head, to be printed and hung up, and how to check it."""
    newest = queries.list_newest(chain, request.actor)
    context: dict[str, Any] = {"name": queries.name_of(chain), "chain": chain}
    if newest:
        head, hashed = newest[0], bytes(newest[0].hash).hex()
        context |= {
            "head": head,
            "hash_parts": [hashed[at : at + 8] for at in range(0, 64, 8)],
            "line": line_from(head_mapping(head)).decode(),
            "key": _keys().get(head.key_id, ""),
            "newest": [{"head": one, "start": bytes(one.hash).hex()[:16]} for one in newest],
        }
    return render(request, "journal/open_chain.html", context)


@page(audience="public")
def open_heads(request: Request, chain: UUID) -> HttpResponse:
    """Heads as lines of JSON, at most 10,000 after ``?after=``; the same lines the installation keeps outside its database."""
    after = request.GET.get("after", "0")
    heads = queries.list_heads(chain, request.actor, after=int(after) if after.isdecimal() and len(after) < 19 else 0)
    body = b"".join(line_from(head_mapping(head)) for head in heads)
    response = HttpResponse(body, content_type="application/jsonl; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{chain}.jsonl"'
    if heads:
        response.headers["Link"] = (
            f'<{reverse("journal:open-heads", args=[chain])}?after={heads[-1].position}>; rel="next"'
        )
    return response


def _keys() -> dict[str, str]:
    """Public keys heads were signed with, by id, in hexadecimal."""
    return {name: public.hex() for name, public in keyring(settings.HOME).public_keys("journal").items()}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
