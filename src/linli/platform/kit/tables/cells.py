"""Values of cells: as people read them on the page, and as machines read them in a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from linli.kernel.text import Text
from linli.platform.kit import said

from .rows import reach
from .spec import Column

UNITS = {
    "percent": Text("%", "%"),
    "money": Text("元", "CNY"),
    "wan": Text("元", "CNY"),
    "area": Text("平方米", "m²"),
    "length": Text("米", "m"),
    "minutes": Text("分", "min"),
}
SPEAKERS = {
    "money": said.money,
    "wan": said.money_wan,
    "area": said.area,
    "length": said.length,
    "minutes": said.minutes,
}
YES_NO = {True: Text("是", "Yes"), False: Text("否", "No")}


@dataclass(frozen=True, slots=True)
class Cell:
    """``kind`` chooses the look; ``shape`` is set for badges only."""

    column: Column
    text: str
    sub: str = ""
    url: str = ""
    shape: str = ""


def value_of(column: Column, row: Any) -> Any:
    return column.value(row) if column.value else reach(row, column.key)


def shown(column: Column, row: Any, language: str, *, now: dt.datetime) -> Cell:
    value = value_of(column, row)
    badge, value = value if column.kind == "badge" and value is not None else ("", value)
    return Cell(
        column,
        text=_say(column, value, language, now=now),
        sub=said.words(column.sub(row), language) if column.sub else "",
        url=(column.link(row) or "") if column.link else "",
        shape=badge,
    )


def _say(column: Column, value: Any, language: str, *, now: dt.datetime) -> str:
    if value is None or value == "":
        return said.NOTHING
    match column.kind:
        case "number" | "percent":
            speak, decimals = getattr(said, column.kind), column.decimals
            return speak(value, language) if decimals is None else speak(value, language, decimals=decimals)
        case "day" | "moment":
            return getattr(said, column.kind)(value, language, now=now)
        case "flag":
            return YES_NO[bool(value)].in_(language)
    return SPEAKERS.get(column.kind, said.words)(value, language)


def plain(column: Column, row: Any, language: str) -> str | int | float | Decimal | None:
    """For CSV and XLSX: numbers as numbers in the unit the heading names, times as ISO 8601, words in the reader's language."""
    value = value_of(column, row)
    if value is None or column.kind in ("number", "length", "minutes"):
        return value
    match column.kind:
        case "badge":
            return said.words(value[1], language)
        case "flag":
            return YES_NO[bool(value)].in_(language)
        case "money" | "wan" | "area":
            return Decimal(value) / 100
        case "percent":
            return round(Decimal(str(value)) * 100, 4)
    return _iso(value) if column.kind in ("day", "moment") else said.words(value, language)


def raw(column: Column, row: Any) -> Any:
    """For JSON: the value as it is kept (fen, dm², shares), texts in both languages."""
    value = value_of(column, row)
    if column.kind == "badge" and value is not None:
        return {"shape": value[0], **_both(value[1])}
    if isinstance(value, Text):
        return _both(value)
    if isinstance(value, dt.date | dt.datetime):
        return _iso(value)
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, str | int | float | bool | dict | list | None) else str(value)


def _both(text: Any) -> dict[str, str]:
    return text.as_mapping() if isinstance(text, Text) else {"zh": str(text), "en": str(text)}


def _iso(value: dt.date | dt.datetime) -> str:
    return said.local(value).isoformat(timespec="seconds") if isinstance(value, dt.datetime) else value.isoformat()


def heading(column: Column, language: str) -> str:
    unit = UNITS.get(column.kind)
    return column.label.in_(language) + (f" ({unit.in_(language)})" if unit else "")
