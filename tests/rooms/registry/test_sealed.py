"""Document numbers and notes on care: sealed, checked, found blindly, shown for a reason, held by one person."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from linli.journal.models import Fact
from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.kernel.identity import check_character
from linli.platform.db import acting
from linli.registry import commands as do
from linli.registry import queries as ask
from linli.registry.models import PersonRecord
from linli.registry.sealed import mask_of, opened, sealed

from .town import LAYER, Town, person

MARCH = dt.date(2024, 3, 1)


def citizen(born: str = "19620517", sequence: str = "034", division: str = "990102") -> str:
    """A number of the made-up province 99: right by the standard, and nobody's."""
    return (first := division + born + sequence) + check_character(first)


def test_a_number_is_sealed_and_says_birth_and_sex(town: Town) -> None:
    number = citizen()
    lin = person(town, "林芳", identity_kind="resident", identity_number=number.lower())
    with acting(town.staff()) as staff:
        row = ask.find_person(staff, lin)
        assert (row.born_on, row.sex) == (dt.date(1962, 5, 17), "female")
        assert number[6:14].encode() not in bytes(row.identity_number)
        assert mask_of(row) == f"99{'*' * 14}{number[-2:]}", "the birth date stands beside it"
        assert [one.person_id for one in ask.list_people(staff, identity=("resident", f" {number}"))] == [lin]
        assert not ask.list_people(staff, identity=("passport", number[:12])).exists()
        assert do.reveal(lin, "identity_number", actor=staff, reason="visit") == number
        facts = Fact.objects.filter(name="registry.person_identity_revealed", subject_id=lin)
        assert [fact.payload for fact in facts] == [{"reason": "visit"}]
    with acting(town.grid_worker()) as grid_worker, pytest.raises((NotFoundError, NotAllowedError)):
        do.reveal(lin, "identity_number", actor=grid_worker, reason="visit")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"identity_number": citizen()[:-1] + "7"}, "kernel.identity_check"),
        ({"identity_number": citizen(division="000102")}, "kernel.identity_division"),
        ({"identity_number": citizen(born="18010101")}, "registry.bad_birth"),
        ({"identity_number": citizen(), "born_on": dt.date(1962, 5, 16)}, "registry.identity_birth_disagrees"),
        ({"identity_number": citizen(), "sex": "male"}, "registry.identity_sex_disagrees"),
        ({"identity_kind": "passport", "identity_number": "E-1"}, "kernel.passport_form"),
        ({"identity_kind": "", "identity_number": citizen()}, "registry.identity_kind"),
        ({"identity_number": ""}, "registry.identity_kind"),
        ({"identity_kind": "", "care_note": "长" * 501}, "registry.bad_care_note"),
    ],
)
def test_what_does_not_fit_is_refused_without_repeating_it(town: Town, more: dict[str, object], code: str) -> None:
    with pytest.raises(LinliError) as refused:
        person(town, "林芳", **({"identity_kind": "resident"} | more))
    assert refused.value.code == code
    number = str(more.get("identity_number") or "none")
    assert number not in refused.value.text.zh + refused.value.text.en + str(refused.value.data)


def test_a_number_belongs_to_one_person_of_the_community(town: Town) -> None:
    number = citizen()
    first = person(town, "林芳", identity_kind="resident", identity_number=number)
    with pytest.raises(LinliError, match="identity_held"):
        person(town, "林方", identity_kind="resident", identity_number=number)
    other = person(town, "另一处的林芳", identity_kind="resident", identity_number=number, community=town.other)
    second = person(town, "林方")
    with acting(town.staff()) as staff:
        with pytest.raises(LinliError, match="identity_held"):
            do.change_person(second, {"identity_kind": "resident", "identity_number": number}, actor=staff, on=MARCH)
        do.change_person(first, {"name": "林 芳"}, actor=staff, on=MARCH)
        do.end_person(first, actor=staff, on=dt.date(2024, 6, 1))
    assert other
    assert person(town, "林芳", on=dt.date(2024, 7, 1), identity_kind="resident", identity_number=number)


def test_a_later_birth_must_still_agree_with_the_number_and_a_kind_cannot_change_alone(town: Town) -> None:
    lin = person(town, "林芳", identity_kind="resident", identity_number=citizen())
    with acting(town.staff()) as staff:
        for changes, code in (
            ({"born_on": dt.date(1970, 1, 1)}, "registry.identity_birth_disagrees"),
            ({"identity_kind": "passport"}, "registry.identity_kind"),
            ({"identity_kind": ""}, "registry.identity_kind"),
            ({"identity_number": ""}, "registry.identity_kind"),
        ):
            with pytest.raises(LinliError) as refused:
                do.change_person(lin, changes, actor=staff, on=MARCH)
            assert refused.value.code == code
        do.change_person(lin, {"identity_kind": "", "identity_number": ""}, actor=staff, on=MARCH)
        assert ask.find_person(staff, lin).identity_index is None


def test_a_note_on_care_is_sealed_for_this_person_alone(town: Town) -> None:
    lin = person(town, "林芳", care_note="每周三透析，家里有氧气瓶")
    wang = person(town, "王强", care_note="别的")
    with acting(LAYER):
        row = PersonRecord.objects.get(person_id=lin)
        assert "透析".encode() not in bytes(row.care_note)
        row.care_note = sealed("care_note", wang, "别的")
    with acting(town.staff()) as staff:
        assert do.reveal(lin, "care_note", actor=staff, reason="emergency") == "每周三透析，家里有氧气瓶"
        assert Fact.objects.filter(name="registry.person_care_note_revealed", subject_id=lin).exists()
    with pytest.raises(LinliError, match="sealed_value_damaged"):
        opened(row, "care_note")


def test_the_database_refuses_half_a_document(town: Town) -> None:
    lin = person(town, "林芳")
    with acting(LAYER):
        row = PersonRecord.objects.get(person_id=lin)
        half = {"person_id": lin, "community_id": town.community, "subject_num": row.subject_num, "name": "x"}
        with pytest.raises(IntegrityError, match="identity_whole"), transaction.atomic():
            PersonRecord.objects.create(
                **half, valid_from=dt.date(2000, 1, 1), valid_to=dt.date(2001, 1, 1), identity_kind="resident"
            )
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM registry_personrecord WHERE identity_kind = 'resident' AND identity_number IS NULL"
            )
            assert cursor.fetchone() == (0,)
