"""A lost disk is no loss: what was backed up comes back whole, what was erased does not, and nothing comes back by halves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from linli.kernel.clock import local_day, now
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.home import Home
from linli.platform.postgres import Server
from tests.conftest import HOME

from .conftest import Source, linli, seal

OPERATOR = System("test")


def register(name: str):
    """A synthetic person, their registration sealed; the record and the fact that told of it."""
    from linli.journal.models import Fact
    from linli.registry.commands import PersonDetails, register_person
    from linli.registry.models import Place

    with acting(OPERATOR):
        community = Place.objects.filter(kind="community").first()
        record = register_person(
            PersonDetails(name), community_id=community.pk, actor=OPERATOR, on=local_day(now()), synthetic=True
        )
    seal()
    with acting(OPERATOR):
        return record, Fact.objects.get(subject_id=record.person_id, name="registry.person_registered")


@pytest.fixture
def two_backups(source: Source, tmp_path: Path):
    """A backup, then an erasure and another person, then a second backup."""
    from django.contrib.sessions.models import Session

    from linli.journal.commands import erase_fact

    folder = tmp_path / "backups"
    first_person, fact = register("甲有才")
    with acting(OPERATOR):
        Session.objects.create(session_key="left-open", session_data="x", expire_date="2099-01-01T00:00Z")
    first = source.back_up(folder)
    with acting(OPERATOR):
        erase_fact(fact.id, reason="asked", actor=OPERATOR)
    second_person, _ = register("乙后来")
    second = source.back_up(folder)
    return folder, first, second, (first_person, fact), second_person


def kill_while_loading(environment: dict[str, str], folder: Path) -> None:
    """Start a restore and end it as a power cut of the process would, once the database is being loaded."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "linli", "restore", str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Loading the database" in line:
            break
    time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_second_backup_writes_little_and_an_older_one_comes_back_without_what_was_erased(
    two_backups, source: Source, elsewhere: dict[str, str]
) -> None:
    folder, first, second, (person, fact), later_person = two_backups
    assert second.n_new_bytes < first.n_new_bytes / 3  # the photograph and most of the register were there already
    assert second.n_plain_bytes >= first.n_plain_bytes

    home = Path(elsewhere["LINLI_HOME"])
    kill_while_loading(elsewhere, folder)
    assert not home.exists()  # nothing half-restored; the next one begins anew

    done = linli(elsewhere, "restore", str(folder), "--at", first.snapshot.id)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok   journal.chains" in done.stdout  # verify --all ran and was shown
    assert "1 erasures were repeated" in done.stdout
    assert not home.with_name("home.restoring").exists()

    for file in source.files.iterdir():
        assert (home / file.relative_to(HOME.path)).read_bytes() == file.read_bytes()
    server = Server(Home(path=home, key_file=HOME.key_file))
    server.start()
    try:
        with psycopg.connect(server.login("linli_owner").url(), autocommit=True) as connection:
            connection.execute("SET linli.everywhere = 'on'")

            def count(statement: str, *values: object) -> int:
                row = connection.execute(statement, values).fetchone()
                return row[0] if row else 0

            assert count("SELECT count(*) FROM registry_person WHERE id = %s", person.person_id) == 1
            assert count("SELECT count(*) FROM registry_person WHERE id = %s", later_person.person_id) == 0
            assert (
                count("SELECT count(*) FROM journal_fact WHERE id = %s AND payload IS NULL AND salt IS NULL", fact.id)
                == 1
            )
            assert count("SELECT count(*) FROM journal_fact WHERE name = 'platform.restored'") == 1
            assert count("SELECT count(*) FROM django_session") == 0  # whoever was signed in, signs in anew
            for table, wanted in first_rows(folder, first).items():
                if table.startswith(("registry_", "lifecircle_")):
                    assert count(f"SELECT count(*) FROM {table}") == wanted, table
    finally:
        server.stop()

    again = linli(elsewhere, "restore", str(folder))
    assert again.returncode == 2
    assert "is not empty" in again.stderr


def first_rows(folder: Path, made) -> dict[str, int]:
    from linli.platform.backup.sealing import Seal
    from linli.platform.keys import keyring

    return dict(made.snapshot.open(Seal(keyring(HOME).current("backup"))).rows)


def test_without_the_keys_nothing_opens_and_the_keys_come_back_by_their_passphrase(
    source: Source, tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    folder = tmp_path / "backups"
    source.back_up(folder)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("four unrelated words\nand a remark\n")
    saved = tmp_path / "keys.saved"
    here = dict(os.environ)
    assert linli(here, "backup", "keys", str(saved), "--passphrase-file", str(passphrase)).returncode == 0
    assert HOME.key_file.read_bytes()[40:80] not in saved.read_bytes()

    strange = elsewhere | {"LINLI_KEY_FILE": str(tmp_path / "strange" / "linli.keys")}
    refused = linli(strange, "restore", str(folder))
    assert refused.returncode == 2
    assert "linli restore keys" in refused.stderr
    assert not Path(elsewhere["LINLI_HOME"]).exists()
    checked = linli(strange, "backup", "check", str(folder))
    assert checked.returncode == 0  # whoever keeps a copy can check it without a key

    passphrase.write_text("four other words")
    wrong = linli(strange, "restore", "keys", str(saved), "--passphrase-file", str(passphrase))
    assert wrong.returncode == 2
    assert "Wrong passphrase" in wrong.stderr
    passphrase.write_text("four unrelated words")
    assert linli(strange, "restore", "keys", str(saved), "--passphrase-file", str(passphrase)).returncode == 0
    assert Path(strange["LINLI_KEY_FILE"]).read_bytes() == HOME.key_file.read_bytes()


def test_into_a_database_of_ones_own_a_restore_broken_off_begins_anew(
    source: Source, databases, worker_id: str, tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    folder = tmp_path / "backups"
    source.back_up(folder)
    with databases.copy("template1", f"own_{worker_id}") as name:
        urls = {
            "DATABASE_URL": "linli_app", "LINLI_OWNER_DATABASE_URL": "linli_owner",
            "LINLI_SEALER_DATABASE_URL": "linli_sealer",
        }  # fmt: skip
        environment = elsewhere | {key: databases.server.login(role, name).url() for key, role in urls.items()}
        kill_while_loading(environment, folder)
        done = linli(environment, "restore", str(folder))
        assert done.returncode == 0, done.stdout + done.stderr
        assert "ok   journal.chains" in done.stdout
        assert (Path(elsewhere["LINLI_HOME"]) / "heads" / name).is_dir()
        again = linli(environment | {"LINLI_HOME": str(tmp_path / "another")}, "restore", str(folder))
        assert again.returncode == 2
        assert "Give it an empty one" in again.stderr
