"""The proposals of a life-circle report: ways to open with who gains and who loses, and what the neighbourhood leans on."""

from __future__ import annotations

from typing import Any

from linli.kernel.mapdata import MapFacility
from linli.kernel.text import Text
from linli.lifecircle.analysis import Analysis
from linli.lifecircle.analysis.links import Loss
from linli.lifecircle.analysis.proposals import Proposals, gain_words, loss_words
from linli.lifecircle.analysis.words import whole

N_LOSSES = 5
PASSAGES = {"open": Text("开着的门", "open gate"), "unknown": Text("门，是否通行未知", "gate, passage not known")}


def proposed(analysis: Analysis, proposals: Proposals | None, language: str) -> dict[str, Any]:
    """The page's part for proposals; empty lists where none were asked for."""
    if proposals is None:
        return {"asked_links": False, "links": [], "losses": []}
    return {
        "asked_links": True,
        "links": [
            {
                "title": link.title.in_(language),
                "metres": Text(f"{link.length_m:.0f} 米", f"{link.length_m:.0f} m").in_(language),
                "gains": gain_words(link, analysis).in_(language),
                "loses": loss_words(link, analysis).in_(language),
            }
            for link in proposals.links
        ],
        "losses": [
            _loss(loss, analysis, language)
            for losses in (proposals.gates, proposals.facilities)
            for loss in losses[:N_LOSSES]
        ],
    }


def _loss(loss: Loss, analysis: Analysis, language: str) -> dict[str, str]:
    thing, effect = loss.thing, loss.effect
    if isinstance(thing, MapFacility):
        kind = next(item.title for item in analysis.standard.items if item.category == thing.category)
    else:
        kind = PASSAGES[thing.passage]
    lost = whole(effect.persons_joined)
    if lost:
        cost = Text(f"{lost} 人再也走不到", f"{lost:,} people are left without")
    else:
        minutes = -effect.person_min / effect.persons if effect.persons else 0.0
        cost = Text(f"人均多走 {minutes:.1f} 分钟", f"{minutes:.1f} min more each, on average")
    return {
        "name": loss.where.in_(language),
        "kind": kind.in_(language),
        "persons": f"{whole(effect.persons):,}" if language == "en" else f"{whole(effect.persons)}",
        "cost": cost.in_(language),
    }
