"""Which places a message names: against a gazetteer given by the caller, and buildings, units and rooms as people write them.

"3号楼2单元501", "三栋二单元五零一室" and "Ａ座１２层" say the same in many ways: width, traditional forms and Chinese numerals are brought to one form on both sides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ._hans import SIMPLIFIED, TRADITIONAL

_SIMPLE = dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMERAL = re.compile("[零〇一二两三四五六七八九十百]+")
_LEAST_CHARS = 2
READ_CHARS = 20_000
_HOME = re.compile(
    r"(?P<building>[0-9]{1,4}|[a-z])(?:号楼|#楼|栋|幢|座|#|号院)(?:[^0-9a-z]{0,1}(?P<unit>[0-9]{1,2})(?:单元|门))?(?:[^0-9a-z]{0,1}(?P<room>[0-9]{3,4})(?:室|房|号)?(?![0-9]))?"
)


@dataclass(frozen=True, slots=True)
class PlaceNamed:
    """``ids``: all places of that name, in the gazetteer's order. ``[begin, end)`` are characters of the message as it was given."""

    ids: tuple[str, ...]
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class HomeNamed:
    """A building, perhaps its unit and room, as plain digits or a capital letter; the caller knows the estate."""

    building: str
    unit: str | None
    room: str | None
    begin: int
    end: int


class Gazetteer:
    """``names[place id]``: the names a place goes by. Names of one character are passed over; the longest name wins where several begin."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._ids: dict[str, tuple[str, ...]] = {}
        for place, given in names.items():
            for name in given:
                plain = _plain(name)[0]
                if len(plain) >= _LEAST_CHARS and place not in self._ids.get(plain, ()):
                    self._ids[plain] = (*self._ids.get(plain, ()), place)
        self._lengths: dict[str, list[int]] = {}
        for plain in self._ids:
            lengths = self._lengths.setdefault(plain[:_LEAST_CHARS], [])
            if len(plain) not in lengths:
                lengths.append(len(plain))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def find(self, text: str) -> list[PlaceNamed]:
        """In order of appearance, none overlapping. A name beginning with a number does not begin inside a longer number."""
        plain, origin = _plain(text[:READ_CHARS])
        found: list[PlaceNamed] = []
        at = 0
        while at < len(plain) - 1:
            inside = plain[at].isdigit() and at > 0 and plain[at - 1].isdigit()
            lengths = () if inside else self._lengths.get(plain[at : at + _LEAST_CHARS], ())
            length = next((n for n in lengths if plain[at : at + n] in self._ids), 0)
            if length:
                found.append(PlaceNamed(self._ids[plain[at : at + length]], origin[at], origin[at + length - 1] + 1))
            at += max(1, length)
        return found


def find_homes(text: str) -> list[HomeNamed]:
    """Buildings with unit and room, in order of appearance."""
    plain, origin = _plain(text[:READ_CHARS])
    return [
        HomeNamed(
            found["building"].upper(), found["unit"], found["room"], origin[found.start()], origin[found.end() - 1] + 1
        )
        for found in _HOME.finditer(plain)
        if not (found.start() and plain[found.start() - 1].isdigit() and found["building"].isdigit())
    ]


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in usual forms without blanks, numerals as digits; and for each character the one it came from."""
    chars: list[str] = []
    origin: list[int] = []
    for at, raw in enumerate(text):
        for char in unicodedata.normalize("NFKC", raw).lower():
            if not char.isspace():
                chars.append(_SIMPLE.get(char, char))
                origin.append(at)
    joined = "".join(chars)
    out: list[str] = []
    from_: list[int] = []
    last = 0
    for found in _NUMERAL.finditer(joined):
        out.append(joined[last : found.start()])
        from_ += origin[last : found.start()]
        digits = number_of(found[0])
        out.append(digits)
        # a numeral's characters are spread over its digits, so that both ends are right
        n = len(found[0])
        from_ += [origin[found.start() + min(n - 1, i * n // len(digits))] for i in range(len(digits) - 1)]
        from_.append(origin[found.end() - 1])
        last = found.end()
    out.append(joined[last:])
    return "".join(out), from_ + origin[last:]


def number_of(numeral: str) -> str:
    """Digits of a Chinese numeral up to 999: 十二 is 12, 一百零三 is 103, read out one by one 五零一 is 501."""
    if not set(numeral) & {"十", "百"}:
        return "".join(str(_DIGITS[char]) for char in numeral)
    total, digit = 0, None
    for char in numeral:
        if char in "十百":
            total += (1 if digit is None else digit) * (10 if char == "十" else 100)
            digit = None
        else:
            digit = _DIGITS[char]
    return str(total + (digit or 0))
