"""Remarks of staff on a thing: written by whoever may see it there, read by the same, pointed out to colleagues who may see it, too.

A mention is a colleague chosen, or ``@`` and their whole name or sign-in name in the words. What a remark says of a person is that person's
to have in their copy, which the page says before one writes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.ids import uuid7
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.db import acting
from linli.platform.inbox.entries import tell_these
from linli.platform.inbox.kinds import Shown
from linli.platform.models import Account
from linli.platform.notes import read_notes, write_note
from linli.platform.ports import ports

from . import events
from .commands import may_see
from .kinds import REMARK, Colleague, RemarkKind, find_remark_kind, may_use, note_name, stored_name
from .rules import check_words, limits
from .tables import Comment

MENTIONED = "platform.mentioned"
MOST = 100
_AT = re.compile(r"[@＠]([\w.-]{1,80})")
CANNOT_SEE = define(
    "platform.mention_cannot_see",
    zh="{who} 看不到这里，提到了也打不开；请换一位同事，或当面说",
    en="{who} cannot see this and could not open it; choose another colleague, or tell them in person",
    status=422,
)


@dataclass(frozen=True, slots=True)
class Remark:
    """``words`` empty: taken back or erased."""

    id: UUID
    at: dt.datetime
    who: str
    words: str
    is_mine: bool
    mentions: list[str]


@dataclass(frozen=True, slots=True)
class Remarks:
    kind: str
    holder_id: UUID
    lines: list[Remark]
    colleagues: list[Colleague]
    most_characters: int
    is_about_somebody: bool


def remarks(kind: str, holder_id: UUID, *, actor: Actor) -> Remarks | None:
    """The newest hundred, oldest first, for a page of the thing; None where they are not the actor's to read."""
    one = find_remark_kind(kind)
    community_id = one.community(holder_id)
    if community_id is None or not may_use(one, actor, holder_id):
        return None
    rows = list(Comment.objects.filter(kind=stored_name(kind), holder_id=holder_id).order_by("-at")[:MOST])[::-1]
    words = read_notes([row.note_id for row in rows], actor=actor)
    names = _names({row.account_id for row in rows} | {one for row in rows for one in row.mentions})
    lines = [
        Remark(
            row.pk, row.at, names.get(row.account_id, ""), words.get(row.note_id, ""), row.account_id == actor.account_id,
            [names[one] for one in row.mentions if one in names],
        )
        for row in rows
    ]  # fmt: skip
    others = [who for who in one.colleagues(community_id) if who.account_id != actor.account_id]
    return Remarks(kind, holder_id, lines, others, limits().most_characters, bool(one.about(holder_id)))


def remark(
    kind: str, holder_id: UUID, text: str, *, mentions: Iterable[UUID] = (), actor: Actor, now: dt.datetime
) -> Comment:
    """Write one. A colleague who may not see the thing is not mentioned: the whole remark is refused, naming them."""
    one = find_remark_kind(kind)
    community_id = one.community(holder_id)
    if actor.account_id is None or community_id is None or not may_use(one, actor, holder_id):
        raise NotFoundError
    words = check_words(text)
    named = _mentioned(one, holder_id, words, set(mentions), community_id, writer=actor.account_id)
    note_id = write_note(
        words, kind=note_name(stored_name(kind)), holder_id=holder_id, community_id=community_id, persons=one.about(holder_id), actor=actor, now=now
    )  # fmt: skip
    assert note_id is not None, "empty words were refused"
    row = Comment.objects.create(
        id=uuid7(), community_id=community_id, kind=stored_name(kind), holder_id=holder_id, note_id=note_id, account_id=actor.account_id,
        mentions=sorted(named), at=now,
    )  # fmt: skip
    fact = events.RemarkWritten(community_id, row.pk, kind, holder_id, len(named))
    fact_id = ports.audit.append(fact, actor=actor)
    tell_these(named, kind=MENTIONED, subject_id=row.pk, community_id=community_id, cause_id=fact_id, at=now)
    return row


def _mentioned(
    kind: RemarkKind, holder_id: UUID, words: str, chosen: set[UUID], community_id: UUID, *, writer: UUID
) -> set[UUID]:
    """Those chosen and those named by ``@``: of the colleagues here only, and only who may see the thing."""
    here = kind.colleagues(community_id)
    said = {name.casefold() for name in _AT.findall(words)}
    wanted = {
        who.account_id: who.name
        for who in here
        if who.account_id in chosen or {who.name.casefold(), who.username.casefold()} & said
    }
    wanted.pop(writer, None)
    for account_id, name in wanted.items():
        if not _may_see(kind, holder_id, account_id):
            raise LinliError(CANNOT_SEE, who=name)
    return set(wanted)


def _may_see(kind: RemarkKind, holder_id: UUID, account_id: UUID) -> bool:
    from linli.platform.web.middleware import actor_of_account  # which imports what this package is built on

    other = actor_of_account(account_id)
    with acting(other):
        return may_use(kind, other, holder_id)


def describe_mention(actor: Actor, remark_id: UUID) -> Shown | None:
    """For the inbox of whom it mentions. The thing is not named: digests leave the house."""
    row = Comment.objects.filter(pk=remark_id).first()
    if row is None or row.taken_back_at is not None or not may_see(row, actor):
        return None
    kind = find_remark_kind(row.kind)
    who = _names([row.account_id]).get(row.account_id, "")
    return Shown(
        Text(f"{who}在{kind.title.zh}里提到了您", f"{who} mentioned you in {kind.title.en.lower()}"), f"{kind.url(row.holder_id)}#remarks"
    )  # fmt: skip


def _names(accounts: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Account.objects.filter(pk__in=list(accounts)).values_list("pk", "shown_name"))


def forget_about(person_id: UUID) -> int:
    """Remarks on a person go with their erasure, rows and all; their words are emptied as notes. How many."""
    n, _ = Comment.objects.filter(kind__startswith=REMARK, holder_id=person_id).delete()
    return n
