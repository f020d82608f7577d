"""Reads of mandates: a person's helpers, whom an account may act for, and what the platform asks at every request of a helper."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.kernel.clock import local_day, now
from linli.kernel.errors import NotFoundError
from linli.kernel.policyfile import find_policy
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.models import Account
from linli.platform.ports import Mandate as Held

from ..models import Mandate, PersonRecord
from ..rules.mandates import MandatePolicy
from ..rules.people import age_on
from .grants import communities_belonged_to
from .people import household_of

READ = "registry.mandate.read"


def mandate_policy() -> MandatePolicy:
    policy = find_policy("mandates", "default")
    return MandatePolicy.read(policy.version, policy.body)


def list_mandates(actor: Actor, *, person_id: UUID | None = None, with_ended: bool = False) -> QuerySet[Mandate]:
    """Mandates given by the actor, and all of the communities they register for; newest first. Those held are :func:`held_by`.

    Somebody acting for a person does not see that person's other helpers.
    """
    seen = Q(community_id__in=actor.communities_with(READ))
    if actor.person_id and actor.acts is None:
        seen |= Q(person_id=actor.person_id)
    found = Mandate.objects.all() if actor.everywhere else Mandate.objects.filter(seen)
    if person_id:
        found = found.filter(person_id=person_id)
    if not with_ended:
        found = found.filter(valid_to__gt=now())
    return found.order_by("-valid_from")


def find_mandate(actor: Actor, mandate_id: UUID) -> Mandate:
    """One that the actor gave, holds or registers for; NotFoundError otherwise. Looked up from everywhere: a helper may live elsewhere."""
    with acting(System("registry.mandates")):
        row = Mandate.objects.filter(pk=mandate_id).first()
    if row is None or not (is_own(actor, row) or actor.may(READ, row.community_id)):
        raise NotFoundError
    return row


def is_own(actor: Actor, mandate: Mandate) -> bool:
    """Given or held by the actor as themselves."""
    if actor.acts is not None:
        return False
    return mandate.account_id == actor.account_id or mandate.person_id == actor.person_id


def held_by(actor: Actor) -> list[tuple[Mandate, str]]:
    """Whom the actor's account may act for now, with the name the register has. Rows of any community: it is the account's own right."""
    if actor.account_id is None:
        return []
    with acting(System("registry.mandates")):
        rows = list(Mandate.objects.filter(account_id=actor.account_id, valid_to__gt=now()).order_by("valid_to"))
        names = _names({row.person_id for row in rows}, local_day(now()))
    return [(row, names[row.person_id]) for row in rows if row.person_id in names]


def mandate_of(mandate_id: UUID, *, account_id: UUID, at: dt.datetime) -> Held | None:
    """What the platform asks at each request of a helper: None once the mandate, or the person's residence here, has ended."""
    row = Mandate.objects.filter(pk=mandate_id, account_id=account_id, valid_from__lte=at, valid_to__gt=at).first()
    if row is None:
        return None
    name = _names({row.person_id}, local_day(at)).get(row.person_id)
    if row.relation and not _is_minor(row.person_id, local_day(at)):
        return None  # the birth was corrected: of age, whatever the row says
    belongs_to = communities_belonged_to(row.person_id, local_day(at))
    if name is None or not belongs_to:
        return None
    return Held(row.person_id, name, frozenset(row.acts), belongs_to)


def helpers_names(rows: list[Mandate]) -> dict[UUID, str]:
    """What the holders of the mandates' accounts are called."""
    return dict(Account.objects.filter(pk__in={row.account_id for row in rows}).values_list("pk", "shown_name"))


def _names(person_ids: set[UUID], on: dt.date) -> dict[UUID, str]:
    rows = PersonRecord.objects.as_of(on).filter(person_id__in=person_ids)
    return dict(rows.values_list("person_id", "name"))


def _is_minor(person_id: UUID, on: dt.date) -> bool:
    born_on = PersonRecord.objects.as_of(on).filter(person_id=person_id).values_list("born_on", flat=True).first()
    age = age_on(born_on, on)
    return age is not None and age < mandate_policy().majority_years


def may_have_guardian(person_id: UUID) -> bool:
    """True for a minor by the register."""
    return _is_minor(person_id, local_day(now()))


def grown_ups_with_accounts(actor: Actor, person_id: UUID) -> list[tuple[UUID, str]]:
    """The adults of a person's household who have an account: ``(account, name)``, for the office to choose among."""
    adult = mandate_policy().majority_years
    names = {
        one.person_id: one.name for one in household_of(actor, person_id)
        if one.person_id != person_id and one.age is not None and one.age >= adult
    }  # fmt: skip
    rows = Account.objects.filter(person_id__in=names, ended_at=None)
    return [(row.pk, names[row.person_id]) for row in rows if row.person_id is not None]
