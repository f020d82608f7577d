"""Reads of accounts: those seated within the places one runs, and those seated nowhere yet.

An account is seated where it holds a role and where its person is registered. Both are looked up from everywhere, so that a seat out of
the asking actor's sight still counts; what is given out are accounts of the actor's own places only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.platform.actors import Actor, System, permissions_of
from linli.platform.comments import Colleague
from linli.platform.comments.kinds import USE
from linli.platform.db import acting
from linli.platform.models import Account

from ..models import Person, Place, RoleGrant

READ = "account.read"
EVERYWHERE = System("registry.accounts")


def list_accounts(actor: Actor) -> QuerySet[Account]:
    """Accounts seated within a place that ``account.read`` is held on, or nowhere; by name. Reads the seats of all accounts once."""
    found = Account.objects.order_by("username")
    if actor.everywhere:
        return found
    places = places_run(actor, READ)
    with acting(EVERYWHERE):
        here, somewhere = _seated(places), _seated()
        ids = list(Account.objects.filter(here | ~somewhere).values_list("pk", flat=True))
    return found.filter(pk__in=ids)


def find_account(actor: Actor, account_id: UUID) -> Account:
    found = list_accounts(actor).filter(pk=account_id).first()
    if found is None:
        raise NotFoundError
    return found


def open_account_named(username: str) -> Account | None:
    """The account of a whole username, not ended: whoever knows it may grant it a role, wherever it is seated."""
    return Account.objects.filter(username=username.strip().lower(), ended_at=None).first()


def names_of_accounts(account_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """What those who hold or gave a role are called, wherever they are seated: a grant is signed."""
    found = Account.objects.filter(pk__in={one for one in account_ids if one})
    return dict(found.values_list("pk", "shown_name"))


def persons_with_accounts(person_ids: Sequence[UUID]) -> set[UUID]:
    """Those of them who have an account that stands."""
    rows = Account.objects.filter(person_id__in=list(person_ids), ended_at=None)
    return {person_id for person_id in rows.values_list("person_id", flat=True) if person_id is not None}


def places_run(actor: Actor, permission: str) -> list[UUID]:
    """The places a permission about accounts is held on."""
    return [grant.place_id for grant in actor.grants if permission in permissions_of(grant.role)]


def seats_of(account: Account) -> list[list[UUID]]:
    """The paths of every place the account is seated at."""
    held = Q(account_id=account.pk) | (Q(person_id=account.person_id) if account.person_id else Q(pk__in=()))
    with acting(EVERYWHERE):
        seats = list(RoleGrant.objects.filter(held, _in_force()).values_list("place__path", flat=True))
        if account.person_id:
            seats += list(Person.objects.filter(pk=account.person_id).values_list("community__path", flat=True))
    return seats


def _in_force() -> Q:
    at = now()
    return Q(valid_from__lte=at) & (Q(valid_to=None) | Q(valid_to__gt=at))


def _seated(places: Sequence[UUID] | None = None) -> Q:
    """Whether the account of the outer query is seated within ``places``; None: anywhere."""
    held = Q(account_id=OuterRef("pk")) | Q(person_id=OuterRef("person_id"))
    grants = RoleGrant.objects.filter(held, _in_force())
    persons = Person.objects.filter(pk=OuterRef("person_id"))
    if places is not None:
        grants = grants.filter(place__path__overlap=list(places))
        persons = persons.filter(community__path__overlap=list(places))
    return Q(Exists(grants)) | Q(Exists(persons))


def colleagues(community_id: UUID) -> Sequence[Colleague]:
    """Whoever may write remarks there. By name."""
    return [Colleague(one.pk, one.shown_name or one.username, one.username) for one in accounts_with(USE, community_id)]


def accounts_with(permission: str, community_id: UUID) -> list[Account]:
    """Accounts in use whose role there, or on a place that holds the community or lies in it, has a permission. By name."""
    with acting(EVERYWHERE):
        path = Place.objects.filter(pk=community_id).values_list("path", flat=True).first() or []
        here = Q(community_id=community_id) | Q(place_id__in=path)
        held = list(RoleGrant.objects.filter(here, _in_force()).values_list("role", "account_id", "person_id"))
    at_work = [(account, person) for role, account, person in held if permission in permissions_of(role)]
    by_account = Q(pk__in={account for account, _ in at_work if account})
    by_person = Q(person_id__in={person for _, person in at_work if person})
    found = Account.objects.filter(by_account | by_person, is_active=True, ended_at=None)
    return list(found.order_by("shown_name", "pk"))
