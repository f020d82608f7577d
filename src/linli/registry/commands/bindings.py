"""Asking to be bound without an invitation, and the office's decision.

Whoever asks is told one thing only, whatever the register holds: that it was received, under which reference. The answer goes to the telephone
they named: an invitation good for some days, or why not, in words that do not tell who lives where. What was written, and the evidence, are
erased with the decision.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from linli.journal import append
from linli.kernel.clock import local_day, start_of_day
from linli.kernel.clock import now as clock_now
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.ids import uuid7
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.actors import Actor, System
from linli.platform.attachments.keeping import Sent, attach, detach_all
from linli.platform.db import acting
from linli.platform.delivery import queue
from linli.platform.privacy import blind_index, seal, unseal
from linli.platform.signin.throttle import digest as keyed

from .. import events
from ..models import BindRequest, Person
from ..rules.people import PHONE_INDEX, check_name, normal_phone
from .invitations import ALPHABET, INVITE, Sheet, invite_person

HOLDER = "registry.bind_request"
PURPOSE, TABLE = "registry.bind_request", "registry_bindrequest"
KIND = "bind_answer"
MACHINE = System("bind-requests")
REFERENCE_CHARACTERS = 6
LONGEST_HOME, LONGEST_WORDS = 80, 300

NO_HOME = define(
    "registry.bind_home",
    zh="写清楚住哪一户（{limit} 个字以内），例如 3-2-501",
    en="Say which home, in at most {limit} characters, as 3-2-501",
    status=422,
)
NO_RELATION = define(
    "registry.bind_relation", zh="选一项您是谁：{known}", en="Say what you are there: {known}", status=422
)
TOO_MANY = define(
    "registry.bind_many",
    zh="今天收到的申请太多了。明天再来，或带身份证到社区柜台，当场就能办",
    en="Too many requests were sent today. Come again tomorrow, or to the community office with your identity card, where it is done at once",
    status=429,
)
NO_COMMUNITY = define("registry.bind_community", zh="选一个社区", en="Choose a community", status=422)
DECIDED = define(
    "registry.bind_decided", zh="这个申请已经办过了", en="This request has been decided already", status=409
)
NO_REFUSAL = define(
    "registry.bind_refusal", zh="选一个不能绑定的原因：{known}", en="Choose why not: {known}", status=422
)
OTHER_COMMUNITY = define(
    "registry.bind_elsewhere",
    zh="这个人登记在别的社区，请那边办",
    en="That person is registered in another community, which sees to it",
    status=422,
)


@dataclass(frozen=True, slots=True)
class Said:
    name: str
    home: str
    phone: str
    words: str


def terms() -> Mapping[str, Any]:
    """The ``binding`` part of the sign-in policy."""
    found: Mapping[str, Any] = find_policy("sign_in", "default").body["binding"]
    return found


def coded(key: str) -> dict[str, Text]:
    """``relations`` or ``refusals``: words by code."""
    return {one["id"]: Text.from_mapping(one["title"]) for one in terms()[key]}


def ask_to_be_bound(
    *,
    community_id: UUID,
    name: str,
    home: str,
    phone: str,
    relation: str,
    words: str,
    files: list[Sent],
    address: str,
    lang: str,
    now: dt.datetime,
    public: frozenset[UUID],
) -> str:
    """Keep what somebody says of themselves; the reference they are told. Nothing of the register is looked at here.

    Raises ``registry.bad_name``, ``registry.bad_phone``, ``registry.bind_home``, ``registry.bind_relation``, ``registry.bind_many`` (429) and what
    an attachment may raise.
    """
    if community_id not in public:
        raise LinliError(NO_COMMUNITY)
    said = {
        "name": check_name(name),
        "home": " ".join(home.split()),
        "phone": normal_phone(phone),
        "words": words.strip(),
    }
    if not 1 <= len(said["home"]) <= LONGEST_HOME:
        raise LinliError(NO_HOME, limit=LONGEST_HOME)
    known = coded("relations")
    if relation not in known:
        raise LinliError(NO_RELATION, known="、".join(known))
    said["words"] = said["words"][:LONGEST_WORDS]
    index, where = blind_index(PHONE_INDEX, said["phone"]), keyed(address)
    with acting(MACHINE) as actor:
        _check_limits(index, where, now)
        row = BindRequest(
            id=uuid7(), community_id=community_id, reference="".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_CHARACTERS)),
            relation=relation, phone_index=index, address_digest=where, asked_at=now, lang=lang,
        )  # fmt: skip
        row.said = seal(PURPOSE, json.dumps(said, ensure_ascii=False), table=TABLE, column="said", row=row.id)
        row.save(force_insert=True)
        for file in files:
            attach(file, community_id=community_id, holder_kind=HOLDER, holder_id=row.id, actor=actor, now=now)
        append(events.BindingAsked(community_id, row.id, relation), actor=actor)
    return row.reference


def _check_limits(index: bytes, where: bytes, now: dt.datetime) -> None:
    """A day is a day in Asia/Shanghai. Locked in one order by all, addresses first, so that limits hold exactly."""
    for key in (where, index):
        lock = int.from_bytes(hashlib.sha256(b"bind" + key).digest()[:8], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
    today = BindRequest.objects.filter(asked_at__gte=start_of_day(local_day(now)))
    policy = terms()
    if today.filter(address_digest=where).count() >= policy["per_address_day"]:
        raise LinliError(TOO_MANY)
    if today.filter(phone_index=index).count() >= policy["per_number_day"]:
        raise LinliError(TOO_MANY)


def said_in(row: BindRequest) -> Said | None:
    """What was written; None once decided."""
    if not row.said:
        return None
    return Said(**json.loads(unseal(PURPOSE, bytes(row.said), table=TABLE, column="said", row=row.id)))


def bind(
    request_id: UUID, person_id: UUID, evidence: str, *, join_url: str, actor: Actor, now: dt.datetime | None = None
) -> BindRequest:
    """Whoever asked is this person: an invitation goes to the telephone they named. ``evidence``: how that was made sure."""
    at = now or clock_now()
    row, said = _open(request_id, actor)
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFoundError
    if person.community_id != row.community_id:
        raise LinliError(OTHER_COMMUNITY)
    sheet = invite_person(person_id, evidence, actor=actor, now=at, days=terms()["invitation_days"])
    row.state, row.person_id, row.invitation_id = BindRequest.State.BOUND, person_id, sheet.invitation_id
    _tell(row, said, Text.from_mapping(terms()["text_bound"]), at=at, **_of(sheet, join_url))
    _close(row, actor=actor, at=at)
    append(events.BindingDecided(row.community_id, row.pk, True, ""), actor=actor)
    return row


def refuse_binding(request_id: UUID, refusal: str, *, actor: Actor, now: dt.datetime | None = None) -> BindRequest:
    """Not bound, for a reason of the policy; it is what the person reads."""
    at = now or clock_now()
    row, said = _open(request_id, actor)
    known = coded("refusals")
    if refusal not in known:
        raise LinliError(NO_REFUSAL, known="、".join(known))
    row.state, row.refusal = BindRequest.State.REFUSED, refusal
    _tell(row, said, Text.from_mapping(terms()["text_refused"]), at=at, why=known[refusal].in_(row.lang))
    _close(row, actor=actor, at=at)
    append(events.BindingDecided(row.community_id, row.pk, False, refusal), actor=actor)
    return row


def _open(request_id: UUID, actor: Actor) -> tuple[BindRequest, Said]:
    """The request, locked, with what it says; of two workers at once the second finds it decided."""
    row = BindRequest.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    if row is None or not actor.may(INVITE, row.community_id):
        raise NotFoundError
    said = said_in(row)
    if row.state != BindRequest.State.OPEN or said is None:
        raise LinliError(DECIDED)
    return row, said


def _of(sheet: Sheet, join_url: str) -> dict[str, str]:
    return {"url": join_url, "code": sheet.code, "until": local_day(sheet.expires_at).isoformat()}


def _tell(row: BindRequest, said: Said, text: Text, *, at: dt.datetime, **filled: str) -> None:
    queue(
        channel="sms", address=said.phone, text=text.fill(reference=row.reference, **filled), kind=KIND,
        community_id=row.community_id, lang=row.lang, now=at,
    )  # fmt: skip


def _close(row: BindRequest, *, actor: Actor, at: dt.datetime) -> None:
    """What was written and shown has served; it goes."""
    row.said, row.decided_at, row.decided_by = b"", at, actor.code
    row.save(update_fields=["state", "person", "invitation_id", "refusal", "said", "decided_at", "decided_by"])
    detach_all(HOLDER, row.pk)
