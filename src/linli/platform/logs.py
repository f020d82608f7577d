"""What goes to the log: times, names, codes; never what a person typed or what the database quotes back."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Line(logging.Formatter):
    """One line a record. Of an exception its type and where it came from, not its words: they may hold a name or a number."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  # the name logging calls
        told: list[str] = []
        error = ei[1]
        while error is not None:
            frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
            told.insert(0, "".join(["Traceback (most recent call last):\n", *frames, _name(error)]))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(told)


def _name(error: BaseException) -> str:
    """The type; of a database error the constraint too, which is a name of ours."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    return f"{kind} ({constraint})" if constraint else kind
