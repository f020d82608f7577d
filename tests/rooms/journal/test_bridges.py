"""Rows as the proofs engine sees them: the fast way of writing canonical bytes is the engine's way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines import proofs
from linli.journal.bridges import canonical_bytes, from_ms, frontier_of, to_ms
from linli.kernel.errors import LinliError

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALAR = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
)
PAYLOAD = st.dictionaries(TEXT, SCALAR | st.lists(SCALAR))


@given(PAYLOAD)
def test_the_fast_canonical_bytes_are_those_of_the_engine(value: dict[str, Any]) -> None:
    assert canonical_bytes(value) == proofs.canonical(value)


@pytest.mark.parametrize("value", [2**53, float("inf"), float("nan"), [2**60], object()])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(LinliError, match="not_canonical"):
        canonical_bytes({"a": value})


def test_a_frontier_that_does_not_fit_its_position_is_refused() -> None:
    with pytest.raises(ValueError, match="peaks"):
        frontier_of(3, bytes(32))


@given(st.integers(0, 4_000_000_000_000))
def test_instants_of_signing_keep_their_milliseconds(signed_at_ms: int) -> None:
    assert to_ms(from_ms(signed_at_ms)) == signed_at_ms
