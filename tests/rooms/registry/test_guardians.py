"""A guardian acts for a minor by the same mandate as a helper: on evidence, in the child's place, until the child comes of age."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from django.test import Client

from linli.kernel.clock import local_day, now, start_of_day
from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.platform.db import acting
from linli.platform.models import Account
from linli.platform.ports import ports
from linli.registry import commands as do
from linli.registry.models import Mandate, PersonRecord

from .town import LAYER, Town, home, person

TODAY = local_day(now())


def years_ago(years: int, days: int = 0) -> dt.date:
    return TODAY.replace(year=TODAY.year - years, day=min(TODAY.day, 28)) - dt.timedelta(days=days)


@pytest.fixture
def family(town: Town) -> tuple[UUID, UUID, Account]:
    """A child of eight, the mother, and her account."""
    child = person(town, "王苗苗", born_on=years_ago(8))
    mother = person(town, "李秀兰", born_on=years_ago(36))
    home(town, "1-101", (mother, "head"), (child, "child"))
    return child, mother, Account.objects.create(username="li.lan", shown_name="李秀兰", person_id=mother)


def register(town: Town, child: UUID, account: Account, **changed: object) -> Mandate:
    said = {"relation": "parent", "evidence": "户口簿", "actor": town.staff()} | changed
    with acting(said["actor"]):  # type: ignore[arg-type]
        return do.register_guardian(child, account.pk, **said)  # type: ignore[arg-type]


def browser(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_a_guardian_acts_in_the_childs_place_until_the_day_it_comes_of_age(
    town: Town, family: tuple[UUID, UUID, Account]
) -> None:
    child, _, account = family
    mandate = register(town, child, account)
    born_on = years_ago(8)
    assert mandate.valid_to == start_of_day(born_on.replace(year=born_on.year + 18))
    page = browser(account)
    assert "监护" in page.get("/me/helping/").content.decode()
    assert page.post(f"/me/helping/{mandate.pk}/act/").status_code == 302
    assert "您正替王苗苗办事" in page.get("/me/").content.decode()
    with acting(LAYER):
        held = ports.scope_tree.mandate(
            mandate.pk, account_id=account.pk, at=mandate.valid_to - dt.timedelta(seconds=1)
        )
        assert held is None or held.person_id == child
        assert ports.scope_tree.mandate(mandate.pk, account_id=account.pk, at=mandate.valid_to) is None


def test_neither_guardian_nor_child_ends_it_but_the_office_does_at_once(
    town: Town, family: tuple[UUID, UUID, Account]
) -> None:
    child, _, account = family
    own = Account.objects.create(username="miao", shown_name="王苗苗", person_id=child)
    mandate = register(town, child, account)
    for who in (account, own):
        assert browser(who).post(f"/me/helping/{mandate.pk}/end/").status_code == 403
    page = browser(account)
    page.post(f"/me/helping/{mandate.pk}/act/")
    with acting(town.staff()) as actor:
        do.end_mandate(mandate.pk, actor=actor, because="监护权变更")
    assert "您正替" not in page.get("/me/helping/").content.decode()


def test_a_corrected_birth_ends_it_whatever_the_row_says(town: Town, family: tuple[UUID, UUID, Account]) -> None:
    child, _, account = family
    mandate = register(town, child, account)
    page = browser(account)
    page.post(f"/me/helping/{mandate.pk}/act/")
    with acting(LAYER):
        record = PersonRecord.objects.believed().get(person_id=child)
        do.correct_person(record.pk, {"born_on": years_ago(19)}, actor=LAYER, because="抄错了")
    assert "您正替" not in page.get("/me/helping/").content.decode()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"relation": "neighbour"}, "registry.guardian_relation"),
        ({"evidence": " "}, "registry.guardian_evidence"),
    ],
)
def test_what_the_law_does_not_foresee_is_refused(
    town: Town, family: tuple[UUID, UUID, Account], changed: dict[str, str], code: str
) -> None:
    with pytest.raises(LinliError) as refused:
        register(town, family[0], family[2], **changed)
    assert refused.value.code == code


def test_adults_have_none_and_minors_are_none(town: Town, family: tuple[UUID, UUID, Account]) -> None:
    child, mother, account = family
    grown = person(town, "王大年", born_on=years_ago(18))
    unknown = person(town, "王不详")
    for who in (grown, unknown):
        with pytest.raises(LinliError, match="guardian_of_adult"):
            register(town, who, account)
    brother = person(town, "王小年", born_on=years_ago(16))
    for account_of in (brother, None):
        other = Account.objects.create(username=f"u{account_of}"[:30], shown_name="别人", person_id=account_of)
        with pytest.raises(LinliError, match="guardian_age"):
            register(town, child, other)
    with pytest.raises(LinliError, match="mandate_between"):
        register(town, child, Account.objects.create(username="own", shown_name="王苗苗", person_id=child))
    register(town, child, account)
    with pytest.raises(LinliError, match="mandate_held"):
        register(town, child, account)
    with pytest.raises(NotFoundError):
        register(town, brother, account, actor=town.stranger())
    with pytest.raises((NotAllowedError, NotFoundError)):
        register(town, brother, account, actor=town.grid_worker())
    assert mother


def test_the_office_registers_one_on_a_page(town: Town, family: tuple[UUID, UUID, Account]) -> None:
    child, mother, account = family
    clerk = Account.objects.create(username="clerk", shown_name="社工")
    with acting(LAYER):
        do.grant_role("community_staff", place_id=town.community, account_id=clerk.pk, actor=LAYER, reason="测试")
    page = browser(clerk)
    assert "登记监护人" in page.get(f"/console/people/{child}/helpers/").content.decode()
    assert "登记监护人" not in page.get(f"/console/people/{mother}/helpers/").content.decode()
    at = f"/console/people/{child}/guardian/new/"
    assert "李秀兰" in page.get(at).content.decode()
    assert "选一个人" in page.post(at, {"relation": "parent", "evidence": "户口簿"}).content.decode()
    said = {"relation": "parent", "member": str(account.pk), "evidence": "户口簿"}
    assert page.post(at, said).status_code == 302
    listed = page.get(f"/console/people/{child}/helpers/").content.decode()
    assert "李秀兰" in listed
    assert "父母" in listed


def test_an_owner_living_elsewhere_sees_what_owners_see_until_the_sale(town: Town) -> None:
    from fractions import Fraction

    owner = person(town, "周业主", born_on=years_ago(50))
    account = Account.objects.create(username="zhou", shown_name="周业主", person_id=owner)
    neighbour = person(town, "何邻居", born_on=years_ago(50))
    home(town, "1-101", (neighbour, "head"))
    with acting(LAYER):
        assert ports.scope_tree.standing(owner, account_id=account.pk, at=now()).own_communities == frozenset()
        do.set_tenure(town.unit["1-102"], owner, "owner", share=Fraction(1), actor=LAYER, on=dt.date(2021, 1, 1))
        standing = ports.scope_tree.standing(owner, account_id=account.pk, at=now())
    assert standing.own_communities == {town.community}
    me = browser(account).get("/me/").content.decode()
    assert "102" in me
    assert "何邻居" not in me
    with acting(LAYER):
        do.transfer_home(town.unit["1-102"], [(neighbour, "owner", Fraction(1))], actor=LAYER, on=TODAY)
        assert ports.scope_tree.standing(owner, account_id=account.pk, at=now()).own_communities == frozenset()
        tenant = ports.scope_tree.standing(neighbour, account_id=account.pk, at=now())
    assert tenant.own_communities == {town.community}
