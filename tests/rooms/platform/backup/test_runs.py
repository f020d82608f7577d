"""Backups by night, and people told when one is missing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from linli.kernel.clock import now
from linli.kernel.errors import LinliError
from linli.platform.actors import System
from linli.platform.db import acting
from tests.conftest import HOME

from .conftest import Source

DAY = dt.timedelta(days=1)


@pytest.fixture
def runs(source: Source):
    """The notes of backups, none at first, and the kind the installation was born as put back at the end."""
    from django.db import connections

    from linli.platform.models import BackupRun

    yield BackupRun
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM platform_backuprun")


def test_a_backup_by_night_is_made_once_checked_and_noted(source: Source, runs, tmp_path: Path, monkeypatch) -> None:
    from linli.platform.backup import nightly
    from linli.platform.backup.runs import back_up, list_runs

    monkeypatch.setenv("LINLI_BACKUP_DIR", str(tmp_path / "here"))
    assert nightly.nightly_folder() == tmp_path / "here"
    assert nightly.wants_backup()
    back_up(tmp_path / "here", by="night")
    assert not nightly.wants_backup()
    [run] = list_runs()
    assert (run.state, run.by, run.n_damaged) == ("good", "night", 0)
    assert run.n_bytes > 0
    assert run.checked_at is not None


def test_a_backup_that_fails_is_noted_with_its_reason_and_tried_again_after_an_hour(source: Source, runs) -> None:
    from linli.platform.backup import nightly
    from linli.platform.backup.runs import back_up, list_runs

    with pytest.raises(LinliError):
        back_up(HOME.path / "inside", by="night")
    [run] = list_runs()
    assert (run.state, run.error_code) == ("failed", "backup.inside_home")
    assert not nightly.wants_backup()
    runs.objects.filter(id=run.id).update(begun_at=now() - dt.timedelta(hours=2))
    assert nightly.wants_backup()


def test_what_is_erased_by_day_is_in_the_list_before_the_night(source: Source, runs, tmp_path: Path) -> None:
    from linli.journal.commands import erase_fact
    from linli.journal.models import Fact
    from linli.platform.backup.erasurelog import read_log
    from linli.platform.backup.nightly import remember_erasures
    from linli.platform.backup.sealing import Seal
    from linli.platform.backup.store import Store
    from linli.platform.keys import keyring

    operator, store = System("test"), Store(tmp_path / "here")
    source.back_up(store.folder)
    with acting(operator):
        fact = (
            Fact.objects.filter(name="registry.organisation_registered").first()
            or Fact.objects.exclude(name__startswith="journal.").exclude(payload=None).first()
        )
        erase_fact(fact.id, reason="asked", actor=operator)
    remember_erasures(store.folder)
    log = read_log(store, Seal(keyring(HOME).current("backup")))
    assert {"fact_id": str(fact.id)} in log["journal.facts"]


def test_a_missing_backup_is_told_on_the_console_of_a_real_installation_only(source: Source, runs) -> None:
    from linli.platform.backup.runs import standing, state_of

    with acting(System("test")):
        assert not standing(now() + 9 * DAY).is_overdue  # a demo may be lost
        make_real(source)
        assert standing(now() + 9 * DAY).is_overdue
        runs.objects.create(by="night", state="good", begun_at=now())
        assert not standing(now() + DAY).is_overdue
        assert standing(now() + 3 * DAY).is_overdue
        broken = runs.objects.create(by="night", begun_at=now() - DAY)
        assert state_of(broken, now()) == "failed"
    make_real(source, kind="demo")


def make_real(source: Source, kind: str = "real") -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE platform_installation SET kind = %s", [kind])


def test_the_page_of_backups_shows_each_run_to_administrators_alone(in_world) -> None:
    from linli.platform.models import BackupRun

    with acting(System("test")):
        BackupRun.objects.create(by="night", state="good", begun_at=now(), ended_at=now(), n_bytes=5 * 1024**2)
        BackupRun.objects.create(by="hand", state="failed", begun_at=now() - DAY, error_code="backup.in_use")
    page = in_world.client("admin").get("/console/backups/").content.decode()
    assert "5.0" in page
    assert "backup.in_use" in page
    assert in_world.client("community_staff").get("/console/backups/").status_code == 403


def test_a_database_that_may_forget_is_refused_at_the_start(database: str, monkeypatch) -> None:
    from linli.platform.web.health import refuse_unsafe_database

    monkeypatch.delenv("LINLI_UNSAFE_STORAGE")  # the tests' own server runs with fsync off
    with pytest.raises(LinliError) as refused:
        refuse_unsafe_database()
    assert refused.value.code == "platform.unsafe_database"
    assert "fsync" in refused.value.text.en
