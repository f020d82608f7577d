"""Organisations, duties, facilities, spaces and devices; who may give which role to whom; what the platform is told."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.models import Account
from linli.platform.ports import ports
from linli.registry import commands as do
from linli.registry import queries as ask
from linli.registry.models import Place, RoleGrant

from .town import START, Town, home, person, worker

MARCH = dt.date(2024, 3, 1)
HOUR = dt.timedelta(hours=1)


def organisation(town: Town, actor: Actor) -> UUID:
    details = do.OrganisationDetails("property_company", "清河物业", phone="0731-12345678")
    return do.register_organisation(details, community_id=town.community, actor=actor, on=START).organisation_id


def test_who_answers_for_a_building_is_who_answers_for_what_holds_it(town: Town) -> None:
    with acting(town.staff()) as staff:
        body = organisation(town, staff)
        everywhere = do.assign_duty(body, "cleaning", place_id=town.compound, actor=staff, on=START, contact="小王")
        do.assign_duty(body, "lifts", place_id=town.house, actor=staff, on=START)
        duties = ask.list_duties(staff, place_id=town.unit["1-101"])
        assert [row.duty.code for row in duties] == ["cleaning"]
        do.assign_duty(
            body, "cleaning", place_id=town.compound, actor=staff, on=MARCH, contact="小李", phone="13800138000"
        )
        before, after = (ask.list_duties(staff, code="cleaning", on=day).get() for day in (START, MARCH))
        assert (before.contact, after.contact) == ("小王", "小李")
        assert (do.duty_phone_of(before), do.duty_phone_of(after)) == ("", "13800138000")
        assert before.duty_id == after.duty_id == everywhere.duty_id
        do.end_organisation(body, actor=staff, on=dt.date(2024, 6, 1))
        assert not ask.list_duties(staff, on=dt.date(2024, 6, 1)).exists()
        with pytest.raises(LinliError, match="not_in_catalogue"):
            do.assign_duty(body, "flying", place_id=town.house, actor=staff, on=START)


def test_facilities_are_found_by_distance_and_change_by_the_day(town: Town) -> None:
    spot = do.FacilityDetails("canteen", 116.300, 40.000, "长者食堂", capacity=40)
    with acting(town.staff()) as staff:
        near = do.register_facility(spot, community_id=town.community, actor=staff, on=START)
        far = do.FacilityDetails("canteen", 116.312, 40.000, "远食堂")
        do.register_facility(far, community_id=town.community, actor=staff, on=START)
        found = ask.facilities_near(staff, 116.301, 40.0, radius_m=100)
        assert [(one.record.facility_id, round(one.straight_m)) for one in found] == [(near.facility_id, 85)]
        do.change_facility(near.facility_id, {"status": "closed"}, actor=staff, on=MARCH)
        statuses = [ask.find_facility(staff, near.facility_id, on=day).status for day in (START, MARCH)]
        assert statuses == ["open", "closed"]
        history = ask.history_of(ask.find_facility(staff, near.facility_id))
        assert [row.valid_to for row in history] == [MARCH, None]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"category": "casino"}, "registry.not_in_catalogue"),
        ({"lat": 91.0}, "registry.bad_shape"),
        ({"capacity": -1}, "registry.bad_capacity"),
        ({"area_dm2": 0}, "registry.bad_area"),
        ({"status": "burning"}, "registry.unknown_choice"),
        ({"cell": 1}, "registry.no_such_field"),
        ({"provider_id": UUID(int=1)}, "linli.not_found"),
    ],
)
def test_a_facility_that_cannot_be_is_refused(town: Town, changes: dict[str, object], code: str) -> None:
    with acting(town.staff()) as staff:
        spot = do.FacilityDetails("canteen", 116.3, 40.0, "食堂")
        facility = do.register_facility(spot, community_id=town.community, actor=staff, on=START)
        with pytest.raises(LinliError) as refused:
            do.change_facility(facility.facility_id, changes, actor=staff, on=MARCH)
    assert refused.value.code == code


def test_what_stands_elsewhere_cannot_be_named(town: Town) -> None:
    with acting(town.staff()) as staff, pytest.raises(LinliError):
        do.register_space(do.SpaceDetails(town.foreign_unit, 4_500), community_id=town.community, actor=staff, on=START)


def test_a_space_is_corrected_and_ends(town: Town) -> None:
    with acting(town.staff()) as staff:
        details = do.SpaceDetails(town.house, 4_500, "底层空房", floor=1)
        space = do.register_space(details, community_id=town.community, actor=staff, on=START)
        after = do.correct_space(space.id, {"area_dm2": 5_400}, actor=staff, because="重新量过")
        assert [row.area_dm2 for row in ask.list_spaces(staff, community_id=town.community)] == [5_400]
        assert not ask.list_spaces(staff, min_area_dm2=5_401).exists()
        do.end_space(after.space_id, actor=staff, on=MARCH)
        with pytest.raises(NotFoundError):
            ask.find_space(staff, after.space_id, on=MARCH)


def account(name: str, person_id: UUID | None = None) -> UUID:
    return Account.objects.create(username=name, shown_name=name, person_id=person_id).pk


def test_a_role_is_given_by_whom_its_policy_names_and_holds_from_then(town: Town) -> None:
    newcomer = account("newcomer")
    with acting(town.staff()) as staff:
        grant = do.grant_role(
            "grid_worker", place_id=town.east, account_id=newcomer, actor=staff, reason="新来的网格员"
        )
    with acting(System("tests.scope")):
        standing = ports.scope_tree.standing(None, account_id=newcomer, at=now())
        assert [(one.role, one.place_id, one.whole_community) for one in standing.grants] == [
            ("grid_worker", town.east, False)
        ]
        assert standing.grants[0].communities == frozenset([town.community])
        assert ports.scope_tree.standing(None, account_id=newcomer, at=grant.valid_from - HOUR).grants == ()
    with acting(town.staff()) as staff:
        do.end_grant(grant.pk, actor=staff, because="调走", at=grant.valid_from + HOUR)
    with acting(System("tests.scope")):
        assert ports.scope_tree.standing(None, account_id=newcomer, at=grant.valid_from + HOUR).grants == ()
        assert len(ports.scope_tree.standing(None, account_id=newcomer, at=grant.valid_from).grants) == 1


@pytest.mark.parametrize(
    ("role", "place", "code"),
    [
        ("grid_worker", "community", "registry.role_not_on_place"),
        ("planner", "community", "registry.role_not_yours_to_give"),
        ("admin", "community", "registry.role_not_yours_to_give"),
        ("community_staff", "community", "registry.role_not_yours_to_give"),
        ("no_such_role", "community", "policy.unknown"),
        ("volunteer", "other", "linli.not_found"),
    ],
)
def test_nobody_gives_a_role_beyond_their_own(town: Town, role: str, place: str, code: str) -> None:
    somebody = account("somebody")
    with acting(town.staff()) as staff, pytest.raises(LinliError) as refused:
        do.grant_role(role, place_id=getattr(town, place), account_id=somebody, actor=staff, reason="试试")
    assert refused.value.code == code


def test_nobody_gives_to_themselves_twice_or_beside_what_excludes(town: Town) -> None:
    me = account("me")
    other = account("other")
    staff = worker("community_staff", town.community, town.community, account=me)
    with acting(staff):
        with pytest.raises(LinliError, match="role_to_yourself"):
            do.grant_role("volunteer", place_id=town.community, account_id=me, actor=staff, reason="自己")
        do.grant_role("volunteer", place_id=town.community, account_id=other, actor=staff, reason="报名")
        with pytest.raises(LinliError, match="role_held_already"), transaction.atomic():
            do.grant_role("volunteer", place_id=town.community, account_id=other, actor=staff, reason="又报名")
    with acting(System("tests.grants")) as system:
        do.grant_role("property_manager", place_id=town.tower, account_id=other, actor=system, reason="物业")
        with pytest.raises(LinliError, match="role_excluded"), transaction.atomic():
            do.grant_role("community_staff", place_id=town.community, account_id=other, actor=system, reason="兼任")
    with acting(town.planner()) as planner, pytest.raises(NotAllowedError):
        do.grant_role("volunteer", place_id=town.community, account_id=me, actor=planner, reason="越权")


def test_a_grant_is_not_prolonged_by_the_serving_role(town: Town) -> None:
    somebody = account("somebody")
    with acting(System("tests.grants")) as system:
        until = now() + HOUR
        grant = do.grant_role(
            "volunteer", place_id=town.community, account_id=somebody, actor=system, reason="临时", valid_to=until
        )
        for statement in (
            "UPDATE registry_rolegrant SET valid_to = NULL",
            "UPDATE registry_rolegrant SET valid_to = valid_to + interval '1 day'",
            "UPDATE registry_rolegrant SET role = 'admin'",
            "DELETE FROM registry_rolegrant",
        ):
            with (
                connection.cursor() as cursor,
                pytest.raises(DatabaseError, match=r"past is not rewritten|permission denied"),
                transaction.atomic(),
            ):
                cursor.execute(statement)
        assert RoleGrant.objects.get(pk=grant.pk).valid_to == until


def test_an_administrator_of_a_street_has_all_communities_below(town: Town) -> None:
    chief = account("chief")
    with acting(System("tests.grants")) as system:
        do.grant_role("admin", place_id=town.street, account_id=chief, actor=system, reason="首任管理员")
        standing = ports.scope_tree.standing(None, account_id=chief, at=now())
        assert standing.grants[0].communities == frozenset([town.community, town.other])
        assert standing.grants[0].whole_community
    admin = Actor(kind="person", account_id=chief, grants=standing.grants)
    helper = account("helper")
    with acting(admin):
        grant = do.grant_role("street_officer", place_id=town.street, account_id=helper, actor=admin, reason="任命")
        assert [row.pk for row in ask.list_grants(admin, role="street_officer")] == [grant.pk]
        do.end_grant(grant.pk, actor=admin, because="离任")


def test_standing_knows_where_a_person_lives_and_asks_little(town: Town) -> None:
    lodger = person(town, "住客")
    home(town, "1-101", (lodger, "head"))
    mine = account("lodger", lodger)
    with acting(System("tests.scope")):
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        standing = ports.scope_tree.standing(lodger, account_id=mine, at=now())
        n_statements = len(connection.queries_log) - before
        connection.force_debug_cursor = False
        assert standing.own_communities == frozenset([town.community])
        assert n_statements <= 3
        assert ports.scope_tree.public_communities() == {town.community, town.other}
        assert ports.scope_tree.label(town.east).zh == "东网格"
        with pytest.raises(NotFoundError):
            ports.scope_tree.label(uuid4())
        assert ports.scope_tree.help_phone(town.community) == ""
    with acting(town.staff()) as staff:
        committee = do.OrganisationDetails("residents_committee", "清河居委会", phone="00099989999")
        do.register_organisation(committee, community_id=town.community, actor=staff, on=START)
    with acting(System("tests.scope")):
        assert ports.scope_tree.help_phone(town.community) == "00099989999"
        assert Place.objects.filter(pk=town.community).exists()
