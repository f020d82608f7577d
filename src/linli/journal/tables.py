"""The tables of the journal's console pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from linli.kernel.text import Text
from linli.platform.kit.tables import Choice, Column, Filter, TableSpec

from . import catalogue, words
from .models import Fact


def _names() -> list[Choice]:
    found = [Choice(name, catalogue.said(name)) for name in catalogue.names()]
    return sorted(found, key=lambda choice: choice.text.zh)


def _of_names(facts: QuerySet[Fact], chosen: list[str]) -> QuerySet[Fact]:
    return facts.filter(name__in=chosen)


def _state(fact: Any) -> tuple[str, Text]:
    if fact.position is None:
        return "ring", Text("未封存", "Not sealed yet")
    if fact.is_erased:
        return "dash", Text("内容已抹去", "Content erased")
    return "green", Text("已封存", "Sealed")


FACTS = TableSpec(
    key="journal",
    columns=(
        Column(
            "position", Text("序号", "No."), kind="plate", link=lambda fact: reverse("journal:fact", args=[fact.pk])
        ),
        Column("said", Text("发生了什么", "What happened"), sub=lambda fact: fact.name),
        Column("occurred_at", Text("何时", "When"), kind="moment", sort=True),
        Column("actor", Text("谁", "Who"), value=lambda fact: words.actor_text(fact.actor), narrow=True),
        Column(
            "subject_id",
            Text("关于", "About"),
            value=lambda fact: f"…{fact.subject_id.hex[-8:]}",
            link=lambda fact: f"{reverse('journal:facts')}?subject={fact.subject_id}",
            narrow=True,
        ),
        Column("state", Text("状态", "State"), kind="badge", value=_state),
    ),
    # No counts beside the names: counting every kind reads every fact.
    filters=(
        Filter("name", Text("种类", "Kind"), choices=_names, apply=_of_names),
        Filter("occurred", Text("日子", "Day"), kind="day", field="occurred_at"),
    ),
    order="-ord",
    thing=Text("条记录", "facts"),
)
