"""Asking, answering, reporting, hiding, taking back."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction

from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.kernel.ids import uuid7
from linli.platform.actors import Actor
from linli.platform.inbox import tell_accounts
from linli.platform.notes import erase_note, write_note
from linli.platform.ports import ports

from . import events
from .kinds import REMARK, ThreadKind, find_kind, find_remark_kind, may_use, note_name
from .rules import CLOSED, check_pace, check_reason, check_words
from .tables import Comment, CommentReport

ANSWERED = "platform.comment_answered"


def ask(kind: str, holder_id: UUID, text: str, *, actor: Actor, now: dt.datetime) -> Comment:
    """A question about a thing one may see; everybody else who sees the thing sees it, without a name."""
    thread = find_kind(kind)
    if not thread.may_see(actor, holder_id):
        raise NotFoundError
    community_id = thread.community(holder_id)
    if community_id is None or community_id not in actor.scope:
        raise LinliError(CLOSED)
    words = check_words(text)
    check_pace(_account(actor), now=now)
    return _write(thread, holder_id, words, community_id=community_id, parent=None, actor=actor, now=now)


def answer(comment_id: UUID, text: str, *, actor: Actor, now: dt.datetime) -> Comment:
    """The office answers a question; whoever asked finds it in their inbox."""
    question, thread = find_comment(comment_id, actor=actor)
    if question.parent_id is not None:
        raise NotFoundError
    _require_answering(thread, question, actor)
    words = check_words(text)
    row = _write(thread, question.holder_id, words, community_id=question.community_id, parent=question, actor=actor, now=now)  # fmt: skip
    return row


def _write(
    thread: ThreadKind,
    holder_id: UUID,
    words: str,
    *,
    community_id: UUID,
    parent: Comment | None,
    actor: Actor,
    now: dt.datetime,
) -> Comment:
    person_id = None if parent else actor.person_id
    note_id = write_note(
        words, kind=note_name(thread.name), holder_id=holder_id, community_id=community_id, persons=[person_id], actor=actor, now=now
    )  # fmt: skip
    assert note_id is not None, "empty words were refused"
    row = Comment.objects.create(
        id=uuid7(), community_id=community_id, kind=thread.name, holder_id=holder_id, parent=parent, note_id=note_id,
        account_id=_account(actor), person_id=person_id, at=now,
    )  # fmt: skip
    fact = events.CommentWritten(community_id, row.pk, thread.name, holder_id, parent.pk if parent else None)
    fact_id = ports.audit.append(fact, actor=actor)
    if parent is not None and parent.person_id is not None:
        tell_accounts([parent.person_id], kind=ANSWERED, subject_id=parent.pk, community_id=community_id, cause_id=fact_id, at=now)  # fmt: skip
    return row


def report(comment_id: UUID, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Say that a comment is out of place; once each, said again it changes nothing."""
    row, _ = find_comment(comment_id, actor=actor)
    check_reason(reason)
    try:
        with transaction.atomic():
            CommentReport.objects.create(
                comment=row, community_id=row.community_id, account_id=_account(actor), reason=reason, at=now
            )
    except IntegrityError:
        return
    ports.audit.append(events.CommentReported(row.community_id, row.pk, reason), actor=actor)


def hide(comment_id: UUID, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Take a comment out of sight; that something was there, and why it is hidden, stays to be seen. ``reason`` empty shows it again."""
    row, thread = find_comment(comment_id, actor=actor, lock=True)
    _require_answering(thread, row, actor)
    if reason:
        check_reason(reason)
        row.hidden_at, row.hidden_by, row.hidden_because = now, _account(actor), reason
    else:
        row.hidden_at, row.hidden_by, row.hidden_because = None, None, ""
    row.save(update_fields=["hidden_at", "hidden_by", "hidden_because"])
    ports.audit.append(events.CommentHidden(row.community_id, row.pk, reason), actor=actor)


def take_back(comment_id: UUID, *, actor: Actor, now: dt.datetime) -> None:
    """The writer's own question, answer or remark: its words are erased. Done twice, it does nothing."""
    row = Comment.objects.select_for_update().filter(pk=comment_id, account_id=_account(actor)).first()
    if row is None or not may_see(row, actor):
        raise NotFoundError
    if row.taken_back_at is not None:
        return
    row.taken_back_at = now
    row.save(update_fields=["taken_back_at"])
    erase_note(row.note_id, kind=note_name(row.kind), holder_id=row.holder_id)
    ports.audit.append(events.CommentTakenBack(row.community_id, row.pk), actor=actor)


def find_comment(comment_id: UUID, *, actor: Actor, lock: bool = False) -> tuple[Comment, ThreadKind]:
    """A question or an answer under a thing the actor may see; NotFoundError for any other."""
    rows = Comment.objects.filter(pk=comment_id)
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None or row.kind.startswith(REMARK) or not may_see(row, actor):
        raise NotFoundError
    return row, find_kind(row.kind)


def may_see(row: Comment, actor: Actor) -> bool:
    """Whether what is written there is the actor's to see: a question's thing, or a thing staff write remarks on."""
    if row.kind.startswith(REMARK):
        return may_use(find_remark_kind(row.kind), actor, row.holder_id)
    return find_kind(row.kind).may_see(actor, row.holder_id)


def _require_answering(thread: ThreadKind, row: Comment, actor: Actor) -> None:
    if not thread.may_answer(actor, row.holder_id):
        raise NotAllowedError("comments.answer")


def _account(actor: Actor) -> UUID:
    if actor.account_id is None:
        raise NotAllowedError("comments")
    return actor.account_id
