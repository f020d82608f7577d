"""A few spoilt files of each kind; hundreds are tried by ``make chaos``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.reading import SUFFIXES, faults_of, good, try_one


@pytest.mark.parametrize("kind", SUFFIXES)
def test_a_good_file_is_taken_and_spoilt_ones_say_where(kind: str, tmp_path: Path) -> None:
    raw = good(kind, tmp_path)
    whole = tmp_path / f"whole{SUFFIXES[kind]}"
    whole.write_bytes(raw)
    assert faults_of(kind, whole) == ()
    tried = [try_one(kind, seed, tmp_path, raw) for seed in range(1000, 1020)]
    assert [line for _, wrong in tried for line in wrong] == []
    assert any(refused for refused, _ in tried)
