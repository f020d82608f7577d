"""Made-up names and telephones. Surnames run from parent to child; given names come from characters in fashion when a person was born.

The English form is pinyin, surname first (GB/T 28039-2011): 王建国, Wang Jianguo; an apostrophe parts 玉娥 into Yu'e.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from .draws import Draws
from .families import EPOCH, FEMALE, People
from .policy import Given, Names, Phones

_TRIES = 6
SEED_BLOCKS, PERSONS_IN_BLOCK, ORGANISATIONS_IN_BLOCK = 900, 100_000, 10_000


def make_names(people: People, names: Names, draws: Draws) -> tuple[list[str], list[str]]:
    """Chinese names and their pinyin, one for each person."""
    n = len(people.sex)
    surnames = list(names.surnames)
    pinyin = [names.surnames[surname].pinyin for surname in surnames]
    chosen = draws.choices([names.surnames[surname].weight for surname in surnames], n).tolist()
    for child, parent in sorted(people.kin, key=lambda pair: people.born[pair[1]]):
        chosen[child] = chosen[parent]
    avoid = frozenset(names.avoid)
    tables = {sex: [_Cohort(given) for given in (names.women if sex == FEMALE else names.men)] for sex in (0, 1)}
    chances = draws.many(n * 3).reshape(n, 3).tolist()
    name_zh, name_en = [], []
    for person in range(n):
        year = 1970 + people.born[person] / 365.2425
        cohort = next((c for c in tables[people.sex[person]] if year < c.born_to + 1), tables[people.sex[person]][-1])
        surname = surnames[chosen[person]]
        one, two, three = chances[person]
        zh, en = cohort.name(one, two, three)
        for attempt in range(1, _TRIES):
            if surname + zh not in avoid:
                break
            zh, en = cohort.name((one + attempt * 0.37) % 1, (two + attempt * 0.61) % 1, three)
        name_zh.append(surname + zh)
        name_en.append(f"{pinyin[chosen[person]]} {en}")
    return name_zh, name_en


class _Cohort:
    """The characters of one fashion, ready to be drawn from."""

    def __init__(self, given: Given) -> None:
        self.born_to = given.born_to
        self.first, self.second, self.single = (
            list(given.first.items()),
            list(given.second.items()),
            list(given.single.items()),
        )
        self.single_share = given.single_share

    def name(self, one: float, two: float, three: float) -> tuple[str, str]:
        if self.single and three < self.single_share:
            zh, en = self.single[int(two * len(self.single))]
            return zh, en.capitalize()
        (a, a_en), (b, b_en) = self.first[int(one * len(self.first))], self.second[int(two * len(self.second))]
        if a == b:
            b, b_en = self.second[(int(two * len(self.second)) + 1) % len(self.second)]
        return a + b, (a_en + ("'" if b_en[0] in "aoe" else "") + b_en).capitalize()


def make_phones(people: People, rules: Phones, seed: int, on: dt.date, draws: Draws) -> list[str]:
    """Prefix, block and number: eleven digits that no exchange can reach. The block is the seed modulo 900, so that neighbourhoods
    whose seeds differ there share no number; a block holds 100,000 and runs over into the next. Numbers from 90 000 000 up are left to
    organisations.
    """
    n = len(people.sex)
    today = on.toordinal() - EPOCH.toordinal()
    has = (draws.many(n) < rules.share).tolist()
    order = (draws.order(n) + (seed % SEED_BLOCKS) * PERSONS_IN_BLOCK) % (SEED_BLOCKS * PERSONS_IN_BLOCK)
    old_enough = (today - np.asarray(people.born)) >= rules.from_age * 365.2425
    return [
        f"{rules.prefix}{number:08d}" if owns and grown else ""
        for number, owns, grown in zip(order.tolist(), has, old_enough.tolist(), strict=True)
    ]
