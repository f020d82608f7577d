"""The proposals of a life-circle report: ways to open with who gains and who loses, and what the neighbourhood leans on."""

from __future__ import annotations

from typing import Any

from linli.kernel.mapdata import MapFacility
from linli.kernel.text import Text
from linli.lifecircle.analysis import Analysis
from linli.lifecircle.analysis.links import Loss
from linli.lifecircle.analysis.proposals import Proposals, gain_words, loss_words
from linli.lifecircle.analysis.sites import plan_words
from linli.lifecircle.analysis.words import percent, whole

N_LOSSES = 5
PASSAGES = {"open": Text("开着的门", "open gate"), "unknown": Text("门，是否通行未知", "gate, passage not known")}


def proposed(analysis: Analysis, proposals: Proposals | None, language: str) -> dict[str, Any]:
    """The page's part for proposals; empty lists where none were asked for."""
    if proposals is None:
        return {"asked_links": False, "links": [], "losses": [], "plan": "", "sites": []}
    plan = proposals.sites
    return {
        "asked_links": proposals.was_asked_for_links,
        "plan": plan_words(plan).in_(language) if plan else "",
        "sites": [
            {
                "name": analysis.places[site.house].name.in_(language),
                "more": Text(f"多 {site.persons:.0f} 人走得到", f"{site.persons:,.0f} more within reach").in_(language),
            }
            for site in (plan.sites if plan else ())
        ],
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


def compared(analysis: Analysis, language: str) -> list[dict[str, Any]]:
    """How much of the circle each group reaches beside the reference group's: the mean share of kinds, its pace, and the ratio of the two."""
    reference = analysis.groups[analysis.walkers.reference].circle.mean_of_items
    rows = []
    for result in analysis.groups.values():
        share = result.circle.mean_of_items
        ratio = share / reference if share is not None and reference else None
        rows.append(
            {
                "title": result.group.title.in_(language),
                "pace": f"{result.group.speed_m_per_min:g}",
                "share": percent(share),
                "value": share or 0.0,
                "ratio": "–" if ratio is None else f"{ratio:.2f}",
            }
        )
    return rows


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
