"""People of the wanted ages put together into households: elders first, then children with parents and grandparents, then the others.

The age pyramid is met exactly (largest remainders in each band), because households are built from the people and not the other way
round; household kinds follow the policy's shares as far as the people allow. Cost: about linear, a few microseconds a person.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from .draws import Draws, apportion
from .policy import SynthPolicy
from .population import HOUSEHOLD_KINDS, ROLES, ages_on

KIND = {name: i for i, name in enumerate(HOUSEHOLD_KINDS)}
ROLE = {name: i for i, name in enumerate(ROLES)}
FEMALE, MALE = 0, 1
EPOCH = dt.date(1970, 1, 1)
NOBODY = -1


@dataclass(slots=True)
class Family:
    """A household in the making: its members and their roles; the first is the head."""

    kind: str
    members: list[tuple[int, str]]


@dataclass(slots=True)
class People:
    """Persons in the making. ``born`` and ``died`` are days since 1970; ``kin`` pairs (child, parent whose surname is taken)."""

    sex: list[int] = field(default_factory=list)
    born: list[int] = field(default_factory=list)
    died: dict[int, int] = field(default_factory=dict)
    kin: list[tuple[int, int]] = field(default_factory=list)

    def add(self, sex: int, born: int) -> int:
        self.sex.append(sex)
        self.born.append(born)
        return len(self.sex) - 1


def day_number(day: dt.date) -> int:
    return (day - EPOCH).days


def years_before(on: dt.date, years: int) -> dt.date:
    """The same day ``years`` earlier; 28 February where there is no 29th."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


def draw_people(n_people: int, policy: SynthPolicy, on: dt.date, draws: Draws) -> tuple[People, list[int]]:
    """``n_people`` persons by the pyramid, and their ages in full years on the day."""
    people = People()
    counts = apportion([band.share for band in policy.ages], n_people)
    for band, count in zip(policy.ages, counts.tolist(), strict=True):
        men = int(apportion([1 - band.male_share, band.male_share], count)[1])
        first = day_number(years_before(on, band.to_age)) + 1
        last = day_number(years_before(on, band.from_age))
        spread = (np.arange(count) + draws.many(count)) / max(count, 1)
        born = (first + np.floor(spread * (last - first + 1)).astype(np.int64))[draws.order(count)]
        sexes = [MALE] * men + [FEMALE] * (count - men)
        for sex, day in zip(sexes, born.tolist(), strict=True):
            people.add(sex, day)
    return people, ages_on(np.asarray(people.born, np.int64).astype("datetime64[D]"), on).tolist()


class _Pool:
    """People not yet placed, by sex and age; the nearest in age is found by looking both ways."""

    def __init__(self, people: People, ages: list[int], draws: Draws) -> None:
        self.ages = ages
        top = max(ages, default=0) + 2
        self.free: list[list[list[int]]] = [[[] for _ in range(top)] for _ in range(2)]
        self.left = [[0] * top, [0] * top]
        for person in draws.order(len(ages)).tolist():
            self.free[people.sex[person]][ages[person]].append(person)
            self.left[people.sex[person]][ages[person]] += 1

    def pop(self, sex: int, age: int) -> int:
        self.left[sex][age] -= 1
        return self.free[sex][age].pop()

    def put_back(self, person: int, sex: int) -> None:
        self.left[sex][self.ages[person]] += 1
        self.free[sex][self.ages[person]].append(person)

    def take(self, sex: int, target: float, low: int, high: int) -> int:
        """The free person of that sex nearest to the target age within the limits; NOBODY if there is none."""
        left = self.left[sex]
        low, high = max(low, 0), min(high, len(left) - 1)
        middle = min(max(int(target), low), high)
        for off in range(max(high - middle, middle - low) + 1):
            for age in (middle - off, middle + off):
                if low <= age <= high and left[age]:
                    return self.pop(sex, age)
        return NOBODY

    def count(self, low: int, high: int) -> int:
        """How many are free from age ``low`` up to but not including ``high``."""
        return sum(self.left[FEMALE][low:high]) + sum(self.left[MALE][low:high])

    def anyone(self, draws: Draws, low: int, high: int, sexes: tuple[int, ...] = (FEMALE, MALE)) -> int:
        """A free person of that age span, each as likely as the other; NOBODY if there is none."""
        totals = [sum(self.left[sex][low:high]) for sex in sexes]
        rank = int(draws.one() * sum(totals))
        for sex, total in zip(sexes, totals, strict=True):
            if rank < total:
                for age, n in enumerate(self.left[sex][low:high], start=low):
                    if rank < n:
                        return self.pop(sex, age)
                    rank -= n
            rank -= total
        return NOBODY


class FamilyMaker:
    """Puts everybody of a pool into exactly one household."""

    def __init__(self, people: People, ages: list[int], policy: SynthPolicy, draws: Draws) -> None:
        self.people, self.ages, self.draws = people, ages, draws
        self.rules = policy.households
        self.mothers_surname_share = policy.names.mothers_surname_share
        self.pool = _Pool(people, ages, draws)
        self.families: list[Family] = []
        self.waiting: dict[int, list[int]] = {}

    def make(self) -> list[Family]:
        rules = self.rules
        self._elders_apart()
        self._children()
        self._grandparents()
        self._elder_rest()
        n_young = self.pool.count(rules.child_until_age, rules.young_until_age)
        self._young_with_parents(round(n_young * rules.young_with_parents_share))
        self._flat_shares(round(n_young * rules.young_flat_share))
        self._alone(rules.child_until_age, rules.young_until_age, round(n_young * rules.young_alone_share))
        n_middle = self.pool.count(rules.young_until_age, rules.elder_from_age)
        self._alone(rules.young_until_age, rules.elder_from_age, round(n_middle * rules.middle_alone_share))
        self._couples()
        self._alone(0, 200, self.pool.count(0, 200))
        return self.families

    def _found(self, kind: str, members: list[tuple[int, str]]) -> int:
        self.families.append(Family(kind, members))
        return len(self.families) - 1

    def _elders_apart(self) -> None:
        rules, draws, pool = self.rules, self.draws, self.pool
        start = rules.elder_from_age
        n_elders = pool.count(start, 200)
        for _ in range(round(n_elders * rules.elder_alone_share)):
            first = FEMALE if draws.happens(rules.elder_alone_women_share) else MALE
            target = start + abs(draws.bell(rules.elder_alone_older_by, 7.0))
            person = pool.take(first, target, start, 200)
            person = pool.take(1 - first, target, start, 200) if person == NOBODY else person
            if person != NOBODY:
                self._found("elder_alone", [(person, "head")])
        for _ in range(round(n_elders * rules.elder_couple_share / 2)):
            self._elder_couple("elder_couple")
        for _ in range(round(n_elders * rules.elder_skip_generation_share / 2)):
            number = self._elder_couple("skip_generation")
            if number == NOBODY:
                break
            sex = FEMALE if draws.happens(0.5) else MALE
            child = pool.take(sex, draws.between(3, rules.child_until_age), 1, rules.child_until_age - 1)
            if child == NOBODY:
                self.families[number].kind = "elder_couple"
            else:
                self.families[number].members.append((child, "grandchild"))

    def _elder_couple(self, kind: str) -> int:
        rules = self.rules
        man = self.pool.anyone(self.draws, rules.elder_from_age, 200, (MALE,))
        if man == NOBODY:
            return NOBODY
        target = self.ages[man] - self.draws.bell(rules.man_older_mean, rules.man_older_spread)
        woman = self.pool.take(FEMALE, target, rules.elder_from_age, int(self.ages[man]) + 8)
        if woman == NOBODY:
            self.pool.put_back(man, MALE)
            return NOBODY
        return self._found(kind, [(man, "head"), (woman, "spouse")])

    def _children(self) -> None:
        rules, draws, pool = self.rules, self.draws, self.pool
        sizes = range(1, len(rules.siblings) + 1)
        while pool.count(0, rules.child_until_age):
            kids = [pool.anyone(draws, 0, rules.child_until_age)]
            for _ in range(draws.weighted(sizes, rules.siblings) - 1):
                gap = draws.whole(1, 6) * (1 if draws.happens(0.5) else -1)
                age = self.ages[kids[0]]
                sex = FEMALE if draws.happens(0.5) else MALE
                other = pool.take(sex, age + gap, age - 9, min(age + 9, rules.child_until_age - 1))
                if other != NOBODY:
                    kids.append(other)
            kids.sort(key=lambda kid: self.people.born[kid])
            self._parents_for(kids)

    def _parents_for(self, kids: list[int]) -> None:
        rules, draws = self.rules, self.draws
        eldest, youngest = self.ages[kids[0]], self.ages[kids[-1]]
        target = eldest + draws.bell(rules.mother_age_mean, rules.mother_age_spread)
        low, high = eldest + rules.mother_age_min, youngest + rules.mother_age_max
        mother = self.pool.take(FEMALE, target, low, high)
        father = NOBODY
        if mother == NOBODY or not draws.happens(rules.single_parent_share):
            older = self.ages[mother] if mother != NOBODY else target
            father = self.pool.take(
                MALE, older + draws.bell(rules.man_older_mean, rules.man_older_spread), low, high + 8
            )
        children = [(kid, "child") for kid in kids]
        if father == NOBODY and mother == NOBODY:
            last = next((f for f in reversed(self.families) if f.kind in ("nuclear", "three_generations")), None)
            if last is None:
                self._found("relatives", [(kid, "relative") for kid in kids])
            else:
                last.members.extend((kid, "relative") for kid in kids)
            return
        if NOBODY in (father, mother):
            head = mother if father == NOBODY else father
            number = self._found("single_parent", [(head, "head"), *children])
        else:
            number = self._found("nuclear", [(father, "head"), (mother, "spouse"), *children])
            head = mother if draws.happens(self.mothers_surname_share) else father
        self.people.kin.extend((kid, head) for kid in kids)
        self.waiting.setdefault(self.ages[self.families[number].members[0][0]], []).append(number)

    def _grandparents(self) -> None:
        """Elders who live with a child's family: the family whose head is about a generation younger and has no elder yet."""
        rules, draws, pool = self.rules, self.draws, self.pool
        n_elders = pool.count(rules.elder_from_age, 200)
        keep = round(n_elders * rules.elder_rest_apart_share)
        while pool.count(rules.elder_from_age, 200) > keep:
            elder = pool.anyone(draws, rules.elder_from_age, 200)
            age = self.ages[elder]
            number = self._waiting_family(age - 27, age - 46, age - 20)
            if number == NOBODY:
                self._found("elder_alone", [(elder, "head")])
                continue
            family = self.families[number]
            family.members.append((elder, "parent"))
            family.kind = "three_generations"
            if draws.happens(0.5):
                sex = 1 - self.people.sex[elder]
                partner = pool.take(sex, age, max(rules.elder_from_age, age - 8), age + 8)
                if partner != NOBODY:
                    family.members.append((partner, "parent"))
            head = family.members[0][0]
            for person, role in family.members:
                if role == "parent" and self.people.sex[person] == MALE and self.people.sex[head] == MALE:
                    self.people.kin.append((head, person))

    def _waiting_family(self, target: int, low: int, high: int) -> int:
        for off in range(max(target - low, high - target) + 1):
            for age in (target - off, target + off):
                if low <= age <= high and self.waiting.get(age):
                    return self.waiting[age].pop()
        return NOBODY

    def _elder_rest(self) -> None:
        """Elders left over live as couples as far as they go, then alone."""
        while self._elder_couple("elder_couple") != NOBODY:
            pass
        start = self.rules.elder_from_age
        while self.pool.count(start, 200):
            self._found("elder_alone", [(self.pool.anyone(self.draws, start, 200), "head")])

    def _young_with_parents(self, n: int) -> None:
        rules, draws, pool = self.rules, self.draws, self.pool
        for _ in range(n):
            child = pool.anyone(draws, rules.child_until_age, rules.young_until_age)
            if child == NOBODY:
                return
            age = self.ages[child]
            low, high = age + rules.mother_age_min, age + rules.mother_age_max
            mother = pool.take(FEMALE, age + draws.bell(rules.mother_age_mean, rules.mother_age_spread), low, high)
            father = NOBODY
            if mother != NOBODY:
                older = self.ages[mother] + draws.bell(rules.man_older_mean, rules.man_older_spread)
                father = pool.take(MALE, older, low, high + 8)
            if father == NOBODY and mother == NOBODY:
                self._found("alone", [(child, "head")])
            elif father == NOBODY:
                self._found("single_parent", [(mother, "head"), (child, "child")])
            else:
                self._found("nuclear", [(father, "head"), (mother, "spouse"), (child, "child")])
                self.people.kin.append((child, father))

    def _flat_shares(self, n: int) -> None:
        rules, draws, pool = self.rules, self.draws, self.pool
        high = rules.young_until_age + 6
        while n > 1 and pool.count(rules.child_until_age, high) > 1:
            size = min(draws.weighted(range(2, len(rules.flat_share_sizes) + 2), rules.flat_share_sizes), n)
            mates = [pool.anyone(draws, rules.child_until_age, rules.young_until_age)]
            if mates[0] == NOBODY:
                return
            age, sex = self.ages[mates[0]], self.people.sex[mates[0]]
            for _ in range(size - 1):
                other = pool.take(
                    sex if draws.happens(0.7) else 1 - sex, age + draws.bell(0, 2.5), rules.child_until_age, high
                )
                if other != NOBODY:
                    mates.append(other)
            kind = "flat_share" if len(mates) > 1 else "alone"
            self._found(kind, [(mate, "head" if i == 0 else "flatmate") for i, mate in enumerate(mates)])
            n -= len(mates)

    def _alone(self, low: int, high: int, n: int) -> None:
        for _ in range(n):
            person = self.pool.anyone(self.draws, low, high)
            if person == NOBODY:
                return
            kind = "elder_alone" if self.ages[person] >= self.rules.elder_from_age else "alone"
            self._found(kind, [(person, "head")])

    def _couples(self) -> None:
        rules, draws, pool = self.rules, self.draws, self.pool
        for age in range(min(rules.elder_from_age, len(pool.left[MALE])) - 1, rules.couple_from_age - 1, -1):
            while pool.left[MALE][age]:
                man = pool.pop(MALE, age)
                target = age - draws.bell(rules.man_older_mean, rules.man_older_spread)
                woman = pool.take(FEMALE, target, max(rules.couple_from_age, age - 12), age + 8)
                if woman == NOBODY:
                    self._found("alone", [(man, "head")])
                else:
                    self._found("couple", [(man, "head"), (woman, "spouse")])
