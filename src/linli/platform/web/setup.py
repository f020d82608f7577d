"""The steps by which an empty installation becomes a community at work. Rooms register theirs, as they do doors; how far each is comes from
the data, so that a step can be left, done elsewhere, or done by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from linli.kernel.text import Text
from linli.platform.actors import Actor, System
from linli.platform.db import acting


@dataclass(frozen=True, slots=True)
class Progress:
    """``is_done`` once the next step can build on it; ``said`` how far it is, in counts only."""

    is_done: bool
    said: Text


@dataclass(frozen=True, slots=True)
class Step:
    """``measure(community_id)`` is asked as a machine that sees everything; it tells counts, never names. ``permission`` is of who does it,
    ``who`` says so to others; ``more`` are further doors of the step (url name and text)."""

    key: str
    order: int
    text: Text
    why: Text
    who: Text
    permission: str
    url_name: str
    measure: Callable[[UUID], Progress]
    submit: Text
    more: tuple[tuple[str, Text, str], ...] = ()


_STEPS: dict[str, Step] = {}


def add_step(step: Step) -> None:
    _STEPS[step.key] = step


def steps() -> list[Step]:
    return sorted(_STEPS.values(), key=lambda step: step.order)


def progress(actor: Actor, community_id: UUID | None) -> list[dict[str, Any]]:
    """Every step: ``{step, state, said, url, more}``; ``state`` ``done``, ``next`` (the first that is not) or ``later``.

    ``url`` is empty where the actor may not do it, or where there is no community yet to do it for.
    """
    rows: list[dict[str, Any]] = []
    is_next = True
    for step in steps():
        found = _measured(step, community_id)
        state = "done" if found.is_done else "next" if is_next else "later"
        is_next = is_next and found.is_done
        may = actor.may(step.permission, community_id) and (community_id is not None or step is steps()[0])
        more = [
            (reverse(name), text)
            for name, text, permission in step.more
            if community_id is not None and actor.may(permission, community_id)
        ]
        rows.append(
            {
                "step": step,
                "state": state,
                "said": found.said,
                "url": reverse(step.url_name) if may else "",
                "more": more,
            }
        )
    return rows


def _measured(step: Step, community_id: UUID | None) -> Progress:
    if community_id is None:
        return Progress(False, Text("还没有", "Not yet"))
    with acting(System("setup")):
        return step.measure(community_id)
