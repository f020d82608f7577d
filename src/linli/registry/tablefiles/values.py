"""Cells to values. Each kind says what it takes; a refusal names what was found (never of private columns) and what would be right."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from uuid import UUID

from linli.kernel.errors import LinliError

from ..rules.people import normal_phone
from .layout import Column
from .sheet import BROKEN, FORMULA, LOST_DIGITS

SHOWN_CHARACTERS = 30
_DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?|(\d{4})(\d{2})(\d{2})|(\d{4}-\d\d-\d\d) 00:00:00")
_FRACTION = re.compile(r"(\d{1,7})\s*[/／]\s*(\d{1,7})")
_SHARE_OF = re.compile(r"(\d{1,7})分之(\d{1,7})")
_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,12})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class WrongError(Exception):
    """A cell that cannot be taken: what was found and what would be right."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def value_of(cell: str, column: Column, *, most_characters: int) -> Any:
    """The value of a cell that is not empty. Raises :class:`WrongError`."""
    if cell == FORMULA:
        raise WrongError(
            "这一格是公式，这里不计算公式；请复制后“选择性粘贴→数值”",
            "this cell holds a formula, which is not computed here; paste it as a value",
        )
    if cell == LOST_DIGITS:
        raise WrongError(
            "数字超过 15 位，表格软件已经丢了末几位；请把这一列设成文本后重新填写",
            "a number of more than 15 digits has lost its last ones in the spreadsheet; make the column text and enter it anew",
        )
    if cell == BROKEN:
        raise WrongError("这一格是错误值（如 #N/A）", "this cell holds an error (such as #N/A)")
    if len(cell) > most_characters:
        raise WrongError(
            f"有 {len(cell)} 个字，最多 {most_characters} 个", f"{len(cell)} characters, at most {most_characters}"
        )
    bad = _CONTROL.search(cell)
    if bad:
        code = f"U+{ord(bad[0]):04X}"
        raise WrongError(
            f"有看不见的控制字符（{code}），请重新输入",
            f"there is an invisible control character ({code}); type it anew",
        )
    return _KINDS[column.kind](cell, column)


def shown(cell: str, column: Column) -> str:
    """The value as a message may repeat it: a private one only by its length."""
    if column.is_private:
        return f"{len(cell)} 个字"
    return f"“{cell[:SHOWN_CHARACTERS]}”"


def _text(cell: str, column: Column) -> str:
    return " ".join(cell.split())


def _choice(cell: str, column: Column) -> str:
    from .layout import folded

    code = column.words.get(folded(cell))
    if code is None:
        zh = "、".join(text.zh for text in column.said.values())
        en = ", ".join(text.en for text in column.said.values())
        raise WrongError(
            f"{shown(cell, column)}不认识；可以填：{zh}", f"{shown(cell, column)} is not known; right are: {en}"
        )
    return code


def _flag(cell: str, column: Column) -> bool:
    return _choice(cell, column) == "yes"


def _day(cell: str, column: Column) -> dt.date:
    found = _DAY.fullmatch(cell)
    parts = [part for part in found.groups() if part] if found else []
    try:
        if len(parts) == 1:
            return dt.date.fromisoformat(parts[0])
        return dt.date(*(int(part) for part in parts))
    except (ValueError, TypeError):
        raise WrongError(
            "不是一个日期；写作 1958-03-09、1958/3/9 或 1958年3月9日，年月日都要有",
            "not a date; write 1958-03-09 or 1958/3/9, with year, month and day",
        ) from None


def _phone(cell: str, column: Column) -> str:
    try:
        return normal_phone(cell)
    except LinliError as error:
        raise WrongError(error.text.zh, error.text.en) from None


def _share(cell: str, column: Column) -> Fraction:
    found, said = _FRACTION.fullmatch(cell), _SHARE_OF.fullmatch(cell)
    share: Fraction | None = None
    if found and int(found[2]):
        share = Fraction(int(found[1]), int(found[2]))
    elif said and int(said[1]):
        share = Fraction(int(said[2]), int(said[1]))
    elif _NUMBER.fullmatch(cell.rstrip("%％")):
        share = Fraction(cell.rstrip("%％")) / (100 if cell[-1] in "%％" else 1)
    if share is None or not 0 < share <= 1 or share.denominator > 1_000_000:
        raise WrongError(
            f"份额{shown(cell, column)}不对；写作 1/2、50% 或 0.5，大于 0 不超过 1",
            f"the share {shown(cell, column)} is not right; write 1/2, 50% or 0.5, above 0 and at most 1",
        )
    return share


def _number(cell: str, column: Column) -> float:
    bare = cell.replace(",", "").replace("，", "")
    if not _NUMBER.fullmatch(bare):
        raise WrongError(f"{shown(cell, column)}不是数字", f"{shown(cell, column)} is not a number")
    return float(bare)


def _whole(cell: str, column: Column) -> int:
    number = _number(cell, column)
    if number != int(number) or not 0 <= number < 2**31:
        raise WrongError(
            f"{shown(cell, column)}应是 0 以上的整数", f"{shown(cell, column)} must be a whole number from 0"
        )
    return int(number)


def _degrees(cell: str, column: Column) -> float:
    number = _number(cell.rstrip("°EeNn东北经纬度"), column)
    most = 180 if column.id == "lon" else 90
    if not -most <= number <= most:
        raise WrongError(
            f"{shown(cell, column)}应在 -{most} 与 {most} 之间，以度为单位",
            f"{shown(cell, column)} must lie between -{most} and {most} degrees",
        )
    return number


def _identifier(cell: str, column: Column) -> UUID:
    try:
        return UUID(cell)
    except ValueError:
        raise WrongError(
            "登记编号是导出时写的 36 位编号；不知道就留空",
            "a register id is the 36 characters an export writes; leave it empty if unknown",
        ) from None


_KINDS: dict[str, Callable[[str, Column], Any]] = {
    "text": _text, "choice": _choice, "flag": _flag, "day": _day, "phone": _phone, "share": _share, "number": _number,
    "whole": _whole, "degrees": _degrees, "identifier": _identifier,
}  # fmt: skip
