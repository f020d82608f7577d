"""Importing a list of organisations and duties: compared with the register, all or nothing, one fact, undone like any other list."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from linli.journal import append
from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.installation import installation_kind

from .. import bulk, events
from ..dutylist import DutyItem, DutyPlan, OrganisationItem, make_plan
from ..models import Duty, DutyRecord, Organisation, OrganisationRecord, Place, TableImport
from ..rules.people import check_kind_of_life
from .imports import Tell, change_rows, check_import, check_seen, comparing, mark_applied, raise_faults, read_list
from .things import sealed_duty_phone


def import_organisations(
    done: TableImport, path: Path, *, actor: Actor, dry_run: bool, tell: Tell | None = None
) -> tuple[DutyPlan, tuple[Text, ...]]:
    """The list in ``path``. ``InputError`` with every fault; then nothing is written. Whom to call is somebody, so that a demo takes
    made-up people only here too."""
    say = tell or (lambda _stage, _share: None)
    community = check_import(done, actor)
    check_kind_of_life(synthetic=done.synthetic, installation=installation_kind())
    read = read_list(done, path, say)
    with comparing(community, say):
        plan = make_plan(read.rows, read.faults, community=community, on=done.valid_from, columns=read.columns)
        raise_faults(read.faults)
        if not dry_run:
            check_seen(done, plan.digest())
            say("write", 0.1)
            _write(plan, done, community, path, actor=actor)
    say("write", 1.0)
    return plan, read.notes


def _write(plan: DutyPlan, done: TableImport, community: Place, path: Path, *, actor: Actor) -> None:
    stamp, on = now(), done.valid_from
    made = {"community_id": community.pk, "synthetic": done.synthetic, "created_at": stamp}
    said = {"community_id": community.pk, "recorded_at": stamp}
    new = [one for one in plan.organisations if one.known is None]
    bodies = bulk.identities(Organisation, [dict(made) for _ in new])
    records = [bulk.record(OrganisationRecord, body, on, **said, **one.content) for body, one in zip(bodies, new, strict=True)]  # fmt: skip
    bulk.write(bodies, records)
    ids = {id(one): body.pk for one, body in zip(new, bodies, strict=True)}
    duties = _duties([one for one in plan.duties if one.known is None], made, ids)
    bulk.write(
        [duty for one, duty in duties if one.duty is None],
        [bulk.record(DutyRecord, duty, on, **said, **_content(one, duty)) for one, duty in duties],
    )
    done.replaced = _change(plan, on, stamp)
    counts = plan.counts()
    sha256 = hashlib.sha256(path.read_bytes()).digest()
    mark_applied(done, stamp=stamp, sha256=sha256, counts=counts)
    append(
        events.TableApplied(
            community.pk, done.pk, done.noun, sha256.hex(), done.digest, n_added=counts["new"] + counts["duties_new"],
            n_changed=counts["changed"] + counts["duties_changed"], n_unchanged=counts["unchanged"], n_homes=0, n_households=0,
            n_tenures=0, valid_from=on,
        ),
        actor=actor,
    )  # fmt: skip


def _duties(items: Sequence[DutyItem], made: dict[str, Any], ids: dict[int, Any]) -> list[tuple[DutyItem, Duty]]:
    """The identity of each duty that begins: the one of before where it was registered once and had ended."""
    fresh = [one for one in items if one.duty is None]
    rows = [
        made | {"organisation_id": _organisation_id(one.organisation, ids), "place_id": one.place_id, "code": one.code}
        for one in fresh
    ]
    new = dict(zip((id(one) for one in fresh), bulk.identities(Duty, rows), strict=True))
    return [(one, one.duty or new[id(one)]) for one in items]


def _organisation_id(item: OrganisationItem, ids: dict[int, Any]) -> Any:
    return item.known.organisation_id if item.known else ids[id(item)]


def _content(item: DutyItem, duty: Duty) -> dict[str, Any]:
    """The columns a line fills in."""
    content: dict[str, Any] = {"contact": item.said["contact"]} if "contact" in item.said else {}
    return content | ({"phone": sealed_duty_phone(duty.pk, item.said["phone"])} if "phone" in item.said else {})


def _change(plan: DutyPlan, on: dt.date, stamp: dt.datetime) -> list[tuple[str, str]]:
    bodies = [(one.known, one.content) for one in plan.organisations if one.known and one.fields]
    duties = [(one.known, _content(one, one.duty)) for one in plan.duties if one.known and one.duty and one.fields]
    return [
        *change_rows(OrganisationRecord, bodies, on=on, stamp=stamp),
        *change_rows(DutyRecord, duties, on=on, stamp=stamp),
    ]
