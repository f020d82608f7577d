"""Who lived here on 1 March, and what a change, a correction and an end leave behind."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from linli.journal.models import Fact
from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.platform.db import acting
from linli.platform.installation import _known_kind
from linli.platform.testkit import TestDatabases, using_database
from linli.registry import commands as do
from linli.registry import queries as ask
from linli.registry.models import Membership, Person, PersonRecord, TenureRecord
from linli.registry.rules.periods import Period

from .town import LAYER, START, Town, home, person

MARCH = dt.date(2024, 3, 1)
DAY = dt.timedelta(days=1)


def names_at(town: Town, unit: str, day: dt.date) -> list[str]:
    with acting(town.staff()) as staff:
        return sorted(one.name for one in ask.who_lived_at(staff, town.unit[unit], day))


def test_who_lived_here_on_the_first_of_march_has_an_answer(town: Town) -> None:
    li, wang = person(town, "李明"), person(town, "王芳")
    lis = home(town, "1-101", (li, "head"))
    with acting(town.staff()) as staff:
        do.move_household(lis, town.unit["1-102"], actor=staff, on=MARCH)
    home(town, "1-101", (wang, "head"), on=MARCH)
    assert names_at(town, "1-101", MARCH - DAY) == ["李明"]
    assert names_at(town, "1-101", MARCH) == ["王芳"]
    assert names_at(town, "1-102", MARCH) == ["李明"]
    assert names_at(town, "1-102", MARCH - DAY) == []
    assert names_at(town, "1-101", START - DAY) == []


def test_a_marriage_moves_one_person_and_leaves_the_others(town: Town) -> None:
    mother, daughter, husband = person(town, "赵兰"), person(town, "钱雪"), person(town, "孙涛")
    home(town, "1-101", (mother, "head"), (daughter, "child"))
    his = home(town, "2-101", (husband, "head"))
    with acting(town.staff()) as staff:
        do.join_household(his, daughter, "spouse", actor=staff, on=MARCH)
        assert [one.name for one in ask.household_of(staff, husband, on=MARCH)] == ["孙涛", "钱雪"]
        stays = ask.homes_of_person(staff, daughter)
    assert [(stay.valid_from, stay.valid_to) for stay, _ in stays] == [(START, MARCH), (MARCH, None)]
    assert names_at(town, "1-101", MARCH) == ["赵兰"]


def test_a_change_keeps_the_past_and_a_correction_replaces_it(town: Town) -> None:
    zhou = person(town, "周洁", born_on=dt.date(1950, 5, 4))
    with acting(town.staff()) as staff:
        do.change_person(zhou, {"needs": ["wheelchair"]}, actor=staff, on=MARCH)
        assert ask.find_person(staff, zhou, on=MARCH - DAY).needs == []
        assert ask.find_person(staff, zhou, on=MARCH).needs == ["wheelchair"]
        first = ask.find_person(staff, zhou, on=START)
        do.correct_person(first.id, {"name": "周婕"}, actor=staff, because="身份证上是这个字")
        assert ask.find_person(staff, zhou, on=START).name == "周婕"
        assert ask.find_person(staff, zhou, on=MARCH).name == "周洁"
        history = ask.history_of_person(staff, zhou)
    assert [(row.name, row.is_believed) for row in history] == [("周婕", True), ("周洁", False), ("周洁", True)]
    assert [row.retracted_because for row in history if not row.is_believed] == ["身份证上是这个字"]


def test_what_was_believed_at_an_instant_can_be_asked(town: Town) -> None:
    wu = person(town, "吴刚")
    with acting(town.staff()) as staff:
        before = ask.find_person(staff, wu)
        after = do.correct_person(before.id, {"name": "吴钢"}, actor=staff, because="写错")
        then = PersonRecord.objects.filter(person_id=wu).believed(at=before.recorded_at)
        now = PersonRecord.objects.filter(person_id=wu).believed(at=after.recorded_at)
        assert [row.name for row in then] == ["吴刚"]
        assert [row.name for row in now] == ["吴钢"]


def test_a_second_change_on_the_same_day_replaces_the_first(town: Town) -> None:
    feng = person(town, "冯丽")
    with acting(town.staff()) as staff:
        do.change_person(feng, {"needs": ["slow_walk"]}, actor=staff, on=MARCH)
        do.change_person(feng, {"needs": ["bedridden"]}, actor=staff, on=MARCH)
        assert ask.find_person(staff, feng, on=MARCH).needs == ["bedridden"]
        assert ask.find_person(staff, feng, on=MARCH - DAY).needs == []


def test_a_change_of_nothing_and_outside_of_the_record_is_refused(town: Town) -> None:
    chen = person(town, "陈东")
    with acting(town.staff()) as staff:
        for changes, on, code in (
            ({"name": "陈东"}, MARCH, "registry.nothing_different"),
            ({"name": "陈冬"}, START - DAY, "linli.not_found"),
            ({"community_id": town.other}, MARCH, "registry.no_such_field"),
            ({"name": "  "}, MARCH, "registry.bad_name"),
            ({"phone": "12"}, MARCH, "registry.bad_phone"),
            ({"needs": ["wings"]}, MARCH, "registry.bad_need"),
            ({"born_on": dt.date(1850, 1, 1)}, MARCH, "registry.bad_birth"),
        ):
            with pytest.raises(LinliError) as refused:
                do.change_person(chen, changes, actor=staff, on=on)
            assert refused.value.code == code


def test_who_ends_leaves_the_household_and_keeps_what_they_hold(town: Town) -> None:
    chu, wei = person(town, "楚明"), person(town, "魏英")
    home(town, "1-101", (chu, "head"), (wei, "spouse"))
    with acting(town.staff()) as staff:
        do.set_tenure(town.unit["1-101"], chu, "owner", share=Fraction(1), actor=staff, on=START)
        do.end_person(chu, actor=staff, on=MARCH)
        assert [one.person_id for one in ask.owners_of(staff, town.unit["1-101"], on=MARCH)] == [chu]
        with pytest.raises(NotFoundError):
            ask.find_person(staff, chu, on=MARCH)
        with pytest.raises(LinliError, match="never_was"):
            do.end_person(wei, actor=staff, on=START)
    assert names_at(town, "1-101", MARCH) == ["魏英"]
    assert names_at(town, "1-101", MARCH - DAY) == ["楚明", "魏英"]


def test_the_database_itself_refuses_two_households_for_one_person(town: Town) -> None:
    jiang = person(town, "蒋伟")
    home(town, "1-101", (jiang, "head"))
    num = Person.objects.filter(pk=jiang)
    with acting(LAYER):
        stay = Membership.objects.get(person_id=jiang)
        again = {"person_id": jiang, "household_id": stay.household_id, "community_id": town.community}
        with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
            Membership.objects.create(**again, subject_num=stay.subject_num, valid_from=MARCH)
        with pytest.raises(IntegrityError, match="is_about"), transaction.atomic():
            Membership.objects.create(**again, subject_num=stay.subject_num + 100_000, valid_from=MARCH)
        assert num.exists()


def test_the_serving_role_cannot_overwrite_reopen_or_delete(town: Town) -> None:
    shen = person(town, "沈静")
    with acting(town.staff()) as staff:
        do.change_person(shen, {"name": "沈婧"}, actor=staff, on=MARCH)
    attempts = (
        "UPDATE registry_personrecord SET name = 'x'",
        "DELETE FROM registry_personrecord",
        "UPDATE registry_personrecord SET valid_to = NULL WHERE valid_to IS NOT NULL",
        "UPDATE registry_personrecord SET valid_to = valid_to + 1 WHERE valid_to IS NOT NULL",
        "UPDATE registry_person SET synthetic = false",
        "TRUNCATE registry_membership",
    )
    with acting(LAYER), connection.cursor() as cursor:
        for statement in attempts:
            with pytest.raises(DatabaseError, match=r"permission denied|past is not rewritten"), transaction.atomic():
                cursor.execute(statement)


def test_owners_shares_never_exceed_the_whole_on_any_day(town: Town) -> None:
    han, yang, zhu = person(town, "韩梅"), person(town, "杨柳"), person(town, "朱丹")
    unit = town.unit["1-101"]
    with acting(town.staff()) as staff:
        do.set_tenure(unit, han, "co_owner", share=Fraction(1, 3), actor=staff, on=START)
        do.set_tenure(unit, yang, "co_owner", share=Fraction(2, 3), actor=staff, on=START)
        with pytest.raises(LinliError, match="shares_exceed"), transaction.atomic():
            do.set_tenure(unit, zhu, "co_owner", share=Fraction(1, 1_000), actor=staff, on=MARCH)
        with pytest.raises(LinliError, match="bad_share"):
            do.set_tenure(unit, zhu, "tenant", share=Fraction(1, 2), actor=staff, on=MARCH)
        do.end_tenure(unit, han, actor=staff, on=MARCH)
        do.set_tenure(unit, zhu, "co_owner", share=Fraction(1, 3), actor=staff, on=MARCH)
        held = {day: sum(one.share for one in ask.owners_of(staff, unit, on=day)) for day in (MARCH - DAY, MARCH)}
    assert held == {MARCH - DAY: 1, MARCH: 1}


def test_a_sale_ends_the_sellers_and_begins_the_buyers_on_one_day(town: Town) -> None:
    seller, husband, wife = person(town, "秦川"), person(town, "许诺"), person(town, "何静")
    unit = town.unit["1-102"]
    with acting(town.staff()) as staff:
        do.set_tenure(unit, seller, "owner", share=Fraction(1), actor=staff, on=START)
        couple = [(husband, "co_owner", Fraction(1, 2)), (wife, "co_owner", Fraction(1, 2))]
        do.transfer_home(unit, couple, actor=staff, on=MARCH, evidence="不动产权第 1 号")
        assert [one.name for one in ask.owners_of(staff, unit, on=MARCH - DAY)] == ["秦川"]
        assert {one.name for one in ask.owners_of(staff, unit, on=MARCH)} == {"许诺", "何静"}
        assert len(ask.history_of_tenure(staff, unit)) == 3


def test_a_tenant_stays_for_a_time_and_a_correction_mends_the_share(town: Town) -> None:
    owner, tenant = person(town, "吕布"), person(town, "施工")
    unit = town.unit["2-101"]
    until = dt.date(2025, 3, 1)
    with acting(town.staff()) as staff:
        wrong = do.set_tenure(unit, owner, "owner", share=Fraction(1, 2), actor=staff, on=START)
        do.correct_tenure(wrong.id, share=Fraction(1), actor=staff, because="抄错")
        do.set_tenure(unit, tenant, "tenant", actor=staff, on=MARCH, until=until)
        kinds = {day: sorted(h.kind for h in ask.holders_of_unit(staff, unit, on=day)) for day in (MARCH, until)}
        assert kinds == {MARCH: ["owner", "tenant"], until: ["owner"]}
        assert [one.share for one in ask.owners_of(staff, unit, on=START)] == [1]
        do.end_tenure(unit, tenant, actor=staff, on=dt.date(2024, 9, 1))
        assert [h.kind for h in ask.holders_of_unit(staff, unit, on=dt.date(2024, 9, 1))] == ["owner"]
    assert TenureRecord.objects.count() == 0, "nothing is seen outside of acting()"


def test_every_act_leaves_a_fact_without_names_or_phones(town: Town) -> None:
    you = person(town, "尤三姐", phone="138 1234 5678")
    household = home(town, "1-101", (you, "head"))
    with acting(town.staff()) as staff:
        do.change_person(you, {"phone": "13900000000"}, actor=staff, on=MARCH)
        do.move_household(household, None, actor=staff, on=dt.date(2024, 6, 1))
        facts = list(Fact.objects.filter(community_id=town.community).order_by("ord"))
    told = [fact.name for fact in facts if fact.subject_id in (you, household)]
    assert told == [
        "registry.person_registered",
        "registry.household_formed",
        "registry.person_changed",
        "registry.household_moved",
    ]
    changed = next(fact for fact in facts if fact.name == "registry.person_changed")
    assert set(changed.payload["fields"]) == {"phone", "phone_index"}
    assert "尤" not in str([fact.payload for fact in facts])
    assert "138" not in str(changed.payload["fields"])


def test_phones_are_sealed_found_by_number_and_shown_only_for_a_reason(town: Town) -> None:
    zhang = person(town, "张弛", phone="+86 138-1234-5678")
    with acting(town.staff()) as staff:
        row = ask.find_person(staff, zhang)
        assert b"138" not in bytes(row.phone)
        assert [one.person_id for one in ask.list_people(staff, phone="13812345678")] == [zhang]
        assert do.reveal(zhang, "phone", actor=staff, reason="visit") == "13812345678"
        with pytest.raises(LinliError, match="bad_reveal_reason"):
            do.reveal(zhang, "phone", actor=staff, reason="curious")
        assert Fact.objects.filter(name="registry.person_phone_revealed", subject_id=zhang).count() == 1
    with acting(town.grid_worker()) as grid_worker, pytest.raises((NotFoundError, NotAllowedError)):
        do.reveal(zhang, "phone", actor=grid_worker, reason="visit")


def test_a_demo_refuses_real_people(town: Town) -> None:
    with acting(town.staff()) as staff, pytest.raises(LinliError, match="real_person_in_demo"):
        do.register_person(do.PersonDetails(name="真人"), community_id=town.community, actor=staff, on=START)


def test_a_correction_may_move_the_period_but_not_onto_another_record(town: Town) -> None:
    kong = person(town, "孔融")
    with acting(town.staff()) as staff:
        later = do.change_person(kong, {"name": "孔熔"}, actor=staff, on=MARCH)
        with pytest.raises(LinliError, match="overlaps"), transaction.atomic():
            do.correct_person(later.id, {}, actor=staff, because="更早", period=Period(dt.date(2024, 1, 1)))
        do.correct_person(later.id, {}, actor=staff, because="更晚", period=Period(dt.date(2024, 5, 1)))
        assert ask.find_person(staff, kong, on=dt.date(2024, 5, 1)).name == "孔熔"
        with pytest.raises(NotFoundError):
            ask.find_person(staff, kong, on=dt.date(2024, 4, 1))


def test_what_does_not_fit_is_told_and_not_a_fault_of_the_database(town: Town) -> None:
    he = person(town, "和平")
    with acting(town.staff()) as staff:
        for changes, on, code in (
            ({"name_en": "x" * 81}, MARCH, "registry.does_not_fit"),
            ({"name_en": "a\x00b"}, MARCH, "registry.does_not_fit"),
            ({"name": "久" * 81}, MARCH, "registry.bad_name"),
        ):
            with pytest.raises(LinliError) as refused:
                do.change_person(he, changes, actor=staff, on=on)
            assert refused.value.code == code
        details = do.PersonDetails(name="古人")
        with pytest.raises(LinliError, match="too_early"):
            do.register_person(
                details, community_id=town.community, actor=staff, on=dt.date(1899, 12, 31), synthetic=True
            )


def test_of_two_changes_at_once_one_waits_and_both_hold_or_one_is_told(
    databases: TestDatabases, town_template: str
) -> None:
    """Two processes' worth of connections change one person on the same day; nothing is lost in silence."""
    with databases.copy(town_template, "town_race") as name, using_database(name):
        _known_kind.cache_clear()
        town = Town.read()
        ming = person(town, "小明")
        barrier = threading.Barrier(2)

        def change(need: str) -> str:
            try:
                with acting(town.staff()) as staff:
                    barrier.wait(timeout=30)
                    do.change_person(ming, {"needs": [need]}, actor=staff, on=MARCH)
            except LinliError as error:
                return error.code
            finally:
                connection.close()
            return need

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(change, ("wheelchair", "bedridden")))
        with acting(LAYER):
            said = PersonRecord.objects.as_of(MARCH).get(person_id=ming).needs[0]
            n_believed = PersonRecord.objects.believed().filter(person_id=ming).count()
        assert said in answers
        assert n_believed == 2
        assert all(answer in {"wheelchair", "bedridden", "registry.changed_meanwhile"} for answer in answers)
    _known_kind.cache_clear()
