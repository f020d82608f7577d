"""What an import would do: matched by the source's own reference, what is new, what is otherwise, what is gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Noun = Literal["compound", "building", "facility"]
Action = Literal["added", "changed", "ended", "unchanged", "kept"]

_LETTERS = re.compile(r"[A-Za-z_]*")
_LOCATION = frozenset({"west", "south", "east", "north", "lon", "lat", "cell"})


@dataclass(frozen=True, slots=True)
class Item:
    """One place or facility in an import. ``fields``: column → (before, after), for those that change.

    ``kept``: gone from the source, yet still used here (homes lived in or held), so it stays and is told.
    """

    noun: Noun
    ref: str
    name: str
    action: Action
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diff:
    items: tuple[Item, ...]
    new_edition: bool

    def of(self, *actions: Action) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.action in actions)

    def counts(self) -> dict[str, int]:
        found = dict.fromkeys(("added", "changed", "ended", "unchanged", "kept"), 0)
        for item in self.items:
            found[item.action] += 1
        return found

    @property
    def is_empty(self) -> bool:
        """True where applying it would change nothing."""
        return not self.new_edition and not self.of("added", "changed", "ended")


def family(ref: str) -> str:
    """Which kind of source a reference is from, by the letters it begins with: ``syn`` of ``syn/b1``. OpenStreetMap's ways, nodes and
    relations (``w12``, ``way/12``) are one."""
    letters = _LETTERS.match(ref).group().lower()  # type: ignore[union-attr]  # matches everything, the empty string too
    return "osm" if letters in ("w", "n", "r", "way", "node", "relation") else letters


def said(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a source really says: where it is silent (None, empty), what is registered stands."""
    return {name: value for name, value in content.items() if value is not None and value != ""}


def compare(
    noun: Noun,
    registered: Mapping[str, Mapping[str, Any]],
    incoming: Mapping[str, Mapping[str, Any]],
    *,
    ends: Iterable[str],
    in_use: Iterable[str] = (),
) -> list[Item]:
    """Items for one noun. ``registered`` and ``incoming`` by reference; ``ends`` are references of those that the source
    covers and no longer has. Order: as incoming, then the ended."""
    items = []
    for ref, content in incoming.items():
        before = registered.get(ref)
        if before is None:
            items.append(Item(noun, ref, content["name_zh"], "added"))
            continue
        fields = differences(before, said(content))
        items.append(
            Item(noun, ref, content["name_zh"] or before["name_zh"], "changed" if fields else "unchanged", fields)
        )
    used = set(in_use)
    for ref in sorted(set(ends) - set(incoming)):
        items.append(Item(noun, ref, registered[ref]["name_zh"], "kept" if ref in used else "ended"))
    return items


def differences(before: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Columns that would change; a moved outline is told once, as ``shape``, without its bytes' box, point and cell."""
    found = {
        name: (before.get(name), value) for name, value in content.items() if _plain(before.get(name)) != _plain(value)
    }
    if "shape" in found:
        return {name: pair for name, pair in found.items() if name not in _LOCATION}
    return found


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
