"""Small charts drawn by the server: a histogram of walking minutes and a value against its target. Geometry only; words are Texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linli.kernel.text import Text

WALK_STEPS_MIN = (5.0, 10.0, 15.0)  # the visual guide's steps of walking minutes


def walk_look(minutes: float | None) -> str:
    """``w1`` (within 5) to ``w4`` (over 15, hatched); ``w0`` when not known. Limits belong to the nearer step."""
    if minutes is None:
        return "w0"
    return f"w{1 + sum(minutes > step for step in WALK_STEPS_MIN)}"


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    middle: float
    label_y: float
    label: str
    look: str


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts in bins of ``bin_min`` minutes from 0; the last bin holds everything beyond. ``label`` is read in place of the picture."""

    counts: Sequence[int]
    bin_min: float
    label: Text

    height = 62.0
    pitch = 16.0
    base_y = 70.5
    tick_y = 84.0

    @property
    def width(self) -> float:
        return len(self.counts) * self.pitch + 2

    @property
    def view_box(self) -> str:
        return f"0 -12 {self.width:g} 100"

    @property
    def bars(self) -> list[Bar]:
        tallest = max([1, *self.counts])
        return [self._bar(index, count, tallest) for index, count in enumerate(self.counts)]

    def _bar(self, index: int, count: int, tallest: int) -> Bar:
        height = round(self.height * count / tallest, 1)
        top = round(self.base_y - 0.5 - height, 1)
        x = index * self.pitch + 1
        look = walk_look((index + 0.5) * self.bin_min)
        return Bar(
            x, top, self.pitch - 2, height, x + self.pitch / 2 - 1, round(top - 4, 1), str(count) if count else "", look
        )

    @property
    def ticks(self) -> list[Tick]:
        last_min = len(self.counts) * self.bin_min
        return [Tick(minute / self.bin_min * self.pitch, str(minute)) for minute in range(5, int(last_min) + 1, 5)]


@dataclass(frozen=True, slots=True)
class Bullet:
    """A value against its target on a scale from 0 to ``top``; all three in the same unit, ``now``, ``before`` and ``target`` said.

    ``more_is_better`` false means the target is a ceiling and no shortfall is hatched below it.
    """

    value: float
    goal: float
    top: float
    now: Text
    target: Text
    last: float | None = None
    before: Text | None = None
    more_is_better: bool = True

    @property
    def now_pct(self) -> float:
        return self._pct(self.value)

    @property
    def target_pct(self) -> float:
        return min(99.5, self._pct(self.goal))

    @property
    def before_pct(self) -> float | None:
        return None if self.last is None else self._pct(self.last)

    @property
    def gap_pct(self) -> float:
        """Width of the hatch between now and the mark."""
        return max(0.0, round(self.target_pct - self.now_pct, 2)) if self.more_is_better else 0.0

    def _pct(self, value: float) -> float:
        return round(100 * min(1.0, max(0.0, value / self.top)), 2)
