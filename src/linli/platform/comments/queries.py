"""A thread as somebody reads it, and what waits for the office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.notes import read_notes

from .kinds import REMARK, find_kind
from .rules import limits
from .tables import Comment

MOST = 100
ANSWER = "comments.answer"


@dataclass(slots=True)
class Line:
    """``words`` empty: hidden (with ``hidden_because``), taken back, or erased. ``account_id`` only for who answers."""

    id: UUID
    at: dt.datetime
    words: str
    is_mine: bool
    is_answer: bool
    is_hidden: bool
    is_gone: bool
    hidden_because: Text | None
    n_reports: int
    account_id: UUID | None
    who: str = ""
    answers: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Thread:
    kind: str
    holder_id: UUID
    lines: list[Line]
    may_ask: bool
    may_answer: bool
    most_characters: int
    reasons: list[tuple[str, Text]]


def thread(kind: str, holder_id: UUID, *, actor: Actor) -> Thread | None:
    """Oldest question first, each with its answers; None where the thing is not the actor's to see."""
    one = find_kind(kind)
    if not one.may_see(actor, holder_id):
        return None
    may_answer = one.may_answer(actor, holder_id)
    rows = list(
        Comment.objects.filter(kind=kind, holder_id=holder_id)
        .annotate(n_reports=Count("reports"))
        .order_by("at")[:MOST]
    )
    lines = _lines(rows, actor, may_answer)
    community_id = one.community(holder_id)
    is_open = community_id is not None and actor.account_id is not None and community_id in actor.scope
    known = limits()
    return Thread(kind, holder_id, lines, is_open, may_answer, known.most_characters, list(known.reasons.items()))


def all_lines(found: Thread) -> Iterator[Line]:
    for line in found.lines:
        yield line
        yield from line.answers


def put_names(found: Thread, names: Mapping[UUID, str]) -> None:
    """For who answers: the names of those who wrote, by account."""
    for line in all_lines(found):
        line.who = names.get(line.account_id, "") if line.account_id else ""


def _lines(rows: Sequence[Comment], actor: Actor, may_answer: bool) -> list[Line]:
    shown = [row for row in rows if may_answer or not row.hidden_at or row.account_id == actor.account_id]
    words = read_notes([row.note_id for row in shown], actor=actor)
    lines = {row.pk: _line(row, words.get(row.note_id, ""), actor, may_answer) for row in rows}
    for row in rows:
        if row.parent_id in lines:
            lines[row.parent_id].answers.append(lines[row.pk])
    return [lines[row.pk] for row in rows if row.parent_id is None]


def _line(row: Comment, words: str, actor: Actor, may_answer: bool) -> Line:
    because = limits().reasons.get(row.hidden_because) if row.hidden_at else None
    return Line(
        row.pk, row.at, words, row.account_id == actor.account_id, row.parent_id is not None, row.hidden_at is not None,
        not words and not row.hidden_at, because, getattr(row, "n_reports", 0), row.account_id if may_answer else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question without an answer, or a comment that was reported, with the thing it stands under."""

    line: Line
    name: Text
    url: str
    kind: Text


def waiting(actor: Actor, *, community_id: UUID) -> list[Waiting]:
    """What the actor may answer and nobody has, and what was reported and not hidden: the reported first, then the oldest."""
    answered = Comment.objects.filter(parent=OuterRef("pk"), hidden_at=None)
    rows = Comment.objects.filter(community_id=community_id, hidden_at=None, taken_back_at=None)
    rows = rows.exclude(kind__startswith=REMARK)
    rows = rows.annotate(n_reports=Count("reports"), is_answered=Exists(answered))
    rows = rows.filter(Q(n_reports__gt=0) | Q(parent=None, is_answered=False)).order_by("-n_reports", "at")[:MOST]
    found = []
    for row in rows:
        kind = find_kind(row.kind)
        name = kind.name_of(actor, row.holder_id)
        if name is None or not kind.may_answer(actor, row.holder_id):
            continue
        words = read_notes([row.note_id], actor=actor).get(row.note_id, "")
        if words:
            found.append(Waiting(_line(row, words, actor, True), name, kind.url(actor, row.holder_id), kind.title))
    return found
