"""Who moved out, was dismissed or lost a role has nothing left that opens: session, sheet, code, file link, message, job. Streams: test_live."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.db import acting
from linli.platform.delivery import queue
from linli.platform.delivery.sending import send_due
from linli.platform.delivery.tables import Outgoing
from linli.platform.jobs import JobContext, job_kind, run_job
from linli.platform.models import Account, Job, PhoneCode
from linli.platform.privacy.requests import close_account
from linli.registry import commands as do
from linli.registry.commands.accounts import end_account
from linli.registry.commands.invitations import accept_invitation, find_invitation, invite_person
from linli.registry.models import Membership

from .town import LAYER, Town, home, person

NUMBER = "13900000001"
PASSWORD = "plum rain in april"
RAN: list[str] = []


@job_kind("test.endings", Text("试", "Test"), permission="registry.person.change")
def endings(context: JobContext) -> dict[str, str]:
    RAN.append("yes")
    return {}


class Leaver:
    """A resident with an account, a signed-in browser, and a role of the office."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.person = person(town, "王小红", born_on=dt.date(1980, 4, 2), phone=NUMBER)
        home(town, "1-101", (self.person, "head"))
        self.account = Account.objects.create(username="wang", shown_name="王小红", person_id=self.person)
        self.client = Client()
        self.client.force_login(self.account)

    def moves_out(self) -> None:
        with acting(LAYER):
            do.leave_household(self.person, actor=LAYER, on=local_day(now()))

    def is_dismissed(self) -> None:
        with acting(LAYER):
            end_account(self.account.pk, actor=LAYER)

    def closes(self) -> None:
        actor = Actor(
            kind="person",
            account_id=self.account.pk,
            person_id=self.person,
            own_communities=frozenset([self.town.community]),
        )
        with acting(actor):
            close_account(actor=actor, community_id=self.town.community)


@pytest.fixture
def leaver(town: Town) -> Leaver:
    return Leaver(town)


def sheet_for(town: Town, person_id: UUID) -> str:
    with acting(town.staff()) as actor:
        return invite_person(person_id, "当面核对", actor=actor).code


WAYS: tuple[Callable[[Leaver], None], ...] = (Leaver.is_dismissed, Leaver.closes)


@pytest.mark.parametrize("ending", WAYS)
def test_the_session_is_nobodys_at_its_next_request(leaver: Leaver, ending: Callable[[Leaver], None]) -> None:
    assert leaver.client.get("/me/").status_code == 200
    ending(leaver)
    assert leaver.client.get("/me/").status_code == 302
    assert leaver.client.get("/inbox/").status_code == 302


def test_who_moved_out_keeps_the_account_and_sees_nothing_of_the_house(leaver: Leaver) -> None:
    mate = person(leaver.town, "李同住", born_on=dt.date(1981, 1, 1))
    with acting(LAYER):
        household = Membership.objects.get(person_id=leaver.person).household_id
        do.join_household(household, mate, "spouse", actor=LAYER, on=dt.date(2021, 1, 1))
    assert "李同住" in leaver.client.get("/me/").content.decode()
    leaver.moves_out()
    answer = leaver.client.get("/me/")
    page = answer.content.decode()
    assert answer.status_code == 200, page[-3000:]
    assert "不在册子里" in page
    assert "李同住" not in page


def test_a_role_that_ended_is_gone_at_the_next_request(leaver: Leaver) -> None:
    with acting(LAYER):
        grant = do.grant_role(
            "community_staff", place_id=leaver.town.community, account_id=leaver.account.pk, actor=LAYER, reason="测试"
        )
    assert leaver.client.get("/console/people/").status_code == 200
    with acting(LAYER):
        do.end_grant(grant.pk, actor=LAYER, because="调走")
    assert leaver.client.get("/console/people/").status_code == 403
    assert leaver.client.get("/console/binding/").status_code == 403


def test_a_sheet_printed_before_the_person_left_opens_nothing(town: Town) -> None:
    who = person(town, "赵小兰", born_on=dt.date(1970, 1, 1))
    home(town, "1-102", (who, "head"))
    code = sheet_for(town, who)
    assert find_invitation(code)
    with acting(LAYER):
        do.leave_household(who, actor=LAYER, on=local_day(now()))
    with pytest.raises(LinliError, match="invitation_code"):
        accept_invitation(code, "zhao.lan", PASSWORD)


def test_a_sheet_printed_before_the_account_was_ended_opens_no_other_account(town: Town) -> None:
    who = person(town, "赵小兰", born_on=dt.date(1970, 1, 1))
    home(town, "1-102", (who, "head"))
    code = sheet_for(town, who)
    account = Account.objects.create(
        username="zhao", shown_name="赵小兰", person_id=who
    )  # came in by telephone instead
    with acting(LAYER):
        end_account(account.pk, actor=LAYER)
    with pytest.raises(LinliError, match="invitation_code"):
        accept_invitation(code, "zhao.lan", PASSWORD)
    assert accept_invitation(sheet_for(town, who), "zhao.lan", PASSWORD).person_id == who  # printed anew, by the office


def code_asked(client: Client) -> str:
    client.post("/sign-in/phone/", {"phone": NUMBER})
    left: list[str] = []
    send_due(now=now() + dt.timedelta(seconds=1), through={"sms": ("test", lambda letter: left.append(letter.text))})
    return re.search(r"\d{6}", left[-1])[0]  # type: ignore[index]


def test_a_code_sent_before_opens_no_ended_account(leaver: Leaver) -> None:
    phone = Client()
    code = code_asked(phone)
    leaver.is_dismissed()
    answer = phone.post("/sign-in/phone/code/", {"code": code})
    assert answer.status_code == 403
    assert phone.get("/me/").status_code == 302


def test_a_code_sent_before_the_number_changed_hands_in_the_register_opens_nothing(leaver: Leaver) -> None:
    phone = Client()
    code = code_asked(phone)
    with acting(LAYER):
        do.change_person(leaver.person, {"phone": "13900000009"}, actor=LAYER, on=local_day(now()))
    assert phone.post("/sign-in/phone/code/", {"code": code}).status_code == 403
    assert PhoneCode.objects.get().ended_at is not None


def test_a_code_sent_before_moving_out_opens_no_account_anew(town: Town) -> None:
    who = person(town, "赵小兰", born_on=dt.date(1970, 1, 1), phone=NUMBER)
    home(town, "1-102", (who, "head"))
    phone = Client()
    code = code_asked(phone)
    with acting(LAYER):
        do.leave_household(who, actor=LAYER, on=local_day(now()))
    assert phone.post("/sign-in/phone/code/", {"code": code}).status_code == 403
    assert not Account.objects.filter(person_id=who).exists()


@pytest.mark.parametrize("ending", WAYS)
def test_messages_on_their_way_are_called_off(leaver: Leaver, ending: Callable[[Leaver], None]) -> None:
    message = queue(
        channel="sms", address=NUMBER, text=Text("您好", "Hello"), kind="test", community_id=leaver.town.community,
        account_id=leaver.account.pk,
    )  # fmt: skip
    ending(leaver)
    left: list[object] = []
    send_due(now=now() + dt.timedelta(seconds=1), through={"sms": ("test", left.append)})
    with acting(LAYER):
        assert Outgoing.objects.get(pk=message).state == "called_off"
    assert left == []


@pytest.mark.parametrize("how", ["dismissed", "demoted"])
def test_a_job_queued_before_is_not_done(leaver: Leaver, how: str) -> None:
    with acting(LAYER):
        grant = do.grant_role(
            "community_staff", place_id=leaver.town.community, account_id=leaver.account.pk, actor=LAYER, reason="测试"
        )
        job = Job.objects.create(
            kind="test.endings", community_id=leaver.town.community, started_by=f"person:{leaver.account.pk}"
        )
    RAN.clear()
    if how == "dismissed":
        leaver.is_dismissed()
    else:
        with acting(LAYER):
            do.end_grant(grant.pk, actor=LAYER, because="调走")
    run_job(job.id)
    with acting(LAYER):
        assert Job.objects.get(pk=job.id).state == "failed"
    assert RAN == []


def test_a_helper_who_is_dismissed_acts_for_nobody(leaver: Leaver) -> None:
    elder = person(leaver.town, "何秀英", born_on=dt.date(1941, 3, 2))
    home(leaver.town, "1-102", (elder, "head"))
    with acting(leaver.town.staff()) as actor:
        mandate = do.give_mandate(
            elder,
            leaver.account.pk,
            acts=["record"],
            consent="counter",
            valid_to=now() + dt.timedelta(days=9),
            actor=actor,
        )
    leaver.client.post(f"/me/helping/{mandate.pk}/act/")
    assert "您正替" in leaver.client.get("/me/").content.decode()
    leaver.is_dismissed()
    assert leaver.client.get("/me/").status_code == 302
