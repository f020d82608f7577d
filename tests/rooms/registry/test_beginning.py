"""How a real installation begins: the first administrator, the community with all above it, and the steps that show what is next."""

from __future__ import annotations

from uuid import UUID

import pyotp
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError, NotAllowedError
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.installation import be_born
from linli.platform.models import Account
from linli.platform.ports import ports
from linli.platform.signin import factor
from linli.platform.web.middleware import VERIFIED
from linli.registry.commands import PersonDetails, register_person
from linli.registry.commands.accounts import open_account
from linli.registry.commands.beginning import Link, begin_installation, found_community, has_begun
from linli.registry.commands.grants import grant_role
from linli.registry.models import Person, PlaceRecord
from linli.registry.queries.divisions import provinces

INIT = System("init")
CHAIN = [
    Link("city", "长沙市", code="430100"),
    Link("district", "岳麓区", code="430104"),
    Link("street", "望月湖街道", code="430104002"),
    Link("community", "月华社区", "Yuehua", "430104002003"),
]
FORM = {"city": "长沙市", "district": "岳麓区", "street": "望月湖街道", "community": "月华社区", "code": "430104002003"}


@pytest.fixture
def administrator(db) -> Account:
    """A database born real, with its first administrator in Hunan."""
    from linli.platform import installation

    be_born("real")
    with acting(INIT):
        account, _ = begin_installation("43", provinces()["43"], username="wang", shown_name="王主任", actor=INIT)
    yield account
    installation._known_kind.cache_clear()  # what the transaction said is rolled back


def actor_of(account: Account) -> Actor:
    with acting(INIT):
        standing = ports.scope_tree.standing(account.person_id, account_id=account.id, at=now())
    return Actor(kind="person", account_id=account.id, name=account.shown_name, grants=standing.grants)


def signed_in(account: Account) -> Client:
    """A browser signed in with the second factor a real installation asks of staff."""
    if not factor.has_factor(account.pk):
        secret = factor.new_secret()
        with acting(actor_of(account)) as actor:
            factor.enrol(account.pk, secret=secret, code=pyotp.TOTP(secret).now(), actor=actor, now=now())
    client = Client()
    client.force_login(account)
    session = client.session
    session[VERIFIED] = True
    session.save()
    return client


def found(account: Account) -> UUID:
    actor = actor_of(account)
    with acting(actor):
        return found_community(CHAIN, below=actor.grants[0].place_id, actor=actor).place_id


def test_the_first_administrator_runs_the_province_and_there_is_only_one_first(administrator: Account) -> None:
    with acting(INIT):
        assert has_begun()
    [grant] = actor_of(administrator).grants
    assert grant.role == "admin"
    with acting(INIT):
        assert PlaceRecord.objects.get(place_id=grant.place_id).code == "430000"
    stranger = Actor(kind="person", account_id=administrator.id)
    with acting(stranger), pytest.raises(NotAllowedError):
        begin_installation("43", provinces()["43"], username="li", shown_name="李", actor=stranger)


def test_provinces_of_the_sample_are_none(administrator: Account) -> None:
    assert "99" not in provinces()
    assert provinces()["43"].zh == "湖南省"


def test_a_community_is_registered_with_all_above_it_and_the_next_takes_up_what_is_there(
    administrator: Account,
) -> None:
    found(administrator)
    actor = actor_of(administrator)
    province = actor.grants[0].place_id
    second = [*CHAIN[:2], Link("street", "望月湖街道"), Link("community", "八字墙社区", "", "430104002004")]
    with acting(actor):
        found_community(second, below=province, actor=actor)
        with pytest.raises(LinliError) as refused:
            found_community(CHAIN, below=province, actor=actor)
    assert refused.value.code == "registry.community_there"
    with acting(INIT):
        names = PlaceRecord.objects.order_by("place__num").values_list("name_zh", flat=True)
        assert list(names) == ["湖南省", "长沙市", "岳麓区", "望月湖街道", "月华社区", "八字墙社区"]


def test_a_wrong_code_leaves_nothing_behind(administrator: Account) -> None:
    client = signed_in(administrator)
    answer = client.post("/console/setup/place/", FORM | {"code": "440104002003"})
    assert answer.status_code == 422
    assert "440100" in answer.content.decode()
    with acting(INIT):
        assert PlaceRecord.objects.count() == 1


def test_an_empty_console_leads_to_the_steps_and_each_follows_the_data(administrator: Account) -> None:
    client = signed_in(administrator)
    assert client.get("/console/").headers["Location"] == "/console/setup/"
    page = client.get("/console/setup/").content.decode()
    assert "0 / 6" in page
    assert "/console/setup/place/" in page
    assert "/console/import/map/" not in page.partition("<main")[2]  # not before there is a community to import into
    assert client.post("/console/setup/place/", FORM).headers["Location"] == "/console/setup/?done=place"

    client = signed_in(administrator)
    page = client.get("/console/setup/").content.decode()
    assert "1 / 6" in page
    home = client.get("/console/").content.decode()
    assert "下一步：地图" in home


def test_a_worker_takes_over_at_the_people_and_nobody_sees_a_name_in_the_steps(administrator: Account) -> None:
    community_id, boss = found(administrator), actor_of(administrator)
    boss = actor_of(administrator)
    with acting(boss):
        worker, _ = open_account("zhao", "赵敏", actor=boss)
        grant_role("community_staff", place_id=community_id, actor=boss, reason="works here", account_id=worker.id)
    staff = actor_of(worker)
    with acting(staff):
        register_person(PersonDetails("钱多多"), community_id=community_id, actor=staff, on=local_day(now()))
    for account, may_enter in ((administrator, False), (worker, True)):
        page = signed_in(account).get("/console/setup/").content.decode()
        assert ("/console/people/new/" in page) == may_enter
        assert "1 人" in page  # one worker with an account
        assert "钱多多" not in page


def test_a_real_installation_takes_no_synthetic_person_by_any_way(administrator: Account) -> None:
    community_id = found(administrator)
    with acting(INIT):
        with pytest.raises(LinliError) as refused:
            register_person(
                PersonDetails("示例"), community_id=community_id, actor=INIT, on=local_day(now()), synthetic=True
            )
        assert refused.value.code == "registry.synthetic_person_in_real"
        with pytest.raises(IntegrityError, match="real"), transaction.atomic():
            Person(community_id=community_id, synthetic=True).save(force_insert=True)  # whatever forgets the rule
        with pytest.raises(LinliError) as refused:
            be_born("demo")
        assert refused.value.code == "platform.already_born"


def test_a_demo_takes_no_real_person_by_any_way(in_world) -> None:
    with acting(INIT), pytest.raises(IntegrityError, match="demo"), transaction.atomic():
        Person(community_id=in_world.own, synthetic=False).save(force_insert=True)
