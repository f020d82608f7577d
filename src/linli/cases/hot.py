"""What is hot in a community: kinds, places, kinds at places and words of which more came lately than before, by ``engines.triage.find_hot``.

Places are those everybody may know: grid, compound, building. Who reports the same kind at the same place twice on a day counts once: a topic is made by
people, not by one who telephones often.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from linli.engines.triage import Hot, HotWord, find_hot, find_hot_words
from linli.kernel.clock import local_day
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.db import acting
from linli.registry import queries as registry
from linli.registry.models import Place

from . import queries
from .models import Case, Said
from .rules.types import case_types, cases_policy

SHOWN_KINDS = ("grid", "compound", "building")
DAY_S = 86_400
FloatArray = npt.NDArray[np.float64]
Key = tuple[str, UUID | None]
"""A kind ("" for any) and a place (None: the whole community)."""


@dataclass(frozen=True, slots=True)
class Topic:
    """``case_ids``: those of its window, newest first. ``weeks``: how many came in each seven days, the last one last."""

    key: str
    title: Text
    hot: Hot
    case_ids: tuple[UUID, ...]
    weeks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Word:
    word: str
    hot: Hot
    case_ids: tuple[UUID, ...]


def find_topics(community_id: UUID, *, now: dt.datetime) -> list[Topic]:
    """Surest first. Of topics made of the same cases the narrowest is told. As a machine: totals, for who may see rates."""
    reach = reach_of(community_id, now=now)
    if reach is None:
        return []
    with acting(queries.MACHINE):
        rows = _voices(_rows(community_id, now, reach))
        kinds = dict(
            Place.objects.filter(pk__in={one for row in rows for one in row["place__path"]}).values_list("pk", "kind")
        )
    keys: dict[Key, int] = {}
    cell, case = [], []
    for number, row in enumerate(rows):
        places = [None, *(one for one in row["place__path"] if kinds.get(one) in SHOWN_KINDS)]
        for key in [(kind, place) for place in places for kind in ("", row["type_id"]) if kind or place]:
            cell.append(keys.setdefault(key, len(keys)))
            case.append(number)
    ages = _ages(rows, now)
    which = np.asarray(case, np.int64)
    found = find_hot(np.asarray(cell, np.int64), ages[which], **_asked(reach))
    by_cell = {one.cell: one for one in found}
    members: dict[int, list[int]] = {one: [] for one in by_cell}
    for at, number in zip(cell, case, strict=True):
        if at in members:
            members[at].append(number)
    return _told(list(keys), found, members, rows, ages, n_weeks=-(-reach.days // 7))


def find_words(actor: Actor, community_id: UUID, *, now: dt.datetime) -> list[Word]:
    """Words that more reports say lately: of those the actor sees at work; not of sealed reporters, not erased ones."""
    reach = reach_of(community_id, now=now)
    if reach is None:
        return []
    rows = _voices(_rows(community_id, now, reach, seen_by=actor))
    bodies = dict(
        Said.objects.filter(
            case__in=[row["pk"] for row in rows], kind=Said.Kind.REPORT, erased_at=None, case__is_sealed=False
        ).values_list("case_id", "body")
    )
    told = [row for row in rows if bodies.get(row["pk"])]
    found: list[HotWord] = find_hot_words([bodies[row["pk"]] for row in told], _ages(told, now), **_asked(reach))
    return [Word(one.word, one.hot, tuple(told[at]["pk"] for at in one.texts)) for one in found]


@dataclass(frozen=True, slots=True)
class Reach:
    """What is held against what: windows that have at least as many days before them, and how many days before count."""

    windows_days: tuple[int, ...]
    before_days: int

    @property
    def days(self) -> int:
        return self.before_days + max(self.windows_days)


def reach_of(community_id: UUID, *, now: dt.datetime) -> Reach | None:
    """As far back as the policy says, not farther than the community's first case: days before there was a platform are no quiet days. None where
    even the shortest window has too little before it."""
    policy = cases_policy()
    with acting(queries.MACHINE):
        first = (
            Case.objects.filter(community_id=community_id).order_by("received_at").values_list("received_at").first()
        )
    days = int((now - first[0]).total_seconds() // DAY_S) if first else 0
    windows = tuple(one for one in policy.hot_windows_days if days >= 2 * one)
    return Reach(windows, min(policy.hot_before_days, days - max(windows))) if windows else None


def _asked(reach: Reach) -> dict[str, Any]:
    policy = cases_policy()
    return {
        "windows_days": reach.windows_days,
        "before_days": reach.before_days,
        "false_share": policy.hot_false_share,
        "least": policy.hot_least,
    }


def _rows(community_id: UUID, now: dt.datetime, reach: Reach, *, seen_by: Actor | None = None) -> list[dict[str, Any]]:
    since = now - dt.timedelta(days=reach.days)
    rows = Case.objects.filter(community_id=community_id, received_at__gt=since, received_at__lte=now)
    if seen_by is not None:
        rows = rows.filter(queries.at_work(seen_by))
    columns = ("pk", "type_id", "received_at", "place_id", "place__path", "person_id", "reporter_index")
    return list(rows.order_by("-received_at").values(*columns))


def _voices(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Once a person, kind, place and day; whom nobody knows counts each time."""
    heard: set[tuple[Any, ...]] = set()
    kept = []
    for row in rows:
        who = row["person_id"] or bytes(row["reporter_index"] or b"")
        said = (who, row["type_id"], row["place_id"], local_day(row["received_at"]))
        if not who or said not in heard:
            heard.add(said)
            kept.append(row)
    return kept


def _ages(rows: Sequence[dict[str, Any]], now: dt.datetime) -> FloatArray:
    return np.array([(now - row["received_at"]).total_seconds() / DAY_S for row in rows], np.float64)


def _told(
    keys: list[Key],
    found: list[Hot],
    members: dict[int, list[int]],
    rows: list[dict[str, Any]],
    ages: FloatArray,
    *,
    n_weeks: int,
) -> list[Topic]:
    names = _names({place for one in found if (place := keys[one.cell][1])})
    narrow: dict[frozenset[int], Hot] = {}
    for one in found:
        lately = frozenset(number for number in members[one.cell] if ages[number] < one.window_days)
        known = narrow.get(lately)
        if known is None or _narrowness(keys[one.cell], rows, lately) > _narrowness(keys[known.cell], rows, lately):
            narrow[lately] = one
    topics = []
    for lately, one in narrow.items():
        kind, place = keys[one.cell]
        title = _title(kind, names.get(place) if place else None)
        if title is None:
            continue
        week = (ages[members[one.cell]] // 7).astype(int)
        weeks = tuple(int((week == n).sum()) for n in reversed(range(n_weeks)))
        ids = tuple(rows[number]["pk"] for number in sorted(lately))
        topics.append(Topic(f"{kind}:{place or ''}", title, one, ids, weeks))
    return sorted(topics, key=lambda topic: (topic.hot.p, -topic.hot.n))


def _narrowness(key: Key, rows: list[dict[str, Any]], cases: frozenset[int]) -> tuple[bool, int]:
    path = rows[next(iter(cases))]["place__path"]
    return bool(key[0]), path.index(key[1]) + 1 if key[1] in path else 0


def _names(places: set[UUID]) -> dict[UUID, Text]:
    with acting(queries.MACHINE):
        rows = registry.list_places_in_compounds(queries.MACHINE).filter(place_id__in=places)
        return {row.place_id: registry.name_in_compound(row) for row in rows}


def _title(kind: str, place: Text | None) -> Text | None:
    known = case_types().get(kind)
    if kind and known is None:
        return None
    if known is None:
        return Text(f"{place.zh}：各种事", f"{place.en}: of all kinds") if place else None
    return Text(f"{known.title.zh} · {place.zh}", f"{known.title.en} · {place.en}") if place else known.title
