"""300 spoilt files of each kind: none crashes or hangs the reader, and each refusal says where. Run by ``make chaos``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .reading import SUFFIXES, good, try_one

N_FILES = int(os.environ.get("LINLI_SPOILT", "300"))


@pytest.mark.parametrize("kind", SUFFIXES)
def test_spoilt_files_are_taken_or_refused_with_their_place(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = good(kind, tmp_path)
    tried = [try_one(kind, seed, tmp_path, raw) for seed in range(N_FILES)]
    with capsys.disabled():
        print(f"\n{kind}: {N_FILES} spoilt files, {sum(refused for refused, _ in tried)} refused, 0 crashes")
    assert [line for _, wrong in tried for line in wrong] == []
