"""What ends by itself in the register: people long gone, mandates, grants, invitations, contacts, lists that were sent in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from linli.kernel.clock import local_day
from linli.platform.actors import System
from linli.platform.privacy.carrying import erase_person
from linli.platform.retention import Rule, deleting, retention_rule

from . import uploads
from .models import BindRequest, DutyRecord, Invitation, Mandate, RoleGrant, TableImport

# Left before the day, or only ever written by mistake and taken back before it; not yet erased; holding no home whose votes rest on them.
GONE = """
    SELECT r.person_id, (array_agg(r.community_id))[1] AS community_id FROM registry_personrecord r
    GROUP BY r.person_id
    HAVING bool_and(CASE WHEN r.retracted_at IS NULL THEN coalesce(r.valid_to < %(day)s, false) ELSE r.retracted_at < %(at)s END)
       AND bool_or(r.name <> '已删除')
       AND NOT EXISTS (SELECT 1 FROM registry_tenure t JOIN registry_tenurerecord h ON h.tenure_id = t.id
                       WHERE t.person_id = r.person_id AND registry_in_force(h.valid_from, h.valid_to, h.retracted_at, %(today)s))
"""


def _gone(before: dt.datetime, most: int | None = None) -> list[tuple[UUID, UUID]]:
    given = {"day": local_day(before), "at": before, "today": local_day(dt.datetime.now(dt.UTC)), "most": most}
    with connection.cursor() as cursor:
        cursor.execute(f"{GONE} LIMIT %(most)s", given)
        return list(cursor.fetchall())


def _erase_gone(before: dt.datetime, most: int) -> int:
    """Whole, in all rooms, as if they had asked; each is a fact."""
    gone = _gone(before, most)
    for person_id, community_id in gone:
        erase_person(person_id, because="expired", community_id=community_id, actor=System("retention"))
    return len(gone)


def _forgetting(what: str) -> Callable[[dt.datetime, int], int]:
    """By a function of the database: the serving role may not delete these rows itself, whatever it is told."""

    def carry_out(before: dt.datetime, most: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT registry_forget(%s, %s, %s)", [what, before, most])
            return int(cursor.fetchone()[0])

    return carry_out


def _contacts(before: dt.datetime) -> int:
    named = DutyRecord.objects.filter(~Q(contact="") | Q(phone__isnull=False))
    return named.filter(Q(valid_to__lt=local_day(before)) | Q(retracted_at__lt=before)).count()


def _invitations(before: dt.datetime) -> int:
    return Invitation.objects.filter(Q(ended_at__lt=before) | Q(ended_at=None, expires_at__lt=before)).count()


def _imports(before: dt.datetime) -> QuerySet[TableImport]:
    return TableImport.objects.filter(created_at__lt=before).filter(Q(applied_at=None) | Q(applied_at__lt=before))


for rule in (
    Rule("gone_people", lambda before: len(_gone(before)), _erase_gone, batch=20),
    Rule("mandates", lambda before: Mandate.objects.filter(valid_to__lt=before).count(), _forgetting("mandates")),
    Rule("grants", lambda before: RoleGrant.objects.filter(valid_to__lt=before).count(), _forgetting("grants")),
    Rule("invitations", _invitations, _forgetting("invitations")),
    Rule("contacts", _contacts, _forgetting("contacts")),
    deleting("imports", _imports),
    Rule(
        "bind_requests",
        lambda before: BindRequest.objects.filter(decided_at__lt=before).count(),
        _forgetting("bind_requests"),
    ),
    Rule("uploads", lambda before: len(uploads.older_than(before)), lambda before, most: uploads.forget_older(before)),
):
    retention_rule(rule)
