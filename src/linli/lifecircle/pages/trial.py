"""A facility put on the planner's map to try: every house's minutes then, and who comes within reach, in a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.http import HttpResponse, JsonResponse

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text
from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..analysis.trial import Trial, try_facility
from ..bench import bench_of
from ..queries.coverage import READ
from .asked import asked

NO_POINT = define(
    "lifecircle.no_point",
    zh="要试的地点没有给出经度和纬度",
    en="The place to try lacks its longitude and latitude",
    status=422,
)


@page(permission=READ)
def trial(request: Request) -> HttpResponse:
    """JSON for the map: ``houses`` by place id, each ``[minutes or null, is beyond]``; ``said`` what it gives, in the reader's language."""
    look = asked(request)
    request.actor.require(READ, look.run.community_id)
    lon, lat = _point(request)
    bench = bench_of(look.run)
    column = look.run.categories.index(look.category)
    item = bench.analysis.standard.items[column]
    found = try_facility(bench.analysis, column, look.group, lon, lat)
    if found is None:
        far = Text(
            f"这里离能走的路超过 {bench.analysis.assumed.max_leg_m:g} 米，设在这里谁也走不到。",
            f"No way one can walk on lies within {bench.analysis.assumed.max_leg_m:g} m: nobody would reach it here.",
        )
        return JsonResponse({"is_joined": False, "said": far.in_(request.lang), "houses": {}})
    return JsonResponse(
        {
            "is_joined": True,
            "said": trial_words(found, item.title).in_(request.lang),
            "houses": _houses(found, bench.place_ids),
            "gained": round(found.change.gained, 1),
            "nearer": round(found.change.nearer, 1),
        }
    )


def trial_words(found: Trial, title: Text) -> Text:
    """Who comes within reach of a facility tried, and how much shorter the walk gets on average."""
    change = found.change
    gained, nearer = round(change.gained), round(change.nearer)
    before, after = 100 * (change.share_before or 0), 100 * (change.share_after or 0)
    zh = f"在这里设一处{title.zh}：新走得到 {gained} 人（{before:.1f}% → {after:.1f}%）；{nearer} 人少走半分钟以上"
    en = f"{title.en} here: {gained:,} more within reach ({before:.1f}% → {after:.1f}%); {nearer:,} walk half a minute less or more"
    if change.mean_before is not None and change.mean_after is not None:
        zh += f"，平均 {change.mean_before:.1f} → {change.mean_after:.1f} 分钟"
        en += f", mean {change.mean_before:.1f} → {change.mean_after:.1f} min"
    return Text(f"{zh}。", f"{en}.")


def _houses(found: Trial, place_ids: Any) -> dict[str, list[Any]]:
    minutes, within = found.walk_min, found.within
    told: dict[str, list[Any]] = {}
    for house, place_id in enumerate(place_ids):
        if np.isnan(minutes[house]):
            continue
        reached = bool(np.isfinite(minutes[house]))
        told[str(place_id)] = [round(float(minutes[house]), 2) if reached else 999, not bool(within[house])]
    return told


def _point(request: Request) -> tuple[float, float]:
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError) as error:
        raise LinliError(NO_POINT) from error
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise LinliError(NO_POINT)
    return lon, lat
