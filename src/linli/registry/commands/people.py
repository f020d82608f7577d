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
from linli.platform.privacy import blind_index, seal, unseal

from .. import catalogues, dating, events
from ..models import Membership, Person, PersonRecord
from ..nouns import PERSON
from ..rules.people import (
    PHONE_INDEX,
    check_birth,
    check_kind_of_life,
    check_name,
    check_needs,
    check_reveal_reason,
    normal_phone,
)
from ..rules.periods import Period
from ..rules.rights import require_at
from . import records


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What is said of a person. ``sex`` ``female``, ``male`` or empty; ``phone`` as written, empty for none; ``needs`` by code."""

    name: str
    name_en: str = ""
    sex: str = ""
    born_on: dt.date | None = None
    phone: str = ""
    needs: Sequence[str] = ()
    checked_on: dt.date | None = None


def register_person(
    details: PersonDetails, *, community_id: UUID, actor: Actor, on: dt.date, synthetic: bool = False
) -> PersonRecord:
    """A person new to the community. A demo takes synthetic people only, a real installation none of them."""
    require_at(actor, PERSON.permission, community_id=community_id, path=[community_id])
    check_kind_of_life(synthetic=synthetic, installation=installation_kind())
    person_id = uuid7()
    content = _checked(person_id, {name: getattr(details, name) for name in details.__slots__})
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


def reveal_phone(person_id: UUID, *, actor: Actor, reason: str) -> str:
    """The whole number, for a reason that stays in the journal. Empty where none is known."""
    person = records.seen(PERSON, actor, person_id)
    require_at(actor, "registry.person.unmask", community_id=person.community_id, path=[person.community_id])  # type: ignore[attr-defined]
    check_reveal_reason(reason)
    row = PersonRecord.objects.as_of(local_day(now())).filter(person_id=person_id).first()
    append(events.PersonPhoneRevealed(person.community_id, person_id, reason), actor=actor)  # type: ignore[attr-defined]
    return phone_of(row) if row else ""


def phone_of(record: PersonRecord) -> str:
    """The number of a record, opened. For the person's own eyes, for delivery, and for :func:`reveal_phone`."""
    if record.phone is None:
        return ""
    return unseal(PHONE_INDEX, bytes(record.phone), table="registry_person", column="phone", row=record.person_id)


def sealed_phone(person_id: UUID, raw: str) -> dict[str, bytes | None]:
    """The two columns of a phone: sealed for this person (whatever record of theirs it stands in), and its blind index."""
    if not raw.strip():
        return {"phone": None, "phone_index": None}
    digits = normal_phone(raw)
    return {
        "phone": seal(PHONE_INDEX, digits, table="registry_person", column="phone", row=person_id),
        "phone_index": blind_index(PHONE_INDEX, digits),
    }


def _checker(person_id: UUID) -> records.Check:
    return lambda said: _checked(person_id, said)


def _checked(person_id: UUID, said: dict[str, Any]) -> dict[str, Any]:
    content = dict(said)
    content["name"] = check_name(content["name"])
    content["born_on"] = check_birth(content["born_on"], today=local_day(now()))
    content["needs"] = check_needs(list(content["needs"]), known=frozenset(catalogues.catalogue("person-needs")))
    if isinstance(content["phone"], str):
        content |= sealed_phone(person_id, content["phone"])
    return content
