"""Acting for somebody: given with consent for stated acts and a time, used in the person's place, seen by both, ended by any of the three."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from linli.journal.models import Fact
from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.platform.db import acting
from linli.platform.models import Account
from linli.registry import commands as do
from linli.registry.models import Mandate

from .town import LAYER, Town, home, person, worker

LATER = now() + dt.timedelta(days=60)


@pytest.fixture
def elder(town: Town) -> object:
    elder = person(town, "何秀英", born_on=dt.date(1941, 3, 2))
    home(town, "1-101", (elder, "head"))
    return elder


@pytest.fixture
def helper(db: None) -> Account:
    return Account.objects.create(username="nephew", shown_name="何小军")


def give(town: Town, elder: object, helper: Account, **changed: object) -> Mandate:
    said = {"acts": ["record", "notices"], "consent": "home", "valid_to": LATER, "evidence": "委托书第 12 号"} | changed
    with acting(changed.pop("actor", None) or town.staff()) as actor:
        said.pop("actor", None)
        return do.give_mandate(elder, helper.pk, actor=actor, **said)  # type: ignore[arg-type]


def browser(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_a_helper_acts_in_the_elders_place_and_both_see_it(town: Town, elder: object, helper: Account) -> None:
    own = Account.objects.create(username="elder", shown_name="何秀英", person_id=elder)
    mandate = give(town, elder, helper)
    page = browser(helper)
    assert "何秀英" in page.get("/me/helping/").content.decode()
    assert "何秀英" not in page.get("/me/").content.decode()
    assert page.post(f"/me/helping/{mandate.pk}/act/").status_code == 302
    as_elder = page.get("/me/").content.decode()
    assert "1941" in as_elder
    assert "您正替何秀英办事" in as_elder
    assert page.post(f"/me/helping/{mandate.pk}/end/").status_code == 403  # a deed that was not entrusted

    page.post("/me/helping/stop/")
    assert "您正替" not in page.get("/me/helping/").content.decode()
    seen_by_elder = browser(own).get("/me/helping/").content.decode()
    assert "何小军" in seen_by_elder
    assert "何小军" in browser(own).get("/me/reads/").content.decode()


def test_what_a_helper_does_says_by_whom_and_for_whom(town: Town, elder: object, helper: Account) -> None:
    mandate = give(town, elder, helper)
    from linli.platform.ports import ports

    with acting(LAYER):
        held = ports.scope_tree.mandate(mandate.pk, account_id=helper.pk, at=now())
    assert held is not None
    from linli.journal import append
    from linli.platform.actors import Actor
    from linli.registry.events import MandateEnded

    actor = Actor(
        kind="person", account_id=helper.pk, person_id=held.person_id, own_communities=held.communities,
        on_behalf_of=held.person_id, acts=held.acts,
    )  # fmt: skip
    with acting(actor):
        fact = append(MandateEnded(town.community, elder, mandate.pk, now()), actor=actor)  # type: ignore[arg-type]
        row = Fact.objects.get(pk=fact)
    assert (row.actor, row.on_behalf_of) == (f"person:{helper.pk}", elder)
    own = Account.objects.create(username="elder", shown_name="何秀英", person_id=elder)
    assert "何小军" in browser(own).get("/me/helping/").content.decode()


@pytest.mark.parametrize("who", ["elder", "helper", "office"])
def test_any_of_the_three_ends_it_at_once(town: Town, elder: object, helper: Account, who: str) -> None:
    own = Account.objects.create(username="elder", shown_name="何秀英", person_id=elder)
    mandate = give(town, elder, helper)
    page = browser(helper)
    page.post(f"/me/helping/{mandate.pk}/act/")
    if who == "office":
        with acting(town.staff()) as actor:
            do.end_mandate(mandate.pk, actor=actor, because="本人来柜台说的")
    else:
        assert browser(own if who == "elder" else helper).post(f"/me/helping/{mandate.pk}/end/").status_code == 302
    after = page.get("/me/helping/").content.decode()
    assert "您正替" not in after
    assert "1941" not in page.get("/me/").content.decode()
    assert page.post(f"/me/helping/{mandate.pk}/act/").status_code == 404
    with acting(LAYER), pytest.raises(LinliError) as again:
        do.end_mandate(mandate.pk, actor=LAYER)
    assert again.value.code == "registry.mandate_ended"


def test_an_elder_who_moved_away_is_acted_for_no_more(town: Town, elder: object, helper: Account) -> None:
    mandate = give(town, elder, helper)
    page = browser(helper)
    page.post(f"/me/helping/{mandate.pk}/act/")
    assert "您正替" in page.get("/me/helping/").content.decode()
    with acting(LAYER):
        do.leave_household(elder, actor=LAYER, on=local_day(now()))  # type: ignore[arg-type]
    assert "您正替" not in page.get("/me/helping/").content.decode()


def test_a_workers_own_rights_are_left_behind_while_acting(town: Town, elder: object, helper: Account) -> None:
    with acting(LAYER):
        do.grant_role("grid_worker", place_id=town.east, account_id=helper.pk, actor=LAYER, reason="测试")
    mandate = give(town, elder, helper)
    page = browser(helper)
    assert page.get("/console/people/").status_code == 200
    page.post(f"/me/helping/{mandate.pk}/act/")
    answer = page.get("/console/people/")
    assert answer.status_code == 403
    assert "回到自己" in answer.content.decode()
    assert page.get(f"/api/v1/registry/{town.community}/people").status_code == 403


def test_acts_not_ticked_are_refused(town: Town, elder: object, helper: Account) -> None:
    mandate = give(town, elder, helper, acts=["notices"])
    page = browser(helper)
    page.post(f"/me/helping/{mandate.pk}/act/")
    assert page.get("/me/").status_code == 403
    assert page.get("/").status_code == 200


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"acts": []}, "registry.mandate_acts"),
        ({"acts": ["vote"]}, "registry.mandate_acts"),
        ({"consent": "hearsay"}, "registry.mandate_consent"),
        ({"valid_to": now() + dt.timedelta(days=400)}, "registry.mandate_period"),
        ({"valid_to": now() - dt.timedelta(days=1)}, "registry.mandate_period"),
    ],
)
def test_what_the_policy_does_not_foresee_is_refused(
    town: Town, elder: object, helper: Account, changed: dict[str, object], code: str
) -> None:
    with pytest.raises(LinliError) as refused:
        give(town, elder, helper, **changed)
    assert refused.value.code == code


def test_nobody_is_made_their_own_helper_nor_the_clerks(town: Town, elder: object, helper: Account) -> None:
    own = Account.objects.create(username="elder", shown_name="何秀英", person_id=elder)
    with pytest.raises(LinliError, match="mandate_between"):
        give(town, elder, own)
    clerk = worker("community_staff", town.community, town.community, account=helper.pk)
    with pytest.raises(LinliError, match="mandate_between"):
        give(town, elder, helper, actor=clerk)


def test_it_is_given_once_where_the_worker_may_and_nowhere_else(town: Town, elder: object, helper: Account) -> None:
    give(town, elder, helper)
    with pytest.raises(LinliError, match="mandate_held"):
        give(town, elder, helper)
    with pytest.raises(NotFoundError):
        give(town, elder, Account.objects.create(username="other", shown_name="别人"), actor=town.stranger())
    with pytest.raises(NotAllowedError):
        give(town, elder, Account.objects.create(username="third", shown_name="别人"), actor=town.grid_worker())


def test_the_database_prolongs_no_mandate(town: Town, elder: object, helper: Account) -> None:
    mandate = give(town, elder, helper)
    with acting(LAYER), pytest.raises(DatabaseError), transaction.atomic():
        Mandate.objects.filter(pk=mandate.pk).update(valid_to=LATER + dt.timedelta(days=1))
    with acting(LAYER), pytest.raises(DatabaseError), transaction.atomic():
        Mandate.objects.filter(pk=mandate.pk).update(acts=["record", "requests"])


def test_the_office_registers_lists_and_ends_on_pages(town: Town, elder: object, helper: Account) -> None:
    clerk = Account.objects.create(username="clerk", shown_name="社工")
    with acting(LAYER):
        do.grant_role("community_staff", place_id=town.community, account_id=clerk.pk, actor=LAYER, reason="测试")
    page = browser(clerk)
    at = f"/console/people/{elder}/helpers/"
    assert "没有人替他办事" in page.get(at).content.decode()
    assert page.post(f"{at}new/", {"account_id": "nephew", "until": "2020-01-01"}).status_code == 422
    until = (local_day(now()) + dt.timedelta(days=30)).isoformat()
    said = {"account_id": "nephew", "acts": ["record"], "consent": "counter", "until": until}
    assert page.post(f"{at}new/", said).status_code == 302
    assert "何小军" in page.get(at).content.decode()
    with acting(LAYER):
        mandate = Mandate.objects.get(person_id=elder)
    assert page.post(f"/console/mandates/{mandate.pk}/end/", {"reason": "本人不要了"}).status_code == 302
    assert "何小军" not in page.get(at).content.decode()
    assert "本人不要了" in page.get(f"{at}?ended=1").content.decode()
