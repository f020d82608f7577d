"""Reads of cases. Each starts from what the actor may see; "absent" and "not yours" answer alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from linli.journal.models import Fact
from linli.kernel.errors import NotFoundError
from linli.kernel.geo import box_around, distance_m
from linli.kernel.text import Text
from linli.platform.actors import Actor, Grant, System, permissions_of
from linli.platform.attachments import list_attached
from linli.platform.attachments.tables import Attachment
from linli.platform.db import acting
from linli.platform.privacy import blind_index
from linli.registry import queries as registry
from linli.registry.models import OrganisationRecord
from linli.registry.queries.accounts import names_of_accounts

from .events import CaseRetyped
from .models import Case, Draft, Party, Phase, Said, SavedFilter, Way
from .rules.types import CaseType, case_types, cases_policy, type_of

READ, HANDLE, DISPATCH, PUBLISH, RATES = (
    "cases.read",
    "cases.handle",
    "cases.dispatch",
    "cases.publish",
    "cases.rates.read",
)
HOLDER, DRAFT_HOLDER = "cases.case", "cases.draft"
REPORTER_KEY = "cases.reporter"
MACHINE = System("cases")
MOST_PUBLIC = 200
PHASE_SHAPES = {"waiting": "blue", "working": "blue", "answered": "yellow", "closed": "green"}
OPEN = (Phase.WAITING, Phase.WORKING, Phase.ANSWERED)


def reporter_index(account_id: UUID | None, person_id: UUID | None) -> bytes:
    """What a sealed reporter's own cases are found by: equal for equal persons (accounts, of who is no registered person), and nothing else
    to whoever reads the table."""
    return blind_index(REPORTER_KEY, f"person:{person_id}" if person_id else f"account:{account_id}")


def mine(actor: Actor) -> Q:
    """What the person reported, under their name or sealed; a helper sees what they may see of the person they act for."""
    own = Q(pk__in=())
    if actor.person_id:
        own |= Q(person_id=actor.person_id)
    if actor.account_id and actor.on_behalf_of is None:
        own |= Q(account_id=actor.account_id)
        own |= Q(is_sealed=True, reporter_index=reporter_index(actor.account_id, actor.person_id))
    return own


def reported_by(person_id: UUID) -> Q:
    """What a person reported, under their name or sealed, by whatever account. For machines that carry out a right in one's data."""
    return Q(person_id=person_id) | Q(is_sealed=True, reporter_index=reporter_index(None, person_id))


def visible_to(actor: Actor) -> Q:
    """One's own; and what the desks one sits at are for."""
    if actor.everywhere:
        return Q()
    return mine(actor) | at_work(actor)


def at_work(actor: Actor) -> Q:
    """What somebody sees by their roles: all of a place with ``cases.read``; else what lies with their desk, or joins it, or is in their hands."""
    seen = Q(pk__in=())
    if actor.acts is not None:
        return seen
    if actor.account_id:
        seen |= Q(handler_id=actor.account_id) | Q(entered_by=actor.account_id)
    for grant in actor.grants:
        allowed = permissions_of(grant.role)
        area = (
            Q(community_id__in=grant.communities) if grant.whole_community else Q(place__path__overlap=[grant.place_id])
        )
        if READ in allowed:
            seen |= area & ~Q(type_id__in=hidden_types(grant.role))
        elif HANDLE in allowed:
            joined = Exists(Party.objects.filter(case=OuterRef("pk"), desk=grant.role))
            seen |= area & (Q(desk=grant.role) | Q(joined)) & ~Q(type_id__in=hidden_types(grant.role))
    return seen


def hidden_types(role: str) -> list[str]:
    return [kind.id for kind in case_types().values() if role in kind.hidden_from]


def find(actor: Actor, case_id: UUID, *, lock: bool = False) -> Case:
    rows = Case.objects.filter(visible_to(actor), pk=case_id).select_related("place", "lead")
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFoundError
    return found


def find_at_work(actor: Actor, case_id: UUID, *, lock: bool = False) -> Case:
    """For who works on it; a reporter is no worker of their own case."""
    found = find(actor, case_id, lock=lock)
    if not actor.everywhere and not Case.objects.filter(at_work(actor), pk=case_id).exists():
        raise NotFoundError
    return found


def find_mine(actor: Actor, case_id: UUID) -> Case:
    found = Case.objects.filter(mine(actor), pk=case_id).select_related("place", "lead").first()
    if found is None:
        raise NotFoundError
    return found


def may_see(actor: Actor, case_id: UUID) -> bool:
    return Case.objects.filter(visible_to(actor), pk=case_id).exists()


def may_see_draft(actor: Actor, draft_id: UUID) -> bool:
    return actor.account_id is not None and Draft.objects.filter(pk=draft_id, account_id=actor.account_id).exists()


def find_draft(actor: Actor, draft_id: UUID, *, lock: bool = False) -> Draft:
    rows = Draft.objects.filter(pk=draft_id, account_id=actor.account_id or UUID(int=0))
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NotFoundError
    return found


def kind_of(case: Case) -> CaseType:
    """The type as it stood when the case began."""
    return type_of(case.type_id, case.type_version, case.flow_version)


def covers(grant: Grant, case: Case) -> bool:
    return case.community_id in grant.communities if grant.whole_community else grant.place_id in case.place.path


def hats(actor: Actor, case: Case) -> frozenset[str]:
    """What the actor is to the case: reporter, handler, dispatcher, neighbour; a machine is ``machine``."""
    if actor.kind == "system":
        return frozenset({"machine"})
    worn = set()
    if Case.objects.filter(mine(actor), pk=case.pk).exists():
        worn.add("reporter")
    elif case.community_id in actor.own_communities:
        worn.add("neighbour")
    if actor.acts is None:
        here = [grant for grant in actor.grants if covers(grant, case)]
        if case.handler_id == actor.account_id or any(
            grant.role == case.desk and HANDLE in permissions_of(grant.role) for grant in here
        ):
            worn.add("handler")
        if any(DISPATCH in permissions_of(grant.role) for grant in here):
            worn.add("dispatcher")
    return frozenset(worn)


def list_queue(actor: Actor, community_id: UUID) -> QuerySet[Case]:
    """All the actor sees at work in a community, by deadline."""
    rows = Case.objects.filter(at_work(actor) if not actor.everywhere else Q(), community_id=community_id)
    return rows.select_related("place", "lead").order_by("due_at", "received_at", "pk")


def followers_of(actor: Actor, case: Case) -> list[Case]:
    """The duplicates of a case that the actor sees at work, the one due first first."""
    return list(list_queue(actor, case.community_id).filter(lead=case))


def my_desks(actor: Actor) -> list[str]:
    return sorted({grant.role for grant in actor.grants if HANDLE in permissions_of(grant.role)})


def for_me(actor: Actor) -> Q:
    """What waits for the actor: in their hands, or with their desk and in nobody's. Duplicates wait for nobody: their lead does."""
    return Q(lead=None) & (Q(handler_id=actor.account_id) | Q(handler_id=None, desk__in=my_desks(actor)))


def count_waiting(actor: Actor) -> int:
    if not my_desks(actor):
        return 0
    rows = Case.objects.filter(at_work(actor)).filter(for_me(actor), phase__in=[Phase.WAITING, Phase.WORKING])
    return rows.count()


def list_mine(actor: Actor) -> QuerySet[Case]:
    return Case.objects.filter(mine(actor)).select_related("place").order_by("-received_at")


def count_asked(actor: Actor) -> int:
    """Own cases that wait for the reporter's word."""
    return Case.objects.filter(mine(actor), phase=Phase.ANSWERED).count()


def list_public(actor: Actor, community_id: UUID) -> list[Case]:
    """Those worded for everybody, newest first; nothing but the public words of them may be shown. Read as a machine: the database itself
    shows the public no row."""
    if community_id not in actor.scope | actor.public_communities and not actor.everywhere:
        return []
    with acting(MACHINE):
        rows = Case.objects.filter(community_id=community_id, is_public=True).select_related("place")
        return list(rows.order_by("-received_at")[:MOST_PUBLIC])


def find_public(actor: Actor, case_id: UUID) -> Case:
    with acting(MACHINE):
        found = Case.objects.filter(pk=case_id, is_public=True).select_related("place").first()
    if found is None or (found.community_id not in actor.scope | actor.public_communities and not actor.everywhere):
        raise NotFoundError
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands, without its words: for a room that handed it over."""

    pk: UUID
    number: str
    state: Text
    shape: str
    due_at: dt.datetime


def standing_of(ids: Iterable[UUID | None]) -> dict[UUID | None, Standing]:
    """By id. For pages whose reader may know that the matter is one."""
    with acting(MACHINE):
        rows = list(Case.objects.filter(pk__in=[one for one in ids if one is not None]))
    return {
        row.pk: Standing(row.pk, row.number, kind_of(row).flow.states[row.state].title, PHASE_SHAPES[row.phase], row.handle_due_at)
        for row in rows
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Near:
    case: Case
    metres: float | None


def similar_open(
    community_id: UUID, kind: CaseType, *, place_id: UUID | None, lon: float | None, lat: float | None, now: dt.datetime
) -> list[Near]:
    """Open cases of the type at the place or within the type's distance, nearest first. For machines; a page shows only what is public of them."""
    policy = cases_policy()
    rows = Case.objects.filter(
        community_id=community_id,
        type_id=kind.id,
        phase__in=OPEN,
        received_at__gte=now - dt.timedelta(days=policy.similar_days),
    ).select_related("place")
    here = Q(place_id=place_id) if place_id else Q(pk__in=())
    if lon is not None and lat is not None:
        west, south, east, north = box_around(lon, lat, kind.near_m)
        here |= Q(lon__range=(west, east), lat__range=(south, north))
    found = [Near(row, _metres(row, lon, lat)) for row in rows.filter(here)[:50]]
    found = [one for one in found if one.metres is None or one.metres <= kind.near_m or one.case.place_id == place_id]
    return sorted(found, key=lambda one: (one.metres is None, one.metres or 0.0))[: policy.similar_most]


def _metres(row: Case, lon: float | None, lat: float | None) -> float | None:
    if row.lon is None or row.lat is None or lon is None or lat is None:
        return None
    return float(distance_m(row.lon, row.lat, lon, lat))


def said_in(case: Case, *, inside: bool) -> list[Said]:
    """Words of a case, oldest first; ``inside`` with the notes of those at work."""
    rows = case.words.order_by("at", "pk")
    return list(rows if inside else rows.exclude(kind=Said.Kind.NOTE))


def files_of(case_id: UUID, *, holder: str = HOLDER) -> list[Attachment]:
    """Its pictures, for who may see the case (asked before)."""
    with acting(MACHINE):
        return list_attached(holder, [case_id]).get(case_id, [])


def first_words(cases: Iterable[Case]) -> dict[UUID, str]:
    """What each case says first, by its id: the report itself, cut short."""
    rows = (
        Said.objects.filter(case__in=list(cases), kind=Said.Kind.REPORT).order_by("-at").values_list("case_id", "body")
    )
    return dict(rows)


def place_names(cases: Sequence[Case]) -> dict[UUID, Text]:
    """Names of the places of cases, as everybody may know them: nothing below a building."""
    shown = {case.pk: _shown_place(case) for case in cases}
    with acting(MACHINE):
        rows = registry.list_places_in_compounds(MACHINE).filter(place_id__in=set(shown.values()))
        names = {row.place_id: registry.name_in_compound(row) for row in rows}
    unknown = Text("社区里", "In the community")
    return {case_id: names.get(place, unknown) for case_id, place in shown.items()}


def _shown_place(case: Case) -> UUID:
    """The building of a home: which home it is, nobody needs to read in a list."""
    if case.place.kind in ("unit", "entrance") and len(case.place.path) >= 2:
        return _building_of(case.place.path)
    return case.place_id


def _building_of(path: Sequence[UUID]) -> UUID:
    from linli.registry.models import Place

    kinds = dict(Place.objects.filter(pk__in=list(path)).values_list("pk", "kind"))
    return next((one for one in reversed(path) if kinds.get(one) == "building"), path[-1])


def positions_of(cases: Sequence[Case]) -> dict[UUID, tuple[float, float]]:
    """Longitude and latitude of each case: its pin, else its place (the building of a home); none where neither is drawn."""
    shown = {case.pk: _shown_place(case) for case in cases if case.lon is None or case.lat is None}
    with acting(MACHINE):
        rows = registry.list_places(MACHINE).filter(place_id__in=set(shown.values())).exclude(place__kind="community")
        at = {row.place_id: (row.lon, row.lat) for row in rows if row.lon is not None and row.lat is not None}
    pinned = {case.pk: (case.lon, case.lat) for case in cases if case.lon is not None and case.lat is not None}
    return pinned | {case_id: at[place] for case_id, place in shown.items() if place in at}


def saved_filters(actor: Actor) -> list[SavedFilter]:
    return list(SavedFilter.objects.filter(account_id=actor.account_id or UUID(int=0)).order_by("name"))


def training_texts() -> list[tuple[str, str]]:
    """Words of reports with the kind a person decided on, oldest first: what the next model learns from. Those of sealed reporters and those
    erased are left out. For machines."""
    decided = Fact.objects.filter(name=CaseRetyped.name, subject_id=OuterRef("case_id"))
    asked = Q(case__way__in=[Way.PORTAL, Way.QR, Way.COUNTER, Way.TELEPHONE, Way.STAFF], case__is_certain=True)
    rows = Said.objects.filter(kind=Said.Kind.REPORT, erased_at=None, case__is_sealed=False).filter(
        asked | Exists(decided)
    )
    return list(
        rows.exclude(body="").exclude(case__type_id="other").order_by("at", "pk").values_list("body", "case__type_id")
    )


def organisation_names(ids: Iterable[UUID | None]) -> dict[UUID, Text]:
    wanted = {one for one in ids if one}
    rows = (
        OrganisationRecord.objects.believed().filter(organisation_id__in=wanted).order_by("valid_from")
        if wanted
        else ()
    )
    return {row.organisation_id: Text(row.name_zh, row.name_en or row.name_zh) for row in rows}


def worker_names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    return names_of_accounts(ids)


def desk_accounts(case: Case, desk: str) -> list[UUID]:
    """Accounts that sit at a desk for the place of a case at present."""
    with acting(MACHINE):
        rows = registry.list_grants(MACHINE, role=desk).filter(place_id__in=case.place.path)
        return sorted({row.account_id for row in rows if row.account_id})


def least_loaded(accounts: Sequence[UUID]) -> UUID | None:
    """The account with the fewest open cases in hand; the first of equals."""
    n_of = loads_of(accounts)
    return min(accounts, key=lambda one: (n_of.get(one, 0), str(one)), default=None)


def loads_of(accounts: Sequence[UUID]) -> dict[UUID, int]:
    """How many open cases each has in hand; nothing for none."""
    with acting(MACHINE):
        rows = Case.objects.filter(handler_id__in=list(accounts), phase__in=[Phase.WAITING, Phase.WORKING])
        counted = rows.order_by().values("handler_id").annotate(n=Count("pk")).values_list("handler_id", "n")
        return {account_id: n for account_id, n in counted if account_id is not None}


def list_received(actor: Actor, community_id: UUID, *, since: dt.datetime, until: dt.datetime) -> QuerySet[Case]:
    """Cases received in ``[since, until)`` that the actor sees, for those who count them."""
    return Case.objects.filter(
        visible_to(actor), community_id=community_id, received_at__gte=since, received_at__lt=until
    )
