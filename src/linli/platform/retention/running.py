"""Carrying out the terms: every night once, batch by batch, each a transaction together with its count.

Killed anywhere, the night's row stands open and the next look goes on with it. Two workers meet in the row's lock.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from uuid import UUID

from django.db import IntegrityError, transaction

from linli.kernel.clock import SHANGHAI
from linli.kernel.clock import now as clock
from linli.kernel.policyfile import find_policy
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.ports import ports

from .events import TermsCarriedOut
from .rules import Term, terms
from .tables import RetentionRun

LOOK_EVERY_S = 60.0
MACHINE = System("retention")
log = logging.getLogger("linli.retention")


def run_retention(stop: threading.Event) -> None:
    """The worker's loop: look every minute."""
    while not stop.wait(LOOK_EVERY_S):
        carry_out_tonight(now=clock(), stop=stop)


def carry_out_tonight(*, now: dt.datetime, stop: threading.Event | None = None) -> RetentionRun | None:
    """From the policy's hour on, once a day; None where there is nothing to do yet or any more."""
    here = now.astimezone(SHANGHAI)
    policy = find_policy("retention", "default")
    if here.hour < policy.body["hour"]:
        return None
    with acting(MACHINE):
        run = RetentionRun.objects.filter(night=here.date()).first()
        if run is None:
            run = _begin(here.date(), now)
    return None if run.ended_at else _carry_on(run.pk, now=now, stop=stop)


def carry_out_now(*, now: dt.datetime) -> RetentionRun:
    """By hand, whatever the hour."""
    with acting(MACHINE):
        run = _begin(None, now)
    return _carry_on(run.pk, now=now)


def _begin(night: dt.date | None, now: dt.datetime) -> RetentionRun:
    version = find_policy("retention", "default").version
    try:
        with transaction.atomic():
            return RetentionRun.objects.create(night=night, policy_version=version, begun_at=now)
    except IntegrityError:  # another worker was quicker
        return RetentionRun.objects.get(night=night)


def _carry_on(run_id: UUID, *, now: dt.datetime, stop: threading.Event | None = None) -> RetentionRun:
    failed: list[str] = []
    for term in terms():
        try:
            while _batch(run_id, term, now):
                if stop is not None and stop.is_set():
                    return RetentionRun.objects.get(pk=run_id)
        except Exception as error:  # one rule must not keep the others from being carried out
            log.exception("retention of %s failed: %s", term.rule.id, type(error).__name__)
            failed.append(term.rule.id)
    return _end(run_id, failed)


def _batch(run_id: UUID, term: Term, now: dt.datetime) -> int:
    with acting(MACHINE):
        run = RetentionRun.objects.select_for_update().get(pk=run_id)
        if run.ended_at:
            return 0
        n = term.rule.carry_out(now - dt.timedelta(days=term.keep_days), term.rule.batch)
        if n:
            run.counts[term.rule.id] = run.counts.get(term.rule.id, 0) + n
            run.save(update_fields=["counts"])
    return n


def _end(run_id: UUID, failed: list[str]) -> RetentionRun:
    with acting(MACHINE) as actor:
        run = RetentionRun.objects.select_for_update().get(pk=run_id)
        if run.ended_at:
            return run
        run.ended_at, run.failed = clock(), failed
        run.save(update_fields=["ended_at", "failed"])
        counted = sorted(run.counts.items())
        fact = TermsCarriedOut(
            None, run.pk, run.policy_version, tuple(rule for rule, _ in counted), tuple(n for _, n in counted), tuple(failed)
        )  # fmt: skip
        ports.audit.append(fact, actor=actor)
    return run


def tonight(*, now: dt.datetime) -> list[tuple[Term, int]]:
    """The dry run: how much would go under each rule if it were carried out now. Call inside ``acting`` of a machine."""
    return [(term, term.rule.due(now - dt.timedelta(days=term.keep_days))) for term in terms()]
