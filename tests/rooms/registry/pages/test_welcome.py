"""Somebody new is led through a few things after the first sign-in, ticks them off, puts them away; whoever lives here long is left alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from linli.kernel.clock import local_day, now
from linli.platform.db import acting
from linli.platform.models import Account
from linli.registry import commands as do
from linli.registry.commands.invitations import invite_person
from linli.registry.models import WelcomeStep

from ..town import LAYER, Town, home, person

OFFER = "刚住进来？"


@pytest.fixture
def newcomer(town: Town) -> Client:
    """Came in by a sheet of paper a minute ago."""
    who = person(town, "王小红", born_on=dt.date(1980, 4, 2))
    home(town, "1-101", (who, "head"))
    with acting(town.staff()) as actor:
        code = invite_person(who, "当面核对", actor=actor).code
    client = Client()
    said = {"code": code, "username": "wang.hong", "password": "plum rain in april"}
    assert client.post("/join/", said).headers["Location"] == "/welcome/"
    return client


def test_each_item_has_a_door_that_opens_and_is_ticked_off_once(newcomer: Client) -> None:
    page = newcomer.get("/welcome/").content.decode()
    assert "王小红，欢迎住到清河社区" in page
    assert "居住证" not in page  # of tenants
    for door in ("/me/", "/around/", "/notices/", "/inbox/settings/", "/me/data/consents/", "/me/helping/"):
        assert f'href="{door}"' in page
        assert newcomer.get(door).status_code == 200, door
    assert OFFER in newcomer.get("/").content.decode()
    for _ in range(2):
        assert newcomer.post("/welcome/tick/", {"item": "record"}).headers["Location"] == "/welcome/"
    assert WelcomeStep.objects.count() == 1
    assert "1 / 7 件做好了" in newcomer.get("/").content.decode()


def test_put_away_it_stays_away_and_can_be_had_again(newcomer: Client) -> None:
    assert newcomer.post("/welcome/tick/", {"item": "*"}).headers["Location"] == "/"
    assert OFFER not in newcomer.get("/").content.decode()
    assert newcomer.get("/welcome/").status_code == 200
    newcomer.post("/welcome/tick/", {"item": "again"})
    assert OFFER in newcomer.get("/").content.decode()
    assert newcomer.post("/welcome/tick/", {"item": "gold"}).status_code == 422


def test_a_tenant_is_told_of_the_residence_permit(town: Town, newcomer: Client) -> None:
    who = Account.objects.get(username="wang.hong").person_id
    with acting(LAYER):
        do.set_tenure(town.unit["1-101"], who, "tenant", actor=LAYER, on=local_day(now()))
    assert "居住证" in newcomer.get("/welcome/").content.decode()


def test_who_has_long_been_here_is_left_alone_until_they_move(town: Town) -> None:
    who = person(town, "李老住", born_on=dt.date(1950, 4, 2))
    home(town, "1-101", (who, "head"))
    account = Account.objects.create(username="li", shown_name="李老住", person_id=who)
    Account.objects.filter(pk=account.pk).update(created_at=now() - dt.timedelta(days=400))
    client = Client()
    client.force_login(account)
    assert OFFER not in client.get("/").content.decode()
    assert client.get("/welcome/").status_code == 200


def test_accounts_of_nobody_and_strangers_get_none(town: Town) -> None:
    client = Client()
    assert client.get("/welcome/").status_code == 302
    client.force_login(Account.objects.create(username="clerk", shown_name="社工"))
    assert client.get("/welcome/").headers["Location"] == "/"
    assert OFFER not in client.get("/").content.decode()
