"""Places of service put on the slots that the plan left for them, by the policy's list: which category, how many, on what kind of spot."""

from __future__ import annotations

from dataclasses import dataclass

from linli.kernel.text import Text

from .design import fill, stem_of
from .draws import Draws
from .policy import FacilityRule, SynthPolicy
from .sketch import NONE, Board, Slot


@dataclass(frozen=True, slots=True)
class Placed:
    """A facility on its slot. ``area_dm2`` and ``capacity`` are None where the policy gives none."""

    rule: FacilityRule
    slot: Slot
    name: Text
    area_dm2: int | None
    capacity: int | None


@dataclass(slots=True)
class Placement:
    """Slots are used up from the front; the free ones are returned, and as (category, community) what no slot was left for."""

    board: Board
    policy: SynthPolicy
    draws: Draws

    def place(
        self, residents: list[int], community_names: list[Text]
    ) -> tuple[list[Placed], list[Slot], list[tuple[str, int]]]:
        spots: list[list[Slot]] = [[] for _ in community_names]
        for slot in self.board.slots:
            spots[slot.community].append(slot)
        placed: list[Placed] = []
        missing: list[tuple[str, int]] = []
        for community, name in enumerate(community_names):
            for rule in self.policy.facilities:
                if not self.draws.happens(rule.chance):
                    continue
                wanted = rule.n + int(rule.n_per_1000 * residents[community] / 1000)
                for target in self._targets(rule, community):
                    for number in range(wanted):
                        taken = self._take(spots[community], rule, target)
                        if taken is None:
                            missing.append((rule.category, community))
                            break
                        placed.append(self._placed(rule, taken, name, number, wanted))
        return placed, [slot for left in spots for slot in left], missing

    def _targets(self, rule: FacilityRule, community: int) -> list[int]:
        """Compounds it must be in, or NONE for anywhere."""
        if not rule.each_compound:
            return [NONE]
        return [
            number
            for number, compound in enumerate(self.board.compounds)
            if compound.community == community and (not rule.compounds or compound.role in rule.compounds)
        ]

    def _take(self, free: list[Slot], rule: FacilityRule, compound: int) -> Slot | None:
        """One of the free slots on the first site that has any, by chance."""
        for site in rule.sites:
            fit = [i for i, slot in enumerate(free) if slot.site == site and self._fits(slot, rule, compound)]
            if fit:
                return free.pop(self.draws.pick(fit))
        return None

    def _fits(self, slot: Slot, rule: FacilityRule, compound: int) -> bool:
        if compound not in (NONE, slot.compound):
            return False
        return slot.compound == NONE or not rule.compounds or self.board.compounds[slot.compound].role in rule.compounds

    def _placed(self, rule: FacilityRule, slot: Slot, community: Text, number: int, wanted: int) -> Placed:
        draws = self.draws
        area_m2 = draws.between(rule.area_m2_min, rule.area_m2_max) if rule.area_m2_max else 0.0
        if slot.area_m2 and area_m2:
            area_m2 = min(area_m2, slot.area_m2)
        area_dm2 = round(area_m2 * 100) or None
        capacity = rule.capacity or (int(rule.capacity_per_10m2 * area_m2 / 10) or None)
        stem = stem_of(community)
        if slot.compound != NONE:
            stem = self.board.compounds[slot.compound].name
        name = fill(rule.name, place=stem, shop=draws.pick(self.policy.names.shops))
        if wanted > 1 and "{shop}" not in rule.name.zh and slot.compound == NONE:
            name = Text(f"{name.zh}{number + 1}", f"{name.en} {number + 1}")
        return Placed(rule, slot, name, area_dm2, capacity)
