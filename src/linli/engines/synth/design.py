"""The drawing board filled: a plan just large enough for the homes wanted, then streets, estates, services."""

from __future__ import annotations

from dataclasses import dataclass

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text

from .draws import Draws, apportion
from .estates import draw_estate
from .plan import EstatePlan, Plan, clear_gardens, communities_of, fit_estate, plan_town, thin_out
from .policy import SynthPolicy
from .services import draw_schools, draw_services, draw_shop_strip
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
    stem = stem_of(name)
    main_road = Text(f"{stem.zh}路", f"{stem.en} Road") if across * up == 1 else None
    plan, estates = _large_enough(
        n_people // (across * up), n_homes, shape=(across, up), main_road=main_road, policy=policy, draws=draws
    )
    board = Board()
    streets = Streets(board, plan, policy, draws.child("streets"))
    communities = _community_names(name, across * up, policy, draws.child("communities"))
    towers = [policy.names.towers[i] for i in draws.child("towers").order(len(policy.names.towers))]
    for community in estates:
        for estate in community:
            words = _estate_name(estate, communities, towers=towers, streets=streets)
            stream = draws.child("estate", estate.block.community, estate.compound.role)
            compound = draw_estate(board, streets, estate=estate, name=words, draws=stream)
            if estate.compound.shop_strip:
                depth_m = policy.town.strip_depth_m
                draw_shop_strip(board, streets, estate=estate, compound=compound, depth_m=depth_m)
    for block in plan.blocks:
        if block.column == "service":
            (draw_services if block.row == "lower" else draw_schools)(board, streets, block)
    return Design(board, plan, streets, communities)


def stem_of(community: Text) -> Text:
    """枫林社区 → 枫林, Fenglin Community → Fenglin."""
    return Text(
        community.zh.removesuffix("社区") or community.zh, community.en.removesuffix(" Community") or community.en
    )


def _large_enough(
    n_each: int, n_homes: int, *, shape: tuple[int, int], main_road: Text | None, policy: SynthPolicy, draws: Draws
) -> tuple[Plan, list[list[EstatePlan]]]:
    """The smallest number of rows that holds the homes, surplus houses turned into parking."""
    town = policy.town
    stairs = town.stairs_per_row_min + (n_each - town.min_people) // town.people_per_stair_step
    stairs = min(max(stairs, town.stairs_per_row_min), town.stairs_per_row_max)
    for rows in range(2, MAX_ROWS + 1):
        plan = plan_town(
            policy, draws.child("plan"), across=shape[0], up=shape[1], rows=rows, stairs=stairs, main_road=main_road
        )
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


def _estate_name(estate: EstatePlan, communities: list[Text], *, towers: list[Text], streets: Streets) -> Text:
    """The policy's words with the community's stem, a tower estate's own name, or the name of the far bank filled in."""
    number = estate.block.community
    community = communities[number]
    stem = stem_of(community)
    tower = towers[number % len(towers)]
    column = streets.plan.column_of(number, "river")
    river = streets.rivers[column]
    bank = river.east if estate.block.left > column else river.west
    if len(communities) > 1:
        bank = Text(stem.zh + bank.zh, f"{stem.en} {bank.en}")
        tower = tower if number < len(towers) else Text(stem.zh + tower.zh, f"{stem.en} {tower.en}")
    return fill(estate.compound.name, stem=stem, tower=tower, bank=bank)


def fill(words: Text, **values: Text) -> Text:
    """Marks replaced in each language by its own half of the value: ``{stem}一村`` / ``{stem} Village 1``."""
    zh, en = ({name: getattr(value, half) for name, value in values.items()} for half in ("zh", "en"))
    return Text(words.zh.format(**zh), words.en.format(**en))
