"""Cases as lists show them: one line each."""

from __future__ import annotations

from typing import Any

from linli.kernel.clock import now

from .. import queries
from ..models import Case
from ..rules import clocks
from ..rules.types import CLOCK_WORDS, cases_policy
from . import told


def lines_of(rows: list[Case]) -> list[dict[str, Any]]:
    """Cases as the queue shows them: kind, place, how they stand, and the first words."""
    names, words, at = queries.place_names(rows), queries.first_words(rows), now()
    lines = []
    for row in rows:
        standing = clocks.standing(row, at, cases_policy().warn_share)
        kind = queries.kind_of(row)
        lines.append(
            {
                "case": row, "kind": kind, "place": names[row.pk], "words": words.get(row.pk, ""), "standing": standing,
                "standing_text": clocks.STANDING[standing], "shape": told.SHAPES[standing], "state": kind.flow.states[row.state].title,
                "clock": CLOCK_WORDS.get(row.due_clock),
            }
        )  # fmt: skip
    return lines
