"""What a run proposes, gathered: as JSON values for ``summary.json`` and as features for ``proposals.geojson``, with the sentences on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.kernel.mapdata import MapFacility
from linli.kernel.text import Text

from ..rules.links import Effect
from ..rules.shapes import unflatten
from .links import LinkProposal, Loss, cost_of_closing, propose_links
from .run import Analysis
from .sites import SitePlan, SiteProposal, plan_sites, plan_words
from .words import UNITS

N_HOUSES = 10
"""How many of the houses that gain most a proposal names."""
N_LOSSES = 10
"""How many gates and facilities the summary lists by what their closing would cost."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """Openings for the shown group, and the gates and facilities it leans on most."""

    links: tuple[LinkProposal, ...] = ()
    sites: SitePlan | None = None
    gates: tuple[Loss, ...] = ()
    facilities: tuple[Loss, ...] = ()
    was_asked_for_links: bool = False


def propose(analysis: Analysis, *, n_links: int = 0, n_sites: int = 0, category: str | None = None) -> Proposals:
    """Everything asked for. Where links are, so is the reverse: what blocking a gate or closing a facility costs."""
    sites = plan_sites(analysis, n_sites, category) if n_sites else None
    if not n_links:
        return Proposals(sites=sites)
    gates, facilities = cost_of_closing(analysis)
    links = propose_links(analysis, n_links)
    return Proposals(links, sites, gates[:N_LOSSES], facilities[:N_LOSSES], was_asked_for_links=True)


def gain_words(link: LinkProposal, analysis: Analysis) -> Text:
    """Who gains, in a sentence."""
    effect, unit = link.effects[analysis.group.id], UNITS[analysis.residents.basis]
    joined = effect.persons_joined
    zh, en = "", ""
    if joined >= 1:
        zh, en = f"；其中 {joined:.0f} {unit}原来走不通", f"; {joined:,.0f} of them had no way before"
    return Text(
        f"{effect.persons:.0f} {unit}少走半分钟以上，单程最多少 {effect.most_min:.1f} 分钟；每人到各类设施各走一次，"
        f"合计省 {effect.person_min:.0f} 人·分钟{zh}",
        f"{effect.persons:,.0f} save half a minute or more, at most {effect.most_min:.1f} min one way; with one walk each to every kind, "
        f"{effect.person_min:,.0f} person-minutes in all{en}",
    )


def loss_words(link: LinkProposal, analysis: Analysis) -> Text:
    """Who loses, in a sentence: nobody walks further, but somebody lives where the others will pass."""
    unit = UNITS[analysis.residents.basis]
    where = (
        Text(f"{link.beside.compound}的", f"in {link.beside.compound}")
        if link.beside.compound
        else Text(f"{analysis.assumed.link_beside_m:g} 米内的", f"within {analysis.assumed.link_beside_m:g} m")
    )
    if link.beside.persons < 1:
        return Text("旁边没有住户；没有人要多走", "Nobody lives beside it; nobody walks further")
    if link.passers < 1:
        return Text(
            f"没有人要多走；受益的就是{where.zh} {link.beside.persons:.0f} {unit}自己",
            f"Nobody walks further; those who gain are the {link.beside.persons:,.0f} {where.en} themselves",
        )
    return Text(
        f"没有人要多走，但{where.zh} {link.beside.persons:.0f} {unit}门前会多出过路的人：受益的外来人最多 {link.passers:.0f} {unit}。"
        "要先问他们",
        f"Nobody walks further, but {link.beside.persons:,.0f} {where.en} would have people passing by: up to {link.passers:,.0f} "
        "who gain live elsewhere. Ask them first",
    )


def proposal_values(proposals: Proposals, analysis: Analysis) -> dict[str, Any]:
    """As ``summary.schema.json`` describes ``proposals``."""
    return {
        "links": [link_values(link, analysis) for link in proposals.links],
        "sites": None if proposals.sites is None else _plan(proposals.sites, analysis),
        "gates": [_loss(loss, analysis) for loss in proposals.gates],
        "facilities": [_loss(loss, analysis) for loss in proposals.facilities],
    }


def _plan(plan: SitePlan, analysis: Analysis) -> dict[str, Any]:
    def share(value: float | None) -> float | None:
        return None if value is None else round(value, 4)

    return {
        "category": plan.item.category,
        "group": analysis.group.id,
        **plan_words(plan).as_mapping(),
        "share_before": share(plan.before),
        "share_after": share(plan.after),
        "share_bound": share(plan.bound),
        "persons_left": round(plan.persons_left, 1),
        "places": [site_values(site, analysis) for site in plan.sites],
    }


def site_values(site: SiteProposal, analysis: Analysis) -> dict[str, Any]:
    place = analysis.places[site.house]
    return {
        "ref": place.ref,
        "name": place.name.as_mapping(),
        "persons": round(site.persons, 1),
        "n_houses": len(site.houses),
    }


def link_values(link: LinkProposal, analysis: Analysis) -> dict[str, Any]:
    effect = link.effects[analysis.group.id]
    houses = [
        {
            "ref": analysis.places[house].ref,
            "name": analysis.places[house].name.as_mapping(),
            "saved_min": round(float(saved), 2),
        }
        for house, saved in zip(effect.house[:N_HOUSES].tolist(), effect.house_min[:N_HOUSES], strict=True)
    ]
    return {
        "kind": link.kind,
        "title": link.title.as_mapping(),
        "length_m": round(link.length_m, 1),
        **_where(link, analysis),
        "gains": gain_words(link, analysis).as_mapping(),
        "loses": loss_words(link, analysis).as_mapping(),
        "with_earlier_person_min": round(link.with_earlier_min, 1),
        "persons_beside": round(link.beside.persons, 1),
        "compound": link.beside.compound,
        "persons_passing": round(link.passers, 1),
        "effects": [
            {"group": group, **_effect(one, analysis)} for group, one in link.effects.items()
        ],
        "n_houses": len(effect.house),
        "houses": houses,
    }  # fmt: skip


def _where(link: LinkProposal, analysis: Analysis) -> dict[str, Any]:
    """A point on the way, and its two ends, in degrees."""
    line = link.shape if link.shape.geom_type == "LineString" else max(link.shape.geoms, key=lambda part: part.length)
    ends = shapely.get_coordinates(unflatten(analysis.plane, line))[[0, -1]]
    at = unflatten(analysis.plane, shapely.Point(line.coords[0]) if link.kind in ("gate", "way") else line.centroid)
    return {"at": [round(at.x, 7), round(at.y, 7)], "ends": np.round(ends, 7).tolist()}


def _effect(effect: Effect, analysis: Analysis) -> dict[str, Any]:
    return {
        "person_min": round(effect.person_min, 1),
        "persons": round(effect.persons, 1),
        "persons_joined": round(effect.persons_joined, 1),
        "most_min": round(effect.most_min, 2),
        "categories": [
            {
                "category": item.category,
                "person_min": round(float(effect.by_category[column]), 1),
                "persons_within": round(float(effect.persons_within[column]), 1),
            }
            for column, item in enumerate(analysis.standard.items)
        ],
    }


def _loss(loss: Loss, analysis: Analysis) -> dict[str, Any]:
    thing = loss.thing
    is_place = isinstance(thing, MapFacility)
    return {
        "ref": thing.ref,
        "name": loss.where.as_mapping(),
        **({"category": thing.category} if is_place else {"passage": thing.passage}),  # type: ignore[union-attr]
        "lon": round(thing.lon, 7),
        "lat": round(thing.lat, 7),
        **_effect(loss.effect, analysis),
    }


def proposal_features(proposals: Proposals, analysis: Analysis) -> list[tuple[BaseGeometry, dict[str, Any]]]:
    """Shapes in degrees with their properties, in the order of the summary; ``proposal`` says which list a feature is of."""
    found: list[tuple[BaseGeometry, dict[str, Any]]] = []
    for rank, link in enumerate(proposals.links, 1):
        values = link_values(link, analysis)
        flat = {"proposal": "link", "rank": rank}
        for key in ("title", "gains", "loses"):
            flat |= {f"{key}_zh": values[key]["zh"], f"{key}_en": values[key]["en"]}
            del values[key]
        found.append((unflatten(analysis.plane, link.shape), {**flat, **values}))
    if proposals.sites is not None:
        for rank, site in enumerate(proposals.sites.sites, 1):
            values = site_values(site, analysis)
            name = values.pop("name")
            flat = {"proposal": "site", "rank": rank, "category": proposals.sites.item.category}
            point = analysis.places[site.house].shape.representative_point()
            found.append((point, {**flat, **values, "name_zh": name["zh"], "name_en": name["en"]}))
    for kind, losses in (("closing_gate", proposals.gates), ("closing_facility", proposals.facilities)):
        for rank, loss in enumerate(losses, 1):
            point = shapely.Point(loss.thing.lon, loss.thing.lat)
            found.append((point, {"proposal": kind, "rank": rank, **_loss(loss, analysis)}))
    return found
