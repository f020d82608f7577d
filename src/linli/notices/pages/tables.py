"""The staff's list of announcements."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from linli.kernel.text import Text
from linli.platform.kit.tables import Choice, Column, Filter, TableSpec

from ..models import Announcement
from ..rules.writing import STATE_WORDS

SHAPES = {"draft": "dash", "published": "green", "withdrawn": "ring"}


def _read(row: Any) -> float | None:
    return row.n_read / row.n_households if row.state != "draft" and row.n_households else None


def _marks(row: Announcement) -> Text | None:
    marks = [Text("重要", "important")] * row.is_important + [Text("公开", "public")] * row.is_public
    if row.n_editions > 1:
        marks.append(Text(f"更正过 {row.n_editions - 1} 次", f"corrected {row.n_editions - 1}×"))
    return Text("，".join(one.zh for one in marks), ", ".join(one.en for one in marks)) if marks else None


NOTICES = TableSpec(
    key="notices",
    columns=(
        Column("title_zh", Text("标题", "Title"), value=lambda row: row.title, link=lambda row: reverse("notices:notice", args=[row.pk]), sub=_marks, sort=True),
        Column("state", Text("状态", "State"), kind="badge", value=lambda row: (SHAPES[row.state], STATE_WORDS[row.state])),
        Column("n_households", Text("发给（户）", "Households"), kind="number", value=lambda row: row.n_households or None, narrow=True),
        Column("n_read", Text("已看（户）", "Have read"), kind="number", value=lambda row: row.n_read if row.n_households else None, narrow=True),
        Column("share", Text("看过", "Read"), kind="percent", value=_read, decimals=0),
        Column("published_at", Text("发布", "Published"), kind="moment", sort=True),
    ),
    filters=(Filter("state", Text("状态", "State"), choices=[Choice(key, text) for key, text in STATE_WORDS.items()]),),
    search=("title_zh__icontains", "title_en__icontains", "body_zh__icontains", "body_en__icontains"),
    thing=Text("条", "announcements"),
)  # fmt: skip
