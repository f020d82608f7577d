"""From families and homes to lives with dates: who moved in when and by what right, who lived there before, who sold, left, was born, died.

Backwards from the day ``on``: today's households get a home and a first day; behind each that came within the recorded window stands the
one before it, made in the image of a household of today; owners follow from that chain so that every home always has exactly one whole
ownership. Days are numbers since 1970 in here.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field

import numpy as np

from .draws import Draws, apportion
from .families import KIND, MALE, ROLE, Family, People, day_number
from .homes import Stock
from .policy import SynthPolicy
from .population import TENURE_KINDS, Days, Households, Memberships, Tenures

OPEN = np.iinfo(np.int64).min  # NaT
YEAR = 365.2425
GROWN = round(18 * YEAR)
NESTS_TRIED = 12  # homes of parents looked at for each age, so that the cost stays linear
OWNER, CO_OWNER, TENANT, FAMILY = range(len(TENURE_KINDS))


@dataclass(slots=True)
class Stay:
    """One household in one home: ``end`` is OPEN if it lives there still. ``members``: person, role, first day, day after the last."""

    family: Family
    unit: int
    tenant: bool
    start: int
    end: int
    members: list[tuple[int, str, int, int]] = field(default_factory=list)
    widowed_on: int = OPEN
    partner: int = -1


@dataclass(slots=True)
class Lives:
    """The finished tables."""

    households: Households
    memberships: Memberships
    tenures: Tenures


class LifeWriter:
    """Writes all lives of one population."""

    def __init__(self, people: People, stock: Stock, *, on: dt.date, policy: SynthPolicy, draws: Draws) -> None:
        self.people, self.stock, self.built = people, stock, stock.built
        self.today = day_number(on)
        self.window = self.today - round(policy.moves.window_years * YEAR)
        self.rules, self.homes_rules, self.draws = policy.moves, policy.homes, draws
        self.stays: list[Stay] = []
        self.titles: list[tuple[int, int, int, int, int, int, int]] = []

    def write(self, families: list[Family]) -> Lives:
        current = self._move_in(families)
        chains: dict[int, list[Stay]] = {stay.unit: [stay] for stay in current}
        self._partners_died(current)
        self._left_home(current)
        by_right = {tenant: [stay for stay in current if stay.tenant == tenant] for tenant in (False, True)}
        here = [stay.family.members[0][0] for stay in by_right[False]]
        for unit in range(len(self.stock.units)):
            chain = self._before(unit, chains.get(unit, []), by_right)
            self.stays.extend(chain)
            self._titles(unit, chain, here)
        return self._tables()

    # ---- today's households -------------------------------------------------------------------------------------------

    def _move_in(self, families: list[Family]) -> list[Stay]:
        homes = assign_homes(families, self.stock, self.homes_rules.style_weights, self.draws.child("assign"))
        stays = []
        for family, unit in zip(families, homes, strict=True):
            tenant = self.draws.happens(self.rules.tenant_share[family.kind])
            head_grown = self.people.born[family.members[0][0]] + GROWN
            start = self._start(tenant, max(self.built[unit], head_grown), self.built[unit])
            stay = Stay(family, unit, tenant, start, OPEN)
            stay.members = [(person, role, self._joined(person, role, start), OPEN) for person, role in family.members]
            stays.append(stay)
        return stays

    def _start(self, tenant: bool, earliest: int, built: int) -> int:
        rules, draws = self.rules, self.draws
        if not tenant and draws.happens(rules.first_owner_share):
            start = built + draws.whole(20, 400)
        else:
            start = self.today - self._stay_days(rules.tenant_stay_years if tenant else rules.owner_stay_years)
        return min(max(start, earliest), self.today)

    def _stay_days(self, mean_years: float) -> int:
        return 1 + int(-math.log(1.0 - self.draws.one()) * mean_years * YEAR)

    def _joined(self, person: int, role: str, start: int) -> int:
        """A child from its birth; a parent or flatmate perhaps later than the others; the rest from the first day."""
        if role in ("parent", "flatmate") and self.draws.happens(self.rules.joined_later_share):
            return start + int(self.draws.one() * (self.today - start + 1))
        return min(max(start, self.people.born[person]), self.today)

    def _partners_died(self, current: list[Stay]) -> None:
        """Some who live alone in old age lost their partner within the window."""
        for stay in current:
            head = stay.family.members[0][0]
            if stay.family.kind != "elder_alone" or stay.start >= self.today - 60:
                continue
            if self.draws.happens(self.rules.partner_died_share):
                born = self.people.born[head] + round(self.draws.bell(0, 900))
                partner = self.people.add(1 - self.people.sex[head], born)
                first = max(self.window, stay.start + 30)
                stay.widowed_on = first + int(self.draws.one() * (self.today - first))
                stay.partner = partner
                self.people.died[partner] = stay.widowed_on
                stay.members.append((partner, "spouse", stay.start, stay.widowed_on))

    def _left_home(self, current: list[Stay]) -> None:
        """Grown children who left within the window: some to a household of their own here, some away."""
        draws, people = self.draws, self.people
        nests: dict[int, list[Stay]] = {}
        for stay in current:
            if (
                stay.family.kind in ("elder_couple", "couple", "nuclear")
                and people.sex[stay.family.members[0][0]] == MALE
            ):
                nests.setdefault(int(people.born[stay.family.members[0][0]] // YEAR), []).append(stay)
        taken = {child for child, _ in people.kin}
        for stay in current:
            head = stay.family.members[0][0]
            young = people.born[head] > self.today - 42 * YEAR and people.sex[head] == MALE and head not in taken
            if young and stay.family.kind in ("couple", "nuclear") and draws.happens(self.rules.left_parents_share):
                self._was_in(nests, head, stay)
        for stay in current:
            if stay.family.kind in ("elder_couple", "couple") and draws.happens(self.rules.child_left_share):
                father = stay.family.members[0][0]
                born = people.born[father] + round(draws.between(23, 33) * YEAR)
                first = max(stay.start, born)
                left = self.window + int(draws.one() * (self.today - self.window))
                if first < left and left - born > 17 * YEAR:
                    child = people.add(int(draws.happens(0.5)), born)
                    people.kin.append((child, father))
                    stay.members.append((child, "child", first, left))

    def _was_in(self, nests: dict[int, list[Stay]], head: int, stay: Stay) -> None:
        """Give ``head`` the years before ``stay`` in a home of parents a generation older, if there is one."""
        born = int(self.people.born[head] // YEAR)
        for gap in (27, 26, 28, 25, 29, 30, 24, 31):
            for k, nest in enumerate(nests.get(born - gap, ())[:NESTS_TRIED]):
                first = max(nest.start, self.people.born[head])
                if nest is not stay and first < stay.start - 200:
                    nest.members.append((head, "child", first, stay.start))
                    self.people.kin.append((head, nest.family.members[0][0]))
                    nests[born - gap].pop(k)
                    return

    # ---- those before them --------------------------------------------------------------------------------------------

    def _before(self, unit: int, chain: list[Stay], by_right: dict[bool, list[Stay]]) -> list[Stay]:
        """The home's households within the window, oldest first."""
        draws, rules = self.draws, self.rules
        if chain:
            cursor, tenant = chain[0].start, chain[0].tenant
        elif draws.happens(rules.vacant_left_share):
            cursor, tenant = self.window + int(draws.one() * (self.today - self.window)), draws.happens(0.5)
        else:
            return []
        older: list[Stay] = []
        while True:
            end = cursor - draws.whole(0, rules.gap_days_max)
            if end <= self.window or end <= self.built[unit] + 30:
                break
            start = max(
                end - self._stay_days(rules.tenant_stay_years if tenant else rules.owner_stay_years), self.built[unit]
            )
            stay = self._like(draws.pick(by_right[tenant] or by_right[not tenant]), unit, tenant, start, end)
            older.append(stay)
            cursor = stay.start
            tenant = tenant if draws.happens(0.85) else not tenant
        return older[::-1] + chain

    def _like(self, model: Stay, unit: int, tenant: bool, start: int, end: int) -> Stay:
        """A household of other persons in the image of ``model``, as old at its end as the model is today."""
        draws, people = self.draws, self.people
        shift = end - self.today + round(draws.bell(0, 400))
        head_born = people.born[model.family.members[0][0]] + shift
        start = min(max(start, head_born + GROWN), end - 1)
        stay = Stay(Family(model.family.kind, []), unit, tenant, start, end)
        new: dict[int, int] = {}
        for person, role in model.family.members:
            born = people.born[person] + shift
            if born < end:
                new[person] = people.add(people.sex[person], born)
                stay.family.members.append((new[person], role))
                stay.members.append((new[person], role, max(start, born), end))
        for person, role in model.family.members:
            if role == "child" and person in new and people.sex[model.family.members[0][0]] == MALE:
                people.kin.append((new[person], stay.family.members[0][0]))
        if model.family.kind == "elder_alone" and draws.happens(self.rules.ended_by_death_share):
            people.died[stay.family.members[0][0]] = end
        return stay

    # ---- by what right ------------------------------------------------------------------------------------------------

    def _titles(self, unit: int, chain: list[Stay], here: list[int]) -> None:
        """Owners of the home without a gap from the first record to today, then tenants and family of each household."""
        rules, draws = self.rules, self.draws
        held: Stay | int | None = None
        since, first = 0, len(self.titles)
        for stay in chain:
            if not stay.tenant:
                if held is not None:
                    self._own(unit, held, since, stay.start)
                held, since = stay, stay.start
            elif held is None:
                since = max(self.built[unit], stay.start - self._stay_days(rules.landlord_years))
                held = self._landlord(since, here)
            elif isinstance(held, Stay) and not draws.happens(rules.keeps_as_landlord_share):
                self._own(unit, held, since, stay.start)
                held, since = self._landlord(stay.start, here), stay.start
        if held is None:
            since = max(self.built[unit], self.today - self._stay_days(rules.landlord_years))
            held = self._landlord(since, here)
        self._own(unit, held, since, OPEN)
        owners = {row[0] for row in self.titles[first:]}
        for stay in chain:
            self._dwell(stay, owners)

    def _landlord(self, since: int, here: list[int]) -> int:
        """An owner who does not live in the home: now and then a resident of another home, else somebody from elsewhere."""
        if here and self.draws.happens(self.rules.landlord_here_share):
            person = self.draws.pick(here)
            if self.people.born[person] + GROWN < since:
                return person
        age = self.draws.between(30, 66) * YEAR
        return self.people.add(int(self.draws.happens(0.55)), int(min(self.today - age, since - GROWN)))

    def _own(self, unit: int, owner: Stay | int, since: int, until: int) -> None:
        """One whole ownership from ``since`` to ``until``: alone, or halves with the partner."""
        if isinstance(owner, int):
            self.titles.append((owner, unit, OWNER, 1, 1, since, until))
            return
        head = owner.family.members[0][0]
        partner = (
            owner.partner
            if owner.partner >= 0
            else next((p for p, role in owner.family.members if role == "spouse"), -1)
        )
        if partner < 0 or not self.draws.happens(self.rules.co_owner_share):
            self.titles.append((head, unit, OWNER, 1, 1, since, until))
            return
        split = owner.widowed_on if owner.partner >= 0 else until
        self.titles.append((head, unit, OWNER, 1, 2, since, split))
        self.titles.append((partner, unit, CO_OWNER, 1, 2, since, split))
        if split != until:
            self.titles.append((head, unit, OWNER, 1, 1, split, until))

    def _dwell(self, stay: Stay, owners: set[int]) -> None:
        """Tenants, and family for everybody who lives there and neither owns nor rents."""
        for person, role, start, end in stay.members:
            rents = stay.tenant and role in ("head", "flatmate")
            if rents or person not in owners:
                self.titles.append((person, stay.unit, TENANT if rents else FAMILY, 0, 1, start, end))

    # ---- tables -------------------------------------------------------------------------------------------------------

    def _tables(self) -> Lives:
        stays = self.stays
        member_rows = [
            (p, h, ROLE[role], start, end) for h, stay in enumerate(stays) for p, role, start, end in stay.members
        ]
        houses = np.asarray([(KIND[s.family.kind], s.unit, s.start, s.end) for s in stays], np.int64).reshape(-1, 4)
        members = np.asarray(member_rows, np.int64).reshape(-1, 5)
        titles = np.asarray(self.titles, np.int64).reshape(-1, 7)
        return Lives(
            Households(
                houses[:, 0].astype(np.uint8), houses[:, 1].astype(np.int32), _days(houses[:, 2]), _days(houses[:, 3])
            ),
            Memberships(
                members[:, 0].astype(np.int32),
                members[:, 1].astype(np.int32),
                members[:, 2].astype(np.uint8),
                _days(members[:, 3]),
                _days(members[:, 4]),
            ),
            Tenures(
                titles[:, 0].astype(np.int32),
                titles[:, 1].astype(np.int32),
                titles[:, 2].astype(np.uint8),
                titles[:, 3].astype(np.uint8),
                titles[:, 4].astype(np.uint8),
                _days(titles[:, 5]),
                _days(titles[:, 6]),
            ),
        )


def _days(numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Days:
    return np.ascontiguousarray(numbers).astype("datetime64[D]")


def assign_homes(families: list[Family], stock: Stock, weights: dict[str, dict[str, float]], draws: Draws) -> list[int]:
    """A home for each family: the era by the policy's weights, larger homes rather to larger families. At least as many homes as families."""
    units, styles = stock.units, stock.styles
    names = sorted(set(styles))
    by_style: dict[str, list[int]] = {name: [] for name in names}
    for unit in draws.order(len(units)).tolist():
        by_style[styles[unit]].append(unit)
    left = dict(zip(names, apportion([len(by_style[name]) for name in names], len(families)).tolist(), strict=True))
    seekers: dict[str, list[tuple[float, int]]] = {name: [] for name in names}
    for number in draws.order(len(families)).tolist():
        family = families[number]
        style = draws.weighted(names, [left[name] * weights[family.kind].get(name, 1.0) for name in names])
        if not left[style]:
            style = next(name for name in names if left[name])
        left[style] -= 1
        seekers[style].append((len(family.members) + draws.between(0, 2.5), number))
    found = [0] * len(families)
    for name in names:
        chosen = by_style[name][: len(seekers[name])]
        chosen.sort(key=lambda unit: int(units.area_dm2[unit]))
        for (_, number), unit in zip(sorted(seekers[name]), chosen, strict=True):
            found[number] = unit
    return found
