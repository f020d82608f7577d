"""Households and tenure: who lives with whom, where, and who holds the home."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from uuid import UUID

from linli.journal import append
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.actors import Actor

from .. import dating, events, visible
from ..models import Household, Membership, Person, Place, PlaceRecord, Residence, Tenure, TenureRecord
from ..nouns import PERSON
from ..rules.periods import Period
from ..rules.rights import require_at
from ..rules.tenure import NOT_A_HOME, check_share, check_shares
from . import records

HOUSEHOLD = "registry.household.change"
TENURE = "registry.tenure.change"
ANOTHER_COMMUNITY = define(
    "registry.of_another_community",
    zh="这个人或这套房属于另一个社区的册子",
    en="This person or home belongs to another community's register",
    status=422,
)
NO_MEMBERS = define(
    "registry.household_empty", zh="一户至少要有一个人", en="A household needs at least one person", status=422
)
UNKNOWN_ROLE = define(
    "registry.unknown_household_role",
    zh="与户主关系应是以下之一：{known}",
    en="The role in a household is one of: {known}",
    status=422,
)


def form_household(
    members: Sequence[tuple[UUID, str]],
    *,
    unit_id: UUID | None,
    actor: Actor,
    on: dt.date,
    kind: str = Household.Kind.FAMILY,
    synthetic: bool = False,
) -> Household:
    """A new household of ``(person, role)`` living in ``unit_id`` from ``on``. Whoever belonged to another leaves it that day."""
    if not members:
        raise LinliError(NO_MEMBERS)
    community_id = _person(actor, members[0][0]).community_id
    require_at(actor, HOUSEHOLD, community_id=community_id, path=[community_id])
    household = Household(community_id=community_id, kind=kind, synthetic=synthetic)
    household.save(force_insert=True)
    for person_id, role in members:
        _join(household, _person(actor, person_id), role, actor=actor, on=on, tell=False)
    if unit_id is not None:
        _settle(household, _unit(actor, unit_id, on=on), on=on)
    people = tuple(person_id for person_id, _ in members)
    append(events.HouseholdFormed(community_id, household.pk, unit_id, people, on), actor=actor)
    return household


def join_household(household_id: UUID, person_id: UUID, role: str, *, actor: Actor, on: dt.date) -> Membership:
    """From ``on`` the person belongs to this household (and no longer to the one before), or has another role in it."""
    household = _household(actor, household_id)
    return _join(household, _person(actor, person_id), role, actor=actor, on=on)


def leave_household(person_id: UUID, *, actor: Actor, on: dt.date) -> None:
    """From ``on`` the person belongs to no household here."""
    person = _person(actor, person_id)
    require_at(actor, HOUSEHOLD, community_id=person.community_id, path=[person.community_id])
    stay = dating.ending_row(Membership, person_id, on)
    dating.end(stay, on)
    append(events.HouseholdLeft(person.community_id, stay.household_id, person_id=person_id, valid_to=on), actor=actor)


def move_household(household_id: UUID, unit_id: UUID | None, *, actor: Actor, on: dt.date) -> Residence | None:
    """From ``on`` the household lives in ``unit_id``; None: it has moved out and lives nowhere here."""
    household = _household(actor, household_id)
    before = Residence.objects.as_of(on).filter(household=household).select_for_update(of=("self",)).first()
    after: Residence | None = None
    if unit_id is None:
        if before is None:
            raise NotFoundError
        dating.end(before, on)
    else:
        unit = _unit(actor, unit_id, on=on)
        after = dating.change(before, on, {"unit_id": unit.pk}) if before else _settle(household, unit, on=on)
    left = before.unit_id if before else None
    append(events.HouseholdMoved(household.community_id, household.pk, left, unit_id, on), actor=actor)
    return after


def set_tenure(
    unit_id: UUID,
    person_id: UUID,
    kind: str,
    *,
    actor: Actor,
    on: dt.date,
    share: Fraction = Fraction(0),
    evidence: str = "",
    until: dt.date | None = None,
) -> TenureRecord:
    """From ``on`` (to ``until``) the person holds the home so. Owners' shares may not exceed the whole on any day."""
    unit = _unit(actor, unit_id, on=on, lock=True)
    require_at(actor, TENURE, community_id=unit.community_id, path=unit.path)
    record = _hold(unit, _person(actor, person_id), kind, share, Period(on, until), evidence=evidence, actor=actor)
    _check_whole(unit)
    return record


def transfer_home(
    unit_id: UUID, owners: Sequence[tuple[UUID, str, Fraction]], *, actor: Actor, on: dt.date, evidence: str = ""
) -> list[TenureRecord]:
    """From ``on`` the home is owned by ``(person, owner or co_owner, share)`` and by nobody else: a sale, a gift, an inheritance."""
    unit = _unit(actor, unit_id, on=on, lock=True)
    require_at(actor, TENURE, community_id=unit.community_id, path=unit.path)
    staying = {person_id for person_id, _, _ in owners}
    owning = TenureRecord.objects.as_of(on).filter(tenure__unit=unit, kind__in=["owner", "co_owner"])
    for row in owning.exclude(tenure__person_id__in=staying).select_related("tenure").select_for_update(of=("self",)):
        _end_tenure(row, on, actor=actor)
    held = [
        _hold(unit, _person(actor, person_id), kind, share, Period(on), evidence=evidence, actor=actor)
        for person_id, kind, share in owners
    ]
    _check_whole(unit)
    return held


def end_tenure(unit_id: UUID, person_id: UUID, *, actor: Actor, on: dt.date) -> None:
    """From ``on`` the person no longer holds the home."""
    unit = _unit(actor, unit_id, on=on, lock=True)
    require_at(actor, TENURE, community_id=unit.community_id, path=unit.path)
    tenure = Tenure.objects.filter(visible.tenures(actor), unit=unit, person_id=person_id).first()
    if tenure is None:
        raise NotFoundError
    _end_tenure(dating.ending_row(TenureRecord, tenure.pk, on), on, actor=actor)


def correct_tenure(
    record_id: UUID,
    *,
    actor: Actor,
    because: str,
    kind: str | None = None,
    share: Fraction | None = None,
    evidence: str | None = None,
    period: Period | None = None,
) -> TenureRecord:
    """What had been written of a tenure was wrong: taken back with a reason, and said anew."""
    if not because.strip():
        raise LinliError(records.NO_REASON)
    row = dating.locked_row(TenureRecord, record_id)
    tenure = Tenure.objects.filter(visible.tenures(actor), pk=row.tenure_id).select_related("unit").first()
    if tenure is None:
        raise NotFoundError
    require_at(actor, TENURE, community_id=tenure.community_id, path=tenure.unit.path)
    Place.objects.select_for_update().get(pk=tenure.unit_id)
    new_kind = kind or row.kind
    right = check_share(new_kind, Fraction(row.share_num, row.share_den) if share is None else share)
    content = {"kind": new_kind, "share_num": right.numerator, "share_den": right.denominator}
    if evidence is not None:
        content["evidence"] = evidence
    fields = dating.differing(row, content)
    after = dating.correct(row, because.strip(), content, period)
    _check_whole(tenure.unit)
    append(events.TenureCorrected(tenure.community_id, tenure.pk, after.id, row.id, fields), actor=actor)
    return after


def _person(actor: Actor, person_id: UUID) -> Person:
    return records.seen(PERSON, actor, person_id)  # type: ignore[return-value]


def _household(actor: Actor, household_id: UUID) -> Household:
    found = Household.objects.filter(visible.households(actor), pk=household_id).first()
    if found is None:
        raise NotFoundError
    require_at(actor, HOUSEHOLD, community_id=found.community_id, path=[found.community_id])
    return found


def _unit(actor: Actor, unit_id: UUID, *, on: dt.date, lock: bool = False) -> Place:
    """The home, if it stands on ``on``; locked, two transfers of one home wait for each other."""
    rows = Place.objects.filter(visible.places(actor), pk=unit_id)
    unit = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if unit is None or not PlaceRecord.objects.as_of(on).filter(place=unit).exists():
        raise NotFoundError
    if unit.kind != "unit":
        raise LinliError(NOT_A_HOME, kind=unit.kind)
    return unit


def _join(
    household: Household, person: Person, role: str, *, actor: Actor, on: dt.date, tell: bool = True
) -> Membership:
    if person.community_id != household.community_id:
        raise LinliError(ANOTHER_COMMUNITY)
    if role not in Membership.Role.values:
        raise LinliError(UNKNOWN_ROLE, known=", ".join(Membership.Role.values))
    content = {"household_id": household.pk, "role": role, "community_id": household.community_id}
    before = Membership.objects.as_of(on).filter(person=person).select_for_update(of=("self",)).first()
    if before and before.household_id != household.pk:
        append(events.HouseholdLeft(person.community_id, before.household_id, person.pk, on), actor=actor)
    after = dating.change(before, on, content) if before else dating.begin(Membership, person, Period(on), content)
    if tell:
        append(events.HouseholdJoined(person.community_id, household.pk, person.pk, role, on), actor=actor)
    return after


def _settle(household: Household, unit: Place, *, on: dt.date) -> Residence:
    if unit.community_id != household.community_id:
        raise LinliError(ANOTHER_COMMUNITY)
    content = {"unit_id": unit.pk, "community_id": household.community_id}
    return dating.begin(Residence, household, Period(on), content)


def _hold(
    unit: Place, person: Person, kind: str, share: Fraction, period: Period, *, evidence: str, actor: Actor
) -> TenureRecord:
    check_share(kind, share)
    assert unit.community_id is not None  # a unit lies in a community: the database says so
    tenure, _ = Tenure.objects.get_or_create(
        unit=unit, person=person, defaults={"community_id": unit.community_id, "synthetic": person.synthetic}
    )
    content = {
        "kind": kind,
        "share_num": share.numerator,
        "share_den": share.denominator,
        "evidence": evidence,
        "community_id": unit.community_id,
    }
    held = TenureRecord.objects.as_of(period.start).filter(tenure=tenure).select_for_update(of=("self",)).first()
    if held and period.end is None:
        record = dating.change(held, period.start, content)
    else:
        record = dating.begin(TenureRecord, tenure, period, content)
    append(
        events.TenureSet(
            unit.community_id,
            tenure.pk,
            unit.pk,
            person.pk,
            record.id,
            kind,
            share.numerator,
            share.denominator,
            period.start,
        ),
        actor=actor,
    )
    return record


def _end_tenure(row: TenureRecord, on: dt.date, *, actor: Actor) -> None:
    dating.end(row, on)
    tenure = row.tenure
    append(events.TenureEnded(row.community_id, tenure.pk, tenure.unit_id, tenure.person_id, on), actor=actor)


def _check_whole(unit: Place) -> None:
    rows = TenureRecord.objects.believed().filter(tenure__unit=unit, kind__in=["owner", "co_owner"])
    check_shares([(Period(row.valid_from, row.valid_to), Fraction(row.share_num, row.share_den)) for row in rows])
