"""Cases for machines: the list a worker sees, one case, a report (with ``Idempotency-Key``), the rates."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema
from pydantic import ValidationError

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotFoundError
from linli.platform.web.api import INVALID, once, operation
from linli.platform.web.request import Request

from . import commands, queries, rating
from .models import Case, Way
from .pages import told

router = Router(tags=["cases"])
MAX_ROWS = 200
COLUMNS = (
    "id", "number", "type_id", "state", "phase", "place_id", "desk", "handler_id", "organisation_id", "is_urgent", "is_certain", "round",
    "n_supporters", "received_at", "due_at", "due_clock", "closed_at", "outcome", "lead_id",
)  # fmt: skip


class NewReport(Schema):
    """``type_id`` empty: guessed from the text; below the policy's confidence a person decides."""

    community_id: UUID
    text: str = Field(max_length=10_000)
    type_id: str = Field("", max_length=64)
    place_id: UUID | None = None
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    where: str = Field("", max_length=200)
    answers: dict[str, str | int | bool] = Field(default_factory=dict)
    is_sealed: bool = False


@router.get("/cases", summary="Cases the caller works on, by deadline or newest first")
@operation(permission=queries.HANDLE)
def cases(  # noqa: PLR0917  # parameters of an address, given by name
    request: Request,
    community: UUID | None = None,
    phase: Literal["waiting", "working", "answered", "closed"] | None = None,
    order: Literal["due", "newest"] = "newest",
    limit: Annotated[int, Query(ge=1, le=MAX_ROWS)] = 50,
    before: dt.datetime | None = None,
) -> dict[str, Any]:
    """At most ``limit``, of one community or all one works for; for the next page of the newest, ``before`` the last one's ``received_at``."""
    rows = Case.objects.filter(queries.at_work(request.actor))
    if community:
        rows = rows.filter(community_id=community)
    if phase:
        rows = rows.filter(phase=phase)
    if before:
        rows = rows.filter(received_at__lt=before)
    rows = rows.order_by("due_at", "id") if order == "due" else rows.order_by("-received_at", "-id")
    return {"cases": [dict(zip(COLUMNS, row, strict=True)) for row in rows.values_list(*COLUMNS)[:limit]]}


@router.get("/cases/rates", summary="The three rates of a community, with what each is of")
@operation(permission=queries.RATES)
def rates(
    request: Request, community: UUID | None = None, days: Annotated[int, Query(ge=1, le=3660)] = 30
) -> dict[str, Any]:
    """Of the community named, else of the first one the caller sees rates of."""
    community = community or next(iter(sorted(request.actor.communities_with(queries.RATES))), None)
    if community is None:
        raise NotFoundError
    request.actor.require(queries.RATES, community)
    at = now()
    made = rating.rates(community, since=at - dt.timedelta(days=days), now=at)
    return {
        "response": {"share": made.response, "n": made.n_in_time, "of": made.n_responses},
        "solving": {"share": made.solving, "n": made.n_solved, "of": made.n_ended, "in_silence": made.n_by_silence},
        "satisfaction": {"share": made.satisfaction, "n": made.n_satisfied, "of": made.n_spoken},
        "as_of": at,
    }


@router.get("/cases/{case_id}", summary="One case with its timeline")
@operation()
def case(request: Request, case_id: UUID) -> dict[str, Any]:
    """For who works on it all of it; for who reported it what the reporter may know."""
    found = queries.find(request.actor, case_id)
    is_worker = request.actor.everywhere or Case.objects.filter(queries.at_work(request.actor), pk=found.pk).exists()
    steps = told.steps_of(found, "worker" if is_worker else "reporter")
    return {
        **{name: getattr(found, name) for name in COLUMNS},
        "respond_due_at": found.respond_due_at,
        "handle_due_at": found.handle_due_at,
        "answers": found.answers,
        "steps": [
            {"at": step.at, "title": step.title.as_mapping(), "words": step.words, "is_note": step.is_note}
            for step in steps
        ],
    }


@router.post(
    "/reports",
    summary="Report something",
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": NewReport.json_schema()}}}
    },
)
@operation()
def report(request: Request) -> HttpResponse:
    """201 with the case's id and number. The same Idempotency-Key and body again: the same answer, and one case. A sealed reporter's answer
    names no case: it would stand beside the account."""
    try:
        said = NewReport.model_validate_json(request.body)
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:20])
        raise LinliError(INVALID, what=places) from None

    def effect() -> dict[str, Any]:
        given = said.model_dump(exclude={"community_id"}) | {"way": Way.API}
        made = commands.open_case(said.community_id, commands.Report(**given), actor=request.actor, now=now())
        return (
            {"is_sealed": True}
            if made.is_sealed
            else {"id": str(made.pk), "number": made.number, "type_id": made.type_id}
        )

    return once(request, effect)


class Merging(Schema):
    """``lead_id``: the case the other goes along with. ``words`` are read by the reporter of the one merged."""

    lead_id: UUID
    words: str = Field("", max_length=10_000)


@router.post(
    "/cases/{case_id}/merge",
    summary="Handle a duplicate together with another case",
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": Merging.json_schema()}}}
    },
)
@operation(permission=queries.HANDLE)
def merge(request: Request, case_id: UUID) -> HttpResponse:
    """200 with both ids. Takes an Idempotency-Key."""
    queries.find_at_work(request.actor, case_id)  # to who has no part in it it is not there, whatever they sent
    try:
        said = Merging.model_validate_json(request.body)
    except ValidationError as error:
        raise LinliError(INVALID, what=str(error.errors()[0]["msg"])) from None

    def effect() -> dict[str, Any]:
        made = commands.merge(case_id, said.lead_id, words=said.words, actor=request.actor, now=now())
        return {"id": str(made.pk), "lead_id": str(made.lead_id), "phase": made.phase}

    return once(request, effect, status=200)
