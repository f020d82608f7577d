"""Invariants: what must hold of an installation at any time, checked by ``linli verify``.

A room registers its own in ``<room>/invariants.py`` with :func:`invariant`; here they are found, run one after the other and told alike.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import connection

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text
from linli.platform.actors import System
from linli.platform.db import acting

MAX_SHOWN = 200
UNKNOWN = define(
    "platform.no_such_invariant",
    zh="没有名为“{name}”的检查；现有：{known}",
    en="There is no invariant {name}; there are: {known}",
    status=404,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold. ``data`` are ids, codes and numbers that lead to it."""

    code: str
    text: Text
    data: dict[str, Any] = field(default_factory=dict)

    def as_mapping(self) -> dict[str, Any]:
        data = {
            key: value if isinstance(value, int | float | bool | None) else str(value)
            for key, value in self.data.items()
        }
        return {"code": self.code, "message": self.text.as_mapping(), "data": data}


Check = Callable[[], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Invariant:
    name: str
    text: Text
    check: Check


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one invariant fared. ``findings`` are the first :data:`MAX_SHOWN`; ``n_findings`` counts all."""

    name: str
    text: Text
    findings: tuple[Finding, ...]
    n_findings: int
    took_s: float

    @property
    def holds(self) -> bool:
        return self.n_findings == 0

    def line(self) -> str:
        """For a terminal: one line, and one more for each finding."""
        mark = "ok  " if self.holds else "FAIL"
        lines = [f"{mark} {self.name}  {self.text.zh} / {self.text.en}  ({self.took_s:.1f} s)"]
        lines += [f"     {finding.code}: {finding.text.zh} / {finding.text.en}" for finding in self.findings]
        if self.n_findings > len(self.findings):
            lines.append(f"     … {self.n_findings - len(self.findings)} more")
        return "\n".join(lines)

    def as_mapping(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "holds": self.holds,
            "text": self.text.as_mapping(),
            "n_findings": self.n_findings,
            "took_s": round(self.took_s, 3),
            "findings": [finding.as_mapping() for finding in self.findings],
        }


_INVARIANTS: dict[str, Invariant] = {}


def invariant(name: str, text: Text) -> Callable[[Check], Check]:
    """Register a check under ``room.what_holds``; ``text`` says what holds. The check yields a :class:`Finding` for each breach.

    It runs outside of any transaction: read through ``acting(System("verify"))``, in constant memory, and change nothing.
    """

    def register(check: Check) -> Check:
        known = _INVARIANTS.setdefault(name, Invariant(name, text, check))
        if known.check is not check:
            raise ValueError(f"invariant {name!r} is registered twice")
        return check

    return register


def findings_of(statement: str, code: str, text: Text) -> Iterator[Finding]:
    """A finding for each row of a statement of ours; its columns, by name, fill the sentence. In constant memory."""
    with acting(System("verify")), connection.cursor() as cursor:
        cursor.execute(statement)
        names = [column.name for column in cursor.description]
        while rows := cursor.fetchmany(1000):
            for row in rows:
                data: dict[str, Any] = dict(zip(names, row, strict=True))
                yield Finding(code, text.fill(**data), data)


def invariants() -> list[Invariant]:
    """All invariants of the installed rooms, by name."""
    for config in apps.get_app_configs():
        module = f"{config.name}.invariants"
        if config.name.startswith("linli.") and find_spec(module):
            import_module(module)
    return [_INVARIANTS[name] for name in sorted(_INVARIANTS)]


def run_invariants(what: str | None = None) -> list[Outcome]:
    """Run all invariants, or those named ``what`` or under it (``journal`` runs ``journal.*``).

    :class:`LinliError` ``platform.no_such_invariant`` if nothing goes by that name.
    """
    known = invariants()
    chosen = [one for one in known if what is None or one.name == what or one.name.startswith(f"{what}.")]
    if what is not None and not chosen:
        raise LinliError(UNKNOWN, name=what, known=", ".join(one.name for one in known))
    return [_run(one) for one in chosen]


def _run(one: Invariant) -> Outcome:
    started = time.monotonic()
    found = iter(one.check())
    shown = tuple(itertools.islice(found, MAX_SHOWN))
    n_more = sum(1 for _ in found)
    return Outcome(one.name, one.text, shown, len(shown) + n_more, time.monotonic() - started)
