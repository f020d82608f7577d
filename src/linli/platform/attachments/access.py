"""Who may see a file: whoever may see the thing it belongs to, asked of that thing's room at every request."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from linli.platform.actors import Actor

MaySee = Callable[[Actor, UUID], bool]
_RULES: dict[str, MaySee] = {}


def access_rule(kind: str, rule: MaySee) -> None:
    """Declare ``rule(actor, holder_id)`` for the things of a kind. It is called inside ``acting(actor)``."""
    if _RULES.setdefault(kind, rule) is not rule:
        raise ValueError(f"access to {kind!r} is ruled twice")


def may_see(actor: Actor, kind: str, holder_id: UUID) -> bool:
    """False for a kind nobody has a rule for."""
    rule = _RULES.get(kind)
    return rule is not None and rule(actor, holder_id)
