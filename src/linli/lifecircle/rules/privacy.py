"""Numbers of people as everybody may see them: none that could be somebody.

A count below :data:`LEAST` and above nothing is left out, and with it every share from which it could be reckoned back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LEAST = 10
"""Fewest people a public number may stand for. Designed here: k-anonymity with k = 10, twice the five that statistical offices
commonly ask, because a neighbourhood knows itself."""
STAND_IN = LEAST / 2
"""What stands for every small number where a share is reckoned from it."""
EXACT_KEYS = (
    "persons_within",
    "persons_no_way",
    "persons_unjoined",
    "persons_edge",
    "persons_gates",
    "band_persons",
    "mean_min",
    "gini",
)


def is_small(n: float) -> bool:
    return 0 < n < LEAST


def public_count(n: float | None) -> int | None:
    """The number, rounded to tens; None where it is small or not known. 0 stays 0."""
    if n is None or is_small(n):
        return None
    return int(round(n, -1))


def public_category(exact: Mapping[str, Any]) -> dict[str, Any]:
    """One category of a summary without what could name somebody: people in tens, shares in whole per cent where one side is small.

    Shares of 0 and 1 stay as they are: they say that everybody, or nobody, is within.
    """
    kept = {key: value for key, value in exact.items() if key not in EXACT_KEYS}
    sides = (exact["persons_within"], exact["persons_beyond"], exact["persons_unjoined"])
    if any(is_small(side) for side in sides):
        told = _told_shares(*sides, exact["persons_gates"])
        for key, share in told.items():
            kept[key] = exact[key] if exact[key] in (None, 0, 1) else _coarse(share)
        kept["share_good"] = _coarse(exact["share_good"])
    kept["persons_beyond"] = public_count(exact["persons_beyond"])
    return kept


def _told_shares(within: float, beyond: float, unjoined: float, gates: float) -> dict[str, float]:
    """The shares there would be if every small number were :data:`STAND_IN`: alike for all numbers that are small, so that rounding, which
    alone can leave one number possible (9 of 321 is the only one to round to 97 per cent), gives nothing away."""
    w, b, u, g = (STAND_IN if is_small(side) else side for side in (within, beyond, unjoined, gates))
    known, total = w + b, w + b + u
    low = max(0.0, w - g) / total
    return {"share": w / known if known else 0.0, "share_low": low, "share_high": (w + u) / total}


def public_group(exact: Mapping[str, Any]) -> dict[str, Any]:
    """One group of a summary, likewise. The circle's distribution by number of categories is left out: its ends are small."""
    circle = {key: value for key, value in exact["circle"].items() if key != "persons_by_n_within"}
    return {
        **exact,
        "persons": public_count(exact["persons"]),
        "circle": {
            key: _coarse(v) if key.endswith("_share") and key != "target_share" else v for key, v in circle.items()
        },
        "categories": [public_category(one) for one in exact["categories"]],
    }


def _coarse(share: float | None) -> float | None:
    """To whole per cent, never to 0 or 1 unless it is."""
    if share is None or share in (0, 1):
        return share
    return min(0.99, max(0.01, round(share, 2)))
