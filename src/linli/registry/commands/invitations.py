"""Inviting residents on paper, and coming in by such a sheet.

An account made by an invitation is bound to the person it was printed for, and holds no role: what a resident may see and do here comes from
living here (or holding a home), and ends with it.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from linli.journal import append
from linli.kernel.clock import local_day
from linli.kernel.clock import now as clock_now
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.policyfile import find_policy
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.models import Account
from linli.platform.privacy import blind_index

from .. import events, visible
from ..models import Invitation, Membership, Person, PersonRecord
from ..queries.grants import communities_belonged_to, has_ever_belonged
from ..rules.people import age_on
from .accounts import BAD_USERNAME, USERNAME, USERNAME_TAKEN

INVITE = "account.invite"
PURPOSE = "registry.invitation"
MACHINE = System("invitations")
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no 0, O, 1, I: read from paper, typed on a phone
CODE_CHARACTERS = 12  # 32¹², 60 bits, behind a slowed door

HAS_ACCOUNT = define(
    "registry.invited_has_account",
    zh="他已经有账号了；忘了密码就换新密码",
    en="This person has an account already; renew its password if it is forgotten",
    status=409,
)
TOO_YOUNG = define(
    "registry.invited_too_young",
    zh="不满 {years} 岁，由监护人代办，不单独开账号",
    en="Under {years}: a guardian acts for them; they get no account of their own",
    status=422,
)
NO_EVIDENCE = define(
    "registry.invited_evidence",
    zh="写明怎么核对的是本人（2 到 120 个字）",
    en="Say how you made sure who it is (2 to 120 characters)",
    status=422,
)
NO_SUCH_INVITATION = define(
    "registry.invitation_code",
    zh="邀请码不对、用过了或过期了。请核对纸上的 12 位，或到社区柜台再要一张",
    en="That code is wrong, used or expired. Check the 12 characters, or ask the community office for a new sheet",
    status=422,
)
WEAK_PASSWORD = define(
    "registry.weak_password",
    zh="密码太容易猜：至少 10 个字符，不能全是数字、不能是常用密码、不能像用户名",
    en="That password is too easy to guess: at least 10 characters, not only digits, not a common one, not like the name",
    status=422,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: ``code`` is told here and never again."""

    person_id: UUID
    name: str
    code: str
    expires_at: dt.datetime
    invitation_id: UUID


def invite_person(
    person_id: UUID, evidence: str, *, actor: Actor, now: dt.datetime | None = None, days: int | None = None
) -> Sheet:
    """A sheet for one person, good for ``days`` (the policy's where none are said); an earlier one that was not used is void."""
    at = now or clock_now()
    person = Person.objects.filter(visible.people(actor), pk=person_id).first()
    if person is None:
        raise NotFoundError
    actor.require(INVITE, person.community_id)
    if not 2 <= len(evidence.strip()) <= 120:
        raise LinliError(NO_EVIDENCE)
    record = PersonRecord.objects.as_of(local_day(at)).filter(person_id=person_id).first()
    if record is None:
        raise NotFoundError
    return _made(person, record, evidence.strip(), actor=actor, at=at, days=days)


def invite_building(
    place_id: UUID, evidence: str, *, actor: Actor, now: dt.datetime | None = None
) -> tuple[list[Sheet], int]:
    """Sheets for everybody who lives in a place today, is old enough and has no account; and how many were passed over."""
    at = now or clock_now()
    day = local_day(at)
    if not 2 <= len(evidence.strip()) <= 120:
        raise LinliError(NO_EVIDENCE)
    rows = Membership.objects.as_of(day).filter(
        household__residences__unit__path__contains=[place_id], household__residences__retracted_at=None
    )
    seen = Person.objects.filter(visible.people(actor), pk__in=rows.values("person_id"))
    sheets: list[Sheet] = []
    n_passed = 0
    for person in seen.filter(community_id__in=actor.communities_with(INVITE)):
        record = PersonRecord.objects.as_of(day).filter(person=person).first()
        if record is None:
            continue
        try:
            sheets.append(_made(person, record, evidence.strip(), actor=actor, at=at))
        except LinliError:
            n_passed += 1
    if not sheets and not n_passed:
        raise NotFoundError
    return sheets, n_passed


def _made(
    person: Person, record: PersonRecord, evidence: str, *, actor: Actor, at: dt.datetime, days: int | None = None
) -> Sheet:
    policy = find_policy("sign_in", "default").body
    age = age_on(record.born_on, local_day(at))
    if age is not None and age < policy["youngest_years"]:
        raise LinliError(TOO_YOUNG, years=policy["youngest_years"])
    one_at_a_time(person.pk)
    if _account_of(person.pk) is not None:
        raise LinliError(HAS_ACCOUNT)
    Invitation.objects.filter(person=person, ended_at=None).update(ended_at=at)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARACTERS))
    invitation = Invitation.objects.create(
        community_id=person.community_id, person=person, code_index=_index(code), evidence=evidence, made_by=actor.code,
        made_at=at, expires_at=at + dt.timedelta(days=days or policy["invitation_days"]),
    )  # fmt: skip
    append(events.PersonInvited(person.community_id, person.pk, invitation.pk), actor=actor)
    shown = "-".join(code[start : start + 4] for start in range(0, CODE_CHARACTERS, 4))
    return Sheet(person.pk, record.name, shown, invitation.expires_at, invitation.pk)


def find_invitation(code: str, *, now: dt.datetime | None = None) -> Invitation:
    """The invitation a code opens now; ``registry.invitation_code`` alike for wrong, used, void and expired ones, and for those whose
    person has left or had an account ended since."""
    at = now or clock_now()
    with acting(MACHINE):
        found = Invitation.objects.filter(code_index=_index(code), ended_at=None, expires_at__gt=at).first()
        if found is None or not _still_good(found, local_day(at)):
            raise LinliError(NO_SUCH_INVITATION)
    return found


def _still_good(invitation: Invitation, day: dt.date) -> bool:
    """A sheet dies with what it rested on: with an account that was ended after it was printed, and with the last home of its person here."""
    if Account.objects.filter(person_id=invitation.person_id, ended_at__gt=invitation.made_at).exists():
        return False
    return bool(communities_belonged_to(invitation.person_id, day)) or not has_ever_belonged(invitation.person_id)


def invited_name(invitation: Invitation) -> str:
    """As much of the name as tells its owner that the sheet is theirs, and a finder little: ``张**``."""
    with acting(MACHINE):
        name = PersonRecord.objects.believed().filter(person_id=invitation.person_id).latest("valid_from").name
    return name[:1] + "*" * (len(name) - 1)


def accept_invitation(code: str, username: str, password: str, *, now: dt.datetime | None = None) -> Account:
    """Use the sheet up for an account of its person. Of two at once with one sheet, one gets it."""
    at = now or clock_now()
    name = username.strip().lower()
    if not USERNAME.fullmatch(name):
        raise LinliError(BAD_USERNAME, got=name[:70])
    invitation = find_invitation(code, now=at)
    with acting(MACHINE) as actor:
        used = Invitation.objects.filter(pk=invitation.pk, ended_at=None, expires_at__gt=at).update(ended_at=at)
        one_at_a_time(invitation.person_id)
        if not used or _account_of(invitation.person_id) is not None:
            raise LinliError(NO_SUCH_INVITATION)
        shown = PersonRecord.objects.believed().filter(person_id=invitation.person_id).latest("valid_from").name
        account = Account(username=name, shown_name=shown[:64], person_id=invitation.person_id)
        try:
            validate_password(password, account)
        except ValidationError:
            raise LinliError(WEAK_PASSWORD) from None
        account.set_password(password)
        try:
            with transaction.atomic():
                account.save(force_insert=True)
        except IntegrityError:
            raise LinliError(USERNAME_TAKEN, got=name) from None
        Invitation.objects.filter(pk=invitation.pk).update(account=account)
        append(
            events.InvitationUsed(invitation.community_id, invitation.person_id, invitation.pk, account.pk), actor=actor
        )
    return account


def one_at_a_time(person_id: UUID) -> None:
    """Until the transaction ends: rows of people are not the serving role's to lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(person_id.bytes[8:], "big", signed=True)])


def _account_of(person_id: UUID) -> Account | None:
    return Account.objects.filter(person_id=person_id, ended_at=None).first()


def _index(code: str) -> bytes:
    return blind_index(PURPOSE, re.sub(r"[^A-Z0-9]", "", code.upper()))
