"""The second factor: codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 s) and recovery codes on paper.

A code is good once: taking it moves ``last_step`` forward in one UPDATE, so of many that bring the same code at once one gets in. The
step before and after the present one count too, for clocks that are half a minute off.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from uuid import UUID

import pyotp

from linli.kernel.errors import LinliError, define
from linli.kernel.ids import uuid7
from linli.kernel.policyfile import known_policies
from linli.platform.actors import Actor, Grant, System
from linli.platform.db import acting
from linli.platform.installation import installation_kind
from linli.platform.models import Account, RecoveryCode, SecondFactor
from linli.platform.ports import ports
from linli.platform.privacy import blind_index, seal, unseal

from . import events

PURPOSE = "platform.second_factor"
STEP_S = 30
STEPS_ASIDE = 1
N_RECOVERY_CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread on paper
RECOVERY_CHARACTERS = 10  # 31¹⁰, about 49 bits, behind a slowed door
MACHINE = System("second-factor")

WRONG_CODE = define(
    "platform.wrong_code",
    zh="验证码不对，或已经用过。等应用里换下一个数再试",
    en="That code is wrong or was used already. Wait for the next one in the app",
    status=422,
)
HAS_FACTOR = define(
    "platform.second_factor_there",
    zh="这个账号已经有第二道验证",
    en="This account has a second factor already",
    status=409,
)
NO_FACTOR = define(
    "platform.no_second_factor", zh="这个账号没有第二道验证", en="This account has no second factor", status=409
)
FACTOR_REQUIRED = define(
    "platform.second_factor_required",
    zh="您的角色必须有第二道验证，不能关掉",
    en="Your roles require a second factor; it cannot be taken off",
    status=403,
)
NO_REASON = define(
    "platform.second_factor_reason",
    zh="重置要写理由（2 到 200 个字），会留痕",
    en="A reset needs a reason of 2 to 200 characters; it is kept",
    status=422,
)


def new_secret() -> str:
    return pyotp.random_base32(32)


def enrolment_uri(secret: str, *, username: str, issuer: str) -> str:
    """What the QR code says (Key Uri Format)."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def has_factor(account_id: UUID) -> bool:
    return SecondFactor.objects.filter(account_id=account_id, ended_at=None).exists()


def is_required_of(grants: tuple[Grant, ...]) -> bool:
    """Whether a role held asks for a second factor. In a demo it is offered and asked of nobody."""
    if installation_kind() != "real":
        return False
    asking = {policy.id for policy in known_policies("roles") if policy.body["second_factor"] == "required"}
    return any(grant.role in asking for grant in grants)


def enrol(account_id: UUID, *, secret: str, code: str, actor: Actor, now: dt.datetime) -> list[str]:
    """Take ``secret`` into use, proved by a code of it; the recovery codes, told once."""
    Account.objects.select_for_update().get(pk=account_id)
    if has_factor(account_id):
        raise LinliError(HAS_FACTOR)
    step = matching_step(secret, code, now=now)
    if step is None:
        raise LinliError(WRONG_CODE)
    row = SecondFactor(id=uuid7(), account_id=account_id, last_step=step, enrolled_at=now)
    row.secret = seal(PURPOSE, secret, table="platform_secondfactor", column="secret", row=row.id)
    row.save(force_insert=True)
    with acting(MACHINE):
        ports.audit.append(events.SecondFactorEnrolled(None, account_id), actor=actor)
    return _new_codes(row)


def matching_step(secret: str, code: str, *, now: dt.datetime) -> int | None:
    """The 30-second step whose code this is, None if it is none near ``now``."""
    digits = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    present = int(now.timestamp()) // STEP_S
    totp = pyotp.TOTP(secret)
    for step in range(present - STEPS_ASIDE, present + STEPS_ASIDE + 1):
        if secrets.compare_digest(totp.at(step * STEP_S), digits):
            return step
    return None


def take_code(account_id: UUID, code: str, *, now: dt.datetime) -> bool:
    """Whether the code opens, once: an app's code not older than the last one used, or an unused recovery code."""
    row = SecondFactor.objects.filter(account_id=account_id, ended_at=None).first()
    if row is None:
        return False
    secret = unseal(PURPOSE, bytes(row.secret), table="platform_secondfactor", column="secret", row=row.id)
    step = matching_step(secret, code, now=now)
    if step is not None:
        return bool(SecondFactor.objects.filter(id=row.id, ended_at=None, last_step__lt=step).update(last_step=step))
    unused = RecoveryCode.objects.filter(factor=row, digest=_digest(row.id, code), used_at=None)
    return bool(unused.update(used_at=now))


def n_codes_left(account_id: UUID) -> int:
    return RecoveryCode.objects.filter(factor__account_id=account_id, factor__ended_at=None, used_at=None).count()


def renew_recovery_codes(account_id: UUID) -> list[str]:
    """New codes; the old ones open nothing any more."""
    row = SecondFactor.objects.select_for_update().filter(account_id=account_id, ended_at=None).first()
    if row is None:
        raise LinliError(NO_FACTOR)
    return _new_codes(row)


def take_off(account_id: UUID, *, code: str, actor: Actor, now: dt.datetime) -> None:
    """By its owner, with a code, where no role held asks for it."""
    if is_required_of(actor.grants):
        raise LinliError(FACTOR_REQUIRED)
    if not take_code(account_id, code, now=now):
        raise LinliError(WRONG_CODE)
    reset(account_id, because="", actor=actor, now=now)


def reset(account_id: UUID, *, because: str, actor: Actor, now: dt.datetime) -> None:
    """End the factor: the app and the paper are lost. Others need a reason; who may reset whose is the caller's to check."""
    if account_id != actor.account_id and not 2 <= len(because.strip()) <= 200:
        raise LinliError(NO_REASON)
    ended = SecondFactor.objects.filter(account_id=account_id, ended_at=None).update(
        ended_at=now, ended_by=actor.code, ended_because=because.strip(), secret=b""
    )
    if not ended:
        raise LinliError(NO_FACTOR)
    with acting(MACHINE):
        ports.audit.append(events.SecondFactorReset(None, account_id), actor=actor)


def _new_codes(row: SecondFactor) -> list[str]:
    RecoveryCode.objects.filter(factor=row).delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_CHARACTERS)) for _ in range(N_RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=row, digest=_digest(row.id, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _digest(factor_id: UUID, code: str) -> bytes:
    plain = re.sub(r"[\s-]", "", code).lower()
    return blind_index(PURPOSE, f"{factor_id}:{plain}")
