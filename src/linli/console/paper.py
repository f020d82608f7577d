"""Announcements on paper: an A4 sheet for the lobby, made when asked for."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from linli.kernel.text import Text
from linli.notices import queries as notices
from linli.platform.ports import ports
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.reports.notice import write_notice


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
