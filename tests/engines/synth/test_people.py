"""The people: as many and as old as asked, each in one household at a time, every home owned by somebody, all of them made up."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from linli.engines.synth import Neighbourhood, Population, SynthPolicy, make_neighbourhood
from linli.engines.synth.population import HOUSEHOLD_KINDS, NEEDS, ROLES, TENURE_KINDS, UNIT_USES, ages_on, running
from linli.kernel.policyfile import find_policy

OPEN = np.iinfo(np.int64).max


def spans(from_on: np.ndarray, to_on: np.ndarray) -> list[tuple[int, int]]:
    """Half-open intervals as day numbers."""
    ends = np.where(np.isnat(to_on), OPEN, to_on.astype(np.int64))
    return list(zip(from_on.astype(np.int64).tolist(), ends.tolist(), strict=True))


def check_people(people: Population, n_people: int | None = None) -> None:
    """What must hold for every population."""
    homes, stays, members, titles = people.units, people.households, people.memberships, people.tenures
    if n_people is not None:
        assert len(people.residents(people.on)) == n_people
    by_home = defaultdict(list)
    for unit, span in zip(stays.unit.tolist(), spans(stays.from_on, stays.to_on), strict=True):
        assert span[0] < span[1], "an empty interval"
        by_home[unit].append(span)
    for unit, found in by_home.items():
        found.sort()
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(found)), f"two households in {homes.label[unit]}"
    assert (homes.use[stays.unit] == UNIT_USES.index("home")).all()
    by_person = defaultdict(list)
    stay_spans = spans(stays.from_on, stays.to_on)
    for person, household, span in zip(
        members.person.tolist(), members.household.tolist(), spans(members.from_on, members.to_on), strict=True
    ):
        assert span[0] < span[1]
        assert stay_spans[household][0] <= span[0], "a member before the household"
        assert span[1] <= stay_spans[household][1], "a member after the household"
        by_person[person].append(span)
    for found in by_person.values():
        found.sort()
        assert all(a[1] == b[0] for a, b in itertools.pairwise(found)), "between households, or in two at once"
    born, died = people.persons.born_on, people.persons.died_on
    assert (members.from_on >= born[members.person]).all(), "in a household before birth"
    gone = ~np.isnat(died[members.person])
    assert (members.to_on[gone] <= died[members.person][gone]).all(), "in a household after death"
    check_ownership(people)
    held = defaultdict(list)
    keys = zip(titles.person.tolist(), titles.unit.tolist(), strict=True)
    for key, span in zip(keys, spans(titles.from_on, titles.to_on), strict=True):
        held[key].append(span)
    for found in held.values():
        found.sort()
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(found)), "two rights of one person to one home at once"


def check_ownership(people: Population) -> None:
    """From its first record on every home is owned in whole, never more and never less."""
    titles = people.tenures
    owned = np.isin(titles.kind, (TENURE_KINDS.index("owner"), TENURE_KINDS.index("co_owner")))
    steps: dict[int, dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    shares = zip(titles.share_num.tolist(), titles.share_den.tolist(), strict=True)
    for unit, share, span, counts in zip(
        titles.unit.tolist(), shares, spans(titles.from_on, titles.to_on), owned, strict=True
    ):
        assert span[0] < span[1]
        if counts:
            steps[unit][span[0]] += Fraction(*share)
            steps[unit][span[1]] -= Fraction(*share)
    homes = np.flatnonzero(people.units.use == 0)
    assert set(steps) == set(homes.tolist())
    for changes in steps.values():
        level = Fraction(0)
        for day in sorted(changes)[:-1]:
            level += changes[day]
            assert level == 1
        assert max(changes) == OPEN


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 2**63), n_people=st.integers(1200, 4000), day=st.dates(dt.date(2015, 1, 1), dt.date(2040, 1, 1))
)
def test_every_seed_size_and_day_gives_whole_lives(policy: SynthPolicy, seed: int, n_people: int, day: dt.date) -> None:
    place = make_neighbourhood(
        seed, policy=policy, name_zh="试社区", name_en="Trial Community", n_people=n_people, on=day
    )
    check_people(place.population, n_people)


def test_five_thousand_people_live_whole_lives(community: Neighbourhood) -> None:
    check_people(community.population, 5000)


def test_ages_and_sexes_follow_the_pyramid_to_the_person(community: Neighbourhood, policy: SynthPolicy) -> None:
    people = community.population
    living = people.residents(people.on)
    ages, men = people.ages(people.on)[living], people.persons.sex[living] == 1
    for band in policy.ages:
        inside = (ages >= band.from_age) & (ages < band.to_age)
        assert abs(inside.sum() - band.share * 5000) <= 1
        assert abs((inside & men).sum() - band.male_share * inside.sum()) <= 1
    assert np.mean(ages >= 60) == pytest.approx(1498 / 6380, abs=0.001)


def test_households_are_of_every_kind_and_of_the_size_the_census_found(community: Neighbourhood) -> None:
    people = community.population
    households = np.unique(people.household_of(people.on))[1:]
    assert 5000 / len(households) == pytest.approx(2.62, abs=0.08)
    found = {HOUSEHOLD_KINDS[kind] for kind in people.households.kind[households]}
    assert found >= {
        "alone",
        "elder_alone",
        "couple",
        "elder_couple",
        "nuclear",
        "single_parent",
        "three_generations",
        "flat_share",
    }


def test_families_are_a_generation_apart(community: Neighbourhood) -> None:
    people = community.population
    born = people.persons.born_on.astype(np.int64) / 365.2425
    members = people.memberships
    heads = np.full(len(people.households), -1)
    is_head = members.role == ROLES.index("head")
    heads[members.household[is_head]] = members.person[is_head]
    for role, low, high in (("child", 15, 60), ("parent", -52, -16), ("grandchild", 38, 95), ("spouse", -22, 22)):
        rows = members.role == ROLES.index(role)
        gap = born[members.person[rows]] - born[heads[members.household[rows]]]
        assert len(gap) > 3
        assert gap.min() > low, role
        assert gap.max() < high, role


def test_who_lived_here_on_the_first_of_march_differs_from_today(community: Neighbourhood) -> None:
    people, march = community.population, dt.date(2026, 3, 1)
    then, now = set(people.residents(march).tolist()), set(people.residents(people.on).tolist())
    assert 4700 < len(then) < 5300
    assert len(then - now) > 100
    assert len(now - then) > 100
    newborn = [person for person in now - then if people.persons.born_on[person] > np.datetime64(march)]
    dead = [person for person in then - now if not np.isnat(people.persons.died_on[person])]
    assert len(newborn) > 10
    assert len(dead) > 3
    moved = people.memberships.person[np.isin(people.memberships.person, list(then & now))]
    assert (np.bincount(moved) > 1).any(), "nobody moved from one home here to another"
    unit = int(people.households.unit[people.household_of(march)[next(iter(then - now))]])
    assert set(people.residents_of_unit(unit, march).tolist()) <= then


def test_recorded_past_holds_sales_and_lettings(community: Neighbourhood) -> None:
    titles = community.population.tenures
    for kind in ("owner", "co_owner", "tenant", "family"):
        rows = titles.kind == TENURE_KINDS.index(kind)
        assert rows.sum() > 100
        assert (~np.isnat(titles.to_on[rows])).sum() > 20, f"no {kind} has ended"


def test_everybody_living_in_a_home_owns_rents_or_belongs_to_it(community: Neighbourhood) -> None:
    people = community.population
    household = people.household_of(people.on)
    titles = people.tenures
    now = running(titles.from_on, titles.to_on, people.on)
    held = set(zip(titles.person[now].tolist(), titles.unit[now].tolist(), strict=True))
    for person in people.residents(people.on).tolist():
        assert (person, int(people.households.unit[household[person]])) in held


def test_homes_add_up_to_their_house(community: Neighbourhood, policy: SynthPolicy) -> None:
    """Each house's homes fill the usable share of footprint × floors, to a square metre a floor; no home is a cupboard or a palace."""
    units = community.population.units
    home = units.use == 0
    assert units.area_dm2.dtype == np.int32
    assert units.area_dm2[home].min() > 40_00
    assert units.area_dm2[home].max() < 160_00
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    for number, building in enumerate(community.map.buildings):
        if building.use == "residential":
            mine = home & (units.building == number)
            footprint_m2 = abs(geod.geometry_area_perimeter(building.outline)[0])
            assert mine.sum() == building.n_units
            want_m2 = footprint_m2 * building.levels * policy.homes.usable_share
            assert units.area_dm2[mine].sum() / 100 == pytest.approx(want_m2, abs=building.levels)
            assert len({units.label[k] for k in np.flatnonzero(mine)}) == building.n_units


def test_unit_numbers_read_like_a_door(community: Neighbourhood) -> None:
    units = community.population.units
    k = int(np.flatnonzero((units.floor == 5) & (units.stair == 2) & (units.door == 1))[0])
    number = community.map.buildings[units.building[k]].house_number
    assert units.label[k] == f"{number}幢2单元501"


def test_telephones_reach_no_exchange_and_nobody_shares_one(community: Neighbourhood, street: Neighbourhood) -> None:
    phones = [phone for place in (community, street) for phone in place.population.persons.phone if phone]
    phones += [organisation.phone for place in (community, street) for organisation in place.organisations]
    assert all(len(phone) == 11 and phone.isdigit() and phone.startswith("000") for phone in phones)
    assert len(set(phones)) == len(phones)


def test_no_identity_number_is_made(community: Neighbourhood) -> None:
    from linli.engines.synth.digest import canonical

    assert {"id_number", "identity", "national_id"}.isdisjoint(community.population.persons.__slots__)
    text = b"".join(canonical(community.population.persons.name_zh + community.population.persons.phone))
    assert not __import__("re").search(rb"\d{17}[\dX]", text.replace(b"s", b"|"))


def test_names_are_chinese_with_their_pinyin_and_run_in_families(community: Neighbourhood, policy: SynthPolicy) -> None:
    people = community.population
    for zh, en in zip(people.persons.name_zh, people.persons.name_en, strict=True):
        surname = policy.names.surnames[zh[0]]
        assert en.startswith(f"{surname.pinyin} ")
        assert 2 <= len(zh) <= 3
    top = sum(name[0] in "王李张刘陈" for name in people.persons.name_zh) / len(people.persons)
    assert top == pytest.approx(0.308 / sum(s.weight for s in policy.names.surnames.values()) * 100, abs=0.03)
    members = people.memberships
    of_household = defaultdict(dict)
    for person, household, role in zip(
        members.person.tolist(), members.household.tolist(), members.role.tolist(), strict=True
    ):
        of_household[household].setdefault(ROLES[role], []).append(person)
    same = [
        people.persons.name_zh[child][0] == people.persons.name_zh[found["head"][0]][0]
        for found in of_household.values()
        if people.persons.sex[found["head"][0]] == 1
        for child in found.get("child", ())
    ]
    assert 0.85 < np.mean(same) < 0.98


def test_needs_rise_with_age_and_living_alone_is_counted_on_the_day(community: Neighbourhood) -> None:
    people = community.population
    ages, living = people.ages(people.on), people.household_of(people.on) >= 0
    slow = (people.persons.needs >> NEEDS.index("slow_walk") & 1).astype(bool)
    assert slow[living & (ages >= 75)].mean() > 5 * slow[living & (ages < 60)].mean()
    assert (people.persons.needs >> NEEDS.index("wheelchair") & 1)[living].sum() > 5
    alone = people.living_alone(people.on)
    household = people.household_of(people.on)
    sizes = np.bincount(household[household >= 0])
    assert alone.sum() == (sizes == 1).sum()
    assert 60 < (alone & (ages >= 60)).sum() < 350


def test_age_in_full_years_counts_the_birthday_and_the_leap_day() -> None:
    born = np.asarray(["2000-02-29", "2000-03-01", "1999-12-31", "2026-11-20", "2026-11-21"], "datetime64[D]")
    assert ages_on(born, dt.date(2026, 2, 28)).tolist()[:2] == [25, 25]
    assert ages_on(born, dt.date(2026, 3, 1)).tolist()[:2] == [26, 26]
    assert ages_on(born, dt.date(2026, 11, 20)).tolist()[2:] == [26, 0, -1]


@given(born=st.dates(dt.date(1920, 1, 1), dt.date(2030, 1, 1)), on=st.dates(dt.date(1990, 1, 1), dt.date(2040, 1, 1)))
def test_age_in_full_years_agrees_with_the_calendar(born: dt.date, on: dt.date) -> None:
    want = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    assert ages_on(np.asarray([born], "datetime64[D]"), on).tolist() == [want]


def test_grids_are_whole_buildings_of_three_to_five_hundred_households(street: Neighbourhood) -> None:
    people = street.population
    households = np.unique(people.household_of(people.on))[1:]
    lived = np.bincount(people.units.building[people.households.unit[households]], minlength=len(street.map.buildings))
    counted = 0
    for number, grid in enumerate(street.grids):
        assert (street.buildings.grid[list(grid.buildings)] == number).all()
        assert (street.buildings.community[list(grid.buildings)] == grid.community).all()
        assert lived[list(grid.buildings)].sum() == grid.n_households
        assert 300 <= grid.n_households <= 500
        counted += grid.n_households
    assert counted == len(households)


def test_duties_are_given_to_grown_residents_of_the_place_and_to_nobody_twice(community: Neighbourhood) -> None:
    people = community.population
    household, ages = people.household_of(people.on), people.ages(people.on)
    assert len({duty.person for duty in community.duties}) == len(community.duties)
    for duty in community.duties:
        assert ages[duty.person] >= 25
        building = int(people.units.building[people.households.unit[household[duty.person]]])
        if duty.place == "building":
            assert building == duty.number
        if duty.place == "grid":
            assert building in community.grids[duty.number].buildings
        if duty.place == "compound":
            assert community.buildings.compound[building] == duty.number
    assert sum(duty.role == "grid_worker" for duty in community.duties) == len(community.grids)


def test_a_community_has_two_hundred_sensors_three_idle_rooms_and_its_six_parties(community: Neighbourhood) -> None:
    """200 sensors: inventory row S148."""
    assert len(community.devices) >= 200
    assert {"smoke", "lift", "water_level"} <= {device.kind for device in community.devices}
    assert len({device.ref for device in community.devices}) == len(community.devices)
    assert len(community.vacant_spaces) == 3
    assert all(space.area_dm2 > 1000 for space in community.vacant_spaces)
    kinds = {organisation.kind for organisation in community.organisations}
    assert kinds >= {
        "residents_committee",
        "party_branch",
        "property_company",
        "owners_committee",
        "social_organisation",
        "department",
        "shop",
    }


def test_surnames_of_the_policy_carry_the_share_the_report_gives() -> None:
    """The five commonest are 30.8 % of registered people, the hundred commonest 85.9 %."""
    weights = {
        s: v["weight"] for s, v in find_policy("synthetic", "cn-neighbourhood").body["names"]["surnames"].items()
    }
    assert sum(weights[s] for s in "王李张刘陈") == pytest.approx(30.8)
    assert sum(weights.values()) == pytest.approx(85.9, abs=0.2)
    assert len(weights) == 100
