"""Letting somebody act for a person, and ending it. Given at the office with the person's consent; ended by any of the three at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from linli.journal import append
from linli.kernel.clock import local_day, start_of_day
from linli.kernel.clock import now as clock_now
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.models import Account

from .. import events, visible
from ..models import Mandate, Person, PersonRecord
from ..queries.mandates import find_mandate, is_own, mandate_policy
from ..rules.mandates import check_guardian, check_mandate, comes_of_age

CHANGE = "registry.mandate.change"
NOT_BETWEEN_THESE = define(
    "registry.mandate_between",
    zh="代办员要是另一个人：不能是本人，也不能是登记这件事的工作人员",
    en="The helper must be somebody else: neither the person nor the worker who registers it",
    status=422,
)
HELD_ALREADY = define(
    "registry.mandate_held",
    zh="这个账号已经是他的代办员；要改，先停掉再登记",
    en="This account acts for that person already; end that first to change it",
    status=409,
)
ENDED_ALREADY = define("registry.mandate_ended", zh="这个委托已经停了", en="This mandate has ended already", status=409)


def give_mandate(
    person_id: UUID,
    account_id: UUID,
    *,
    acts: Sequence[str],
    consent: str,
    valid_to: dt.datetime,
    actor: Actor,
    evidence: str = "",
    now: dt.datetime | None = None,
) -> Mandate:
    """The holder of the account may do ``acts`` for the person from now to ``valid_to`` (aware)."""
    start = now or clock_now()
    person = Person.objects.filter(visible.people(actor), pk=person_id).first()
    # Locked, so that of two clerks at once the second sees what the first registered.
    account = Account.objects.select_for_update().filter(pk=account_id, ended_at=None).first()
    if person is None or account is None:
        raise NotFoundError
    actor.require(CHANGE, person.community_id)
    if account.person_id == person.pk or account.pk == actor.account_id:
        raise LinliError(NOT_BETWEEN_THESE)
    policy = mandate_policy()
    check_mandate(policy, acts=acts, consent=consent, start=start, end=valid_to)
    if Mandate.objects.filter(person=person, account=account, valid_to__gt=start).exists():
        raise LinliError(HELD_ALREADY)
    mandate = Mandate.objects.create(
        community_id=person.community_id, person=person, account=account, acts=sorted(set(acts)), consent=consent,
        evidence=evidence.strip(), policy_version=policy.version, valid_from=start, valid_to=valid_to, registered_by=actor.code,
    )  # fmt: skip
    append(
        events.MandateGiven(
            person.community_id, person.pk, mandate.pk, account.pk, tuple(mandate.acts), consent, start, valid_to
        ),
        actor=actor,
    )
    return mandate


def register_guardian(
    person_id: UUID, account_id: UUID, *, relation: str, evidence: str, actor: Actor, now: dt.datetime | None = None
) -> Mandate:
    """The holder of the account acts for the minor as guardian, in all acts of the policy, until the day the minor comes of age.

    Nobody consents: it rests on the law and on ``evidence`` a worker has seen. The guardian is a registered person of age, here or elsewhere.
    """
    start = now or clock_now()
    day, policy = local_day(start), mandate_policy()
    person = Person.objects.filter(visible.people(actor), pk=person_id).first()
    account = Account.objects.select_for_update().filter(pk=account_id, ended_at=None).first()
    if person is None or account is None:
        raise NotFoundError
    actor.require(CHANGE, person.community_id)
    if account.person_id == person.pk or account.pk == actor.account_id:
        raise LinliError(NOT_BETWEEN_THESE)
    record = PersonRecord.objects.as_of(day).filter(person=person).first()
    of_age_on = comes_of_age(policy, record.born_on if record else None, day)
    check_guardian(policy, relation=relation, evidence=evidence, born_on=_birth_of(account.person_id, day), day=day)
    if Mandate.objects.filter(person=person, account=account, valid_to__gt=start).exists():
        raise LinliError(HELD_ALREADY)
    mandate = Mandate.objects.create(
        community_id=person.community_id, person=person, account=account, acts=sorted(policy.guardian_acts), consent="guardian",
        relation=relation, evidence=evidence.strip(), policy_version=policy.version, valid_from=start,
        valid_to=start_of_day(of_age_on), registered_by=actor.code,
    )  # fmt: skip
    append(
        events.GuardianRegistered(
            person.community_id, person.pk, mandate.pk, account.pk, relation, tuple(mandate.acts), mandate.valid_to
        ),
        actor=actor,
    )
    return mandate


def _birth_of(person_id: UUID | None, day: dt.date) -> dt.date | None:
    """The guardian's birth by the register, of whatever community."""
    if person_id is None:
        return None
    with acting(System("registry.mandates")):
        return PersonRecord.objects.as_of(day).filter(person_id=person_id).values_list("born_on", flat=True).first()


def end_mandate(mandate_id: UUID, *, actor: Actor, because: str = "", at: dt.datetime | None = None) -> Mandate:
    """It ends at ``at`` (now), and with it every page the helper has open in the person's place. A guardian's is ended by the office only."""
    found = find_mandate(actor, mandate_id)
    if found.relation or not is_own(
        actor, found
    ):  # a guardian's duty is not laid down by a click, nor taken away by the child
        actor.require(CHANGE, found.community_id)
    ends_at = max(at or clock_now(), found.valid_from)
    with acting(System("registry.mandates")):  # a helper from elsewhere has no scope in the person's community
        mandate = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate_id)
        if mandate.valid_to <= ends_at:
            raise LinliError(ENDED_ALREADY)
        mandate.valid_to, mandate.ended_by, mandate.ended_because = ends_at, actor.code, because.strip()
        mandate.save(update_fields=["valid_to", "ended_by", "ended_because"])
        append(events.MandateEnded(mandate.community_id, mandate.person_id, mandate.pk, ends_at), actor=actor)
    return mandate
