"""Paper made when asked for: an announcement for the lobby, the report of a life-circle scenario."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from linli.cases.pages.codes import chosen_spots
from linli.kernel.clock import local_day, now
from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.lifecircle.queries import scenarios as lifecircle
from linli.notices import queries as notices
from linli.platform.ports import ports
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.reports.codes import write_codes
from linli.reports.notice import write_notice
from linli.reports.scenario import write_scenario


@page(permission="notices.write")
def poster(request: Request, notice_id: UUID) -> HttpResponse:
    """PDF/A of an announcement that is out, with a QR code of its reading page."""
    found = notices.find_to_write(request.actor, notice_id)
    notices.require_published(found)
    latest = notices.editions_of(found)[0]
    because = Text(f"更正：{latest.because}", f"Corrected: {latest.because}") if latest.number > 1 else None
    with tempfile.TemporaryDirectory(prefix="linli-poster-") as made:
        path = Path(made) / "poster.pdf"
        write_notice(
            path, found, issuer=notices.issuer_name(request.actor, found), corrected=because,
            url=request.build_absolute_uri(reverse("notices:read", args=[found.pk])),
            community=ports.scope_tree.label(found.community_id),
        )  # fmt: skip
        answer = HttpResponse(path.read_bytes(), content_type="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{found.title_zh}.pdf") or "attachment"
    return answer


@page(permission="lifecircle.read")
def scenario_report(request: Request, scenario_id: UUID) -> HttpResponse:
    """PDF/A of a scenario that was measured: what it changes, who gains and loses, the maps before and after. NotFoundError before it was measured."""
    found = lifecircle.find_scenario(request.actor, scenario_id)
    result = lifecircle.result_of(found)
    if result is None:
        raise NotFoundError
    with tempfile.TemporaryDirectory(prefix="linli-scenario-") as made:
        path = Path(made) / "scenario.pdf"
        write_scenario(
            path, found, result, community=ports.scope_tree.label(found.community_id),
            url=request.build_absolute_uri(reverse("lifecircle:scenario", args=[found.pk])),
        )  # fmt: skip
        answer = HttpResponse(path.read_bytes(), content_type="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{found.title}.pdf") or "attachment"
    return answer


@page(permission="cases.dispatch", methods=("POST",))
def codes(request: Request) -> HttpResponse:
    """PDF/A of the codes of the chosen places (POST ``row``), eight on a sheet. NotFoundError where none is chosen."""
    community_id = current_community(request)
    request.actor.require("cases.dispatch", community_id)
    spots = chosen_spots(request.actor, community_id, request.POST.getlist("row"))
    if not spots:
        raise NotFoundError
    with tempfile.TemporaryDirectory(prefix="linli-codes-") as made:
        path = Path(made) / "codes.pdf"
        write_codes(
            path, [(one.name, request.build_absolute_uri(one.address)) for one in spots],
            community=ports.scope_tree.label(community_id), day=local_day(now()),
        )  # fmt: skip
        answer = HttpResponse(path.read_bytes(), content_type="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition_header(True, "codes.pdf") or "attachment"
    return answer
