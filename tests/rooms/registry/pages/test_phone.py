"""A telephone and the code sent to it open the account of the one person the number is registered for; from outside, every number looks the same."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.clock import local_day, now
from linli.kernel.policyfile import find_policy
from linli.platform.db import acting
from linli.platform.delivery.outbox import Letter
from linli.platform.delivery.sending import send_due
from linli.platform.delivery.tables import Outgoing
from linli.platform.models import Account, PhoneCode
from linli.registry import commands as do

from ..town import LAYER, Town, home, person

NUMBER, UNKNOWN = "13900000001", "13900000002"
FIGURES = find_policy("sign_in", "default").body["phone_code"]
WAIT = dt.timedelta(seconds=FIGURES["gap_s"] + 1)


@pytest.fixture
def sent(db: None) -> Callable[[], list[Letter]]:
    """Send what waits; all that has left so far."""
    left: list[Letter] = []

    def send() -> list[Letter]:
        send_due(
            now=now() + dt.timedelta(seconds=1), through={"sms": ("test", left.append), "email": ("test", left.append)}
        )
        return left

    return send


@pytest.fixture
def resident(town: Town) -> UUID:
    who = person(town, "王小红", born_on=dt.date(1980, 4, 2), phone=NUMBER)
    home(town, "1-101", (who, "head"))
    return who


def ask(client: Client, number: str = NUMBER, address: str = "203.0.113.9", **more: str) -> Any:
    return client.post("/sign-in/phone/", {"phone": number, **more}, REMOTE_ADDR=address)


def code_in(letters: list[Letter]) -> str:
    return re.search(r"\d{6}", letters[-1].text)[0]  # type: ignore[index]


def enter(client: Client, code: str) -> Any:
    return client.post("/sign-in/phone/code/", {"code": code})


def earlier(by: dt.timedelta = WAIT) -> None:
    """As if what was asked had been asked a while ago."""
    for row in PhoneCode.objects.all():
        PhoneCode.objects.filter(pk=row.pk).update(asked_at=row.asked_at - by)


@pytest.mark.usefixtures("resident")
def test_number_code_name_and_one_is_in_and_the_next_time_without_the_name(sent: Any) -> None:
    phone = Client()
    assert ask(phone, "+86 139-0000-0001").headers["Location"] == "/sign-in/phone/code/"
    letter = sent()[-1]
    assert (letter.address, letter.kind) == (NUMBER, "sign_in_code")
    assert enter(phone, code_in(sent())).headers["Location"] == "/sign-in/phone/name/"
    assert phone.get("/me/").status_code == 302  # a code alone opens nothing the first time
    assert phone.post("/sign-in/phone/name/", {"name": "王小明"}).status_code == 422
    assert phone.post("/sign-in/phone/name/", {"name": " 王 小红"}).status_code == 302
    assert "王小红" in phone.get("/me/").content.decode()
    account = Account.objects.get(shown_name="王小红")
    assert not account.has_usable_password()

    earlier()
    again = Client()
    ask(again)
    assert enter(again, code_in(sent())).headers["Location"] == "/"
    assert again.get("/me/").status_code == 200
    assert Account.objects.filter(person_id=account.person_id).count() == 1


@pytest.mark.usefixtures("resident")
def test_a_code_opens_once_and_only_the_browser_that_asked(sent: Any) -> None:
    phone, other = Client(), Client()
    ask(phone)
    code = code_in(sent())
    earlier()
    ask(other)
    stranger = code_in(sent())
    assert stranger == code or enter(other, code).status_code == 422
    assert enter(phone, code).status_code == 302  # the owner's code still stands
    session = phone.session
    session["phone_code"] = {"id": str(PhoneCode.objects.order_by("asked_at")[0].pk), "until_s": 2**40, "next": ""}
    session.save()
    assert enter(phone, code).status_code == 422


@pytest.mark.usefixtures("resident")
def test_known_and_unknown_numbers_cost_the_same_statements_and_get_the_same_page(sent: Any) -> None:
    def asked(number: str) -> tuple[list[str], list[str]]:
        client = Client()
        client.get("/sign-in/phone/")
        with CaptureQueriesContext(connection) as seen:
            answer = ask(client, number)
        page = client.get(answer.headers["Location"]).content.decode()
        bare = [
            re.sub(r"'[^']*'|\b\d+\b|::\w+|E?'\\\\[^']*'", "?", one["sql"]).split(" VALUES")[0][:120] for one in seen
        ]
        return bare, [re.sub(r'value="[^"]+"|nonce="[^"]+"', "", page)]

    known, unknown = asked(NUMBER), asked(UNKNOWN)
    assert known == unknown
    assert [letter.address for letter in sent()] == [NUMBER]
    rows = {row.state: bytes(row.address) for row in Outgoing.objects.filter(kind="sign_in_code")}
    assert rows == {"sent": b"", "called_off": b""}


@pytest.mark.usefixtures("resident")
def test_wrong_codes_are_counted_before_they_are_looked_at(sent: Any) -> None:
    phone = Client()
    ask(phone)
    code = code_in(sent())
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(FIGURES["tries"]):
        assert enter(phone, wrong).status_code == 422
    assert enter(phone, code).status_code == 422
    assert PhoneCode.objects.get().tries == FIGURES["tries"]


@pytest.mark.usefixtures("resident")
def test_a_code_that_is_too_old_opens_nothing(sent: Any) -> None:
    phone = Client()
    ask(phone)
    PhoneCode.objects.update(expires_at=now())
    assert enter(phone, code_in(sent())).status_code == 422


@pytest.mark.usefixtures("resident")
@pytest.mark.parametrize("number", [NUMBER, UNKNOWN])
def test_sending_is_limited_by_number_and_alike_for_unknown_ones(number: str) -> None:
    assert ask(Client(), number).status_code == 302
    assert ask(Client(), number, address="198.51.100.7").status_code == 429  # within the minute
    for turn in range(4):
        earlier()
        assert ask(Client(), number, address=f"198.51.100.{turn}").status_code == 302
    earlier()
    assert ask(Client(), number, address="198.51.100.99").status_code == 429  # the fifth was the day's last
    assert Outgoing.objects.filter(kind="sign_in_code").count() == 5


def test_sending_is_limited_by_address_and_a_forged_header_changes_nothing(town: Town) -> None:
    for turn in range(FIGURES["per_address_hour"]):
        assert ask(Client(), f"139{turn:08d}").status_code == 302
    refused = Client().post(
        "/sign-in/phone/", {"phone": "13811112222"}, REMOTE_ADDR="203.0.113.9",
        headers={"X-Forwarded-For": "192.0.2.1", "X-Real-Ip": "192.0.2.1", "Forwarded": "for=192.0.2.1"},
    )  # fmt: skip
    assert refused.status_code == 429
    assert ask(Client(), "13811112222", address="192.0.2.1").status_code == 302


@pytest.mark.usefixtures("resident")
def test_a_second_click_sends_no_second_code() -> None:
    phone = Client()
    assert ask(phone).status_code == ask(phone).status_code == 302
    assert PhoneCode.objects.count() == 1


def refused(sent: Any) -> str:
    phone = Client()
    ask(phone)
    answer = enter(phone, code_in(sent()))
    assert answer.status_code == 403
    return answer.content.decode()


@pytest.mark.usefixtures("resident")
def test_a_number_of_two_people_is_sent_to_the_counter_but_a_child_with_a_parents_number_does_not_count(
    town: Town, sent: Any
) -> None:
    person(town, "王苗苗", born_on=local_day(now()) - dt.timedelta(days=8 * 365), phone=NUMBER)
    phone = Client()
    ask(phone)
    assert enter(phone, code_in(sent())).headers["Location"] == "/sign-in/phone/name/"
    earlier()
    person(town, "李大江", born_on=dt.date(1978, 1, 1), phone=NUMBER)
    assert "不止一个人" in refused(sent)


def test_staff_ended_accounts_and_people_who_left_are_told_so_only_after_the_code(
    town: Town, resident: UUID, sent: Any
) -> None:
    account = Account.objects.create(username="wang", shown_name="王小红", person_id=resident)
    with acting(LAYER):
        grant = do.grant_role(
            "community_staff", place_id=town.community, account_id=account.pk, actor=LAYER, reason="测试"
        )
    assert "用户名和密码" in refused(sent)
    with acting(LAYER):
        do.end_grant(grant.pk, actor=LAYER, because="测试")
    Account.objects.filter(pk=account.pk).update(ended_at=now(), is_active=False)
    earlier()
    assert "停用" in refused(sent)
    Account.objects.filter(pk=account.pk).delete()
    with acting(LAYER):
        do.leave_household(resident, actor=LAYER, on=local_day(now()))
    earlier()
    assert "不住在这里" in refused(sent)


@pytest.mark.usefixtures("resident")
def test_a_numbers_next_owner_does_not_know_the_name_and_gets_three_tries(sent: Any) -> None:
    phone = Client()
    ask(phone)
    enter(phone, code_in(sent()))
    for _ in range(FIGURES["name_tries"]):
        assert phone.post("/sign-in/phone/name/", {"name": "张三"}).status_code == 422
    assert phone.post("/sign-in/phone/name/", {"name": "王小红"}).status_code == 429
    assert phone.post("/sign-in/phone/name/", {"name": "王小红"}).headers["Location"] == "/sign-in/phone/"
    assert not Account.objects.exists()


def test_what_is_no_number_is_told_at_the_field(town: Town) -> None:
    answer = ask(Client(), "12345678")
    assert answer.status_code == 422
    assert "8 个数字" in answer.content.decode()


@pytest.mark.usefixtures("resident")
def test_neither_code_nor_number_is_left_lying(sent: Any) -> None:
    phone = Client()
    ask(phone)
    code = code_in(sent())
    kept = str(list(PhoneCode.objects.values())) + str(dict(phone.session))
    assert code not in kept
    assert NUMBER not in kept
