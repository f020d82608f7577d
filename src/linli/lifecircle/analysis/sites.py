"""Proposed places for a facility, among the map's buildings: who comes within the limit, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text

from ..bridges.sites import choose_sites
from ..rules.coverage import is_within
from ..rules.standard import Item
from .run import Analysis

UNKNOWN_CATEGORY = define(
    "lifecircle.unknown_category",
    zh="标准里没有设施类别“{category}”；可选：{known}",
    en="The standard holds no category {category}; there are: {known}",
    status=404,
)


@dataclass(frozen=True, slots=True)
class SiteProposal:
    """One place: ``house`` its position among the analysis' places; ``persons`` it brings within the limit besides those before it, who live
    in ``houses``."""

    house: int
    persons: float
    houses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SitePlan:
    """Sites for one category and group. ``before, after`` shares within the limit of persons in joined houses; ``bound`` the share no choice of as many
    places can pass; ``persons_left`` still beyond, though every proposed place opened."""

    item: Item
    sites: tuple[SiteProposal, ...]
    before: float | None
    after: float | None
    bound: float | None
    persons_left: float

    @property
    def is_best(self) -> bool:
        return self.after is not None and self.bound is not None and self.bound - self.after < 1e-6


def plan_sites(analysis: Analysis, n: int, category: str | None = None) -> SitePlan:
    """Up to ``n`` places for ``category`` (where None: the one most people of the shown group lack, of those found on the map).

    Facilities there are stay; every joined building may hold the new one. Raises :class:`LinliError` for a category the standard has not.
    """
    column = _column(analysis, category)
    item, group = analysis.standard.items[column], analysis.group
    walks, field = analysis.shown.walks, analysis.measured.fields[group.id]
    persons = analysis.residents.of_group(group)
    inside = is_within(walks, column, item)
    demand = np.flatnonzero(walks.joined & ~inside & (persons > 0))
    sites = np.flatnonzero(walks.joined & np.array([place.is_building for place in analysis.places], dtype=bool))
    plain = item.limit_m is not None
    limit_m = item.limit_metres(group)
    choice = choose_sites(field, demand, sites, n, persons=persons, limit_m=limit_m, plain=plain)
    total, within = float(persons[walks.joined].sum()), float(persons[inside].sum())
    covered = sum(float(persons[houses].sum()) for houses in choice.reached)
    found = tuple(
        SiteProposal(house, float(persons[houses].sum()), tuple(houses.tolist()))
        for house, houses in zip(choice.site.tolist(), choice.reached, strict=True)
    )

    def share(part: float) -> float | None:
        return min(1.0, part / total) if total > 0 else None

    left = float(persons[demand].sum()) - covered
    return SitePlan(item, found, share(within), share(within + covered), share(within + choice.bound), left)


def plan_words(plan: SitePlan) -> Text:
    """What the plan does, in a sentence."""
    title = plan.item.title
    if not plan.sites:
        return Text(f"{title.zh}：没有地方能再让谁走得到", f"{title.en}: no place would bring anybody within reach")
    before, after = 100 * (plan.before or 0), 100 * (plan.after or 0)
    best = Text("这已是同样处数的最好选择", "no choice of as many does better")
    if not plan.is_best:
        best = Text(
            f"同样处数最多到 {100 * (plan.bound or 0):.1f}%",
            f"as many places could reach {100 * (plan.bound or 0):.1f}% at most",
        )
    return Text(
        f"{title.zh}再设 {len(plan.sites)} 处，走得到的从 {before:.1f}% 到 {after:.1f}%；{best.zh}",
        f"{len(plan.sites)} more of {title.en.lower()}: within reach from {before:.1f}% to {after:.1f}%; {best.en}",
    )


def _column(analysis: Analysis, category: str | None) -> int:
    known = analysis.standard.categories
    if category is not None:
        if category not in known:
            raise LinliError(UNKNOWN_CATEGORY, category=category, known=", ".join(known))
        return known.index(category)
    rows = analysis.shown.categories
    return max(range(len(rows)), key=lambda n: (rows[n].is_found, rows[n].persons_beyond, -n))
