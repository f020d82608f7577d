"""The synthetic sample: registered whole, with its past, marked everywhere, and only in a demo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import numpy as np
import pytest
from django.db import connections, transaction

from linli.engines.synth import Neighbourhood, SynthPolicy, make_neighbourhood
from linli.journal.models import Fact
from linli.kernel.clock import start_of_day
from linli.kernel.errors import LinliError, NotAllowedError
from linli.kernel.policyfile import find_policy
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.installation import _known_kind, be_born
from linli.platform.ports import ports
from linli.platform.testkit import TestDatabases, using_database
from linli.platform.verify import run_invariants
from linli.registry import queries as ask
from linli.registry.models import (
    DATED,
    Household,
    Membership,
    Person,
    PersonRecord,
    Place,
    PlaceRecord,
    Residence,
    RoleGrant,
    Tenure,
)
from linli.registry.sample import LoadedCommunity, lay_street, load_neighbourhood
from linli.registry.sample.homes import USES
from tests.conftest import EMPTY

SAMPLE = System("sample")
ON = dt.date(2026, 1, 15)


@pytest.fixture(scope="module")
def made() -> Neighbourhood:
    policy = SynthPolicy.from_mapping(find_policy("synthetic", "cn-neighbourhood").document)
    return make_neighbourhood(5, policy=policy, name_zh="试柳", name_en="Try Willow", n_people=1_200, on=ON)


@pytest.fixture(scope="module")
def sample_database(databases: TestDatabases, worker_id: str) -> Iterator[str]:
    with databases.copy(EMPTY, f"sample_{worker_id}") as name:
        yield name


@pytest.fixture(scope="module")
def loaded(sample_database: str, made: Neighbourhood) -> LoadedCommunity:
    with using_database(sample_database):
        _known_kind.cache_clear()
        be_born("demo")
        with acting(SAMPLE):
            street = lay_street(actor=SAMPLE, on=dt.date(1980, 1, 1))
            (community,) = load_neighbourhood(made, street_id=street, actor=SAMPLE)
    _known_kind.cache_clear()
    return community


@pytest.fixture
def sample(sample_database: str, loaded: LoadedCommunity) -> Iterator[LoadedCommunity]:
    with using_database(sample_database), transaction.atomic():
        _known_kind.cache_clear()
        yield loaded
        transaction.set_rollback(True)
    _known_kind.cache_clear()


def test_everything_the_generator_made_is_registered(sample: LoadedCommunity, made: Neighbourhood) -> None:
    people = made.population
    with acting(SAMPLE):
        assert Person.objects.count() == len(people.persons) == sample.n["persons"]
        assert Household.objects.count() == Residence.objects.count() == len(people.households)
        assert Membership.objects.count() == len(people.memberships)
        assert Place.objects.filter(kind="unit").count() == len(people.units)
        assert Place.objects.filter(kind="building").count() == len(made.map.buildings)
        facilities = ask.list_facilities(SAMPLE, community_id=sample.community_id, on=ON)
        assert facilities.count() == len(made.map.facilities)
        assert ask.list_devices(SAMPLE, community_id=sample.community_id, on=ON).count() == len(made.devices)


@pytest.mark.parametrize("day", [dt.date(2020, 3, 1), dt.date(2023, 7, 1), ON])
def test_who_lived_where_is_what_the_generator_says_on_any_day(
    sample: LoadedCommunity, made: Neighbourhood, day: dt.date
) -> None:
    people = made.population
    household = people.household_of(day)
    lived = np.flatnonzero(household >= 0)
    building = people.units.building[people.households.unit[household[lived]]]
    want: dict[str, int] = {}
    for index in building.tolist():
        name = made.map.buildings[index].ref
        want[name] = want.get(name, 0) + 1
    with acting(SAMPLE):
        refs = {row.place_id: row.source_ref for row in PlaceRecord.objects.filter(place__kind="building")}
        rows = ask.count_by_building(SAMPLE, sample.community_id, on=day)
    assert {refs[row.building_id]: row.n_persons for row in rows if row.n_persons} == want


def test_the_people_of_one_home_are_those_the_generator_put_there(sample: LoadedCommunity, made: Neighbourhood) -> None:
    people = made.population
    unit = int(people.households.unit[np.flatnonzero(np.isnat(people.households.to_on))[0]])
    names = sorted(people.persons.name_zh[k] for k in people.residents_of_unit(unit, ON))
    building = made.map.buildings[int(people.units.building[unit])].ref
    with acting(SAMPLE):
        tower = PlaceRecord.objects.get(source_ref=building).place_id
        stair = f"{int(people.units.stair[unit])}单元"
        rows = ask.list_places(SAMPLE, within=tower, kind="unit", on=ON).filter(name_zh=people.units.label[unit])
        homes = [row for row in rows if ask.find_place(SAMPLE, row.parent_id, on=ON).name_zh in (stair, "")]
        living = [sorted(one.name for one in ask.who_lived_at(SAMPLE, row.place_id, ON)) for row in homes]
    assert names
    assert names in living


def test_every_row_is_marked_synthetic_and_one_fact_tells_of_all(sample: LoadedCommunity, made: Neighbourhood) -> None:
    with acting(SAMPLE):
        for kind in (Person, Place, Household, Tenure):
            assert not kind.objects.filter(synthetic=False).exists()
        facts = Fact.objects.filter(community_id=sample.community_id).values_list("name", flat=True)
        assert sorted(facts) == ["registry.place_registered", "registry.sample_loaded"]
        fact = Fact.objects.get(name="registry.sample_loaded")
    assert fact.payload["sha256"] == made.digest()
    assert fact.payload["n_persons"] == len(made.population.persons)


def test_every_invariant_of_the_registry_holds(sample: LoadedCommunity) -> None:
    outcomes = run_invariants("registry")
    assert len(outcomes) >= 7
    assert [outcome.line() for outcome in outcomes if not outcome.holds] == []


def test_an_invariant_finds_what_got_past_the_database(
    databases: TestDatabases, sample_database: str, loaded: LoadedCommunity
) -> None:
    """The owner, whom column rights do not stop, spoils a path, the shares and a map; verify tells of each."""
    with databases.copy(sample_database, "sample_spoilt") as name, using_database(name):
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute("SELECT set_config('linli.everywhere', 'on', true)")
            cursor.execute("UPDATE registry_place SET path = path[2:] WHERE kind = 'unit'")
            cursor.execute(
                "UPDATE registry_tenurerecord SET share_num = 1, share_den = 1"
                " WHERE kind = 'co_owner' AND valid_to IS NULL AND retracted_at IS NULL"
            )
            cursor.execute("UPDATE registry_mapedition SET network = 'x'")
        found = {outcome.name for outcome in run_invariants("registry") if not outcome.holds}
    assert found == {"registry.paths", "registry.shares", "registry.maps"}


def test_grid_workers_of_the_sample_see_their_grid(sample: LoadedCommunity) -> None:
    with acting(SAMPLE):
        grant = RoleGrant.objects.filter(role="grid_worker").select_related("place").first()
        assert grant is not None
        at = max(grant.valid_from, start_of_day(ON))
        standing = ports.scope_tree.standing(grant.person_id, account_id=UUID(int=0), at=at)
    actor = Actor(kind="person", account_id=UUID(int=0), person_id=grant.person_id, grants=standing.grants)
    with acting(actor):
        seen = ask.list_people(actor, on=ON).count()
        everybody = PersonRecord.objects.as_of(ON).count()
        assert 0 < seen < everybody
        buildings = {row.building_id for row in ask.count_by_building(actor, sample.community_id, on=ON)}
        assert all(grant.place_id in Place.objects.get(pk=place).path for place in buildings)


def test_the_map_of_the_sample_comes_back_whole(sample: LoadedCommunity, made: Neighbourhood) -> None:
    with acting(SAMPLE):
        held = ask.community_map(SAMPLE, sample.community_id, on=ON)
    assert np.array_equal(held.network.tail, made.map.network.tail)
    assert {one.ref for one in held.buildings} == {one.ref for one in made.map.buildings}
    assert {one.ref for one in held.facilities} == {one.ref for one in made.map.facilities}


def test_importing_the_samples_own_map_changes_nothing(sample: LoadedCommunity, made: Neighbourhood) -> None:
    from linli.registry.commands import import_map

    with acting(SAMPLE):
        done = import_map(made.map, community_id=sample.community_id, actor=SAMPLE, on=ON, dry_run=True)
        assert done.diff.of("changed", "ended") == ()
        assert {item.noun for item in done.diff.of("added")} <= {"compound"}
        assert not done.diff.new_edition


def test_only_a_demo_and_only_a_machine_may_load_it(sample: LoadedCommunity, made: Neighbourhood) -> None:
    with acting(SAMPLE):
        street = Place.objects.get(kind="street").pk
        before = Person.objects.count()
    nobody = Actor(kind="person", account_id=UUID(int=1))
    with acting(nobody), pytest.raises(NotAllowedError):
        load_neighbourhood(made, street_id=street, actor=nobody)
    with acting(SAMPLE):
        assert Person.objects.count() == before


def test_a_real_installation_refuses_the_sample(db: None, made: Neighbourhood) -> None:
    _known_kind.cache_clear()
    be_born("real")
    try:
        with acting(SAMPLE), pytest.raises(LinliError, match="synthetic_person_in_real"):
            load_neighbourhood(made, street_id=UUID(int=0), actor=SAMPLE)
    finally:
        _known_kind.cache_clear()


def test_words_for_the_uses_of_homes_are_as_many_as_the_generators() -> None:
    from linli.engines.synth.population import UNIT_USES

    assert len(USES) == len(UNIT_USES)
    assert all(kind.about for kind in DATED)
