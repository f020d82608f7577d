"""Where a policy's numbers come from. Every number of a policy's body is either cited or marked as designed here.

How it is written, beside the numbers themselves::

    category: health_station
    limit_m: 800
    target_share: 0.9
    source: {limit_m: "inventory section 3: radius <= 800 m"}
    designed_here: {target_share: "the source names no share; that of the circle is used"}

``source`` and ``designed_here`` stand in any mapping of the body. As a string they speak for every number in that mapping and
below; as a mapping, for the number (or the numbers below) of each named key. The nearest one wins, a named key before the whole.
``designed_here`` in a policy's header speaks for the whole body; the header's ``source`` lists documents and speaks for no number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .policytext import Path

Origin = Literal["source", "designed_here"]
MARKS: tuple[Origin, ...] = ("source", "designed_here")


@dataclass(frozen=True, slots=True)
class Citation:
    """Why a number is what it is: the source's words, or the reason it was designed here."""

    origin: Origin
    words: str


def find_citation(body: Mapping[str, Any], path: Path) -> Citation | None:
    """The citation that speaks for the value at ``path`` of ``body``; ``None`` if there is none. ``KeyError`` for a wrong path."""
    found: Citation | None = None
    here: Any = body
    for step in path:
        if isinstance(here, Mapping):
            found = _spoken(here, step) or found
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            raise KeyError(".".join(map(str, path))) from None
    if isinstance(here, Mapping):
        found = _spoken(here, None) or found
    return found


def _spoken(mapping: Mapping[str, Any], step: str | int | None) -> Citation | None:
    whole: Citation | None = None
    for origin in MARKS:
        words = mapping.get(origin)
        if isinstance(words, Mapping) and isinstance(words.get(step), str):
            return Citation(origin, words[step])
        if isinstance(words, str) and whole is None:
            whole = Citation(origin, words)
    return whole


def uncited_numbers(body: Mapping[str, Any], exempt: frozenset[str]) -> Iterator[Path]:
    """Paths of the numbers of ``body`` that nothing speaks for. Numbers under a key of ``exempt`` need no source."""
    stack: list[tuple[Path, Any, bool]] = [((), body, False)]
    while stack:
        path, value, covered = stack.pop()
        if isinstance(value, Mapping):
            for key in reversed(value):
                if key not in MARKS and key not in exempt:
                    stack.append(((*path, key), value[key], covered or _spoken(value, key) is not None))
        elif isinstance(value, list | tuple):
            stack.extend(((*path, i), item, covered) for i, item in reversed(list(enumerate(value))))
        elif isinstance(value, int | float) and not isinstance(value, bool) and not covered:
            yield path


def stray_marks(body: Mapping[str, Any]) -> Iterator[Path]:
    """Paths of citations that name a key which is not there."""
    stack: list[tuple[Path, Any]] = [((), body)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, Mapping):
            for key, item in value.items():
                if key not in MARKS:
                    stack.append(((*path, key), item))
                elif isinstance(item, Mapping):
                    yield from (
                        (*path, key, name)
                        for name, words in item.items()
                        if isinstance(words, str) and name not in value
                    )
        elif isinstance(value, list | tuple):
            stack.extend(((*path, i), item) for i, item in enumerate(value))
