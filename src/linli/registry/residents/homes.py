"""Homes as people write them (3-2-501, 3幢2单元501室, 清河苑3号楼501) found in the register, or told as new in a building it knows."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

_HAN = "零一二三四五六七八九"
_NUMBER = r"[A-Z]?\d{1,5}[A-Z]?|[A-Z]|[一二三四五六七八九十]{1,3}"
_MARK = r"号楼|幢|栋|座|號樓|楼|号"
_BUILDING = re.compile(rf"^(?P<before>.*?)(?P<key>{_NUMBER})\s*(?:{_MARK}|#)?$")
_SPOKEN = re.compile(
    rf"^(?P<before>.*?)(?P<building>{_NUMBER})\s*(?:号楼|幢|栋|座|号|#)\s*(?:(?P<entrance>{_NUMBER})\s*单元)?\s*(?P<unit>[A-Z]?\d{{1,6}}[A-Z]?)\s*(?:室|号|户|房)?$"
)
_DASHES = re.compile(r"\s*[-‐‑–—－~/、]\s*")
_UNIT = re.compile(r"([A-Z]?\d{1,6}[A-Z]?)\s*(?:室|号|户|房)?$")
_NAMED_UNIT = re.compile(r"([一-鿿]{1,8})$")
_ENTRANCE = re.compile(rf"(?P<key>{_NUMBER})\s*(?:单元|门|ENTRANCE)?")


@dataclass(frozen=True, slots=True)
class AskedHome:
    """As written, in normal form: ``3``, ``2``, ``501``; ``entrance`` and ``compound`` may be empty."""

    building: str
    entrance: str
    unit: str
    compound: str = ""

    def __str__(self) -> str:
        return self.compound + "-".join(part for part in (self.building, self.entrance, self.unit) if part)


@dataclass(frozen=True, slots=True)
class NewHome:
    """A home the register does not have yet, in a building that it has."""

    building_id: UUID
    entrance: str
    unit: str


HomeKey = UUID | NewHome


def normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()


@lru_cache(maxsize=8192)
def number_key(text: str) -> str:
    """``03`` and ``3`` are one, ``三`` is 3."""
    plain = normal(text)
    if plain and all(one in _HAN + "十" for one in plain):
        tens, _, ones = plain.rpartition("十")
        if "十" not in plain:
            return str(_HAN.index(plain)) if len(plain) == 1 else plain
        return str((_HAN.index(tens) if tens else 1) * 10 + (_HAN.index(ones) if ones else 0))
    return plain.lstrip("0") or plain


def read_home(
    home: str, *, compound: str = "", building: str = "", entrance: str = "", unit: str = ""
) -> AskedHome | None:
    """From one text, or from columns of their own (which win). None where nothing is written; ``ValueError`` where it cannot be told."""
    if building or unit:
        if not building or not unit:
            raise ValueError("half a home")
        prefix, key = building_key(building)
        return AskedHome(key, entrance_key(entrance) if entrance else "", unit_key(unit), normal(compound) or prefix)
    text = normal(home)
    if not text:
        return None
    spoken = _SPOKEN.match(text)
    if spoken:
        before = normal(compound) or _last_name(spoken["before"])
        return AskedHome(
            number_key(spoken["building"]), number_key(spoken["entrance"] or ""), number_key(spoken["unit"]), before
        )
    parts = [part for part in _DASHES.split(text) if part]
    if len(parts) not in (2, 3):
        raise ValueError("not a home")
    prefix, key = building_key(parts[0])
    inner = entrance_key(parts[1]) if len(parts) == 3 else ""
    return AskedHome(key, inner, unit_key(parts[-1]), normal(compound) or prefix)


@lru_cache(maxsize=4096)
def building_key(name: str) -> tuple[str, str]:
    """What stands before the number of a building (often its compound), and the number; the whole name where there is none."""
    found = _BUILDING.match(normal(name))
    return (_last_name(found["before"]), number_key(found["key"])) if found else ("", normal(name))


def entrance_key(name: str) -> str:
    found = _ENTRANCE.match(normal(name))
    return number_key(found["key"]) if found else normal(name)


def unit_key(name: str) -> str:
    """The number of a room, or its name where it has none (门卫室). ``ValueError`` for anything else."""
    found = _UNIT.search(normal(name)) or _NAMED_UNIT.fullmatch(normal(name))
    if not found:
        raise ValueError("not a room")
    return number_key(found[1])


def _last_name(before: str) -> str:
    """The words just before a number: of "示例路8号清河苑" only 清河苑, since a street number may stand before."""
    return re.split(r"[\d\s号路街巷弄]+", before.strip())[-1]


@dataclass(frozen=True, slots=True)
class Building:
    id: UUID
    name: str
    key: str
    compound: str


class NoHomeError(Exception):
    """Why a home is not found: what was asked, and what would be right."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(slots=True)
class HomeIndex:
    """Every building and home of a community by how people write them."""

    buildings: dict[str, list[Building]] = field(default_factory=lambda: defaultdict(list))
    units: dict[tuple[UUID, str], dict[str, list[UUID]]] = field(default_factory=dict)
    entrances: dict[UUID, dict[str, UUID]] = field(default_factory=lambda: defaultdict(dict))

    def add_building(self, id: UUID, name: str, compound: str) -> None:
        before, key = building_key(name)
        self.buildings[key].append(Building(id, name, key, normal(compound) or before))

    def add_entrance(self, id: UUID, building_id: UUID, name: str) -> None:
        self.entrances[building_id][entrance_key(name)] = id

    def add_unit(self, id: UUID, building_id: UUID, name: str, entrance: str) -> None:
        """``entrance`` is the name of the entrance it lies in; where it lies in none, its own name may tell."""
        inside = re.search(rf"({_NUMBER})单元", normal(name))
        key = entrance_key(entrance) if entrance else number_key(inside[1]) if inside else ""
        try:
            unit = unit_key(name)
        except ValueError:
            return
        self.units.setdefault((building_id, unit), {}).setdefault(key, []).append(id)

    def find(self, asked: AskedHome) -> HomeKey:
        """The home, or a :class:`NewHome` in a known building. Raises :class:`NoHomeError`."""
        building = self._building(asked)
        known = self.units.get((building.id, asked.unit), {})
        if asked.entrance:
            found = known.get(asked.entrance) or (known.get("") if not self.entrances.get(building.id) else None)
        else:
            found = [id for ids in known.values() for id in ids]
            if not found and self.entrances.get(building.id):
                inside = "、".join(sorted(self.entrances[building.id]))
                raise NoHomeError(
                    f"{building.name}分单元（{inside}），请写明单元，如 {asked.building}-1-{asked.unit}",
                    f"{building.name} has entrances ({inside}); name one, as {asked.building}-1-{asked.unit}",
                )
        if found and len(found) > 1:
            raise NoHomeError(
                f"{building.name}里有 {len(found)} 套“{asked.unit}”，请写明单元",
                f"{building.name} has {len(found)} rooms {asked.unit}; name the entrance",
            )
        return found[0] if found else NewHome(building.id, asked.entrance, asked.unit)

    def _building(self, asked: AskedHome) -> Building:
        found = self.buildings.get(asked.building, [])
        if asked.compound:
            inside = [
                one
                for one in found
                if one.compound and (one.compound in asked.compound or asked.compound in one.compound)
            ]
            found = inside or [one for one in found if not one.compound]
        if not found:
            known = _listed(one.name for ones in self.buildings.values() for one in ones)
            raise NoHomeError(
                f"册子里没有“{str(asked)[:40]}”的楼；有：{known}",
                f"the register has no building for {str(asked)[:40]!r}; it has: {known}",
            )
        if len(found) > 1:
            known = _listed(f"{one.compound}（{one.name}）" for one in found)
            raise NoHomeError(
                f"有 {len(found)} 栋楼叫“{asked.building}”，请写明小区：{known}",
                f"{len(found)} buildings are called {asked.building!r}; name the compound: {known}",
            )
        return found[0]


def _listed(names: Iterable[str], most: int = 8) -> str:
    known = sorted(set(names), key=lambda name: (len(name), name))
    return "、".join(known[:most]) + ("…" if len(known) > most else "") if known else "—"
