"""Carrying out what needs no person's decision: copies and erasures.

The worker's loop does each in a transaction of its own, so that a killed worker leaves it undone, not half done, and does it at its
next start. What fails is tried again at the next round and stays open, past its day, where people see it.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.models import Account
from linli.platform.ports import ports

from .events import PersonErased
from .holdings import Erased, Kept, holdings
from .models import Copy, Request
from .notes import erase_notes_about
from .requests import answer, my_requests, shut_account, terms
from .sealing import seal, unseal

PURPOSE = "privacy.copy"
ROUND_S = 15.0
log = logging.getLogger("linli.privacy")


def run_rights(stop: threading.Event) -> None:
    """The worker's loop."""
    while not stop.wait(ROUND_S):
        carry_out_due()


def carry_out_due() -> int:
    """Everything that is due now; how many requests were carried out."""
    with acting(System("privacy")):
        wait = dt.timedelta(minutes=terms()["erase_wait_min"])
        open_ = Request.objects.filter(state=Request.State.OPEN)
        copies = list(open_.filter(kind=Request.Kind.COPY).values_list("id", flat=True))
        erasures = list(open_.filter(kind=Request.Kind.ERASE, asked_at__lte=now() - wait).values_list("id", flat=True))
        Copy.objects.filter(dies_at__lte=now()).delete()
    return sum(_tried(make_copy, one) for one in copies) + sum(_tried(carry_out_erasure, one) for one in erasures)


def _tried(deed: Callable[[UUID, Actor], bool], request_id: UUID) -> bool:
    try:
        with acting(System("privacy")) as actor:
            return deed(request_id, actor)
    except Exception as error:
        log.exception("request %s failed: %s", request_id, type(error).__name__)
        return False


def _open(request_id: UUID) -> Request | None:
    rows = Request.objects.filter(pk=request_id, state=Request.State.OPEN)
    return rows.select_for_update(skip_locked=True).first()


def make_copy(request_id: UUID, actor: Actor) -> bool:
    """Gather what every room holds, seal it beside the request, and say when its link dies."""
    request = _open(request_id)
    if request is None:
        return False
    content = json.dumps(gather(request.person_id), ensure_ascii=False)
    dies_at = now() + dt.timedelta(days=terms()["copy_link_days"])
    sealed = seal(PURPOSE, content, table="privacy_copy", column="content", row=request.id)
    Copy.objects.create(
        request=request, community_id=request.community_id, person_id=request.person_id, content=sealed, dies_at=dies_at
    )
    answer(request, Request.State.DONE, actor=actor, outcome={"n_bytes": len(content.encode())})
    return True


def gather(person_id: UUID) -> dict[str, Any]:
    """Everything held of a person, as plain JSON: sections of rows of named values, in both languages."""
    sections = [
        {
            "key": section.key,
            "title": section.title.as_mapping(),
            "rows": [
                [{"name": name.as_mapping(), "value": _plain(value)} for name, value in row] for row in section.rows
            ],
        }
        for one in holdings()
        for section in one.tell(person_id)
    ]
    return {"made_at": now().isoformat(), "person_id": str(person_id), "sections": sections}


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.as_mapping()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def open_copy(request_id: UUID, *, actor: Actor) -> dict[str, Any]:
    """The copy somebody asked for about themselves, while its link lives."""
    row = Copy.objects.filter(request__in=my_requests(actor), request_id=request_id, dies_at__gt=now()).first()
    if row is None:
        raise NotFoundError
    Copy.objects.filter(pk=row.pk).update(n_fetched=row.n_fetched + 1)
    content = unseal(PURPOSE, bytes(row.content), table="privacy_copy", column="content", row=row.request_id)
    return dict(json.loads(content))


def foretell(person_id: UUID) -> list[Kept]:
    """What an erasure today would leave, and why."""
    return [kept for one in holdings() for kept in one.foretell(person_id)]


def carry_out_erasure(request_id: UUID, actor: Actor) -> bool:
    request = _open(request_id)
    if request is None:
        return False
    erased = erase_person(request.person_id, because="asked", community_id=request.community_id, actor=actor)
    shut_account(request.account_id, actor=actor)
    kept = [{"what": one.what.as_mapping(), "because": one.because.as_mapping()} for one in erased.kept]
    answer(request, Request.State.DONE, actor=actor, outcome={"n_rows": erased.n_rows, "kept": kept})
    return True


def erase_person(person_id: UUID, *, because: str, community_id: UUID, actor: Actor) -> Erased:
    """Every room empties what it holds; notes, copies and accounts go; what happened is a fact without a name."""
    total = Erased()
    for one in holdings():
        erased = one.erase(person_id, because, actor)
        total.n_rows |= {f"{one.room}.{name}": n for name, n in erased.n_rows.items()}
        total.kept += erased.kept
    total.n_rows["privacy.notes"] = erase_notes_about(person_id)
    total.n_rows["privacy.copies"] = Copy.objects.filter(person_id=person_id).delete()[0]
    for account_id in Account.objects.filter(person_id=person_id).values_list("id", flat=True):
        shut_account(account_id, actor=actor)
    n_rows = sum(total.n_rows.values())
    ports.audit.append(PersonErased(community_id, person_id, because, n_rows, len(total.kept)), actor=actor)
    return total
