"""Grants and accounts through the pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from ..town import Town
    from .conftest import Browser, Enter

pytestmark = pytest.mark.usefixtures("quick_hashes")


def open_account(admin: Browser, username: str) -> tuple[str, str]:
    """The account's page and its first password."""
    where = admin.done("/console/accounts/new/", username=username, shown_name="新同事")
    found = re.search(r'class="no big">([a-z0-9-]+)<', admin.get(where))
    assert found is not None
    return where, found[1]


def sign_in(username: str, password: str) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": username, "password": password})
    return client


def is_in(client: Client) -> bool:
    """Signed in without a role, the console is refused; signed out, one is sent to the door."""
    status = client.get("/console/find/").status_code
    assert status in (302, 403)
    return status == 403


def test_a_new_account_gets_in_with_its_printed_password_and_may_do_nothing_yet(town: Town, enter: Enter) -> None:
    _, password = open_account(enter("admin", town.community), "wang.fang")
    client = sign_in("wang.fang", password)
    assert is_in(client)
    assert client.get("/console/people/").status_code == 403


def test_a_password_is_shown_until_it_is_noted_and_to_nobody_else(town: Town, enter: Enter) -> None:
    admin = enter("admin", town.community)
    where, password = open_account(admin, "wang.fang")
    assert password in admin.get(where)  # a second look, or a second click, shows the same
    assert password not in enter("admin", town.community, name="another").get(where)
    admin.client.post(f"{where}noted/")
    assert password not in admin.get(where)


def test_ending_an_account_signs_it_out_at_its_next_request(town: Town, enter: Enter) -> None:
    admin = enter("admin", town.community)
    where, password = open_account(admin, "wang.fang")
    client = sign_in("wang.fang", password)
    assert is_in(client)
    assert "done=account-ended" in admin.done(f"{where}end/")
    assert not is_in(client)
    assert not is_in(sign_in("wang.fang", password))


def test_a_renewed_password_ends_sessions_under_the_old_one(town: Town, enter: Enter) -> None:
    admin = enter("admin", town.community)
    where, old = open_account(admin, "wang.fang")
    client = sign_in("wang.fang", old)
    admin.done(f"{where}password/")
    fresh = re.search(r'class="no big">([a-z0-9-]+)<', admin.get(where))
    assert fresh is not None
    assert fresh[1] != old
    assert not is_in(client)
    assert is_in(sign_in("wang.fang", fresh[1]))


def test_a_taken_username_is_told_beside_nothing_made(town: Town, enter: Enter) -> None:
    admin = enter("admin", town.community)
    open_account(admin, "wang.fang")
    answer = admin.send("/console/accounts/new/", username="Wang.Fang", shown_name="另一人")
    assert answer.status_code == 422
    assert "用户名“wang.fang”已经有人用了" in answer.content.decode()
    answer = admin.send("/console/accounts/new/", username="王芳", shown_name="王芳")
    assert '<a href="#id_username">用户名要 3 到 64 个字符' in answer.content.decode()


def test_accounts_of_another_community_are_absent(town: Town, enter: Enter) -> None:
    enter("community_staff", town.other, name="elsewhere")
    admin = enter("admin", town.community)
    assert "elsewhere" not in admin.get("/console/accounts/")
    page = enter("admin", town.other, name="admin-2").get("/console/accounts/")
    there = page.split("elsewhere")[0].rsplit('href="', 1)[1].split('"')[0]
    assert admin.status(there) == 404
    assert admin.client.post(f"{there}end/").status_code == 404


def test_an_account_with_a_role_beyond_is_not_ended_from_here(town: Town, enter: Enter) -> None:
    from ..town import LAYER

    enter("community_staff", town.community, name="shared")
    from linli.platform.db import acting
    from linli.platform.models import Account
    from linli.registry import commands

    shared = Account.objects.get(username="shared")
    with acting(LAYER):
        commands.grant_role("planner", place_id=town.other, actor=LAYER, reason="both", account_id=shared.pk)
    answer = enter("admin", town.community).send(f"/console/accounts/{shared.pk}/end/")
    assert answer.status_code == 422
    assert "这个账号在您管的地方以外还有角色" in answer.content.decode()


def test_a_role_is_granted_works_and_is_ended(town: Town, enter: Enter) -> None:
    admin, staff = enter("admin", town.community), enter("community_staff", town.community)
    _, password = open_account(admin, "li.na")
    client = sign_in("li.na", password)
    assert client.get("/console/people/").status_code == 403
    where = staff.done(
        "/console/grants/new/", role="grid_worker", account_id="li.na", place_id="东网格", reason="新来的网格员"
    )
    page = staff.get(where)
    assert "已授权" in page
    assert "新来的网格员" in page
    assert client.get("/console/people/").status_code == 200
    grant = re.search(r'/console/grants/([0-9a-f-]+)/end/">新同事', page)
    assert grant is not None
    staff.done(f"/console/grants/{grant[1]}/end/", reason="调走")
    assert client.get("/console/people/").status_code == 403
    assert "调走" in staff.get("/console/grants/?ended=1")


def test_what_a_role_may_not_give_is_not_offered_and_refused_kindly(town: Town, enter: Enter) -> None:
    admin, staff = enter("admin", town.community), enter("community_staff", town.community)
    open_account(admin, "li.na")
    page = staff.get("/console/grants/new/")
    assert 'value="grid_worker"' in page
    assert 'value="admin"' not in page
    answer = staff.send(
        "/console/grants/new/", role="admin", account_id="li.na", place_id="清河社区", reason="想要更多"
    )
    assert answer.status_code == 422
    answer = staff.send(
        "/console/grants/new/", role="grid_worker", account_id="li.na", place_id="1号楼", reason="写错地方"
    )
    assert "没有找到“1号楼”" in answer.content.decode() or "不能授在" in answer.content.decode()


def test_nobody_grants_to_themselves(town: Town, enter: Enter) -> None:
    staff = enter("community_staff", town.community, name="zhao.min")
    answer = staff.send(
        "/console/grants/new/", role="grid_worker", account_id="zhao.min", place_id="东网格", reason="图方便"
    )
    assert answer.status_code == 422
    assert '<a href="#id_account_id">不能给自己授权，也不能终止自己的授权</a>' in answer.content.decode()
