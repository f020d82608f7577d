"""Reads of the life circle. The faces (console home, hall screen, portal home, public ledger) ask :func:`latest_coverage`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.text import Text
from linli.platform.actors import Actor


@dataclass(frozen=True, slots=True)
class CategoryCoverage:
    """One kind of facility: share of residents within the limit (0–1), how many are beyond it (None where too few to tell)."""

    category: str
    title: Text
    share: float
    n_beyond: int | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The newest measurement of a community: ``index_share`` as the standard defines it; ``worst`` first the most people beyond."""

    community_id: UUID
    standard_title: Text
    computed_at: dt.datetime
    index_share: float
    worst: tuple[CategoryCoverage, ...]


def latest_coverage(actor: Actor, community_id: UUID) -> Coverage | None:
    """The newest coverage of the community the actor may see; None where nothing has been measured yet."""
    return None
