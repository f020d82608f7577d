"""Invariants: each is run, told alike, and a breach is counted."""

from __future__ import annotations

import pytest

from linli.kernel.errors import LinliError
from linli.kernel.text import Text
from linli.platform.testkit import TestDatabases, using_database
from linli.platform.verify import MAX_SHOWN, Finding, Invariant, _run, invariant, run_invariants

EMPTY = "linli_tpl_empty"
SAID = Text("一直成立", "It holds")


def breach(n: int) -> Finding:
    return Finding("tests.broken", Text("第 {n} 处", "breach {n}").fill(n=n), {"n": n})


def test_what_holds_says_so() -> None:
    outcome = _run(Invariant("tests.holds", SAID, lambda: []))
    assert outcome.holds
    assert outcome.line().startswith("ok   tests.holds")


def test_every_breach_is_counted_and_the_first_are_told() -> None:
    outcome = _run(Invariant("tests.breaks", SAID, lambda: map(breach, range(MAX_SHOWN + 5))))
    assert not outcome.holds
    assert outcome.n_findings == MAX_SHOWN + 5
    assert len(outcome.findings) == MAX_SHOWN
    assert outcome.line().splitlines()[1].strip() == "tests.broken: 第 0 处 / breach 0"
    assert outcome.as_mapping()["findings"][1] == {
        "code": "tests.broken",
        "message": {"zh": "第 1 处", "en": "breach 1"},
        "data": {"n": 1},
    }


def test_one_name_for_two_checks_is_refused() -> None:
    invariant("tests.once", SAID)(lambda: [])
    with pytest.raises(ValueError, match="twice"):
        invariant("tests.once", SAID)(lambda: [])


def test_an_unknown_invariant_is_told_with_those_there_are(database: str) -> None:
    with pytest.raises(LinliError) as refused:
        run_invariants("no.such")
    assert "journal.chains" in refused.value.text.en


def test_a_fresh_installation_keeps_every_invariant(databases: TestDatabases, worker_id: str) -> None:
    with databases.copy(EMPTY, f"fresh_{worker_id}") as name, using_database(name):
        outcomes = run_invariants("journal")
    assert {outcome.name for outcome in outcomes} == {"journal.chains", "journal.no_free_text", "journal.parked"}
    assert all(outcome.holds for outcome in outcomes), [outcome.line() for outcome in outcomes]
