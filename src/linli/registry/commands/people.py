"""Registering people and saying what changed about them. Phones go in sealed and come out only for a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from linli.journal import append
from linli.kernel.clock import local_day, now
from linli.kernel.errors import NotFoundError
from linli.kernel.ids import uuid7
from linli.platform.actors import Actor
from linli.platform.installation import installation_kind
from linli.platform.privacy.reading import record_read

from .. import catalogues, dating, events
from ..models import Membership, Person, PersonRecord
from ..nouns import PERSON
from ..rules.people import check_birth, check_kind_of_life, check_name, check_needs, check_reveal_reason
from ..rules.periods import Period
from ..rules.rights import require_at
from ..sealed import check_held_once, opened, seal_said, sealed_phone
from . import records

__all__ = ["sealed_phone"]  # the sample and imports seal in bulk
REVEALED = {
    "phone": events.PersonPhoneRevealed,
    "identity_number": events.PersonIdentityRevealed,
    "care_note": events.PersonCareNoteRevealed,
}
"""What may be looked at for a reason, and the fact each look leaves."""


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What is said of a person. ``sex`` ``female``, ``male`` or empty; ``phone``, ``identity_number`` and ``care_note`` as written, empty
    for none; ``identity_kind`` one of :data:`linli.kernel.identity.KINDS`; ``needs`` by code. A citizen number says birth and sex, too.
    """

    name: str
    name_en: str = ""
    sex: str = ""
    born_on: dt.date | None = None
    phone: str = ""
    identity_kind: str = ""
    identity_number: str = ""
    care_note: str = ""
    needs: Sequence[str] = ()
    checked_on: dt.date | None = None


def register_person(
    details: PersonDetails, *, community_id: UUID, actor: Actor, on: dt.date, synthetic: bool = False
) -> PersonRecord:
    """A person new to the community. A demo takes synthetic people only, a real installation none of them."""
    require_at(actor, PERSON.permission, community_id=community_id, path=[community_id])
    check_kind_of_life(synthetic=synthetic, installation=installation_kind())
    person_id = uuid7()
    said = {name: getattr(details, name) for name in details.__slots__}
    content = _checked(person_id, said | {"identity_index": None})
    check_held_once(person_id, community_id, content["identity_index"], on)
    person = Person(id=person_id, community_id=community_id, synthetic=synthetic)
    person.save(force_insert=True)
    record = dating.begin(PersonRecord, person, Period(on), content | {"community_id": community_id})
    append(events.PersonRegistered(community_id, person_id, record.id, on, synthetic), actor=actor)
    return record


def change_person(person_id: UUID, changes: Mapping[str, Any], *, actor: Actor, on: dt.date) -> PersonRecord:
    """From ``on`` it is otherwise: ``changes`` by column, the phone as written."""
    check = _checker(person_id)
    return records.change(PERSON, person_id, changes, actor=actor, on=on, check=check)  # type: ignore[return-value]


def correct_person(
    record_id: UUID, changes: Mapping[str, Any], *, actor: Actor, because: str, period: Period | None = None
) -> PersonRecord:
    """The record was wrong from the start: taken back with a reason, and said anew."""
    row = PersonRecord.objects.filter(pk=record_id).first()
    if row is None:
        raise NotFoundError
    check = _checker(row.person_id)
    return records.correct(  # type: ignore[return-value]
        PERSON, record_id, changes, actor=actor, because=because, check=check, period=period
    )


def end_person(person_id: UUID, *, actor: Actor, on: dt.date) -> None:
    """From ``on`` the person is no longer in the register (died, or moved away for good): record and membership end.

    What they hold stays theirs, or their estate's, until it is set otherwise.
    """
    records.end(PERSON, person_id, actor=actor, on=on)
    stay = Membership.objects.overlapping(on, None).filter(person_id=person_id).select_for_update(of=("self",)).first()
    if stay is not None:
        dating.end(stay, on)
        append(
            events.HouseholdLeft(stay.community_id, stay.household_id, person_id=person_id, valid_to=on), actor=actor
        )


def reveal(person_id: UUID, column: str, *, actor: Actor, reason: str, note: str = "") -> str:
    """What is sealed in ``column`` (one of :data:`REVEALED`), for a reason that stays in the journal and is shown to the person with
    the ``note``, which does not. Empty where nothing is recorded.
    """
    person: Any = records.seen(PERSON, actor, person_id)
    require_at(actor, "registry.person.unmask", community_id=person.community_id, path=[person.community_id])
    check_reveal_reason(reason)
    row = PersonRecord.objects.as_of(local_day(now())).filter(person_id=person_id).first()
    append(REVEALED[column](person.community_id, person_id, reason), actor=actor)
    record_read(
        actor, [person_id], community_id=person.community_id, what="unmask", fields=[column], reason=reason, note=note
    )
    return opened(row, column) if row else ""


def phone_of(record: PersonRecord) -> str:
    return opened(record, "phone")


def _checker(person_id: UUID) -> records.Check:
    def check(said: dict[str, Any]) -> dict[str, Any]:
        content = _checked(person_id, said)
        check_held_once(person_id, said["community_id"], content["identity_index"], local_day(now()))
        return content

    return check


def _checked(person_id: UUID, said: dict[str, Any]) -> dict[str, Any]:
    content = seal_said(person_id, said)
    content["name"] = check_name(content["name"])
    content["born_on"] = check_birth(content["born_on"], today=local_day(now()))
    content["needs"] = check_needs(list(content["needs"]), known=frozenset(catalogues.catalogue("person-needs")))
    return content
