"""The coverage page lists every inventory row once, with a known state, and counts right."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "coverage.md").read_text()
ROW = re.compile(r"^\| (S\d{3}) \| .* \| C\d\d \| (works|partly|not yet) \| (.*?) \|$", re.MULTILINE)


def test_every_row_is_listed_once_and_those_that_stand_say_where() -> None:
    rows = ROW.findall(PAGE)
    assert [name for name, _, _ in rows] == [f"S{number:03d}" for number in range(1, 390)]
    assert [name for name, state, where in rows if state != "not yet" and not where] == []


def test_the_counts_on_top_are_those_of_the_rows() -> None:
    counts = Counter(state for _, state, _ in ROW.findall(PAGE))
    assert f"Works {counts['works']} · partly {counts['partly']} · not yet {counts['not yet']}" in PAGE
