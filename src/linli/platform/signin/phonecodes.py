"""Codes sent to telephones: asked for, and taken once.

The door does the same for every number, known or not: the same limits, the same rows, the same answer; for an unknown one the message is
called off in the transaction that wrote it. A code opens for the browser that asked for it: whoever asks for another's number neither voids
the owner's code nor learns theirs. Figures and words are policy: ``policies/sign_in/default.yaml``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from uuid import UUID

from django.db import connection
from django.db.models import F

from linli.kernel.errors import LinliError, define
from linli.kernel.ids import uuid7
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.delivery import queue
from linli.platform.delivery.outbox import CAPPED
from linli.platform.privacy import blind_index

from .tables import PhoneCode
from .throttle import digest as keyed

PURPOSE = "platform.phone_code"
KIND = "sign_in_code"
DIGITS = 6
HOUR, KEPT = dt.timedelta(hours=1), dt.timedelta(days=1)

TOO_SOON = define(
    "platform.phone_code_soon",
    zh="刚刚要过一次，{gap_s} 秒以后再要",
    en="One was asked for just now; ask again after {gap_s} seconds",
    status=429,
)
TOO_MANY = define(
    "platform.phone_code_many",
    zh="要得太多了。过一小时再试，或用密码登录，或到社区柜台",
    en="Too many were asked for. Try again in an hour, sign in by password, or come to the community office",
    status=429,
)


def ask_code(number: str, *, number_index: bytes, is_wanted: bool, address: str, lang: str, now: dt.datetime) -> UUID:
    """Send a code to ``number`` (if ``is_wanted``); the id under which the asking browser brings it back.

    Raises ``platform.phone_code_soon`` and ``platform.phone_code_many`` (429), alike for known and unknown numbers. Waits for others that
    ask from the same address or for the same number, so that limits hold exactly.
    """
    policy = find_policy("sign_in", "default").body["phone_code"]
    where = keyed(address)
    _one_at_a_time(where)
    _one_at_a_time(number_index)
    PhoneCode.objects.filter(asked_at__lt=now - KEPT).delete()
    if PhoneCode.objects.filter(address_digest=where, asked_at__gt=now - HOUR).count() >= policy["per_address_hour"]:
        raise LinliError(TOO_MANY)
    gap = dt.timedelta(seconds=policy["gap_s"])
    if PhoneCode.objects.filter(number_index=number_index, asked_at__gt=now - gap).exists():
        raise LinliError(TOO_SOON, gap_s=policy["gap_s"])
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    life = dt.timedelta(minutes=policy["life_min"])
    said = Text.from_mapping(policy["text"]).fill(code=code, minutes=policy["life_min"])
    try:
        queue(
            channel="sms", address=number, text=said, kind=KIND, community_id=None, lang=lang,
            lives=life, now=now, is_wanted=is_wanted,
        )  # fmt: skip
    except LinliError as error:
        if error.code != CAPPED:
            raise
        raise LinliError(TOO_MANY) from error
    row = PhoneCode(id=uuid7(), number_index=number_index, address_digest=where, asked_at=now, expires_at=now + life)
    row.digest = _digest(row.id, code)
    row.save(force_insert=True)
    return row.id


def take_code(code_id: UUID, given: str, *, now: dt.datetime) -> bytes | None:
    """The number's index if this is the code, once; None for a wrong, used, expired or too often tried one.

    A try is counted before it is looked at, in the UPDATE that finds the row: of many at once each counts, and one that is right gets in.
    """
    most = find_policy("sign_in", "default").body["phone_code"]["tries"]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE platform_phonecode SET tries = tries + 1 WHERE id = %s AND ended_at IS NULL AND expires_at > %s AND tries < %s"
            " RETURNING digest, number_index",
            [code_id, now, most],
        )
        found = cursor.fetchone()
    digits = "".join(character for character in given if character.isdecimal())
    if found is None or not hmac.compare_digest(bytes(found[0]), _digest(code_id, digits)):
        return None
    taken = PhoneCode.objects.filter(id=code_id, ended_at=None).update(ended_at=now, tries=0)
    return bytes(found[1]) if taken else None


def may_try_again(code_id: UUID, *, most: int) -> bool:
    """Count one more try at what follows a code that was taken; False once ``most`` were made, at once or one by one."""
    return bool(
        PhoneCode.objects.filter(id=code_id, ended_at__isnull=False, tries__lt=most).update(tries=F("tries") + 1)
    )


def is_same_number(code_id: UUID, number_index: bytes, *, now: dt.datetime) -> bool:
    """Whether a code of that id still waits for this number: a second click on "send"."""
    rows = PhoneCode.objects.filter(id=code_id, number_index=number_index, ended_at=None, expires_at__gt=now)
    return rows.exists()


def end_codes(number_index: bytes, *, now: dt.datetime) -> int:
    """Codes on their way for a number open nothing any more; how many."""
    return PhoneCode.objects.filter(number_index=number_index, ended_at=None).update(ended_at=now)


def _digest(code_id: UUID, code: str) -> bytes:
    return blind_index(PURPOSE, f"{code_id}:{code}")


def _one_at_a_time(key: bytes) -> None:
    """Until the transaction ends. Addresses are locked before numbers, by all: no two wait for each other."""
    lock = int.from_bytes(hashlib.sha256(b"phone code" + key).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
