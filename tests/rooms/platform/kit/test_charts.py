"""Charts drawn by the server: steps of walking minutes at their limits, bars within their frame, honest shortfalls."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.text import Text
from linli.platform.kit.charts import Bullet, Histogram, walk_look

WORD = Text("字", "word")


@pytest.mark.parametrize(
    ("minutes", "look"),
    [(0, "w1"), (5, "w1"), (5.01, "w2"), (10, "w2"), (15, "w3"), (15.01, "w4"), (99, "w4"), (None, "w0")],
)
def test_a_limit_belongs_to_the_nearer_step(minutes: float | None, look: str) -> None:
    assert walk_look(minutes) == look


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=20))
def test_bars_stay_in_their_frame_and_the_tallest_fills_it(counts: list[int]) -> None:
    chart = Histogram(counts, 2.0, WORD)
    assert all(0 <= bar.height <= chart.height for bar in chart.bars)
    assert all(bar.x + bar.width <= chart.width for bar in chart.bars)
    if max(counts):
        assert max(bar.height for bar in chart.bars) == chart.height
    assert [bar.label for bar in chart.bars] == [str(n) if n else "" for n in counts]


def test_a_shortfall_is_hatched_up_to_the_target_and_not_past_it() -> None:
    short = Bullet(61.5, 75, 100, WORD, WORD)
    assert (short.now_pct, short.gap_pct, short.target_pct) == (61.5, 13.5, 75.0)
    assert Bullet(80, 75, 100, WORD, WORD).gap_pct == 0
    assert Bullet(2.6, 2, 4, WORD, WORD, more_is_better=False).gap_pct == 0


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0.1, 1e6))
def test_a_bullet_never_leaves_its_scale(value: float, goal: float, top: float) -> None:
    one = Bullet(value, goal, top, WORD, WORD, last=value)
    assert 0 <= one.now_pct <= 100
    assert 0 <= one.target_pct <= 99.5
    assert one.now_pct + one.gap_pct <= 100
