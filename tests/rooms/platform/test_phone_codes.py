"""On real connections, each in a transaction of its own: of many that bring one code at once one gets in, and tries and sendings are counted exactly."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from linli.kernel.clock import now
from linli.kernel.errors import LinliError
from linli.kernel.policyfile import find_policy
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.delivery.outbox import opened
from linli.platform.delivery.tables import Outgoing
from linli.platform.models import PhoneCode
from linli.platform.signin.phonecodes import ask_code, end_codes, take_code

MACHINE = System("test")
FIGURES = find_policy("sign_in", "default").body["phone_code"]
NUMBER = "13900000007"


@pytest.fixture(autouse=True)
def swept(database: str) -> Iterator[None]:
    yield
    PhoneCode.objects.all().delete()
    with acting(MACHINE):
        Outgoing.objects.filter(kind="sign_in_code").delete()


def ask(number: str = NUMBER, address: str = "192.0.2.1") -> UUID:
    index = number.encode().ljust(32)
    return ask_code(number, number_index=index, is_wanted=True, address=address, lang="zh", now=now())


def asked() -> tuple[UUID, str]:
    with acting(MACHINE):
        code_id = ask()
        text = opened(Outgoing.objects.get(kind="sign_in_code")).text
    return code_id, re.search(r"\d{6}", text)[0]  # type: ignore[index]


def at_once(n: int, act: Callable[[int], Any]) -> list[Any]:
    gate, answers = threading.Barrier(n), []

    def one(number: int) -> None:
        try:
            gate.wait()
            with acting(MACHINE):
                answers.append(act(number))
        except LinliError as error:
            answers.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_ten_that_bring_one_code_at_once_one_gets_in() -> None:
    code_id, code = asked()
    answers = at_once(10, lambda _: take_code(code_id, code, now=now()))
    assert sum(answer is not None for answer in answers) == 1


def test_twenty_wrong_ones_at_once_use_up_five_tries_and_the_right_one_comes_too_late() -> None:
    code_id, code = asked()
    wrong = "000000" if code != "000000" else "111111"
    assert at_once(20, lambda _: take_code(code_id, wrong, now=now())) == [None] * 20
    assert PhoneCode.objects.get().tries == FIGURES["tries"]
    with acting(MACHINE):
        assert take_code(code_id, code, now=now()) is None


def test_asked_for_ten_times_at_once_one_is_sent() -> None:
    answers = at_once(10, lambda number: ask(address=f"192.0.2.{number}"))
    assert sum(isinstance(answer, UUID) for answer in answers) == 1
    assert set(answers) - {answer for answer in answers if isinstance(answer, UUID)} == {"platform.phone_code_soon"}
    with acting(MACHINE):
        assert Outgoing.objects.filter(kind="sign_in_code").count() == 1


def test_one_address_at_once_gets_no_more_than_its_hour_holds() -> None:
    n = FIGURES["per_address_hour"] + 5
    answers = at_once(n, lambda number: ask(f"139{number:08d}"))
    assert sum(isinstance(answer, UUID) for answer in answers) == FIGURES["per_address_hour"]


def test_codes_on_their_way_are_ended_with_the_number() -> None:
    code_id, code = asked()
    with acting(MACHINE):
        assert end_codes(NUMBER.encode().ljust(32), now=now()) == 1
        assert take_code(code_id, code, now=now()) is None
