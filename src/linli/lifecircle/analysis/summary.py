"""The run as one JSON document (``summary.json``). Its fields are described in ``summary.schema.json`` beside this file.

Numbers are rounded for reading: shares to four decimals, minutes to two, metres to one, persons to one where they are estimated.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from ..rules.coverage import BANDS_MIN, CategoryCoverage
from ..rules.gaps import Gap
from .proposals import Proposals, proposal_values
from .run import Analysis, GroupResult
from .words import finding, noun, uncertainty

SCHEMA = "linli.lifecircle.summary/1"
N_GAPS = 20
"""How many blind spots of a category the summary lists; gaps.geojson holds them all."""


def summarise(analysis: Analysis, proposals: Proposals | None = None) -> dict[str, Any]:
    """Everything but the geometry, as plain JSON values."""
    standard = analysis.standard
    return {
        "schema": SCHEMA,
        "finding": finding(analysis, analysis.shown).as_mapping(),
        "analysed_on": analysis.on.isoformat(),
        "open_at": analysis.open_at.as_mapping() if analysis.open_at else None,
        "map": _map(analysis),
        "standard": {
            **standard.pin.as_mapping(),
            "circle_target_share": standard.circle_target_share,
            "index": standard.index,
            "sources": list(standard.sources),
        },
        "walkers": analysis.walkers.pin.as_mapping(),
        "assumptions": analysis.assumed.pin.as_mapping(),
        "residents": _residents(analysis),
        "group": analysis.group.id,
        "bands_min": list(BANDS_MIN),
        "groups": [_group(result) for result in analysis.groups.values()],
        "gaps": _gaps(analysis),
        "proposals": proposal_values(proposals or Proposals(), analysis),
        "uncertainty": [
            {
                "code": statement.code,
                **statement.text.as_mapping(),
                "n": statement.n,
                "persons": _persons(statement.persons),
            }
            for statement in uncertainty(analysis, analysis.shown)
        ],
    }


def _map(analysis: Analysis) -> dict[str, Any]:
    data, measured = analysis.data, analysis.measured
    notes = Counter(note.code for note in data.notes)
    return {
        "source": data.source,
        "data_on": data.data_on.isoformat() if data.data_on else None,
        "attribution": data.attribution,
        "bounds": [round(degree, 7) for degree in data.bounds()],
        "n_buildings": len(data.buildings),
        "n_facilities": len(data.facilities),
        "n_gates": len(data.gates),
        "n_walk_nodes": data.network.n_nodes,
        "n_walk_edges": data.network.n_edges,
        "walk_km": round(float(data.network.length_m.sum()) / 1000, 3),
        "n_islands": measured.n_islands,
        "n_fragments": measured.n_fragments,
        "notes": dict(sorted(notes.items())),
    }


def _residents(analysis: Analysis) -> dict[str, Any]:
    residents = analysis.residents
    return {
        "basis": residents.basis,
        "noun": noun(analysis).as_mapping(),
        "total": _persons(residents.total),
        "low_total": _persons(residents.low_total),
        "high_total": _persons(residents.high_total),
        "n_houses": int((residents.persons > 0).sum()),
        "n_assumed_levels": residents.n_assumed_levels,
        "n_unknown_use": residents.n_unknown_use,
    }


def _group(result: GroupResult) -> dict[str, Any]:
    circle, group = result.circle, result.group
    return {
        "id": group.id,
        "title": group.title.as_mapping(),
        "speed_m_per_min": group.speed_m_per_min,
        "counted": "by_age" if result.is_counted_by_age else "everyone",
        "persons": _persons(result.categories[0].persons),
        "circle": {
            "index_share": _share(circle.index),
            "every_item_share": _share(circle.every_item),
            "every_found_item_share": _share(circle.every_found_item),
            "mean_of_items_share": _share(circle.mean_of_items),
            "target_share": circle.target_share,
            "meets_target": circle.meets_target,
            "persons_by_n_within": [_persons(number) for number in circle.persons_by_n_within],
        },
        "categories": [_category(one) for one in result.categories],
    }


def _category(one: CategoryCoverage) -> dict[str, Any]:
    return {
        "category": one.item.category,
        "title": one.item.title.as_mapping(),
        "found": one.is_found,
        "n_facilities": one.n_facilities,
        "n_facilities_unjoined": one.n_facilities_unjoined,
        "limit_min": one.item.limit_min,
        "limit_m": one.item.limit_m,
        "good_min": one.item.good_min,
        "share": _share(one.share),
        "share_low": _share(one.share_low),
        "share_high": _share(one.share_high),
        "share_good": _share(one.share_good),
        "target_share": one.item.target_share,
        "meets_target": one.meets_target,
        "persons_within": _persons(one.persons_within),
        "persons_beyond": _persons(one.persons_beyond),
        "persons_no_way": _persons(one.persons_no_way),
        "persons_unjoined": _persons(one.persons_unjoined),
        "persons_edge": _persons(one.persons_edge),
        "persons_gates": _persons(one.persons_gates),
        "median_min": minutes(one.median_min),
        "p90_min": minutes(one.p90_min),
        "mean_min": minutes(one.mean_min),
        "gini": _share(one.gini),
        "n_houses": one.n_houses,
        "n_houses_within": one.n_houses_within,
        "band_persons": [_persons(number) for number in one.band_persons],
        "band_houses": list(one.band_houses),
    }


def _gaps(analysis: Analysis) -> list[dict[str, Any]]:
    ranked = sorted((gap for gaps in analysis.shown.gaps for gap in gaps[:N_GAPS]), key=lambda gap: -gap.persons)
    return [gap_values(gap, analysis) for gap in ranked]


def gap_values(gap: Gap, analysis: Analysis) -> dict[str, Any]:
    """A blind spot without its shape; its houses by reference and name, most persons first."""
    return {
        "category": gap.item.category,
        "title": gap.item.title.as_mapping(),
        "group": gap.group.id,
        "name": gap.name.as_mapping(),
        "persons": _persons(gap.persons),
        "persons_no_way": _persons(gap.persons_no_way),
        "extra_min": minutes(gap.extra_min),
        "worst_extra_min": minutes(gap.worst_extra_min),
        "n_houses": len(gap.houses),
        "houses": [
            {"ref": analysis.places[house].ref, "name": analysis.places[house].name.as_mapping()}
            for house in gap.houses
        ],
    }


def minutes(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 2)


def _persons(value: float | None) -> float | None:
    if value is None:
        return None
    return round(value) if abs(value - round(value)) < 1e-6 else round(value, 1)


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
