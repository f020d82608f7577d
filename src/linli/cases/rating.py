"""The facts the rates are made of, and what must hold between facts and the columns of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from linli.journal.models import Fact
from linli.platform.db import acting
from linli.platform.installation import installation_kind

from . import queries
from .rules.rates import COUNTED, RECEIVED, Happened, Rates, Verdict, add_up, judge
from .rules.types import cases_policy

BATCH = 2000


def verdicts(
    community_id: UUID, *, since: dt.datetime, now: dt.datetime, until: dt.datetime | None = None
) -> list[Verdict]:
    """The verdict on every case received in ``[since, until)``, in order of receipt. As a machine: who may see them, the page decides."""
    with acting(queries.MACHINE):
        received = Fact.objects.filter(community_id=community_id, name=RECEIVED, occurred_at__gte=since)
        if until is not None:
            received = received.filter(occurred_at__lt=until)
        cases = list(received.order_by("occurred_at").values_list("subject_id", flat=True))
        return [one for n in range(0, len(cases), BATCH) for one in judge(_facts(cases[n : n + BATCH]), now)]


def rates(community_id: UUID, *, since: dt.datetime, now: dt.datetime) -> Rates:
    return sum_up(verdicts(community_id, since=since, now=now))


def sum_up(judged: Sequence[Verdict]) -> Rates:
    """The three rates of verdicts, by the policy's word on who is satisfied."""
    return add_up(judged, satisfied_from=cases_policy().satisfied_from)


def _facts(case_ids: list[UUID]) -> Iterator[Happened]:
    """A real installation counts when a fact was recorded, by the database's own clock; a demo's past was made in an afternoon."""
    column = "occurred_at" if installation_kind() == "demo" else "recorded_at"
    rows: Any = Fact.objects.filter(subject_id__in=case_ids, name__in=COUNTED).order_by("ord")
    for subject, name, at, payload in rows.values_list("subject_id", "name", column, "payload"):
        yield Happened(subject, name, at, payload or {})
