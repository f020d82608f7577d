"""A worker killed while it writes a list: nothing is there, the job is done anew by the next worker, and the list is in once."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

from linli.journal.models import Fact
from linli.platform.db import acting
from linli.platform.jobs import run_job
from linli.platform.models import Job, SearchWord
from linli.platform.testkit import TestDatabases, using_database
from linli.registry import uploads
from linli.registry.models import Membership, Person, PersonRecord, Place, TableImport, TenureRecord

from ..town import LAYER, Town

N_PEOPLE = 60
WORKER = """
import os, signal, sys
import django
django.setup()
from uuid import UUID
from linli.platform.jobs import run_job
from linli.registry import tabletasks
told = tabletasks._teller
def dying(context, is_dry):
    tell = told(context, is_dry)
    def say(stage, share):
        if stage == "write" and share >= float(sys.argv[2]):
            print("killed at", stage, share, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        tell(stage, share)
    return say
tabletasks._teller = dying
run_job(UUID(sys.argv[1]))
"""


def listed(town: Town) -> TableImport:
    """A list of sixty people, two to a home, sent in and previewed by a worker that lives."""
    rows = ["姓名,性别,出生日期,手机号,房号,与户主关系,住户类型"]
    rows += [
        f"示例{'甲乙丙丁戊己'[n % 6]}{n},{'女男'[n % 2]},19{50 + n % 40}-03-09,139{n:08d},1-{9000 + n // 2},{'户主,业主' if n % 2 == 0 else '配偶,家属'}"
        for n in range(N_PEOPLE)
    ]
    handle = uploads.keep(["\r\n".join(rows).encode()], suffix=".csv")
    with acting(LAYER):
        done = TableImport.objects.create(
            community_id=town.community, noun="people", file="名单.csv", upload=handle, valid_from=dt.date(2024, 6, 1), started_by=LAYER.code,
            synthetic=True, columns={"name": 0, "sex": 1, "born_on": 2, "phone": 3, "home": 4, "role": 5, "tenure": 6},
        )  # fmt: skip
    run_job(job(done, "preview").pk)
    with acting(LAYER):
        done.refresh_from_db()
    assert done.counts["new"] == N_PEOPLE
    return done


def job(done: TableImport, step: str) -> Job:
    with acting(LAYER):
        return Job.objects.create(
            kind="registry.import_people", community_id=done.community_id, started_by=LAYER.code,
            arguments={"step": step, "table_import": str(done.pk)},
        )  # fmt: skip


def count(town: Town) -> tuple[int, ...]:
    """Rows of everything a list writes, and facts of lists."""
    with acting(LAYER):
        rows = (Person, PersonRecord, Membership, TenureRecord, Place, SearchWord)
        return (*(kind.objects.count() for kind in rows), Fact.objects.filter(name="registry.table_applied").count())


def test_a_worker_killed_midway_leaves_nothing_and_the_next_one_does_it_once(
    databases: TestDatabases, town_template: str
) -> None:
    root = Path(__file__).resolve().parents[4]
    with databases.copy(town_template, "town_list_killed") as name, using_database(name):
        town = Town.read()
        done = listed(town)
        before = count(town)
        with acting(LAYER):
            apply = job(done, "apply")
        for share in ("0.5", "0.99"):
            worker = subprocess.run(
                [sys.executable, "-c", WORKER, str(apply.pk), share],
                env=os.environ | {"PYTHONPATH": str(root), "LINLI_DATABASE": name}, check=False, capture_output=True, text=True, timeout=180,
            )  # fmt: skip
            assert worker.returncode == -signal.SIGKILL, worker.stderr
            assert "killed at write" in worker.stdout
            assert count(town) == before
            with acting(LAYER):
                apply.refresh_from_db()
                assert apply.state == Job.State.RUNNING
                assert TableImport.objects.get(pk=done.pk).applied_at is None
        run_job(apply.pk)
        run_job(apply.pk)  # offered twice: done once
        after = count(town)
        with acting(LAYER):
            apply.refresh_from_db()
            assert (apply.state, apply.tries) == (Job.State.DONE, 3)
        assert after[0] - before[0] == N_PEOPLE
        assert after[-1] - before[-1] == 1
        assert not uploads.exists(done.upload)
