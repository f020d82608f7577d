"""Homes as people write them: ``3-2-501``, ``3号楼2单元501室``, ``三栋501``, ``501``; and the numbers in registered names."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMERALS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_N = rf"(?:[0-9]+[a-z]?|[a-z](?![a-z])[0-9]*|[零〇一二两三四五六七八九十百]+|[{_STEMS}])"
_BUILDING = r"(?:号楼|号院|幢|栋|座|楼|#楼|#|号)"
_ENTRANCE = r"(?:单元|门栋|门|梯)"
_HOME = r"(?:室|户|房|号房|号)?"
_WRITTEN = re.compile(
    rf"(?P<outer>\D*?)(?:(?P<building>{_N}){_BUILDING})?[-,]?(?:(?P<entrance>{_N}){_ENTRANCE})?[-,]?(?:(?P<room>{_N}){_HOME})?"
)
_SHORT = re.compile(rf"(?P<outer>[^0-9a-z]*?)(?P<numbers>{_N}(?:[-—–_/]{_N}){{1,2}}){_HOME}")
_NAMED_BUILDING = re.compile(rf"(?P<n>{_N}){_BUILDING}")
_NAMED_ENTRANCE = re.compile(rf"(?P<n>{_N}){_ENTRANCE}")
_NAMED_ROOM = re.compile(rf"(?P<n>{_N}){_HOME}$")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Address:
    """The numbers of a written address, each "" where it is not said. ``outer`` is what stands before them: a compound's name."""

    outer: str = ""
    building: str = ""
    entrance: str = ""
    room: str = ""


def read_address(text: str) -> Address | None:
    """``text`` (small letters, no spaces) as an address, None where it is none.

    Two numbers are building and home, three building, entrance and home; a number alone is a home's.
    """
    if not text or len(text) > _LONGEST:
        return None
    short = _SHORT.fullmatch(text)
    if short:
        numbers = [plain_number(one) for one in re.split(r"[-—–_/]", short["numbers"])]
        building, entrance, room = numbers if len(numbers) == 3 else (numbers[0], "", numbers[1])
        return Address(short["outer"], building, entrance, room)
    full = _WRITTEN.fullmatch(text)
    if not full or not any(full[name] for name in ("building", "entrance", "room")):
        return None
    outer = full["outer"]
    if outer and not (full["building"] or full["entrance"]):
        return None  # 三村501 has no number of a building: two words, not an address
    return Address(outer, *(plain_number(full[name] or "") for name in ("building", "entrance", "room")))


def numbers_of(kind: str, name: str) -> dict[str, str]:
    """The numbers in the registered name of a ``building``, ``entrance`` or ``unit``: ``1幢2单元501`` → building 1, entrance 2, room 501."""
    text = name.casefold().replace(" ", "")
    patterns = {"building": _NAMED_BUILDING, "entrance": _NAMED_ENTRANCE, "room": _NAMED_ROOM}
    wanted = {"building": ("building",), "entrance": ("building", "entrance"), "unit": tuple(patterns)}.get(kind, ())
    found = {}
    for part in wanted:
        hits = list(patterns[part].finditer(text))
        if hits:
            found[part] = plain_number(hits[-1]["n"])
    return found


def plain_number(written: str) -> str:
    """``十二`` → ``12``, ``03`` → ``3``; letters and stems stay."""
    if written.isdecimal():
        return str(int(written))
    if not written or any(character not in _NUMERALS and character not in "十百" for character in written):
        return written
    if "十" not in written and "百" not in written:
        return str(int("".join(str(_NUMERALS[character]) for character in written)))
    total, digit = 0, 0
    for character in written:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _NUMERALS[character]
    return str(total + digit)
