"""What everybody may see of people: no number that could be somebody, and none to reckon it back from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lifecircle.rules.privacy import LEAST, public_category, public_count


def category(within: float, beyond: float, unjoined: float = 0.0) -> dict[str, object]:
    known, total = within + beyond, within + beyond + unjoined
    return {
        "category": "shop", "persons_within": within, "persons_beyond": beyond, "persons_no_way": 0.0,
        "persons_unjoined": unjoined, "persons_edge": 0.0, "persons_gates": 0.0, "band_persons": [within, 0, 0, beyond],
        "share": round(within / known, 4) if known else None, "share_low": round(within / total, 4) if total else None,
        "share_high": round((within + unjoined) / total, 4) if total else None, "share_good": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("n", "told"), [(0, 0), (1, None), (9.9, None), (10, 10), (14, 10), (1140, 1140), (None, None)]
)
def test_a_count_is_told_in_tens_or_not_at_all(n: float | None, told: int | None) -> None:
    assert public_count(n) == told


def test_a_few_left_out_cannot_be_reckoned_back_from_the_share() -> None:
    public = public_category(category(997, 3))
    assert (public["persons_beyond"], public["share"]) == (None, 0.99)
    assert public_category(category(3, 997))["share"] == 0.01


def test_no_small_number_is_the_only_one_its_share_could_come_from() -> None:
    shares = {public_category(category(321 - n, n))["share"] for n in range(1, LEAST)}
    assert shares == {0.98}  # to whole per cent alone, 9 of 321 would have been told by 97


def test_everybody_and_nobody_may_be_said() -> None:
    assert public_category(category(1000, 0))["share"] == 1
    assert public_category(category(0, 1000))["share"] == 0


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 50))
def test_nothing_public_stands_for_fewer_than_ten_people(within: int, beyond: int, unjoined: int) -> None:
    public = public_category(category(within, beyond, unjoined))
    told = public["persons_beyond"]
    assert told is None or told == 0 or told >= LEAST
    assert not any(key.startswith(("persons_within", "persons_unjoined", "band")) for key in public)
    total = within + beyond
    if 0 < beyond < LEAST and total >= 200:
        # Every small number would give the same share: all of them stand behind it.
        alike = [n for n in range(1, LEAST) if public_category(category(total - n, n))["share"] == public["share"]]
        assert len(alike) > 1
