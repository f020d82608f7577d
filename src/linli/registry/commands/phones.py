"""Signing in by the telephone the register has: whose number it is, and the first account it opens.

What stands behind it is the record: somebody of the office wrote the number down for this person. A number of nobody, of several, of
somebody who is gone or whose account was ended opens nothing, and the office is named.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from linli.journal import append
from linli.kernel.clock import local_day
from linli.kernel.errors import LinliError, define
from linli.kernel.policyfile import find_policy, known_policies
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.models import Account
from linli.platform.ports import ports
from linli.platform.privacy import blind_index

from .. import events
from ..models import Person, PersonRecord
from ..queries.grants import communities_belonged_to
from ..rules.people import PHONE_INDEX, age_on, normal_phone
from .accounts import ALPHABET
from .invitations import one_at_a_time

MACHINE = System("phone-sign-in")
USERNAME_CHARACTERS = 10

NOT_REGISTERED = define(
    "registry.phone_of_nobody",
    zh="这个号码没有登记在册。请带身份证到社区柜台登记，或在网上申请绑定",
    en="This number is not in the register. Have it registered at the community office, or ask to be bound",
    status=403,
)
SHARED = define(
    "registry.phone_of_several",
    zh="这个号码登记在不止一个人名下，分不清是哪一位。请到社区柜台改号码，或用邀请、密码登录",
    en="This number is registered for more than one person, so nobody can tell which. Have it changed at the office, or come in by invitation or password",
    status=403,
)
ENDED = define(
    "registry.phone_account_ended",
    zh="您的账号已经停用或注销。要重新开，请到社区柜台",
    en="Your account was ended or closed. To open one anew, come to the community office",
    status=403,
)
STAFF = define(
    "registry.phone_of_staff",
    zh="工作人员用用户名和密码登录",
    en="Staff sign in by name and password",
    status=403,
)
GONE = define(
    "registry.phone_not_here",
    zh="册子里您已经不住在这里，也没有房子在这里。登记有误请到社区柜台",
    en="By the register you no longer live or own a home here. If that is wrong, come to the community office",
    status=403,
)
WRONG_NAME = define(
    "registry.phone_wrong_name",
    zh="和登记的姓名不一样。写身份证上的姓名",
    en="That is not the registered name. Write it as on the identity card",
    status=422,
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose number it is: with an account to sign in to, or none yet."""

    person_id: UUID
    account: Account | None


def number_index(raw: str) -> tuple[str, bytes]:
    """The one spelling of a number and its blind index; ``registry.bad_phone``."""
    digits = normal_phone(raw)
    return digits, blind_index(PHONE_INDEX, digits)


def is_registered(index: bytes, *, on: dt.date) -> bool:
    """Whether somebody old enough has this number. One statement, whatever the answer."""
    return bool(_people(index, on))


def owner_of(index: bytes, *, now: dt.datetime) -> Owner:
    """Whose number it is. Asked only of who has shown a code sent there: the refusals tell what stands in the register."""
    day = local_day(now)
    people = _people(index, day)
    if not people:
        raise LinliError(NOT_REGISTERED)
    if len(people) > 1:
        raise LinliError(SHARED)
    person_id = people[0]
    with acting(MACHINE):
        account = Account.objects.filter(person_id=person_id, ended_at=None, is_active=True).first()
        if account is None:
            _require_may_open(person_id, day)
            return Owner(person_id, None)
        standing = ports.scope_tree.standing(person_id, account_id=account.pk, at=now)
    asking = {policy.id for policy in known_policies("roles") if policy.body["second_factor"] == "required"}
    if any(grant.role in asking for grant in standing.grants):
        raise LinliError(STAFF)
    return Owner(person_id, account)


def _require_may_open(person_id: UUID, day: dt.date) -> None:
    if Account.objects.filter(person_id=person_id).exists():
        raise LinliError(ENDED)
    if not communities_belonged_to(person_id, day):
        raise LinliError(GONE)
    if not find_policy("sign_in", "default").body["phone_code"]["opens_account"]:
        raise LinliError(NOT_REGISTERED)


def open_by_phone(person_id: UUID, name: str, *, now: dt.datetime) -> Account:
    """A first account for who has shown a code sent to their number and tells the registered name. Its username is nobody's to remember."""
    day = local_day(now)
    with acting(MACHINE) as actor:
        one_at_a_time(person_id)
        record = PersonRecord.objects.as_of(day).filter(person_id=person_id).first()
        if record is None or not _is_called(record, name):
            raise LinliError(WRONG_NAME)
        _require_may_open(person_id, day)
        username = "p." + "".join(secrets.choice(ALPHABET) for _ in range(USERNAME_CHARACTERS))
        account = Account(username=username, shown_name=record.name[:64], person_id=person_id)
        account.set_unusable_password()
        account.save(force_insert=True)
        community_id = Person.objects.values_list("community_id", flat=True).get(pk=person_id)
        append(events.AccountOpenedByPhone(community_id, person_id, account.pk), actor=actor)
    return account


def _is_called(record: PersonRecord, name: str) -> bool:
    said = "".join(name.split()).casefold().encode()
    known = ["".join(one.split()).casefold().encode() for one in (record.name, record.name_en)]
    return bool(said) and any(hmac.compare_digest(said, one) for one in known)


def _people(index: bytes, day: dt.date) -> list[UUID]:
    """Those who have the number today and are old enough for an account: a child with its parent's number is not a second owner."""
    youngest = find_policy("sign_in", "default").body["youngest_years"]
    with acting(MACHINE):
        rows = list(PersonRecord.objects.as_of(day).filter(phone_index=index).values_list("person_id", "born_on"))
    ages = {person_id: age_on(born_on, day) for person_id, born_on in rows}
    return [person_id for person_id, age in ages.items() if age is None or age >= youngest]
