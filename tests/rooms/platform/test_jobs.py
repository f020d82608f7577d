"""Long work is done once, wholly or not at all, and says how it ended."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from linli.kernel.errors import LinliError, NotAllowedError
from linli.kernel.text import Text
from linli.platform.actors import ANONYMOUS, System
from linli.platform.db import acting
from linli.platform.jobs import MAX_TRIES, JobContext, job_kind, run_job, start_job
from linli.platform.models import Account, Installation, Job
from linli.platform.web.idempotency import KEY_REUSED

pytestmark = pytest.mark.usefixtures("db")
ROBOT = System("test")
DONE: list[Any] = []


@job_kind("test.mark", Text("记一笔", "Mark"), permission="jobs.read")
def mark(context: JobContext, *, what: str) -> dict[str, Any]:
    DONE.append(what)
    Installation.objects.get_or_create(only=True, defaults={"kind": "demo"})
    if what == "refused":
        raise LinliError(KEY_REUSED)
    if what == "broken":
        raise ZeroDivisionError("a secret 13912345678")
    return {"what": what}


def start(what: str) -> Job:
    DONE.clear()
    with acting(ROBOT):
        return start_job("test.mark", actor=ROBOT, community_id=None, arguments={"what": what})


def again(job: Job) -> Job:
    with acting(ROBOT):
        return Job.objects.get(id=job.id)


def test_a_job_runs_as_its_starter_and_keeps_its_result() -> None:
    job = start("well")
    run_job(job.id)
    assert again(job).state == "done"
    assert again(job).result == {"what": "well"}


def test_a_job_delivered_twice_is_done_once() -> None:
    job = start("well")
    run_job(job.id)
    run_job(job.id)
    assert DONE == ["well"]


def test_a_refusal_is_told_and_leaves_nothing_behind() -> None:
    job = start("refused")
    run_job(job.id)
    assert again(job).state == "failed"
    assert again(job).error["code"] == KEY_REUSED
    assert not Installation.objects.exists()


def test_a_broken_job_fails_without_telling_what_it_held() -> None:
    job = start("broken")
    run_job(job.id)
    kept = again(job)
    assert kept.state == "failed"
    assert "13912345678" not in str(kept.error)
    assert not Installation.objects.exists()


def test_a_job_interrupted_too_often_is_given_up() -> None:
    job = start("well")
    with acting(ROBOT):
        Job.objects.filter(id=job.id).update(tries=MAX_TRIES)
    run_job(job.id)
    assert again(job).state == "failed"
    assert DONE == []


def test_nobody_starts_what_they_have_no_right_to() -> None:
    with pytest.raises(NotAllowedError), acting(ANONYMOUS):
        start_job("test.mark", actor=ANONYMOUS, community_id=None, arguments={"what": "x"})


def test_a_job_is_queued_with_the_transaction_that_starts_it() -> None:
    job = start("well")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args->>'job_id' = %s", [str(job.id)])
        assert cursor.fetchone() == (1,)


def test_what_somebody_queued_before_they_were_dismissed_is_not_done() -> None:
    account = Account.objects.create(username="leaving", shown_name="L")
    with acting(ROBOT):
        job = Job.objects.create(
            kind="test.mark", community_id=None, started_by=f"person:{account.pk}", arguments={"what": "well"}
        )
    DONE.clear()
    Account.objects.filter(pk=account.pk).update(is_active=False, ended_at=timezone.now())
    run_job(job.id)
    assert again(job).state == "failed"
    assert DONE == []
