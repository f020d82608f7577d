"""What can be done at the counter: begin a service, confirm it in one of three ways, cancel it, decide an entry made offline."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from linli.journal import append
from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.kernel.ids import uuid7
from linli.platform.actors import Actor
from linli.platform.privacy import seal, unseal
from linli.registry import commands as registry_commands
from linli.registry import queries as registry
from linli.registry.catalogues import catalogue
from linli.registry.rules.people import normal_phone

from . import events, rules
from .models import Service
from .queries import PERMISSION, find_service, who_fits

TABLE = "counter_service"


def begin_service(person_id: UUID, matter: str, *, actor: Actor, note: str = "", phone: str = "") -> Service:
    """Write down what somebody asks for. Nothing is changed before they confirm. ``phone`` for the matter of that name."""
    record = registry.find_person(actor, person_id)
    _require(actor, matter, record.community_id)
    if actor.person_id == person_id:
        raise LinliError(rules.SELF)
    service_id = uuid7()
    said = rules.check_note(note, needed=matter != "phone")
    change = normal_phone(phone) if matter == "phone" else ""
    return Service.objects.create(
        id=service_id, community_id=record.community_id, number=_next_number(record.community_id), person_id=person_id,
        matter=matter, note=_sealed(service_id, "note", said), change=_sealed(service_id, "change", change),
        code=_sealed(service_id, "code", f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"),
        based_on=record.pk, served_by=_account(actor),
    )  # fmt: skip


def confirm_by_code(service_id: UUID, code: str, *, actor: Actor) -> Service:
    """The person told the six digits that stand on their own page. After five wrong ones the code is dead.

    A wrong code is counted, so it is told by the answer and not by an exception, which would take the counting back.
    """
    service = _open_to(service_id, actor)
    if service.n_tries >= rules.MAX_TRIES:
        raise LinliError(rules.NO_MORE_TRIES)
    wanted = opened(service, "code")
    if not hmac.compare_digest(wanted.encode(), "".join(code.split()).encode()):
        service.n_tries += 1
        service.save(update_fields=["n_tries"])
        return service
    return _done(service, Service.Way.CODE, actor)


def confirm_by_signature(service_id: UUID, data_url: str, *, actor: Actor) -> Service:
    """The person signed on the counter's screen."""
    service = _open_to(service_id, actor)
    service.signature = _sealed(service.id, "signature", rules.check_signature(data_url))
    return _done(service, Service.Way.SIGNATURE, actor)


def confirm_by_witness(service_id: UUID, *, actor: Actor) -> Service:
    """A second worker saw and heard it, and says so under their own account."""
    service = _open_to(service_id, actor)
    if service.served_by == actor.account_id:
        raise LinliError(rules.WITNESS_IS_SERVER)
    if service.person_id == actor.person_id:
        raise LinliError(rules.SELF)
    service.witness = actor.account_id
    return _done(service, Service.Way.WITNESS, actor)


def cancel_service(service_id: UUID, *, actor: Actor) -> None:
    service = find_service(actor, service_id, lock=True)
    actor.require(PERMISSION, service.community_id)
    if service.state not in (Service.State.OPEN, Service.State.UNDECIDED):
        raise LinliError(rules.NOT_OPEN)
    service.state, service.ended_at = Service.State.CANCELLED, now()
    service.code = service.signature = service.who = b""
    service.save(update_fields=["state", "ended_at", "code", "signature", "who"])
    append(events.ServiceCancelled(service.community_id, service.id, service.matter), actor=actor)


def take_entries(said: Sequence[object], *, community_id: UUID, actor: Actor) -> list[dict[str, Any]]:
    """Entries made without the network, each once however often it is sent: its number, state and doubt, in order.

    An entry that fits exactly one person, at the home written down, is that person's; signed ones are done, others wait for
    confirmation. One that fits nobody, several, or somebody who lives elsewhere now waits for a decision.
    """
    actor.require(PERMISSION, community_id)
    entries = [rules.read_entry(one, number) for number, one in enumerate(said, start=1)]
    answers, n_new, n_doubtful = [], 0, 0
    for number, entry in enumerate(entries, start=1):
        service, is_new = _take(entry, number, community_id, actor)
        n_new += is_new
        n_doubtful += is_new and service.state == Service.State.UNDECIDED
        answers.append(
            {"key": str(entry.key), "number": service.number, "state": service.state, "doubt": service.doubt}
        )
    if n_new:
        append(events.EntriesSynchronised(community_id, community_id, n_new, n_doubtful), actor=actor)
    return answers


def decide_entry(service_id: UUID, person_id: UUID, *, actor: Actor) -> Service:
    """Whose the doubtful entry is. If it was signed, it is done; otherwise it waits for confirmation."""
    service = find_service(actor, service_id, lock=True)
    actor.require(PERMISSION, service.community_id)
    if service.state != Service.State.UNDECIDED:
        raise LinliError(rules.NOT_OPEN)
    record = registry.find_person(actor, person_id)
    if record.community_id != service.community_id:
        raise NotFoundError
    return _settle(service, record, actor)


def opened(service: Service, column: str) -> str:
    """What is sealed in ``column`` of a service; empty where nothing is."""
    sealed = bytes(getattr(service, column))
    return unseal(rules.PURPOSE, sealed, table=TABLE, column=column, row=service.id) if sealed else ""


def _take(entry: rules.Entry, number: int, community_id: UUID, actor: Actor) -> tuple[Service, bool]:
    matter = "general" if entry.matter == "phone" else entry.matter  # what changes a record is not done unseen
    _require(actor, matter, community_id)
    digest = hashlib.sha256(
        "\n".join([entry.name, entry.home, entry.matter, entry.note, entry.signature]).encode()
    ).digest()
    with connection.cursor() as cursor:
        lock = int.from_bytes(
            hashlib.sha256(f"counter\n{actor.code}\n{entry.key}".encode()).digest()[:8], "big", signed=True
        )
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
    known = Service.objects.filter(served_by=_account(actor), entry_key=entry.key).first()
    if known is not None:
        if bytes(known.entry_digest) != digest:
            raise LinliError(rules.ENTRY_DIFFERS, number=number)
        return known, False
    service_id = uuid7()
    service = Service(
        id=service_id, community_id=community_id, number=_next_number(community_id), matter=matter, state=Service.State.UNDECIDED,
        note=_sealed(service_id, "note", entry.note), who=_sealed(service_id, "who", f"{entry.name}\n{entry.home}"),
        signature=_sealed(service_id, "signature", entry.signature), served_by=_account(actor), entry_key=entry.key,
        entry_digest=digest, written_at=entry.written_at,
    )  # fmt: skip
    people, service.doubt = who_fits(actor, community_id, entry.name, entry.home)
    service.save(force_insert=True)
    if not service.doubt and people[0].person_id != actor.person_id:
        service = _settle(service, people[0], actor)
    return service, True


def _settle(service: Service, record: Any, actor: Actor) -> Service:
    if actor.person_id == record.person_id:
        raise LinliError(rules.SELF)
    service.person_id, service.based_on, service.doubt, service.who = record.person_id, record.pk, "", b""
    service.state = Service.State.OPEN
    service.code = _sealed(service.id, "code", f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}")
    service.save(update_fields=["person_id", "based_on", "doubt", "who", "state", "code"])
    return _done(service, Service.Way.SIGNATURE, actor) if bytes(service.signature) else service


def _require(actor: Actor, matter: str, community_id: UUID) -> None:
    actor.require(PERMISSION, community_id)
    rules.check_matter(matter, known=frozenset(catalogue("counter-matters")))
    if matter in rules.NEEDS:
        actor.require(rules.NEEDS[matter], community_id)


def _open_to(service_id: UUID, actor: Actor) -> Service:
    service = find_service(actor, service_id, lock=True)
    actor.require(PERMISSION, service.community_id)
    if service.state != Service.State.OPEN:
        raise LinliError(rules.NOT_OPEN)
    return service


def _done(service: Service, way: str, actor: Actor) -> Service:
    """Carry out what was asked, on behalf of the person, and tell it."""
    assert service.person_id is not None
    acting_for = actor.on_behalf(service.person_id)
    if service.matter == "phone":
        record = registry.find_person(actor, service.person_id)
        if record.pk != service.based_on:
            raise LinliError(rules.CHANGED_MEANWHILE)
        phone = opened(service, "change")
        registry_commands.change_person(service.person_id, {"phone": phone}, actor=acting_for, on=local_day(now()))
    service.state, service.way, service.ended_at, service.code, service.change = (
        Service.State.DONE,
        way,
        now(),
        b"",
        b"",
    )
    service.save(update_fields=["state", "way", "ended_at", "code", "change", "signature", "witness"])
    append(
        events.PersonServed(service.community_id, service.id, service.person_id, service.matter, way, service.witness),
        actor=acting_for,
    )
    return service


def _account(actor: Actor) -> UUID:
    """Who serves: a signed-in worker, never a machine."""
    if actor.account_id is None:
        raise NotAllowedError(PERMISSION)
    return actor.account_id


def _sealed(service_id: UUID, column: str, said: str) -> bytes:
    return seal(rules.PURPOSE, said, table=TABLE, column=column, row=service_id) if said else b""


def _next_number(community_id: UUID) -> str:
    """``20261125-0007``: the day and the how-manieth of it in the community; two desks at once wait for each other here."""
    day = f"{local_day(now()):%Y%m%d}"
    with connection.cursor() as cursor:
        lock = int.from_bytes(
            hashlib.sha256(f"counter\n{community_id}\n{day}".encode()).digest()[:8], "big", signed=True
        )
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
        cursor.execute(
            "SELECT count(*) FROM counter_service WHERE community_id = %s AND number LIKE %s",
            [community_id, f"{day}-%"],
        )
        return f"{day}-{cursor.fetchone()[0] + 1:04d}"
