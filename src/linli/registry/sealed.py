"""The columns of a person that the database keeps but cannot read: telephone, document number, note on care.

Sealed for the *person*, whatever record of theirs a value stands in, so that a change of something else copies it as it is. Telephone and
number have a blind index beside them; the note has none, because nobody looks for people by what ails them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from linli.kernel import identity
from linli.kernel.errors import LinliError, define
from linli.platform.privacy import blind_index, seal, unseal

from .catalogues import province_codes
from .models import PersonRecord
from .rules.people import PHONE_INDEX, check_care_note, normal_phone

TABLE = "registry_person"
IDENTITY = "registry.identity"
CARE = "registry.care"
BIRTH_DISAGREES = define(
    "registry.identity_birth_disagrees",
    zh="身份证号里的出生日期与登记的不一样，请核对是哪一个写错了",
    en="The birth date in the citizen number is not the one recorded; check which of the two is wrong",
    status=422,
)
SEX_DISAGREES = define(
    "registry.identity_sex_disagrees",
    zh="身份证号里的性别与登记的不一样，请核对是哪一个写错了",
    en="The sex in the citizen number is not the one recorded; check which of the two is wrong",
    status=422,
)
IDENTITY_HELD = define(
    "registry.identity_held",
    zh="这个证件号已经登记在本社区另一个人名下",
    en="This number is already recorded for another person of the community",
    status=409,
)
IDENTITY_KIND = define(
    "registry.identity_kind",
    zh="填了证件号就要选证件种类，选了种类也要填号",
    en="A number needs its kind of document, and a kind its number",
    status=422,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A sealed column: the purpose of its key, and the fact of its having been looked at."""

    name: str
    purpose: str


COLUMNS = {
    column.name: column
    for column in (Column("phone", PHONE_INDEX), Column("identity_number", IDENTITY), Column("care_note", CARE))
}


def sealed(column: str, person_id: UUID, value: str) -> bytes:
    return seal(COLUMNS[column].purpose, value, table=TABLE, column=column, row=person_id)


def opened(record: PersonRecord, column: str) -> str:
    """The value in the clear, empty where none is recorded. For the person's own eyes, for delivery, and for a reason."""
    value = getattr(record, column)
    if value is None:
        return ""
    return unseal(COLUMNS[column].purpose, bytes(value), table=TABLE, column=column, row=record.person_id)


def sealed_phone(person_id: UUID, raw: str) -> dict[str, bytes | None]:
    """The two columns of a phone, empty for none; ``registry.bad_phone``."""
    if not raw.strip():
        return {"phone": None, "phone_index": None}
    digits = normal_phone(raw)
    return {"phone": sealed("phone", person_id, digits), "phone_index": blind_index(PHONE_INDEX, digits)}


def sealed_identity(person_id: UUID, kind: str, raw: str) -> dict[str, Any]:
    """The three columns of a document: its kind, its number sealed, its blind index. A ``kernel.identity_*`` error otherwise."""
    if not raw.strip():
        return {"identity_kind": "", "identity_number": None, "identity_index": None}
    number = read_identity(kind, raw)
    return {
        "identity_kind": kind,
        "identity_number": sealed("identity_number", person_id, number),
        "identity_index": identity_index(kind, number),
    }


def read_identity(kind: str, raw: str) -> str:
    """The number as it is kept. A citizen number must be of a known province and have the right check character."""
    if kind == "resident":
        return identity.read_citizen_number(raw, provinces=province_codes()).number
    return identity.normal_number(kind, raw)


def identity_index(kind: str, number: str) -> bytes:
    """Equal for equal numbers of one kind: a passport never meets a citizen number."""
    return blind_index(IDENTITY, f"{kind}:{number}")


def sealed_care_note(person_id: UUID, raw: str) -> dict[str, bytes | None]:
    note = check_care_note(raw)
    return {"care_note": sealed("care_note", person_id, note) if note else None}


def seal_said(person_id: UUID, content: dict[str, Any]) -> dict[str, Any]:
    """``content`` with whatever was said in the clear sealed, and birth and sex taken from a citizen number where they are not said."""
    found = dict(content)
    if isinstance(found["phone"], str):
        found |= sealed_phone(person_id, found["phone"])
    if isinstance(found["care_note"], str):
        found |= sealed_care_note(person_id, found["care_note"])
    if isinstance(found["identity_number"], str):
        if bool(found["identity_number"].strip()) != bool(found["identity_kind"]):
            raise LinliError(IDENTITY_KIND)
        found |= sealed_identity(person_id, found["identity_kind"], found["identity_number"])
    return found | _agreeing(person_id, found)


def _agreeing(person_id: UUID, content: Mapping[str, Any]) -> dict[str, Any]:
    """Birth and sex as the citizen number has them; an error where another is recorded, or the number is of another kind of document."""
    kind, value = content["identity_kind"], content["identity_number"]
    if value is None:
        if kind:
            raise LinliError(IDENTITY_KIND, field="identity_number")
        return {}
    number = unseal(IDENTITY, bytes(value), table=TABLE, column="identity_number", row=person_id)
    if identity_index(kind, number) != bytes(content["identity_index"]):
        raise LinliError(IDENTITY_KIND, field="identity_kind")
    if kind != "resident":
        return {}
    said = identity.read_citizen_number(number)
    if content["born_on"] not in (None, said.born_on):
        raise LinliError(BIRTH_DISAGREES, field="born_on")
    if content["sex"] not in ("", said.sex):
        raise LinliError(SEX_DISAGREES, field="sex")
    return {"born_on": said.born_on, "sex": said.sex}


def check_held_once(person_id: UUID, community_id: UUID, index: bytes | None, period_from: dt.date) -> None:
    """No other person of the community has this number on or after ``period_from``. Two at once are made to wait for each other."""
    if index is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(bytes(index)[:8], "big", signed=True)])
    others = PersonRecord.objects.overlapping(period_from, None).filter(community_id=community_id, identity_index=index)
    if others.exclude(person_id=person_id).exists():
        raise LinliError(IDENTITY_HELD, field="identity_number")


def mask_of(record: PersonRecord) -> str:
    """The document number with most of it covered; tighter where the day of birth is recorded, which stands beside it."""
    return identity.mask_number(opened(record, "identity_number"), beside_birth=record.born_on is not None)
