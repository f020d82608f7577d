"""How long a search may still go on: the one thing here that looks at a clock."""

from __future__ import annotations

import time


class Clock:
    """Time from its making on. Answers differ between machines only where the limit cuts a search short."""

    __slots__ = ("_end", "limit_s")

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._end = time.monotonic() + limit_s

    @property
    def left_s(self) -> float:
        return max(0.0, self._end - time.monotonic())

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end
