"""The addresses of GeoReport v2. They take no cookie: who reports says so by ``api_key``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from linli.kernel.clock import now
from linli.kernel.errors import InputError, LinliError, NotFoundError
from linli.platform.db import acting
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry
from linli.registry.models import PlaceRecord

from .. import commands, queries
from ..commands.systems import actor_of, holder_of
from ..models import Case, SystemKey, Way
from ..rules.types import GROUPS, CaseType, case_types
from .answers import answer, refusal

MOST = 1000
SPAN_DAYS = 90
View = Callable[..., HttpResponseBase]


class Refused(Exception):  # noqa: N818  # an answer, not a fault of ours
    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status, self.description = status, description


def _told(view: View) -> View:
    """Refusals of every sort in the specification's own shape."""

    @wraps(view)
    def told(request: Request, *args: Any, format: str, **kwargs: Any) -> HttpResponseBase:
        try:
            with transaction.atomic():
                return view(request, *args, format=format, **kwargs)
        except Refused as error:
            return refusal(format, error.status, error.description)
        except InputError as error:
            return refusal(format, 400, "; ".join(f"{fault.feature}: {fault.message.en}" for fault in error.faults))
        except LinliError as error:
            return refusal(
                format, 404 if error.status == 404 else 400 if error.status == 422 else error.status, error.text.en
            )

    return told


@page(audience="public")
@_told
def discovery(request: Request, format: str) -> HttpResponseBase:
    base = "/open311/v2"  # of this host, whatever name it was asked by
    endpoint = {"specification": "http://wiki.open311.org/GeoReport_v2", "url": base, "changeset": "2026-11-25", "type": "production",
                "formats": ["application/json", "text/xml"]}  # fmt: skip
    body = {"changeset": "2026-11-25", "contact": "", "key_service": "linli cases key make", "endpoints": [endpoint]}
    return answer(format, "discovery", "discovery", body)


@page(audience="public")
@_told
def services(request: Request, format: str) -> HttpResponseBase:
    return answer(format, "services", "service", [_service(kind) for kind in _kinds().values()])


@page(audience="public")
@_told
def definition(request: Request, type_id: str, format: str) -> HttpResponseBase:
    """The further questions of a type, as attributes."""
    kind = _kinds().get(type_id)
    if kind is None:
        raise Refused(404, f"service_code {type_id!r} was not found")
    asked = kind.form["properties"] if kind.form else {}
    required = set(kind.form.get("required", ())) if kind.form else set()
    attributes = [
        _attribute(n, name, question, name in required) for n, (name, question) in enumerate(asked.items(), start=1)
    ]
    return answer(format, "service_definition", "attribute", {"service_code": kind.id, "attributes": attributes})


@csrf_exempt
@page(audience="public", methods=("GET", "POST"))
@_told
def requests(request: Request, format: str) -> HttpResponseBase:
    return _create(request, format) if request.method == "POST" else _list(request, format)


@page(audience="public")
@_told
def one(request: Request, case_id: UUID, format: str) -> HttpResponseBase:
    key = holder_of(request.GET.get("api_key", ""))
    with acting(queries.MACHINE):
        case = Case.objects.select_related("place").filter(pk=case_id).first()
        if case is None or not (case.is_public or (key and case.entered_by == key.pk)):
            raise NotFoundError
        return answer(format, "service_requests", "request", _rows([case], key))


def _create(request: Request, format: str) -> HttpResponseBase:
    said = request.POST
    key = holder_of(said.get("api_key", ""))
    if key is None:
        raise Refused(403, "api_key is missing or does not hold")
    missing = [name for name in ("service_code",) if not said.get(name)]
    has_place = (said.get("lat") and said.get("long")) or said.get("address_string") or said.get("address_id")
    if missing or not has_place:
        raise Refused(400, "needed: service_code; and lat with long, address_string or address_id")
    kind = _kinds().get(said["service_code"])
    if kind is None:
        raise Refused(404, f"service_code {said['service_code'][:64]!r} was not found")
    actor = actor_of(key)
    report = commands.Report(
        said.get("description", "") or kind.title.zh, kind.id, place_id=_uuid(said.get("address_id", "")),
        lon=_degrees(said.get("long", ""), 180), lat=_degrees(said.get("lat", ""), 90), where=said.get("address_string", ""),
        answers=_answers(kind, said), way=Way.OPEN311,
    )  # fmt: skip
    with acting(actor):
        case = commands.open_case(key.community_id, report, actor=actor, now=now())
        Case.objects.filter(pk=case.pk).update(entered_by=key.pk)
    body = [{"service_request_id": str(case.pk), "service_notice": f"{case.number}", "account_id": ""}]
    return answer(format, "service_requests", "request", body, status=201)


def _list(request: Request, format: str) -> HttpResponseBase:
    asked = request.GET
    key = holder_of(asked.get("api_key", ""))
    start, end = _moment(asked.get("start_date", "")), _moment(asked.get("end_date", ""))
    with acting(queries.MACHINE):
        rows = Case.objects.filter(is_public=True).select_related("place")
        if key is not None:
            rows = rows | Case.objects.filter(entered_by=key.pk).select_related("place")
        communities = (
            [_community(asked["jurisdiction_id"])]
            if asked.get("jurisdiction_id")
            else list(request.actor.public_communities | request.actor.scope)
        )
        rows = rows.filter(community_id__in=[*communities, *([key.community_id] if key else [])])
        ids = [_uuid(one) for one in asked.get("service_request_id", "").split(",") if one]
        if ids:
            rows = rows.filter(pk__in=[one for one in ids if one])
        else:
            start = start or (end or now()) - dt.timedelta(days=SPAN_DAYS)
            rows = rows.filter(received_at__gte=start)
            rows = rows.filter(received_at__lte=end) if end else rows
        if asked.get("service_code"):
            rows = rows.filter(type_id__in=asked["service_code"].split(","))
        wanted = set(asked.get("status", "").split(",")) & {"open", "closed"}
        if len(wanted) == 1:
            rows = rows.filter(phase="closed") if "closed" in wanted else rows.exclude(phase="closed")
        return answer(format, "service_requests", "request", _rows(list(rows.order_by("-received_at")[:MOST]), key))


def _rows(cases: list[Case], key: SystemKey | None) -> list[dict[str, Any]]:
    names = queries.place_names(cases)
    organisations = queries.organisation_names([case.organisation_id for case in cases])
    own = [case for case in cases if key and case.entered_by == key.pk]
    words = queries.first_words(own)
    points = {
        row.place_id: (row.lat, row.lon)
        for row in PlaceRecord.objects.believed().filter(place_id__in={case.place_id for case in cases})
    }
    rows = []
    for case in cases:
        kind = queries.kind_of(case)
        state = kind.flow.states[case.state]
        is_own = key is not None and case.entered_by == key.pk
        lat, lon = (case.lat, case.lon) if is_own else points.get(case.place_id, (None, None))
        agency = organisations.get(case.organisation_id) if case.organisation_id else None
        rows.append(
            {
                "service_request_id": str(case.pk), "status": "closed" if case.phase == "closed" else "open", "status_notes": state.title.zh,
                "service_name": kind.title.zh, "service_code": kind.id, "description": words.get(case.pk, "") if is_own else case.public_title,
                "agency_responsible": agency.zh if agency else "", "service_notice": case.number, "requested_datetime": case.received_at.isoformat(timespec="seconds"),
                "updated_datetime": case.changed_at.isoformat(timespec="seconds"), "expected_datetime": case.handle_due_at.isoformat(timespec="seconds"),
                "address": names[case.pk].zh, "address_id": str(case.place_id) if case.place.kind not in ("unit", "entrance") else "", "zipcode": "",
                "lat": lat, "long": lon, "media_url": "",
            }
        )  # fmt: skip
    return rows


def _kinds() -> dict[str, CaseType]:
    return {id: kind for id, kind in case_types().items() if not kind.is_for_staff}


def _service(kind: CaseType) -> dict[str, Any]:
    return {"service_code": kind.id, "service_name": kind.title.zh, "description": kind.summary.zh, "metadata": kind.form is not None,
            "type": "realtime", "keywords": ",".join(kind.words), "group": GROUPS[kind.group].zh}  # fmt: skip


def _attribute(order: int, name: str, question: Any, is_required: bool) -> dict[str, Any]:
    values = [{"key": one["const"], "name": one["title"]["zh"]} for one in question.get("oneOf", ())]
    datatype = (
        "singlevaluelist"
        if values
        else {"integer": "number", "boolean": "singlevaluelist"}.get(question["type"], "string")
    )
    if question["type"] == "boolean":
        values = [{"key": "true", "name": "是"}, {"key": "false", "name": "否"}]
    return {"variable": True, "code": name, "datatype": datatype, "required": is_required, "datatype_description": "",
            "order": order, "description": question["title"]["zh"], "values": values}  # fmt: skip


def _answers(kind: CaseType, said: Any) -> dict[str, Any]:
    asked = kind.form["properties"] if kind.form else {}
    found: dict[str, Any] = {}
    for name, question in asked.items():
        raw = said.get(f"attribute[{name}]", "")
        if not raw:
            continue
        if question["type"] == "integer":
            found[name] = int(raw) if raw.lstrip("-").isascii() and raw.lstrip("-").isdigit() and len(raw) < 10 else raw
        elif question["type"] == "boolean":
            found[name] = {"true": True, "false": False}.get(raw, raw)
        else:
            found[name] = raw
    return found


def _community(asked: str) -> UUID:
    known = _uuid(asked)
    row = registry.list_places(queries.MACHINE, kind="community")
    found = row.filter(place_id=known).first() if known else row.filter(code=asked[:12]).first()
    if found is None:
        raise Refused(404, "jurisdiction_id was not found")
    return found.place_id


def _degrees(raw: str, most: float) -> float | None:
    if not raw:
        return None
    try:
        value = float(raw)
    except ValueError:
        raise Refused(400, f"lat and long are decimal degrees (WGS-84), got {raw[:40]!r}") from None
    if not -most <= value <= most:
        raise Refused(400, f"lat is within 90 and long within 180 degrees, got {raw[:40]!r}")
    return value


def _moment(raw: str) -> dt.datetime | None:
    if not raw:
        return None
    try:
        found = dt.datetime.fromisoformat(raw.replace(" ", "+"))
    except ValueError:
        raise Refused(400, f"dates are W3C, as 2026-11-25T08:00:00Z, got {raw[:40]!r}") from None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw) if raw else None
    except ValueError:
        return None
