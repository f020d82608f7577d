"""The parameters of a synthetic neighbourhood, as typed values. The numbers and lists themselves are data: a policy of kind ``synthetic``.

Owns the shape and the checks that a schema cannot make (shares that add up, sites that exist, categories that are known).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from linli.kernel.errors import FaultList
from linli.kernel.text import Text

from .policy_read import read

SITES = (
    "garden_hall", "garden", "compound_gate", "compound_inside", "shop_strip", "shop_street", "market", "service_hall",
    "service_room", "clinic", "station", "school", "kindergarten", "park", "riverside", "lot", "plaza",
)  # fmt: skip
"""Kinds of spot the plan offers; a facility names those it may take, best first."""

TYPES_OF_ORGANISATION = (
    "residents_committee", "party_branch", "property_company", "owners_committee", "social_organisation", "department", "shop", "institution",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Town:
    """Streets, the river and the rule by which a street of many communities is tiled. Lengths in metres."""

    community_people: int
    min_people: int
    max_people: int
    turn_deg: float
    stairs_per_row_min: int
    stairs_per_row_max: int
    people_per_stair_step: int
    arterial_width_m: float
    arterial_walk_m: float
    main_width_m: float
    main_walk_m: float
    lane_width_m: float
    service_width_m: float
    river_width_m: float
    river_sway_m: float
    bank_m: float
    service_min_height_m: float
    wall_inset_m: float
    strip_depth_m: float
    overhang_m: float


@dataclass(frozen=True, slots=True)
class Style:
    """How an estate of one era is built. ``levels`` with ``levels_weights``; one landing holds ``homes_per_landing`` homes."""

    built_from: int
    built_to: int
    levels: tuple[int, ...]
    levels_weights: tuple[float, ...]
    storey_m: float
    depth_m: float
    bay_m: float
    tower: bool
    homes_per_landing: int
    stairs_max: int
    gap_m: float
    spacing_ratio: float
    lifts_per_stair: int
    home_weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Gates:
    """Per side of a compound: ``open``, ``locked`` or ``none``. ``main`` faces the main road, ``back`` the other way."""

    main: str
    back: str
    side: str
    side_steps: bool = False


@dataclass(frozen=True, slots=True)
class Compound:
    """A gated estate of the plan. ``column``: west, centre or far; ``row``: upper, lower or both; ``share`` of the community's homes."""

    role: str
    column: str
    row: str
    style: str
    share: float
    garden_cells: int
    lot_cells: int
    shop_strip: bool
    gates: Gates
    name: Text


@dataclass(frozen=True, slots=True)
class AgeBand:
    """People aged ``from_age`` up to but not including ``to_age``: their share of all, and of men among them."""

    from_age: int
    to_age: int
    share: float
    male_share: float


@dataclass(frozen=True, slots=True)
class Households:
    """How people live together. Shares are of the group their name begins with."""

    elder_from_age: int
    elder_alone_share: float
    elder_alone_women_share: float
    elder_alone_older_by: float
    elder_couple_share: float
    elder_skip_generation_share: float
    elder_rest_apart_share: float
    child_until_age: int
    siblings: tuple[float, ...]
    single_parent_share: float
    mother_age_mean: float
    mother_age_spread: float
    mother_age_min: int
    mother_age_max: int
    man_older_mean: float
    man_older_spread: float
    young_until_age: int
    young_with_parents_share: float
    young_flat_share: float
    young_alone_share: float
    flat_share_sizes: tuple[float, ...]
    middle_alone_share: float
    couple_from_age: int


@dataclass(frozen=True, slots=True)
class Homes:
    """Vacancy and who lives in which era: ``style_weights[household kind]`` lists a weight for each style, in the order of ``styles``."""

    vacant_share: float
    usable_share: float
    style_weights: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Moves:
    """The recorded past. Times in years or days; ``turnover`` shares are of the homes in question within the window."""

    window_years: int
    tenant_share: dict[str, float]
    tenant_stay_years: float
    owner_stay_years: float
    first_owner_share: float
    co_owner_share: float
    gap_days_max: int
    vacant_left_share: float
    keeps_as_landlord_share: float
    landlord_here_share: float
    landlord_years: float
    ended_by_death_share: float
    partner_died_share: float
    left_parents_share: float
    child_left_share: float
    joined_later_share: float


@dataclass(frozen=True, slots=True)
class Needs:
    """Chance of a need by age: pairs of (from this age, share)."""

    wheelchair: tuple[tuple[float, float], ...]
    slow_walk: tuple[tuple[float, float], ...]
    low_vision: tuple[tuple[float, float], ...]
    hard_of_hearing: tuple[tuple[float, float], ...]
    memory_loss: tuple[tuple[float, float], ...]
    long_illness: tuple[tuple[float, float], ...]
    pregnant: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Phones:
    """``prefix`` + block + number: a form that no telephone exchange can reach."""

    prefix: str
    from_age: int
    share: float


@dataclass(frozen=True, slots=True)
class Given:
    """First and second characters of given names for one sex, with their pinyin, for those born up to ``born_to``."""

    born_to: int
    first: dict[str, str]
    second: dict[str, str]
    single: dict[str, str]
    single_share: float


@dataclass(frozen=True, slots=True)
class River:
    """A river, and what the estate beyond it is called when it lies to the east or the west."""

    name: Text
    east: Text
    west: Text


@dataclass(frozen=True, slots=True)
class Surname:
    pinyin: str
    weight: float


@dataclass(frozen=True, slots=True)
class Names:
    surnames: dict[str, Surname]
    men: tuple[Given, ...]
    women: tuple[Given, ...]
    mothers_surname_share: float
    avoid: tuple[str, ...]
    communities: tuple[Text, ...]
    rivers: tuple[River, ...]
    avenues: tuple[Text, ...]
    lanes: tuple[Text, ...]
    towers: tuple[Text, ...]
    shops: tuple[Text, ...]
    trades: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Grids:
    """Grids 网格 are whole buildings; ``homes`` counts households."""

    households_min: int
    households_max: int


@dataclass(frozen=True, slots=True)
class FacilityRule:
    """``n`` in each community (``n_per_1000`` adds by residents), at the first free of ``sites``; ``chance`` that there is any at all."""

    category: str
    sites: tuple[str, ...]
    name: Text
    n: int = 1
    n_per_1000: float = 0.0
    chance: float = 1.0
    each_compound: bool = False
    area_m2_min: float = 0.0
    area_m2_max: float = 0.0
    capacity_per_10m2: float = 0.0
    capacity: int = 0
    opening_hours: str = ""
    compounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationRule:
    """``each``: community, compound or town; ``share`` of them that have one."""

    kind: str
    each: str
    name: Text
    share: float = 1.0
    n: int = 1


@dataclass(frozen=True, slots=True)
class DeviceRule:
    """``at``: stair, lift, compound, river, garden, gate, home_alone, building or street; ``share`` of those that have one."""

    kind: str
    at: str
    name: Text
    share: float
    each: int = 1
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Vacant:
    """Idle rooms: how many in each community and how large."""

    n: int
    area_m2_min: float
    area_m2_max: float
    idle_years_max: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """How an imported map's buildings become homes where the map does not say."""

    people_per_household: float
    home_m2: float
    least_m2: float
    storey_m: float
    levels: int
    homes_per_landing: int
    built_from: int
    built_to: int


@dataclass(frozen=True, slots=True)
class SynthPolicy:
    """All parameters. Read by :meth:`from_mapping`; nothing in the engine has a number of its own beyond drawing."""

    on: dt.date
    town: Town
    styles: dict[str, Style]
    compounds: tuple[Compound, ...]
    ages: tuple[AgeBand, ...]
    households: Households
    homes: Homes
    moves: Moves
    needs: Needs
    phones: Phones
    names: Names
    grids: Grids
    facilities: tuple[FacilityRule, ...]
    organisations: tuple[OrganisationRule, ...]
    devices: tuple[DeviceRule, ...]
    vacant: Vacant
    estimate: Estimate

    @classmethod
    def from_mapping(
        cls, raw: Mapping[str, Any], *, categories: Collection[str] | None = None, file: str = ""
    ) -> SynthPolicy:
        """From a policy's document (header keys are passed over). ``categories``: the ids a facility may have; any is taken if ``None``.

        Raises :class:`linli.kernel.errors.InputError` with every fault.
        """
        faults = FaultList(file)
        policy = read(cls, raw, faults)
        faults.raise_if_any()
        assert policy is not None
        _check(policy, categories, faults)
        faults.raise_if_any()
        return policy


def _check(policy: SynthPolicy, categories: Collection[str] | None, faults: FaultList) -> None:
    """What a schema cannot say."""

    def wrong(feature: str, zh: str, en: str) -> None:
        faults.add(zh, en, feature=feature)

    for feature, shares in {
        "ages": [band.share for band in policy.ages],
        "compounds": [compound.share for compound in policy.compounds],
        "households.siblings": list(policy.households.siblings),
        "households.flat_share_sizes": list(policy.households.flat_share_sizes),
    }.items():
        if abs(sum(shares) - 1.0) > 1e-6:
            wrong(
                feature, f"各份之和应为 1，现在是 {sum(shares):.6f}", f"shares must add up to 1, got {sum(shares):.6f}"
            )
    at = 0
    for i, band in enumerate(policy.ages):
        if band.from_age != at or band.to_age <= band.from_age:
            wrong(
                f"ages[{i}]",
                f"应从 {at} 岁接上",
                f"must begin where the last ended, at age {at}; got {band.from_age}–{band.to_age}",
            )
        at = band.to_age
    for i, compound in enumerate(policy.compounds):
        if compound.style not in policy.styles:
            wrong(f"compounds[{i}].style", f"没有这种样式：{compound.style}", f"no such style: {compound.style}")
    for i, rule in enumerate(policy.facilities):
        if categories is not None and rule.category not in categories:
            wrong(
                f"facilities[{i}].category",
                f"没有这个设施类别：{rule.category}；可用：{'、'.join(sorted(categories))}",
                f"no such facility category: {rule.category}; known: {', '.join(sorted(categories))}",
            )
        for site in rule.sites:
            if site not in SITES:
                wrong(
                    f"facilities[{i}].sites",
                    f"没有这种位置：{site}",
                    f"no such site: {site}; known: {', '.join(SITES)}",
                )
    for kind, weights in policy.homes.style_weights.items():
        for style in weights.keys() ^ policy.styles.keys():
            wrong(
                f"homes.style_weights.{kind}",
                f"样式 {style} 应正好列一次",
                f"style {style} must be listed exactly once",
            )
