"""The acts that all nouns share: register, change, correct, end. Each noun's own file says what is right for it.

Order in every command: find what the actor may see → require the right at that place → check what is said → write → append the fact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from linli.journal import append
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.actors import Actor

from .. import dating
from ..dated import Dated
from ..models import Place
from ..models.base import Identity
from ..nouns import Noun
from ..rules.periods import Period
from ..rules.places import NO_SUCH_FIELD
from ..rules.rights import require_at

NO_REASON = define("registry.no_reason", zh="更正要写明原因", en="A correction needs a reason", status=422)
NOTHING_DIFFERENT = define(
    "registry.nothing_different", zh="没有任何改动", en="Nothing is different from what stands there", status=409
)

Content = dict[str, Any]
Check = Callable[[Content], Content]
"""Takes what a record would say (all columns), gives what it shall say, or raises."""


def seen(noun: Noun, actor: Actor, subject_id: UUID) -> Identity:
    """The identity, if the actor may see it."""
    found = noun.identity.objects.filter(noun.sees(actor), pk=subject_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFoundError
    return found  # type: ignore[no-any-return]


def path_of(place_id: UUID | None, community_id: UUID | None) -> Sequence[UUID]:
    """The places a right may be held on: those holding ``place_id``, or the community alone."""
    if place_id is not None:
        place = Place.objects.filter(pk=place_id).first()
        if place is None:
            raise NotFoundError
        return list(place.path)
    return [community_id] if community_id else []


def register(
    noun: Noun,
    content: Content,
    *,
    actor: Actor,
    community_id: UUID | None,
    on: dt.date,
    synthetic: bool,
    **identity: Any,
) -> Dated:
    """A new identity with its first record from ``on``, and the fact. Rights and content are checked by the caller."""
    identity_kind: Any = noun.identity
    subject = identity_kind(community_id=community_id, synthetic=synthetic, **identity)
    subject.save(force_insert=True)
    record = dating.begin(noun.record, subject, Period(on), content | {"community_id": community_id})
    append(noun.registered(community_id, subject.pk, record.id, on, synthetic), actor=actor)
    return record


def change(
    noun: Noun,
    subject_id: UUID,
    changes: Mapping[str, Any],
    *,
    actor: Actor,
    on: dt.date,
    check: Check,
    where: Callable[[Dated], UUID | None] | None = None,
) -> Dated:
    """From ``on`` what is said of the subject is otherwise. ``where`` names the place a right is looked for at."""
    subject = seen(noun, actor, subject_id)
    row = dating.in_force_row(noun.record, subject.pk, on)
    _require(noun, actor, row, where)
    content = check(_told(noun, row, changes))
    fields = dating.differing(row, content)
    if not fields:
        raise LinliError(NOTHING_DIFFERENT)
    after = dating.change(row, on, content)
    community_id = after.community_id  # type: ignore[attr-defined]
    append(noun.changed(community_id, subject.pk, after.id, on, fields), actor=actor)
    return after


def correct(
    noun: Noun,
    record_id: UUID,
    changes: Mapping[str, Any],
    *,
    actor: Actor,
    because: str,
    check: Check,
    period: Period | None = None,
    where: Callable[[Dated], UUID | None] | None = None,
) -> Dated:
    """The record was wrong from the start: it is taken back and said anew for the same period, or for ``period``."""
    if not because.strip():
        raise LinliError(NO_REASON)
    row = dating.locked_row(noun.record, record_id)
    subject = seen(noun, actor, row.about_id)
    _require(noun, actor, row, where)
    content = check(_told(noun, row, changes))
    fields = dating.differing(row, content)
    if not fields and period in (None, Period(row.valid_from, row.valid_to)):
        raise LinliError(NOTHING_DIFFERENT)
    after = dating.correct(row, because.strip(), content, period)
    community_id = after.community_id  # type: ignore[attr-defined]
    append(noun.corrected(community_id, subject.pk, after.id, row.id, fields), actor=actor)
    return after


def end(
    noun: Noun, subject_id: UUID, *, actor: Actor, on: dt.date, where: Callable[[Dated], UUID | None] | None = None
) -> None:
    """From ``on`` the subject is no longer: its record in force the day before ends."""
    subject = seen(noun, actor, subject_id)
    row = dating.ending_row(noun.record, subject.pk, on)
    _require(noun, actor, row, where)
    later = noun.record.objects.overlapping(on, None).filter(**{f"{noun.about}_id": subject.pk}).exclude(pk=row.pk)  # type: ignore[attr-defined]
    for other in later.select_for_update(of=("self",)):
        dating.take_back(other, f"ended on {on} before it began")
    dating.end(row, on)
    append(noun.ended(row.community_id, subject.pk, on), actor=actor)  # type: ignore[attr-defined]


def _told(noun: Noun, row: Dated, changes: Mapping[str, Any]) -> Content:
    for name in changes:
        if name not in noun.columns:
            raise LinliError(NO_SUCH_FIELD, field=name)
    return row.content() | dict(changes)


def _require(noun: Noun, actor: Actor, row: Dated, where: Callable[[Dated], UUID | None] | None) -> None:
    community_id = row.community_id  # type: ignore[attr-defined]
    place_id = where(row) if where else None
    require_at(actor, noun.permission, community_id=community_id, path=path_of(place_id, community_id))
