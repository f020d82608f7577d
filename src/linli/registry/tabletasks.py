"""Importing a list as a job: looked through, written, undone. Each run works for one :class:`~linli.registry.models.TableImport`.

What was found in a file (faults, questions, names) is kept beside the file and goes with it; the job's result has numbers only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from linli.kernel.errors import Fault, InputError, NotFoundError
from linli.kernel.text import Text
from linli.platform.jobs import JobContext, job_kind

from . import uploads
from .catalogues import catalogue
from .commands.imports import FACILITIES, ORGANISATIONS, PEOPLE, PeopleImport, import_people, undo_import
from .commands.imports_facilities import FacilityPlan, import_facilities
from .commands.imports_organisations import import_organisations
from .dutylist import DutyItem, DutyPlan
from .models import TableImport
from .residents.same import NEW, SKIP
from .tasks import STAGES

IMPORT_PEOPLE = "registry.import_people"
IMPORT_FACILITIES = "registry.import_facilities"
IMPORT_ORGANISATIONS = "registry.import_organisations"
SHOWN = 300
SHARES = {"read": (0.0, 0.35), "compare": (0.35, 0.5), "write": (0.5, 0.98)}
LOOKING = {"read": (0.0, 0.7), "compare": (0.7, 0.98), "write": (0.98, 1.0)}


@job_kind(IMPORT_PEOPLE, Text("导入居民名单", "Import a list of residents"), permission=PEOPLE)
def import_people_job(context: JobContext, *, step: str, table_import: str) -> dict[str, Any]:
    """``step`` ``preview``, ``apply`` or ``undo``. A file with faults is deleted; an applied one after the commit."""
    done = TableImport.objects.filter(pk=UUID(table_import), noun="people").first()
    if done is None:
        raise NotFoundError
    url = {"url": reverse("registry:import-people-step", args=[done.pk])}
    if step == "undo":
        n_back, n_restored = undo_import(done, actor=context.actor)
        return {"n_back": n_back, "n_restored": n_restored} | url
    try:
        found = _run(context, done, dry_run=step == "preview")
    except InputError as error:
        if step != "preview":
            raise
        _refuse(done, error)
        return {"n_faults": len(error.faults)} | url
    if step == "preview":
        uploads.note(done.upload, _found(found))
        done.digest, done.counts = found.digest, found.plan.counts()
        done.save(update_fields=["digest", "counts"])
    else:
        transaction.on_commit(lambda: uploads.forget(done.upload))
    return {
        "counts": found.plan.counts(),
        "n_questions": len(found.plan.questions),
        "is_empty": found.plan.is_empty,
    } | url


@job_kind(IMPORT_FACILITIES, Text("导入设施名单", "Import a list of facilities"), permission=FACILITIES)
def import_facilities_job(context: JobContext, *, step: str, table_import: str) -> dict[str, Any]:
    """As :func:`import_people_job`."""
    return _list_job(
        context, "facilities", step, table_import, run=import_facilities, found=_found_facilities, n_questions=lambda plan: int(plan.shift is not None)
    )  # fmt: skip


@job_kind(IMPORT_ORGANISATIONS, Text("导入单位和职责", "Import organisations and duties"), permission=ORGANISATIONS)
def import_organisations_job(context: JobContext, *, step: str, table_import: str) -> dict[str, Any]:
    """As :func:`import_people_job`."""
    return _list_job(context, "organisations", step, table_import, run=import_organisations, found=_found_organisations)


def _list_job(
    context: JobContext,
    noun: str,
    step: str,
    table_import: str,
    *,
    run: Callable[..., tuple[Any, tuple[Text, ...]]],
    found: Callable[[Any, tuple[Text, ...]], dict[str, Any]],
    n_questions: Callable[[Any], int] = lambda _plan: 0,
) -> dict[str, Any]:
    """Look through, write or undo one list by ``run``; what ``found`` says of its plan is kept beside the file for the pages."""
    done = TableImport.objects.filter(pk=UUID(table_import), noun=noun).first()
    if done is None:
        raise NotFoundError
    url = {"url": reverse(f"registry:import-{noun}-step", args=[done.pk])}
    if step == "undo":
        n_back, n_restored = undo_import(done, actor=context.actor)
        return {"n_back": n_back, "n_restored": n_restored} | url
    is_dry = step == "preview"
    try:
        plan, notes = run(
            done, uploads.find(done.upload), actor=context.actor, dry_run=is_dry, tell=_teller(context, is_dry)
        )
    except InputError as error:
        if not is_dry:
            raise
        _refuse(done, error)
        return {"n_faults": len(error.faults)} | url
    if is_dry:
        uploads.note(done.upload, found(plan, notes))
        done.digest, done.counts = plan.digest(), plan.counts()
        done.save(update_fields=["digest", "counts"])
    else:
        transaction.on_commit(lambda: uploads.forget(done.upload))
    return {"counts": plan.counts(), "n_questions": n_questions(plan), "is_empty": plan.is_empty} | url


def _found_organisations(plan: DutyPlan, notes: tuple[Text, ...]) -> dict[str, Any]:
    duties = catalogue("duties")

    def of_duty(one: DutyItem) -> dict[str, Any]:
        name = one.organisation.content.get("name_zh") or ""
        return {"line": one.line, "name": name, "home": "", "duty": duties[one.code].as_mapping(), "place": one.place}

    return {
        "notes": [note.as_mapping() for note in notes],
        "new": [{"line": one.line, "name": one.content["name_zh"], "home": ""} for one in plan.organisations if one.action == "new"][:SHOWN],
        "changed": [
            {"line": one.line, "name": one.content["name_zh"], "fields": list(one.fields)} for one in plan.organisations if one.action == "changed"
        ][:SHOWN],
        "duties_new": [of_duty(one) for one in plan.duties if one.action == "new"][:SHOWN],
        "duties_changed": [
            of_duty(one) | {"fields": list(one.fields)} for one in plan.duties if one.action == "changed"
        ][:SHOWN],
    }  # fmt: skip


def _found_facilities(plan: FacilityPlan, notes: tuple[Text, ...]) -> dict[str, Any]:
    shift = plan.shift
    return {
        "notes": [note.as_mapping() for note in notes],
        "shift": {"n": shift.n_moved, "of": shift.n_matched, "m": round(shift.median_m), "likely": shift.likely}
        if shift
        else None,
        "new": [{"line": one.line, "name": one.name, "home": ""} for one in plan.items if one.action == "new"][:SHOWN],
        "changed": [
            {
                "line": one.line,
                "name": one.name,
                "fields": list(one.fields),
                "away_m": round(one.away_m) if "point" in one.fields else 0,
            }
            for one in plan.items
            if one.action == "changed"
        ][:SHOWN],
    }


def _teller(context: JobContext, is_dry: bool) -> Callable[[str, float], None]:
    parts = LOOKING if is_dry else SHARES

    def tell(stage: str, share: float) -> None:
        low, high = parts[stage]
        context.progress(low + (high - low) * share, STAGES[stage])

    return tell


def _run(context: JobContext, done: TableImport, *, dry_run: bool) -> PeopleImport:
    return import_people(
        done, uploads.find(done.upload), actor=context.actor, dry_run=dry_run, tell=_teller(context, dry_run)
    )


def _refuse(done: TableImport, error: InputError) -> None:
    """Keep the faults and delete the file, once it is sure that it stays refused."""
    uploads.note(done.upload, {"faults": [plain_fault(fault) for fault in error.faults]})
    transaction.on_commit(lambda: uploads.forget_file(done.upload))


def plain_fault(fault: Fault) -> dict[str, Any]:
    return {"line": fault.line, "column": fault.column or "", **fault.message.as_mapping()}


def _found(found: PeopleImport) -> dict[str, Any]:
    """For the pages: questions with the names they are about, what changes, the notes."""
    entries = {entry.line: entry for entry in found.entries}
    known = found.register.people
    people = [one for one in found.plan.people if one.action != "unchanged"]
    return {
        "notes": [note.as_mapping() for note in found.notes],
        "questions": [
            {
                "line": one.line, "why": one.why, "name": entries[one.line].name, "suggested": one.suggested,
                "options": [_option(option, entries, known) for option in one.options],
            }
            for one in found.plan.questions
        ],
        "new": [_person(one) for one in people if one.action == "new"][:SHOWN],
        "changed": [_person(one) | {"fields": list(one.fields)} for one in people if one.action == "changed"][:SHOWN],
        "homes": [f"{home.entrance + '-' if home.entrance else ''}{home.unit}" for home in found.plan.new_homes][:SHOWN],
    }  # fmt: skip


def _person(one: Any) -> dict[str, Any]:
    return {"line": one.lines[0], "name": one.entry.name, "home": str(one.entry.home or "")}


def _option(option: str, entries: Mapping[int, Any], known: Mapping[UUID, Any]) -> dict[str, Any]:
    if option in (NEW, SKIP):
        return {"value": option, "kind": option}
    if option.startswith("line:"):
        line = int(option.removeprefix("line:"))
        return {"value": option, "kind": "line", "line": line, "name": entries[line].name}
    person = known[UUID(option)]
    return {
        "value": option,
        "kind": "person",
        "name": person.name,
        "born_on": person.born_on.isoformat() if person.born_on else "",
    }
