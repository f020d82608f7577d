"""An announcement on A4 for the lobby: large type, who says it and when, and a QR code of its reading page.

Chinese on the first sheet; English on another where it was written. :mod:`linli.reports.paper` sets it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from linli.kernel.clock import local_day
from linli.kernel.text import Text
from linli.notices.models import Announcement
from linli.platform.kit.prose import Kind, parts_of
from linli.platform.kit.said import day

from .paper import qr_svg, set_pdf

SIZES_PT = ((220, 21), (420, 18), (700, 15), (1300, 12))
"""Type by the length of the longer text in characters (an English one counts a third), so that most announcements stay on one sheet."""
SMALLEST_PT = 10
LONG_AGO = dt.datetime(1, 1, 2, tzinfo=dt.UTC)
"""Seen from here every day is shown with its year."""
NAMES = {Kind.PARAGRAPH: "paragraph", Kind.LIST: "list", Kind.HEADING: "heading"}


def write_notice(
    path: Path, notice: Announcement, *, issuer: Text | None, url: str, corrected: Text | None, community: Text
) -> None:
    """Set the announcement to ``path`` (PDF/A-2b). ``url`` is what the QR code leads to, ``corrected`` says that the text is a correction."""
    languages = ["zh", "en"] if notice.title_en else ["zh"]
    pages = [_page(notice, language, issuer or community, corrected, community) for language in languages]
    data = {"pages": pages, "size": _size_pt(notice)}
    when = notice.published_at or notice.written_at
    set_pdf("notice", data, {"qr.svg": qr_svg(url)}, path, day=local_day(when))


def _page(notice: Announcement, language: str, issuer: Text, corrected: Text | None, community: Text) -> dict[str, Any]:
    kind = Text(f"{community.zh}　通知", f"{community.en} · Notice")
    scan = Text("扫码看最新的内容；有更正会写在那里", "Scan for the latest; corrections appear there")
    when = notice.published_at or notice.written_at
    return {
        "lang": language,
        "kind": kind.in_(language),
        "title": notice.title.in_(language),
        "corrected": corrected.in_(language) if corrected else "",
        "parts": [{"kind": NAMES[part.kind], "lines": part.lines} for part in parts_of(notice.body.in_(language))],
        "issuer": issuer.in_(language),
        "day": day(local_day(when), language, now=LONG_AGO),
        "scan": scan.in_(language),
    }


def _size_pt(notice: Announcement) -> int:
    n = max(
        len(notice.body_zh) + 30 * notice.body_zh.count("\n"),
        (len(notice.body_en) + 60 * notice.body_en.count("\n")) // 3,
    )
    return next((size for most, size in SIZES_PT if n <= most), SMALLEST_PT)
