"""The worker's part: take what is due, carry it out, try again later, give up visibly.

A row is claimed by moving its due time past the longest a try can last, in a transaction of its own; so a worker killed while sending leaves a
row that is tried again. A message may therefore leave twice, never be lost; its id stays the same, for gateways that look.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Mapping
from typing import Any

from linli.kernel.clock import now as clock_now
from linli.kernel.errors import LinliError
from linli.kernel.policyfile import find_policy
from linli.platform.db import acting
from linli.platform.home import current_home

from .adapters import Send, SendError, carriers
from .outbox import MACHINE, Letter, opened
from .tables import Outgoing

LEASE_S = 120  # longer than any adapter's time-outs together
LOOK_S = 1.0
log = logging.getLogger("linli.delivery")
Carriers = Mapping[str, tuple[str, Send]]


def run_delivery(stop: threading.Event) -> None:
    """Until told to stop. The settings are read again with each batch: a mended file needs no restart."""
    while not stop.is_set():
        if not send_due(now=clock_now()):
            stop.wait(LOOK_S)


def send_due(*, now: dt.datetime, through: Carriers | None = None, limit: int = 50) -> int:
    """Try what is due, oldest first; how many rows were taken up."""
    taken = 0
    while taken < limit:
        claimed = _claim(now)
        if claimed is None:
            break
        taken += 1
        row, letter = claimed
        if letter is not None:
            _try(row, letter, through if through is not None else carriers(current_home()), now)
    return taken


def _claim(now: dt.datetime) -> tuple[Outgoing, Letter | None] | None:
    with acting(MACHINE):
        rows = Outgoing.objects.select_for_update(skip_locked=True)
        row = rows.filter(state=Outgoing.State.WAITING, due_at__lte=now).order_by("due_at").first()
        if row is None:
            return None
        if row.until_at is not None and row.until_at <= now:
            _end(row, Outgoing.State.LAPSED, now)
            return row, None
        row.tries += 1
        row.due_at = now + dt.timedelta(seconds=LEASE_S)
        row.save(update_fields=["tries", "due_at"])
        try:
            return row, opened(row)
        except LinliError as error:  # damaged, or its key is gone: it must not hold up the others
            log.warning("message %s does not open: %s", row.id, error.code)
            _still_waiting(row).update(state=Outgoing.State.PARKED, trouble=error.code, ended_at=now)
            return row, None


def _try(row: Outgoing, letter: Letter, through: Carriers, now: dt.datetime) -> None:
    try:
        through[row.channel][1](letter)
    except (SendError, LinliError) as error:
        why = error.why if isinstance(error, SendError) else error.code
        _put_off(row, why, is_final=getattr(error, "is_final", False), now=now)
        return
    with acting(MACHINE):
        _end(row, Outgoing.State.SENT, now)


def _put_off(row: Outgoing, why: str, *, is_final: bool, now: dt.datetime) -> None:
    body = find_policy("delivery", "default").body
    row.trouble = why
    with acting(MACHINE):
        if is_final or row.tries >= body["tries"]:
            log.warning("message %s parked after %s tries: %s", row.id, row.tries, why)
            _still_waiting(row).update(state=Outgoing.State.PARKED, trouble=why, ended_at=now)
            return
        _still_waiting(row).update(trouble=why, due_at=now + wait_before(row.tries, body))


def wait_before(tries: int, body: Mapping[str, Any]) -> dt.timedelta:
    """Doubles from ``first_wait_s`` up to ``longest_wait_s``."""
    return dt.timedelta(seconds=min(body["first_wait_s"] * 2 ** (tries - 1), body["longest_wait_s"]))


def _end(row: Outgoing, state: str, now: dt.datetime) -> None:
    _still_waiting(row).update(state=state, address=b"", content=b"", trouble="", ended_at=now)


def _still_waiting(row: Outgoing) -> Any:  # a queryset: the row, unless it was called off meanwhile
    return Outgoing.objects.filter(id=row.id, state=Outgoing.State.WAITING)
