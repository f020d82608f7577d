"""The drawing board filled: a plan just large enough for the homes wanted, then streets, estates, services."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text

from .draws import Draws, apportion
from .estates import EstateArtist
from .plan import EstatePlan, Plan, clear_gardens, communities_of, fit_estate, plan_town, thin_out
from .policy import Compound, SynthPolicy
from .services import ServiceArtist
from .sketch import Board
from .streets import Streets

TOO_LARGE = define(
    "synth.too_large",
    zh="放不下：{n_homes} 套住房需要每列超过 {n_rows} 排楼，请减少人数或增加社区",
    en="{n_homes} homes would need more than {n_rows} rows of houses in a block; ask for fewer people or more communities",
)
MAX_ROWS = 16
_DIGITS = "一二三四五六七八九"


@dataclass(slots=True)
class Design:
    """A finished drawing."""

    board: Board
    plan: Plan
    streets: Streets
    communities: list[Text]


def design(n_people: int, n_homes: int, name: Text, policy: SynthPolicy, draws: Draws) -> Design:
    """Draw a town of at least ``n_homes`` homes."""
    across, up = communities_of(n_people, policy)
    plan, estates = _large_enough(n_people // (across * up), n_homes, across, up, policy, draws)
    board = Board()
    streets = Streets(board, plan, policy, draws.child("streets"))
    communities = _community_names(name, across * up, policy, draws.child("communities"))
    artist, services = EstateArtist(board, streets, policy), ServiceArtist(board, streets, policy)
    towers = [policy.names.towers[i] for i in draws.child("towers").order(len(policy.names.towers))]
    for number, community in enumerate(estates):
        for estate in community:
            words = _estate_name(estate.compound, communities, number, towers, streets, estate)
            compound = artist.draw(estate, words, draws.child("estate", number, estate.compound.role))
            if estate.compound.shop_strip:
                services.shop_strip(estate, compound)
    for block in plan.blocks:
        if block.column == "service":
            (services.service_block if block.row == "lower" else services.school_block)(block)
    return Design(board, plan, streets, communities)


def _large_enough(n_each: int, n_homes: int, across: int, up: int, policy: SynthPolicy, draws: Draws) -> tuple[Plan, list[list[EstatePlan]]]:
    """The smallest number of rows that holds the homes, surplus houses turned into parking."""
    town = policy.town
    stairs = town.stairs_per_row_min + (n_each - town.min_people) // town.people_per_stair_step
    stairs = min(max(stairs, town.stairs_per_row_min), town.stairs_per_row_max)
    for rows in range(2, MAX_ROWS + 1):
        plan = plan_town(policy, draws.child("plan"), across=across, up=up, rows=rows, stairs=stairs)
        estates = _fit(plan, policy, draws)
        capacity = [sum(estate.homes() for estate in community) for community in estates]
        if sum(capacity) >= n_homes:
            for community, needed in zip(estates, apportion(capacity, n_homes).tolist(), strict=True):
                thin_out(community, needed)
            return plan, estates
    raise LinliError(TOO_LARGE, n_homes=n_homes, n_rows=MAX_ROWS)


def _fit(plan: Plan, policy: SynthPolicy, draws: Draws) -> list[list[EstatePlan]]:
    found: list[list[EstatePlan]] = [[] for _ in range(plan.n_across * plan.n_up)]
    for block in plan.blocks:
        for compound in policy.compounds:
            if (compound.column, compound.row) == (block.column, block.row):
                estate = fit_estate(policy, compound, block, draws.child("fit", block.community, compound.role))
                clear_gardens(estate)
                found[block.community].append(estate)
    return found


def _community_names(name: Text, n: int, policy: SynthPolicy, draws: Draws) -> list[Text]:
    """The name itself for one community; for a street of many, names from the policy, numbered once they are used up."""
    if n == 1:
        return [name]
    pool = policy.names.communities
    order = draws.order(len(pool)).tolist()
    names = []
    for i in range(n):
        stem, lap = pool[order[i % len(pool)]], i // len(pool)
        suffix = Text(f"{_DIGITS[lap]}社区", f" {lap + 1} Community") if lap else Text("社区", " Community")
        names.append(Text(stem.zh + suffix.zh, stem.en + suffix.en))
    return names


def _estate_name(compound: Compound, communities: list[Text], number: int, towers: list[Text], streets: Streets, estate: EstatePlan) -> Text:
    community = communities[number]
    stem = Text(community.zh.removesuffix("社区"), community.en.removesuffix(" Community"))
    tower = towers[number % len(towers)]
    across = estate.block.left // 5
    column = next(i for i, _ in streets.plan.rivers if i // 5 == across)
    river = streets.rivers[column]
    bank = river.east if estate.block.left > column else river.west
    if len(communities) > 1:
        bank = Text(stem.zh + bank.zh, f"{stem.en} {bank.en}")
        tower = tower if number < len(towers) else Text(stem.zh + tower.zh, f"{stem.en} {tower.en}")
    filled = compound.name.fill(stem="{stem}", tower="{tower}", bank="{bank}")
    zh = filled.zh.replace("{stem}", stem.zh).replace("{tower}", tower.zh).replace("{bank}", bank.zh)
    en = filled.en.replace("{stem}", stem.en).replace("{tower}", tower.en).replace("{bank}", bank.en)
    return Text(zh, en)


def drawing_extent(plan: Plan) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """West, south, east, north of the plan in metres: the middle of its outer streets."""
    return np.asarray([plan.upright[0].at, plan.level[0].at, plan.upright[-1].at, plan.level[-1].at])
