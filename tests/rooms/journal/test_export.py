"""An exported chain is checked by a program that knows nothing of Linli, and every change in it is found."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from linli.engines.proofs import canonical
from linli.kernel.errors import LinliError
from linli.kernel.ids import uuid7

from .conftest import Journal

SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "verify_journal.py"


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("verify_journal", SCRIPT)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def exported(journal: Journal, tmp_path: Path) -> Path:
    from linli.journal.export import export_chain

    with journal.sealer() as sealer:
        for n in (4, 3, 1):
            written = journal.write(n)
            sealer.seal()
        journal.erase(written[0])
        sealer.seal()
    assert export_chain(journal.community, tmp_path / "out", home=journal.home) == 9
    return tmp_path / "out"


def run(*arguments: object) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_whole_export_is_found_good_without_linli(exported: Path) -> None:
    assert run(exported) == (0, "good: 9 facts under 4 signed heads\n")


def test_the_independent_verifier_is_short_enough_to_be_read() -> None:
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= 200
    assert "import linli" not in text


def change_line(name: str, at: int, change: Callable[[dict], None]) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        lines = [json.loads(line) for line in (folder / name).read_text().splitlines()]
        change(lines[at])
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines))

    return tamper


def reorder(folder: Path) -> None:
    lines = (folder / "facts.jsonl").read_text().splitlines(keepends=True)
    lines[2], lines[3] = lines[3], lines[2]
    (folder / "facts.jsonl").write_text("".join(lines))


def cut(name: str, n: int) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        lines = (folder / name).read_text().splitlines(keepends=True)
        (folder / name).write_text("".join(lines[:n]))

    return tamper


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (
            change_line("facts.jsonl", 2, lambda fact: fact["header"].update(actor="person:0")),
            "position 3: header or commitment",
        ),
        (change_line("facts.jsonl", 2, lambda fact: fact["payload"].update(n=9)), "position 3: the payload"),
        (change_line("facts.jsonl", 2, lambda fact: fact.update(leaf="00" * 32)), "position 3: header or commitment"),
        (change_line("facts.jsonl", 2, lambda fact: fact.update(chain="00" * 32)), "position 3: it does not follow"),
        (change_line("facts.jsonl", 2, lambda fact: fact.update(header=None)), "position 3: the fact is gone"),
        (
            change_line("facts.jsonl", 2, lambda fact: fact["header"].update(community=str(uuid7()))),
            "position 3: it belongs to",
        ),
        (change_line("heads.jsonl", 1, lambda head: head.update(size=8)), "head 8: the signature is wrong"),
        (change_line("heads.jsonl", 1, lambda head: head.update(key_id="0" * 16)), "unknown key"),
        (reorder, "expected position 3"),
        (cut("facts.jsonl", 8), "head 9: the facts up to here are missing"),
        (cut("heads.jsonl", 3), "the last fact (9) is under no signed head"),
    ],
)
def test_a_change_in_an_export_is_told(exported: Path, tamper: Callable[[Path], None], told: str) -> None:
    tamper(exported)
    status, said = run(exported)
    assert status == 1
    assert told in said


def test_a_cut_history_is_told_by_a_head_kept_elsewhere(exported: Path, tmp_path: Path) -> None:
    shutil.copytree(exported, tmp_path / "cut")
    for name, n in (("facts.jsonl", 7), ("heads.jsonl", 2)):
        cut(name, n)(tmp_path / "cut")
    assert run(tmp_path / "cut")[0] == 0, "by itself it looks whole"
    last = (exported / "heads.jsonl").read_text().splitlines()[-1]
    assert run(tmp_path / "cut", "--head", last) == (1, "head 9: the facts up to here are missing\n")


def test_a_key_named_by_hand_is_the_only_one_trusted(exported: Path) -> None:
    assert run(exported, "--key", "00" * 32)[0] == 1


def test_an_export_without_payloads_still_leads_to_every_head(journal: Journal, tmp_path: Path) -> None:
    from linli.journal.export import export_chain

    journal.write(3), journal.seal()
    export_chain(journal.community, tmp_path / "out", payloads=False, home=journal.home)
    assert run(tmp_path / "out")[0] == 0
    text = (tmp_path / "out" / "facts.jsonl").read_text()
    assert '"n"' not in text
    [(salt,)] = journal.rows("SELECT salt FROM journal_fact LIMIT 1")
    assert salt.hex() not in text


def test_receipts_are_checked_by_the_verifier_too(journal: Journal, exported: Path, tmp_path: Path) -> None:
    from linli.journal.bridges import head_mapping
    from linli.journal.queries import receipt_of
    from linli.platform.db import acting

    from .conftest import MACHINE

    [(fact_id,)] = journal.rows("SELECT fact_id FROM journal_seal WHERE position = 5")
    with acting(MACHINE):
        receipt = receipt_of(fact_id, MACHINE)
    told = {
        "position": 5, "leaf": bytes(receipt.seal.leaf).hex(), "path": [step.hex() for step in receipt.path], "head": head_mapping(receipt.head),
    }  # fmt: skip
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(told))
    assert run(exported, "--proof", path)[0] == 0
    path.write_text(json.dumps(told | {"position": 6}))
    assert run(exported, "--proof", path)[0] == 1


def test_a_full_folder_and_an_unknown_chain_are_refused(journal: Journal, tmp_path: Path) -> None:
    from linli.journal.export import export_chain

    (tmp_path / "kept").write_text("mine")
    with pytest.raises(LinliError, match="not_empty"):
        export_chain(journal.community, tmp_path, home=journal.home)
    with pytest.raises(LinliError, match="no_chain"):
        export_chain(uuid7(), tmp_path / "new", home=journal.home)
    assert not (tmp_path / "new").exists()


def test_the_verifiers_canonical_json_is_that_of_the_engine(verifier: ModuleType) -> None:
    dice = random.Random(8785)
    numbers = [
        0,
        -0.0,
        1.0,
        1e21,
        1e20,
        1e-6,
        1e-7,
        123456789012345680000.0,
        5e-324,
        1.7976931348623157e308,
        2**53 - 1,
        0.1,
        100.5,
        1e22,
    ]
    numbers += [dice.uniform(-1, 1) * 10.0 ** dice.randint(-30, 30) for _ in range(2000)]
    texts = ["", '€$\u000f\nA\'B"\\\\"/', "\u2028\x7f\x80", "房屋", "\U0001f600"]
    for value in [*numbers, *texts, {"b": [1, None, True], "a": {"€": 1, "\U0001f600": 2, "\ufb33": 3}}]:
        assert verifier.canonical(value).encode() == canonical(value), repr(value)
