"""Long work: started by a person, seen while it runs, retried when a worker dies, never half done.

A room declares a kind with :func:`job_kind`; its function runs in the worker as the person who started it, with the rights they have
*then*, in one transaction with the mark that it is done. Progress goes over a connection of its own, so that it is seen before that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections
from django.utils import timezone

from linli.kernel.clock import now
from linli.kernel.errors import InputError, LinliError, NotFoundError, define
from linli.kernel.text import Text

from .actors import Actor, System
from .db import acting
from .models import Account, Job
from .ports import ports

MAX_TRIES = 3
log = logging.getLogger("linli.jobs")
GAVE_UP = define(
    "platform.job_gave_up",
    zh="试了 {n} 次都中断了，没有改动任何数据",
    en="Interrupted {n} times; no data was changed",
    status=500,
)
BROKE = define(
    "platform.job_broke",
    zh="程序出错，没有改动任何数据。编号 {reference}",
    en="The program failed; no data was changed. Reference {reference}",
    status=500,
)


@dataclass
class JobContext:
    """Handed to a job's function: who it works for, and :meth:`progress`."""

    job_id: UUID
    actor: Actor
    community_id: UUID | None
    _line: psycopg.Connection[Any] | None = field(default=None, repr=False)
    _told: tuple[str, int] = ("", -1)

    def progress(self, share: float, stage: Text | str) -> None:
        """Tell how far: ``share`` 0–1 and what is being done. Cheap to call often: written when the whole percent or stage changes."""
        text = stage if isinstance(stage, Text) else Text(stage, stage)
        mark = (text.en, int(share * 100))
        if mark == self._told:
            return
        self._told = mark
        if self._line is None:
            self._line = _own_connection()
        self._line.execute(
            "UPDATE platform_job SET share = %s, stage_zh = %s, stage_en = %s, beat_at = now() WHERE id = %s",
            [min(max(share, 0.0), 1.0), text.zh[:120], text.en[:120], self.job_id],
        )

    def close(self) -> None:
        if self._line is not None:
            self._line.close()


JobFunction = Callable[..., dict[str, Any]]


@dataclass(frozen=True, slots=True)
class JobKind:
    name: str
    text: Text
    permission: str
    function: JobFunction


_KINDS: dict[str, JobKind] = {}


def job_kind(name: str, text: Text, *, permission: str) -> Callable[[JobFunction], JobFunction]:
    """Declare ``function(context, **arguments) -> result`` (both plain JSON) as a kind of job needing ``permission``."""

    def declare(function: JobFunction) -> JobFunction:
        _KINDS[name] = JobKind(name, text, permission, function)
        return function

    return declare


def kind_text(name: str) -> Text:
    return _KINDS[name].text if name in _KINDS else Text(name, name)


def start_job(kind: str, *, actor: Actor, community_id: UUID | None, arguments: dict[str, Any]) -> Job:
    """Queue a job in the running transaction: if that is rolled back, so is the job."""
    from .tasks import perform

    actor.require(_KINDS[kind].permission, community_id)
    job = Job.objects.create(kind=kind, community_id=community_id, started_by=actor.code, arguments=arguments)
    perform.defer(job_id=str(job.id))
    return job


def get_job(job_id: UUID, *, actor: Actor) -> Job:
    """The job, for those who started it or may see jobs of its community; NotFoundError otherwise."""
    job = Job.objects.filter(id=job_id).first()
    if job is None or not (job.started_by == actor.code or actor.may("jobs.read", job.community_id)):
        raise NotFoundError
    return job


def list_jobs(actor: Actor, *, limit: int = 50) -> list[Job]:
    """The newest jobs the actor may see."""
    jobs = Job.objects.order_by("-created_at")[: limit * 4]
    return [job for job in jobs if job.started_by == actor.code or actor.may("jobs.read", job.community_id)][:limit]


def run_job(job_id: UUID) -> None:
    """Do the job's work now, in this process. A job that is done is not done again; a refusal is its result, not a crash."""
    with acting(System("jobs")):
        job = Job.objects.select_for_update().filter(id=job_id).first()
        if job is None or job.state in (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED):
            return
        job.tries += 1
        job.state = Job.State.RUNNING
        job.beat_at = timezone.now()
        job.save()
    if job.tries > MAX_TRIES:
        _finish(job_id, Job.State.FAILED, error=_told(LinliError(GAVE_UP, n=MAX_TRIES)))
        return
    context = JobContext(job_id=job_id, actor=_starter(job), community_id=job.community_id)
    try:
        kind = _KINDS[job.kind]
        context.actor.require(kind.permission, job.community_id)
        with acting(context.actor):
            result = kind.function(context, **job.arguments)
            _starter(job).require(kind.permission, job.community_id)  # dismissed meanwhile: nothing of it stays
            with acting(System("jobs")):
                _finish(job_id, Job.State.DONE, result=result)
    except LinliError as error:
        _finish(job_id, Job.State.FAILED, error=_told(error))
    except Exception:  # the process's edge: a fault in one job must not end the worker
        log.exception("job %s (%s) failed", job_id, job.kind)
        _finish(job_id, Job.State.FAILED, error=_told(LinliError(BROKE, reference=job_id.hex[-8:])))
    finally:
        context.close()


def _starter(job: Job) -> Actor:
    """The person who started the job, with the rights they have now; nobody if they have left."""
    if job.started_by.startswith("system:"):
        return System(job.started_by.removeprefix("system:"))
    account_id = UUID(job.started_by.removeprefix("person:"))
    with acting(System("jobs")):
        account = Account.objects.filter(id=account_id, is_active=True, ended_at=None).first()
        if account is None:
            return Actor(kind="anonymous")
        standing = ports.scope_tree.standing(account.person_id, account_id=account.id, at=now())
    return Actor(
        kind="person", account_id=account.id, person_id=account.person_id, name=account.shown_name,
        grants=standing.grants, own_communities=standing.own_communities,
    )  # fmt: skip


def _finish(
    job_id: UUID, state: str, *, result: dict[str, Any] | None = None, error: dict[str, Any] | None = None
) -> None:
    with acting(System("jobs")):
        Job.objects.filter(id=job_id).update(
            state=state, result=result or {}, error=error, ended_at=timezone.now(),
            **({"share": 1.0} if state == Job.State.DONE else {}),
        )  # fmt: skip


def _told(error: LinliError) -> dict[str, Any]:
    told: dict[str, Any] = {"code": error.code, **error.text.as_mapping()}
    if isinstance(error, InputError):
        told["faults"] = [{"where": fault.where(), **fault.message.as_mapping()} for fault in error.faults[:200]]
    return told


def _own_connection() -> psycopg.Connection[Any]:
    parameters = connections["default"].get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    connection = psycopg.connect(**{key: parameters[key] for key in names if parameters.get(key)}, autocommit=True)
    connection.execute(
        "SELECT set_config('linli.everywhere', 'on', false), set_config('linli.actor', 'system:jobs', false)"
    )
    return connection
