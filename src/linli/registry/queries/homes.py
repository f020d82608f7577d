"""Reads of homes: who holds them, which households live and have lived in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from django.db.models import QuerySet

from linli.kernel.errors import NotFoundError
from linli.platform.actors import Actor

from .. import visible
from ..dated import DatedQuerySet
from ..models import Person, PersonRecord, Place, Residence, TenureRecord
from ..visible import today

OWNING = (TenureRecord.Kind.OWNER, TenureRecord.Kind.CO_OWNER)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody holding a home. ``name`` is empty where the actor may see that it is held but not by whom."""

    tenure_id: UUID
    person_id: UUID
    name: str
    kind: str
    share: Fraction
    valid_from: dt.date
    valid_to: dt.date | None
    evidence: str


def holders_of_unit(
    actor: Actor, unit_id: UUID, *, on: dt.date | None = None, kinds: tuple[str, ...] | None = None
) -> list[Holder]:
    """Who holds a home on ``on`` (today), largest share first; ``kinds`` as ``("owner", "co_owner")``."""
    rows = _records(actor, unit_id).as_of(on or today())
    return _holders(actor, rows.filter(kind__in=kinds) if kinds else rows)


def owners_of(actor: Actor, unit_id: UUID, *, on: dt.date | None = None) -> list[Holder]:
    """Owners and co-owners of a home on ``on`` (today)."""
    return holders_of_unit(actor, unit_id, on=on, kinds=OWNING)


def history_of_tenure(actor: Actor, unit_id: UUID) -> list[Holder]:
    """All believed tenure of a home, oldest first."""
    found = _holders(actor, _records(actor, unit_id).believed())
    return sorted(found, key=lambda holder: (holder.valid_from, holder.kind, -holder.share))


def units_held_by(actor: Actor, person_id: UUID, *, on: dt.date | None = None) -> QuerySet[TenureRecord]:
    """The homes a person holds on ``on`` (today), with ``.tenure`` at hand."""
    if not Person.objects.filter(visible.people(actor), pk=person_id).exists():
        raise NotFoundError
    rows = TenureRecord.objects.as_of(on or today()).filter(visible.tenures(actor, "tenure__"))
    return rows.filter(tenure__person_id=person_id).select_related("tenure", "tenure__unit").order_by("valid_from")


def residences_of_unit(actor: Actor, unit_id: UUID) -> QuerySet[Residence]:
    """Households that live or lived in a home, oldest first."""
    _require_unit(actor, unit_id)
    rows = Residence.objects.believed().filter(visible.households(actor, "household__"), unit_id=unit_id)
    return rows.select_related("household").order_by("valid_from")


def _require_unit(actor: Actor, unit_id: UUID) -> None:
    if not Place.objects.filter(visible.places(actor), pk=unit_id).exists():
        raise NotFoundError


def _records(actor: Actor, unit_id: UUID) -> DatedQuerySet[TenureRecord]:
    _require_unit(actor, unit_id)
    return TenureRecord.objects.filter(visible.tenures(actor, "tenure__"), tenure__unit_id=unit_id)


def _holders(actor: Actor, rows: QuerySet[TenureRecord]) -> list[Holder]:
    found = list(rows.select_related("tenure"))
    people = PersonRecord.objects.as_of(today()).filter(
        visible.people(actor, "person__"), person_id__in=[row.tenure.person_id for row in found]
    )
    names = dict(people.values_list("person_id", "name"))
    holders = [
        Holder(
            tenure_id=row.tenure_id,
            person_id=row.tenure.person_id,
            name=names.get(row.tenure.person_id, ""),
            kind=row.kind,
            share=Fraction(row.share_num, row.share_den),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            evidence=row.evidence,
        )
        for row in found
    ]
    return sorted(holders, key=lambda holder: (-holder.share, holder.valid_from))
