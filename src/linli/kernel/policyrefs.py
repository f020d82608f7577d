"""Names inside a policy that must be names of other things in it: a move leads to a state that there is.

A kind's schema states them as ``"x-refs": [{"from": "moves[].to", "to": "states[].id"}]``. JSON Schema has no word for this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .errors import FaultList
from .policyschema import dotted
from .policytext import Path, Tree

_STEP = re.compile(r"([a-z_]+)((?:\[\])*)")


def check(refs: list[dict[str, str]], body: dict[str, Any], tree: Tree, faults: FaultList) -> None:
    """Add a fault, with its line, for every value at ``from`` that is not among the values at ``to``; and for names given twice at ``to``."""
    for goal in dict.fromkeys(ref["to"] for ref in refs):
        seen: set[Any] = set()
        for path, value in _found(body, goal):
            if value in seen:
                faults.add(
                    f"“{value}”写了两次", f"{value!r} is named twice", line=tree.line(path), feature=dotted(path)
                )
            seen.add(value)
    for ref in refs:
        known = [value for _, value in _found(body, ref["to"])]
        for path, value in _found(body, ref["from"]):
            if value not in known:
                names = ", ".join(map(str, known))
                faults.add(
                    f"没有“{value}”；有：{names}", f"there is no {value!r}; there are: {names}",
                    line=tree.line(path), feature=dotted(path),
                )  # fmt: skip


def _found(body: Any, pattern: str) -> Iterator[tuple[Path, Any]]:
    """Scalars at a pattern such as ``moves[].from[]``; what has another shape is the schema's to refuse."""
    rows: list[tuple[Path, Any]] = [((), body)]
    for name, lists in _STEP.findall(pattern):
        rows = [((*path, name), value[name]) for path, value in rows if isinstance(value, dict) and name in value]
        for _ in range(len(lists) // 2):
            rows = [((*path, n), one) for path, value in rows if isinstance(value, list) for n, one in enumerate(value)]
    yield from ((path, value) for path, value in rows if isinstance(value, str))
