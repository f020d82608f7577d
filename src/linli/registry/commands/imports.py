"""Importing a list of residents: looked through first, then all of it or nothing, one fact, and undone as long as nothing rests on it."""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from linli.journal import append
from linli.kernel.clock import local_day, now
from linli.kernel.errors import FaultList, LinliError, NotFoundError, define
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.installation import installation_kind
from linli.platform.privacy import blind_index

from .. import bulk, catalogues, events, visible
from ..dating import SAID_ANEW
from ..models import (
    Duty,
    DutyRecord,
    Facility,
    FacilityRecord,
    Household,
    Membership,
    Organisation,
    OrganisationRecord,
    Person,
    PersonRecord,
    Place,
    PlaceRecord,
    Residence,
    TableImport,
    Tenure,
    TenureRecord,
)  # fmt: skip
from ..residents.entries import Entry, read_entries
from ..residents.known import Register, read_register
from ..residents.plan import Plan, make_plan
from ..residents.write import write_plan
from ..rules.people import check_kind_of_life
from ..rules.periods import Period, decide_change
from ..rules.rights import require_at
from ..tablefiles import Row, load_layout, read_rows, read_table
from ..tablefiles.rows import where

PEOPLE = "registry.person.import"
FACILITIES = "registry.facility.import"
ORGANISATIONS = "registry.organisation.import"
PERMISSIONS = {"people": PEOPLE, "facilities": FACILITIES, "organisations": ORGANISATIONS}
Tell = Callable[[str, float], None]

CHANGED_SINCE = define(
    "registry.table_changed_since",
    zh="预览之后册子变了，和您看过的不一样了。什么都没有导入，请重新预览",
    en="The register changed since the preview. Nothing was imported; preview it again",
    status=409,
)
NOT_APPLIED = define(
    "registry.table_not_applied",
    zh="这次导入还没有完成，或已经撤销，没有什么可撤销的",
    en="This import is not done, or is undone already; there is nothing to undo",
    status=409,
)
RESTS = define(
    "registry.table_rests",
    zh="不能撤销：已有 {n} 处用到了这次导入的内容：{what}",
    en="It cannot be undone: {n} things rest on what it brought: {what_en}",
    status=409,
)
IN_FUTURE = define(
    "registry.table_in_future",
    zh="导入日期 {on} 在今天之后；名单从今天或更早的一天起算",
    en="The day {on} is in the future; a list holds from today or an earlier day",
    status=422,
)
UNDONE = "import undone"


@dataclass(frozen=True, slots=True)
class PeopleImport:
    """What an import did or, in a dry run, would do."""

    plan: Plan
    entries: tuple[Entry, ...]
    register: Register
    notes: tuple[Text, ...]
    digest: str


def import_people(
    done: TableImport, path: Path, *, actor: Actor, dry_run: bool, tell: Tell | None = None
) -> PeopleImport:
    """The list in ``path`` by the columns, answers and day of ``done``. ``InputError`` with every fault; then nothing is written.

    Without ``dry_run`` it is written in one transaction, refused where ``done.digest`` (that of the preview, with these answers) is no
    longer what would happen. A demo takes made-up people only. Cost: ``docs/rooms/table-files.md``.
    """
    say = tell or (lambda _stage, _share: None)
    community = check_import(done, actor)
    check_kind_of_life(synthetic=done.synthetic, installation=installation_kind())
    with _unswept():
        return _import(done, path, community, actor=actor, dry_run=dry_run, say=say)


@contextmanager
def _unswept() -> Iterator[None]:
    """A list is a million small things that all stay until it is written and hold no circles: sweeping through them ever again for
    circles was a fifth of the time of 50,000 people, for nothing."""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()


def _import(done: TableImport, path: Path, community: Place, *, actor: Actor, dry_run: bool, say: Tell) -> PeopleImport:
    read = read_list(done, path, say)
    faults, places = read.faults, read.columns
    entries = read_entries(
        read.rows, faults, places=places, today=local_day(now()), provinces=catalogues.province_codes()
    )
    with comparing(community, say):
        register = read_register(community.pk, done.valid_from)
        say("compare", 0.4)
        plan = make_plan(
            entries, register, faults, on=done.valid_from, answers={int(line): answer for line, answer in done.answers.items()},
            blind=blind_index, places=places, tell=lambda share: say("compare", 0.4 + 0.6 * share),
        )  # fmt: skip
        raise_faults(faults)
        digest = plan.digest()
        if not dry_run:
            check_seen(done, digest)
            _write(done, plan, register, community, path, actor=actor, tell=say)
    return PeopleImport(plan, tuple(entries), register, (*read.notes, *plan.notes), digest)


def check_import(done: TableImport, actor: Actor) -> Place:
    """The community, if the actor may import such a list into it."""
    community = Place.objects.filter(visible.places(actor), pk=done.community_id, kind="community").first()
    if community is None:
        raise NotFoundError
    require_at(actor, PERMISSIONS[done.noun], community_id=community.pk, path=community.path)
    if done.valid_from > local_day(now()):
        raise LinliError(IN_FUTURE, on=done.valid_from)
    return community


def raise_faults(faults: FaultList) -> None:
    """By line and column."""
    faults.faults.sort(key=lambda fault: (fault.line or 0, fault.column or ""))
    faults.raise_if_any()


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list as it was sent: ``columns`` is what the sender calls each column, ``faults`` what is wrong with it so far."""

    rows: Sequence[Row]
    faults: FaultList
    columns: dict[str, str]
    notes: tuple[Text, ...]


def read_list(done: TableImport, path: Path, say: Tell) -> ReadList:
    """The rows of a list of any kind by the columns chosen for it."""
    layout = load_layout(done.noun)
    faults = FaultList(file=done.file, limit=layout.limits.faults_told)
    say("read", 0.0)
    sheet = read_table(path, file=done.file, limits=layout.limits, faults=faults)
    rows = read_rows(sheet, done.columns, layout, faults, tell=lambda share: say("read", 0.5 + 0.4 * share))
    columns = {id: where(sheet, at) for id, at in done.columns.items() if at < len(sheet.headings)}
    if not rows and not faults.faults:
        faults.add(
            "没有一行可以导入（只有示例行或空行）", "no row can be imported (example or empty rows only)", line=1
        )
    return ReadList(rows, faults, columns, sheet.notes)


@contextmanager
def comparing(community: Place, say: Tell) -> Iterator[None]:
    """One transaction, in which nobody else brings a list into the community."""
    with transaction.atomic():
        Place.objects.select_for_update(of=("self",)).get(pk=community.pk)
        say("compare", 0.0)
        yield


def check_seen(done: TableImport, digest: str) -> None:
    """What would be done now is what the preview showed."""
    if digest != done.digest:
        raise LinliError(CHANGED_SINCE)


def _write(
    done: TableImport, plan: Plan, register: Register, community: Place, path: Path, *, actor: Actor, tell: Tell
) -> None:
    stamp = now()
    done.replaced = write_plan(
        plan, register, community=community, on=done.valid_from, stamp=stamp, synthetic=done.synthetic, tell=lambda share: tell("write", share)
    )  # fmt: skip
    sha256 = hashlib.sha256(path.read_bytes()).digest()
    counts = plan.counts()
    mark_applied(done, stamp=stamp, sha256=sha256, counts=counts)
    append(
        events.TableApplied(
            community.pk, done.pk, done.noun, sha256.hex(), done.digest, n_added=counts["new"], n_changed=counts["changed"],
            n_unchanged=counts["unchanged"], n_homes=counts["homes"], n_households=counts["households"], n_tenures=counts["tenures"],
            valid_from=done.valid_from,
        ),
        actor=actor,
    )  # fmt: skip
    transaction.on_commit(bulk.refresh_statistics)


def mark_applied(done: TableImport, *, stamp: dt.datetime, sha256: bytes, counts: dict[str, int]) -> None:
    """Note what was done, and when rows written with an end end: any other end later is somebody's."""
    done.applied_at, done.sha256, done.counts = stamp, sha256, counts
    done.ends = {
        str(id): end.isoformat()
        for kind in DATED
        for id, end in kind.objects.filter(
            community_id=done.community_id, recorded_at=stamp, valid_to__isnull=False
        ).values_list("id", "valid_to")
    }
    done.save(update_fields=["applied_at", "sha256", "counts", "replaced", "ends"])


def change_rows(
    kind: Any, changes: Iterable[tuple[Any, Mapping[str, Any]]], *, on: dt.date, stamp: dt.datetime
) -> list[tuple[str, str]]:
    """Say from ``on`` what differs of many rows of one table at once; (table, id) of the rows that were ended or taken back."""
    ended: list[Any] = []
    retracted: list[Any] = []
    records = []
    for row, words in changes:
        cut = decide_change(Period(row.valid_from, row.valid_to), on)
        (ended if cut.act == "end" else retracted).append(row.id)
        for period, said in ((cut.before, {}), (cut.after, words)):
            if period is not None:
                content = row.content() | dict(said)
                records.append(kind(**content, valid_from=period.start, valid_to=period.end, recorded_at=stamp))
    kind.objects.filter(id__in=ended).update(valid_to=on)
    kind.objects.filter(id__in=retracted).update(retracted_at=stamp, retracted_because=SAID_ANEW)
    bulk.write(records)
    return [(kind._meta.model_name, str(id)) for id in (*ended, *retracted)]


DATED: tuple[Any, ...] = (
    PersonRecord, Membership, Residence, TenureRecord, PlaceRecord, FacilityRecord, OrganisationRecord, DutyRecord,
)  # fmt: skip
IDENTITIES: tuple[Any, ...] = (Person, Household, Tenure, Place, Facility, Organisation, Duty)
NAMES = {
    "personrecord": Text("人的记录又有变动", "records of people changed since"),
    "membership": Text("入户离户又有变动", "household membership changed since"),
    "residence": Text("住处又有变动", "residence changed since"),
    "tenurerecord": Text("产权或租住又有变动", "tenure changed since"),
    "placerecord": Text("房屋又有变动", "homes changed since"),
    "facilityrecord": Text("设施又有变动", "facilities changed since"),
    "organisationrecord": Text("单位又有变动", "organisations changed since"),
    "dutyrecord": Text("职责又有变动", "duties changed since"),
    "duty": Text("后来登记的职责", "duties registered since"),
    "rolegrant": Text("已授角色", "roles granted"),
    "account": Text("已开账号", "accounts opened"),
}


def what_rests(done: TableImport) -> list[tuple[Text, int]]:
    """What has come to rest on an import since: its rows changed or taken back, or anything else that names what it registered."""
    if done.applied_at is None:
        return []
    here = {"community_id": done.community_id}
    found: list[tuple[Text, int]] = []
    for kind in DATED:
        rows = kind.objects.filter(**here, recorded_at=done.applied_at)
        touched = rows.exclude(retracted_at=None).count()
        ended = [
            id
            for id, end in rows.filter(retracted_at=None, valid_to__isnull=False).values_list("id", "valid_to")
            if done.ends.get(str(id)) != end.isoformat()
        ]
        if touched or ended:
            found.append((NAMES[kind._meta.model_name], touched + len(ended)))
    for identity in IDENTITIES:
        made = identity.objects.filter(**here, created_at=done.applied_at)
        found += list(_naming(identity, made, done.applied_at))
    return found


def _naming(identity: Any, made: Any, stamp: dt.datetime) -> Iterable[tuple[Text, int]]:
    """Rows of any table that name one of ``made`` and were not written by the import itself."""
    for relation in identity._meta.related_objects:
        model: Any = relation.related_model
        rows = model._base_manager.filter(**{f"{relation.field.name}__in": made.values("pk")})
        if hasattr(model, "recorded_at"):
            rows = rows.exclude(recorded_at=stamp)
        elif hasattr(model, "created_at"):
            rows = rows.exclude(created_at=stamp)
        if n := rows.count():
            name = model._meta.model_name
            yield NAMES.get(name, Text(str(model._meta.verbose_name), str(model._meta.verbose_name))), n
    if identity is Person:
        from linli.platform.models import Account

        if n := Account.objects.filter(person_id__in=made.values("pk")).count():
            yield NAMES["account"], n


def undo_import(done: TableImport, *, actor: Actor) -> tuple[int, int]:
    """Take back every row the import wrote and say anew what it replaced: (taken back, restored). Refused where something rests on it."""
    with transaction.atomic():
        check_import(done, actor)
        locked = TableImport.objects.select_for_update().get(pk=done.pk)
        Place.objects.select_for_update(of=("self",)).get(pk=done.community_id)
        if locked.applied_at is None or locked.undone_at is not None:
            raise LinliError(NOT_APPLIED)
        rests = what_rests(locked)
        if rests:
            raise LinliError(
                RESTS, n=sum(n for _, n in rests), what="、".join(f"{text.zh}（{n}）" for text, n in rests),
                what_en=", ".join(f"{text.en} ({n})" for text, n in rests),
            )  # fmt: skip
        stamp = now()
        rows = {
            kind: kind.objects.believed().filter(community_id=done.community_id, recorded_at=locked.applied_at)
            for kind in DATED
        }
        n_back = sum(found.update(retracted_at=stamp, retracted_because=UNDONE) for found in rows.values())
        n_restored = _restore(locked)
        locked.undone_at = stamp
        locked.save(update_fields=["undone_at"])
        append(
            events.TableUndone(done.community_id, done.pk, done.noun, n_taken_back=n_back, n_restored=n_restored),
            actor=actor,
        )
    return n_back, n_restored


def _restore(done: TableImport) -> int:
    """Rows the import ended go on from its day; rows it took back are said anew for their own period."""
    n = 0
    for kind in DATED:
        ids = [id for name, id in done.replaced if name == kind._meta.model_name]
        records = []
        for row in kind.objects.filter(id__in=ids):
            start, end = (row.valid_from, row.valid_to) if row.retracted_at else (done.valid_from, None)
            records.append(kind(**row.content(), valid_from=start, valid_to=end))
        n += bulk.write(records)
    return n


__all__ = ["FACILITIES", "ORGANISATIONS", "PEOPLE", "PeopleImport", "import_people", "undo_import", "what_rests"]
