"""An assessment on paper and as a workbook, made when asked for."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language

from linli.assessment import queries
from linli.assessment.pages.asked import Asked, asked
from linli.assessment.pages.entering import XLSX
from linli.assessment.summary import summarise, workbook
from linli.kernel.clock import local_day, now
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry
from linli.reports.assessment import write_report


@page(permission=queries.READ)
def report(request: Request) -> HttpResponse:
    look = asked(request)
    with tempfile.TemporaryDirectory(prefix="linli-assessment-") as made:
        path = Path(made) / "report.pdf"
        write_report(path, _summary(request, look), past=totals(request.actor, look))
        return _answer(path.read_bytes(), "application/pdf", f"{look.period.code} {look.system.title.zh}.pdf")


@page(permission=queries.READ)
def scores(request: Request) -> HttpResponse:
    look = asked(request)
    body = workbook(_summary(request, look), language=get_language() or "zh-hans")
    return _answer(body, XLSX, f"{look.period.code} {look.system.title.zh}.xlsx")


def totals(actor: Any, look: Asked) -> list[tuple[str, float | None]]:
    runs = queries.closed_runs(actor, system_id=look.system.id, community_ids=[look.community_id])
    return [(run.period, run.score) for run in runs][-8:]


def _summary(request: Request, look: Asked) -> dict[str, Any]:
    found = queries.sheet(
        request.actor, look.community_id, look.system, look.period, weight_set=look.weight_set, variant=look.variant
    )
    place = registry.find_place(request.actor, look.community_id)
    warnings = list(queries.list_warnings(request.actor, look.community_id, only_open=True))
    return summarise(found, code=place.code or "", name=registry.name_of(place), on=local_day(now()), warnings=warnings)


def _answer(body: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer
