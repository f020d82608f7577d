"""A sheet of paper opens an account of one person, once, until a day; what the account may see ends with living here."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.test import Client

from linli.kernel.clock import local_day, now
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.models import Account
from linli.platform.signin.limits import sign_in_limits
from linli.registry.models import Invitation, Person
from tests.world import World

pytestmark = pytest.mark.usefixtures("quick_hashes")
MACHINE = System("test")
PASSWORD = "plum rain in april"


@pytest.fixture
def who(in_world: World) -> dict[str, Any]:
    """A grown-up of a building in the first community without an account, and the building."""
    from linli.registry.queries import list_people

    objects = in_world.objects(in_world.own)
    held = Account.objects.exclude(person_id=None).values_list("person_id", flat=True)
    with acting(MACHINE):
        record = list_people(MACHINE, within=objects["building_id"], age_from=20).exclude(person_id__in=held).first()
    return {"person": record.person_id, "name": record.name, "building": objects["building_id"]}


def invite(staff: Client, path: str, evidence: str = "当面核对身份证") -> list[str]:
    """The codes on the sheets."""
    answer = staff.post(path, {"evidence": evidence})
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    page = staff.get(answer.headers["Location"], headers={"host": "localhost"}).content.decode()
    return re.findall(r'<p class="no big">([A-Z0-9-]+)</p>', page)


def join(code: str, username: str = "zhang.wei", password: str = PASSWORD, client: Client | None = None) -> Any:
    return (client or Client()).post("/join/", {"code": code, "username": username, "password": password})


def test_from_paper_to_one_s_own_page(in_world: World, who: dict[str, Any]) -> None:
    staff = in_world.client("community_staff")
    (code,) = invite(staff, f"/console/people/{who['person']}/invite/")
    phone = Client()
    scanned = phone.get(f"/join/?code={code}")
    assert scanned.headers["Location"] == "/join/"  # the code is out of the address at once
    page = html.unescape(phone.get("/join/").content.decode())
    assert f"{who['name'][0]}*" in page
    assert who["name"] not in page  # whoever finds the sheet does not learn whose it is
    assert join(code.lower().replace("-", " "), client=phone).status_code == 302
    assert who["name"] in phone.get("/me/").content.decode()
    assert phone.get("/console/people/").status_code == 403
    with acting(MACHINE):
        used = Invitation.objects.get(person_id=who["person"])
    assert used.account is not None
    assert used.account.person_id == who["person"]
    assert used.evidence == "当面核对身份证"


def test_a_sheet_is_good_once(in_world: World, who: dict[str, Any]) -> None:
    (code,) = invite(in_world.client("community_staff"), f"/console/people/{who['person']}/invite/")
    assert join(code).status_code == 302
    again = join(code, "somebody.else")
    assert again.status_code == 422
    assert "邀请码不对、用过了或过期了" in again.content.decode()


def test_wrong_void_expired_and_used_codes_are_answered_alike(in_world: World, who: dict[str, Any]) -> None:
    staff = in_world.client("community_staff")
    path = f"/console/people/{who['person']}/invite/"
    (void,), (expired,) = invite(staff, path), invite(staff, path)
    with acting(MACHINE):
        Invitation.objects.filter(ended_at=None).update(ended_at=now())
    said = set()
    for code in (void, expired, "AAAABBBBCCCC"):
        answer = Client().post("/join/", {"code": code})
        page = re.sub(r'value="[^"]*"', "", answer.content.decode())
        said.add((answer.status_code, page))
    assert len(said) == 1


def test_an_expired_sheet_opens_nothing(in_world: World, who: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = invite(in_world.client("community_staff"), f"/console/people/{who['person']}/invite/")
    later = now() + dt.timedelta(days=31)
    monkeypatch.setattr("linli.registry.commands.invitations.clock_now", lambda: later)
    assert Client().post("/join/", {"code": code}).status_code == 422


def test_guessing_codes_is_slowed_by_address(in_world: World) -> None:
    statuses = [
        Client().post("/join/", {"code": f"AAAABBBB{n:04d}"}, REMOTE_ADDR="198.51.100.7").status_code
        for n in range(sign_in_limits().per_name + 2)
    ]
    assert statuses[-1] == 429
    elsewhere = Client().post("/join/", {"code": "AAAABBBBCCCC"}, REMOTE_ADDR="198.51.100.8")
    assert elsewhere.status_code == 422


@pytest.mark.parametrize("password", ["1234567890", "password123", "zhang.wei1", "短"])
def test_a_password_everybody_guesses_is_refused_and_the_sheet_stays_good(
    in_world: World, who: dict[str, Any], password: str
) -> None:
    (code,) = invite(in_world.client("community_staff"), f"/console/people/{who['person']}/invite/")
    assert join(code, password=password).status_code == 422
    assert join(code, password="a long sentence, " * 5).status_code == 302


def test_a_taken_username_is_told_beside_its_field(in_world: World, who: dict[str, Any]) -> None:
    (code,) = invite(in_world.client("community_staff"), f"/console/people/{who['person']}/invite/")
    answer = join(code, "resident")
    assert '<a href="#id_username">用户名“resident”已经有人用了' in html.unescape(answer.content.decode())
    assert join(code, "zhang.wei").status_code == 302


def test_a_new_sheet_voids_the_old_and_who_has_an_account_gets_none(in_world: World, who: dict[str, Any]) -> None:
    staff, path = in_world.client("community_staff"), f"/console/people/{who['person']}/invite/"
    (old,), (new,) = invite(staff, path), invite(staff, path)
    assert join(old).status_code == 422
    assert join(new).status_code == 302
    answer = staff.post(path, {"evidence": "当面核对"})
    assert answer.status_code == 422
    assert "已经有账号" in answer.content.decode()


def test_a_building_gets_one_sheet_for_each_grown_up_without_an_account(in_world: World, who: dict[str, Any]) -> None:
    from linli.registry.queries import list_people

    codes = invite(in_world.client("community_staff"), f"/console/places/{who['building']}/invite/", "入户当面交")
    with acting(MACHINE):
        living = set(list_people(MACHINE, within=who["building"], age_from=14).values_list("person_id", flat=True))
        held = set(Account.objects.exclude(person_id=None).values_list("person_id", flat=True))
        assert set(Invitation.objects.filter(ended_at=None).values_list("person_id", flat=True)) == living - held
    assert len(set(codes)) == len(living - held)


def test_codes_are_on_paper_only(in_world: World, who: dict[str, Any]) -> None:
    staff = in_world.client("community_staff")
    (code,) = invite(staff, f"/console/people/{who['person']}/invite/")
    with acting(MACHINE):
        assert code.replace("-", "").encode() not in bytes(Invitation.objects.get(person_id=who["person"]).code_index)
    assert code not in str(dict(staff.session.items()))
    staff.post("/console/invitations/printed/")
    assert code not in staff.get("/console/invitations/print/", headers={"host": "localhost"}).content.decode()


def test_a_forged_host_never_gets_onto_paper(in_world: World, who: dict[str, Any]) -> None:
    staff = in_world.client("community_staff")
    invite(staff, f"/console/people/{who['person']}/invite/")
    forged = staff.get(
        "/console/invitations/print/", headers={"host": "evil.example", "x-forwarded-host": "evil.example"}
    )
    assert forged.status_code == 400
    page = staff.get("/console/invitations/print/", headers={"host": "localhost", "x-forwarded-host": "evil.example"})
    assert "evil" not in page.content.decode()


def test_people_of_another_community_are_not_invited_from_here(in_world: World) -> None:
    there = in_world.objects(in_world.other)
    staff = in_world.client("community_staff")
    assert staff.post(f"/console/people/{there['person_id']}/invite/", {"evidence": "当面"}).status_code == 404
    assert staff.post(f"/console/places/{there['building_id']}/invite/", {"evidence": "当面"}).status_code in (403, 404)


def test_moving_out_ends_what_living_here_gave(in_world: World, who: dict[str, Any]) -> None:
    from linli.registry import commands

    (code,) = invite(in_world.client("community_staff"), f"/console/people/{who['person']}/invite/")
    phone = Client()
    join(code, client=phone)
    account = Account.objects.get(username="zhang.wei")
    from linli.platform.ports import ports

    with acting(MACHINE):
        before = ports.scope_tree.standing(account.person_id, account_id=account.pk, at=now())
        assert before.own_communities == {Person.objects.get(pk=who["person"]).community_id}
        commands.leave_household(who["person"], actor=MACHINE, on=local_day(now()))
        after = ports.scope_tree.standing(account.person_id, account_id=account.pk, at=now())
    assert after.own_communities == frozenset()
