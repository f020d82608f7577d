"""How a case begins: a draft that becomes a report, a report on somebody's behalf, a finding of staff."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from linli.journal import append
from linli.kernel.clock import local_day, start_of_day
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.geo import distance_m
from linli.kernel.ids import uuid7
from linli.platform.actors import Actor
from linli.platform.attachments import attach, detach
from linli.platform.attachments.keeping import Sent, detach_all, hand_over
from linli.platform.attachments.tables import Attachment
from linli.platform.db import acting
from linli.platform.privacy import seal
from linli.registry import queries as registry

from .. import bridges, events, queries
from ..models import Case, Draft, Said, Supporter, Way
from ..rules.types import CaseType, case_types, cases_policy
from ..rules.writing import check_answers, check_text
from . import clockwork

OUTSIDE = define(
    "cases.place_elsewhere",
    zh="这个地方不在您的社区里",
    en="This place is not in your community",
    status=422,
)
PIN_OUTSIDE = define(
    "cases.pin_outside",
    zh="图钉不在这个社区里。请移到社区里，或收起图钉、写地址",
    en="The pin is not in this community. Move it inside, or put it away and give an address",
    status=422,
)
TOO_MANY = define(
    "cases.too_many_reports",
    zh="一小时最多报 {most} 件，请等一会儿；急事请打电话",
    en="At most {most} reports an hour; wait a little, and telephone if it is urgent",
    status=429,
)
NOT_FOR_YOU = define(
    "cases.type_for_staff",
    zh="这种事项由工作人员登记",
    en="This kind of case is entered by staff",
    status=403,
)
NO_DAY = define(
    "cases.no_day_agreed",
    zh="这种事项不能约定办完的日子，或者日子已经过了",
    en="No day can be agreed for this kind of case, or the day is past",
    status=422,
)
NO_NUMBER = define("cases.no_number_left", zh="今天的编号用完了", en="The numbers of today are used up", status=503)
COUNTER = "counter.serve"
ASKING = (Way.PORTAL, Way.QR, Way.OPEN311, Way.API)
"""Ways in on which the further questions of a type are shown to whoever reports."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported. ``type_id`` none: the text is guessed at, and below the policy's confidence a person decides. ``where`` is a typed address.
    ``handle_by``: the day agreed with whoever is to do it, for types that allow one."""

    text: str
    type_id: str = ""
    place_id: UUID | None = None
    lon: float | None = None
    lat: float | None = None
    where: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    is_sealed: bool = False
    is_urgent: bool = False
    way: str = Way.PORTAL
    handle_by: dt.date | None = None


def keep_draft(community_id: UUID, text: str, *, way: str = Way.PORTAL, place_id: UUID | None = None, where: str = "",
               lon: float | None = None, lat: float | None = None, draft_id: UUID | None = None, actor: Actor, now: dt.datetime) -> Draft:  # fmt: skip
    """Begin a report, or write a begun one anew. Nobody else sees it, and no fact is told."""
    policy = cases_policy()
    said = check_text(text, least=policy.text_min_chars, most=policy.text_max_chars)
    account_id = _may_report(community_id, actor)
    place_id = _checked_place(community_id, place_id, lon, lat, actor)
    given = {"text": said, "place_id": place_id, "lon": lon, "lat": lat, "where": " ".join(where.split())[:200]}
    if draft_id is not None:
        draft = queries.find_draft(actor, draft_id, lock=True)
        for name, value in given.items():
            setattr(draft, name, value)
        draft.save()
        return draft
    return Draft.objects.create(community_id=community_id, account_id=account_id, way=way, made_at=now, **given)


def add_photo(draft_id: UUID, sent: Sent, *, actor: Actor, now: dt.datetime) -> Attachment:
    """Add a picture to a draft. Its own name, and where and with what it was taken, are not kept."""
    draft = queries.find_draft(actor, draft_id, lock=True)
    return _attach(
        draft.community_id,
        queries.DRAFT_HOLDER,
        draft.pk,
        sent,
        added_by=Actor(kind="system", purpose="report"),
        now=now,
    )


def remove_photo(draft_id: UUID, attachment_id: UUID, *, actor: Actor) -> None:
    draft = queries.find_draft(actor, draft_id, lock=True)
    detach(attachment_id, holder_kind=queries.DRAFT_HOLDER, holder_id=draft.pk)


def discard_draft(draft_id: UUID, *, actor: Actor) -> None:
    draft = queries.find_draft(actor, draft_id, lock=True)
    detach_all(queries.DRAFT_HOLDER, draft.pk)
    draft.delete()


def send_draft(draft_id: UUID, type_id: str, *, answers: Mapping[str, Any] | None = None, is_sealed: bool = False, actor: Actor, now: dt.datetime) -> Case:  # fmt: skip
    """The draft becomes a case, with its pictures; the draft is gone."""
    draft = queries.find_draft(actor, draft_id, lock=True)
    report = Report(
        draft.text, type_id, draft.place_id, draft.lon, draft.lat, draft.where, answers or {}, is_sealed, way=draft.way
    )
    case = open_case(draft.community_id, report, actor=actor, now=now)
    by = f"pseudonym:{case.pseudonym}" if is_sealed else actor.code
    hand_over(queries.DRAFT_HOLDER, draft.pk, queries.HOLDER, case.pk, added_by=by)
    draft.delete()
    return case


def report_for(person_id: UUID, report: Report, *, actor: Actor, now: dt.datetime) -> Case:
    """At the counter or by telephone, for somebody: theirs, entered by the worker; facts name both."""
    person = registry.find_person(actor, person_id)
    actor.require(COUNTER, person.community_id)
    assert person.community_id is not None
    if report.way not in (Way.COUNTER, Way.TELEPHONE):
        raise NotFoundError
    return open_case(person.community_id, report, actor=actor.on_behalf(person_id), now=now, person_id=person_id)


def open_case(
    community_id: UUID, report: Report, *, actor: Actor, now: dt.datetime, person_id: UUID | None = None
) -> Case:
    """Receive a report, start its clocks and send it to its desk, in one step.

    ``person_id`` is given where somebody else enters it. Refuses a type for staff from others, answers that do not fit the type's form, a place of
    another community, and more reports an hour from one account than the policy allows.
    """
    policy = cases_policy()
    account_id = _may_report(community_id, actor) if actor.kind != "system" else None
    said = check_text(report.text, least=policy.text_min_chars, most=policy.text_max_chars)
    kind, is_certain = _kind(report, actor, community_id)
    answers = check_answers(kind, report.answers, is_asked=bool(report.type_id) and report.way in ASKING)
    if account_id is not None:
        _refuse_flood(account_id, person_id or actor.person_id, now, most=policy.reports_an_hour)
    place_id = _checked_place(community_id, report.place_id, report.lon, report.lat, actor)
    case = Case(
        id=uuid7(), community_id=community_id, number=_number(community_id, now), type_id=kind.id, type_version=kind.version,
        type_sha256=kind.sha256, flow_id=kind.flow.id, flow_version=kind.flow.version, sphere=kind.sphere, state=kind.flow.start,
        phase=kind.flow.states[kind.flow.start].phase, way=report.way, place_id=place_id or community_id, where=" ".join(report.where.split())[:200],
        lon=report.lon, lat=report.lat, answers=answers, is_certain=is_certain, is_urgent=report.is_urgent or kind.group == "hazard",
        desk=kind.desks[0], received_at=now, round_at=now, changed_at=now,
    )  # fmt: skip
    _set_reporter(case, report.is_sealed, actor, person_id, account_id)
    clockwork.begin_round(case, kind, now)
    if report.handle_by is not None:
        case.handle_due_at = _end_of(report.handle_by, kind, now)
    clockwork.settle(case, kind, now)
    case.save(force_insert=True)
    words = Said.objects.create(
        case=case, community_id=community_id, kind=Said.Kind.REPORT, by="reporter", at=now, body=said,
        account_id=None if case.is_sealed else account_id,
    )  # fmt: skip
    fact = events.CaseReceived(
        community_id, case.pk, words.pk, kind.id, kind.version, kind.sha256, kind.flow.id, kind.flow.version, case.place_id, case.way, case.is_sealed,
        is_certain, case.is_urgent, case.respond_due_at, case.answer_due_at, case.handle_due_at,
    )  # fmt: skip
    append(fact, actor=actor, occurred_at=now, pseudonym=case.pseudonym)
    from .dispatching import send_to_desk

    send_to_desk(case, kind, level=0, how="duty", actor=queries.MACHINE, now=now)
    return case


def support(case_id: UUID, *, actor: Actor, now: dt.datetime) -> Case:
    """Say "me too": counted once for each person, and told when it is done."""
    if actor.person_id is None:
        raise NotFoundError
    with acting(queries.MACHINE):
        case = Case.objects.select_for_update().filter(pk=case_id).first()
        if case is None or case.community_id not in actor.scope or case.phase == "closed":
            raise NotFoundError
        if Case.objects.filter(queries.mine(actor), pk=case_id).exists():
            return case
        _, is_new = Supporter.objects.get_or_create(
            case=case, person_id=actor.person_id, defaults={"community_id": case.community_id, "at": now}
        )
        if is_new:
            case.n_supporters += 1
            case.save(update_fields=["n_supporters"])
            # Who it was stands in the room alone: the first reporter need not learn it from the journal.
            append(
                events.CaseSupported(case.community_id, case.pk, case.n_supporters),
                actor=queries.MACHINE,
                occurred_at=now,
            )
    return case


def _may_report(community_id: UUID, actor: Actor) -> UUID:
    """Whoever lives or works in the community, by their account."""
    if actor.account_id is None or community_id not in actor.scope:
        raise NotFoundError
    return actor.account_id


def _kind(report: Report, actor: Actor, community_id: UUID) -> tuple[CaseType, bool]:
    known = case_types()
    is_staff = actor.kind == "system" or actor.may(queries.HANDLE, community_id)
    if report.type_id:
        from ..rules.types import type_of

        kind = known.get(report.type_id) or type_of(report.type_id)
        if kind.is_for_staff and not is_staff:
            raise LinliError(NOT_FOR_YOU)
        return kind, kind.id != "other"
    guesses = bridges.guess(report.text, for_staff=is_staff)
    if guesses and guesses[0].is_sure:
        return guesses[0].kind, True
    return known["other"], False


def _end_of(day: dt.date, kind: CaseType, now: dt.datetime) -> dt.datetime:
    if not kind.is_day_agreed or day < local_day(now):
        raise LinliError(NO_DAY)
    return start_of_day(day + dt.timedelta(days=1))


def _refuse_flood(account_id: UUID, person_id: UUID | None, now: dt.datetime, *, most: int) -> None:
    with acting(queries.MACHINE):
        own = Said.objects.filter(
            account_id=account_id, kind=Said.Kind.REPORT, at__gt=now - dt.timedelta(hours=1), at__lte=now
        )
        sealed = Case.objects.filter(
            is_sealed=True,
            reporter_index=queries.reporter_index(account_id, person_id),
            received_at__gt=now - dt.timedelta(hours=1),
        )
        if own[:most].count() + sealed[:most].count() >= most:
            raise LinliError(TOO_MANY, most=most)


def _checked_place(
    community_id: UUID, place_id: UUID | None, lon: float | None, lat: float | None, actor: Actor
) -> UUID | None:
    """The place named, if it is one of the community; else the one around the pin. A person's pin far outside is refused; another system's
    coordinates are taken as they come."""
    if place_id is not None:
        if not registry.list_places(actor, community_id=community_id).filter(place_id=place_id).exists():
            raise LinliError(OUTSIDE)
        return place_id
    if lon is None or lat is None:
        return None
    with acting(queries.MACHINE):
        policy = cases_policy()
        around = registry.place_at(
            queries.MACHINE, community_id, lon, lat, near_m=policy.pin_near_m, around_m=policy.pin_around_m
        )
        if around is not None:
            return around.place_id
        drawn = registry.list_places(queries.MACHINE, kind="community").filter(place_id=community_id).first()
    if actor.kind != "system" and drawn is not None and _metres_outside(drawn, lon, lat) > cases_policy().pin_outside_m:
        raise LinliError(PIN_OUTSIDE)
    return None


def _metres_outside(drawn: Any, lon: float, lat: float) -> float:
    """From the box around a community's outline; 0 where it is not drawn."""
    if drawn.west is None:
        return 0.0
    nearest = min(max(lon, drawn.west), drawn.east), min(max(lat, drawn.south), drawn.north)
    return float(distance_m(*nearest, lon, lat))


def _set_reporter(case: Case, is_sealed: bool, actor: Actor, person_id: UUID | None, account_id: UUID | None) -> None:
    """Open: person and account stand in their columns. Sealed: only what opens with the key, a keyed hash, and a pseudonym."""
    who = person_id or actor.person_id
    if actor.kind == "system":
        case.person_id = person_id
        return
    if not is_sealed:
        case.person_id = who
        is_entered = person_id is not None or actor.on_behalf_of is not None
        case.entered_by = account_id if is_entered else None
        case.account_id = None if is_entered else account_id
        return
    case.is_sealed, case.pseudonym = True, uuid4()
    told = json.dumps({"account": str(account_id), "person": str(who) if who else None})
    case.reporter = seal(queries.REPORTER_KEY, told, table="cases_case", column="reporter", row=case.pk)
    case.reporter_index = queries.reporter_index(account_id, who)


def _number(community_id: UUID, now: dt.datetime) -> str:
    """``261125-40712``: the day and five digits that tell nothing of how many there were. Two at once meet at the unique constraint at worst."""
    day = f"{local_day(now):%y%m%d}"
    for _ in range(40):
        number = f"{day}-{secrets.randbelow(100_000):05d}"
        if not Case.objects.filter(community_id=community_id, number=number).exists():
            return number
    raise LinliError(NO_NUMBER)


def attach_photos(case: Case, photos: Sequence[Sent], *, actor: Actor, now: dt.datetime) -> None:
    """Pictures of a case, as ``actor`` added them (see :func:`signed`)."""
    for sent in photos:
        _attach(case.community_id, queries.HOLDER, case.pk, sent, added_by=actor, now=now)


def _attach(
    community_id: UUID, kind: str, holder_id: UUID, sent: Sent, *, added_by: Actor, now: dt.datetime
) -> Attachment:
    suffix = (sent.name or "").rpartition(".")[2].lower()
    sent.name = f"photo.{suffix if suffix.isalnum() and len(suffix) <= 5 else 'jpg'}"
    return attach(sent, community_id=community_id, holder_kind=kind, holder_id=holder_id, actor=added_by, now=now)


def signed(case: Case, actor: Actor, *, is_reporter: bool) -> Actor:
    """Who is named as having added a picture: for a sealed reporter, their pseudonym."""
    return Actor(kind="system", purpose=f"pseudonym-{case.pseudonym}") if is_reporter and case.is_sealed else actor
