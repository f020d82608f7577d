"""Guessing is slowed, the owner is not locked out, and an ended account is out at its next request."""

from __future__ import annotations

import re
import statistics
import time

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client, override_settings
from django.utils import timezone

from linli.platform.models import Account, SignInFailure
from linli.platform.signin.limits import sign_in_limits

pytestmark = pytest.mark.usefixtures("quick_hashes", "db")
PASSWORD = "plum-rain-0412"


@pytest.fixture
def account(db: None, quick_hashes: None) -> Account:
    account = Account(username="Li.Door", shown_name="王芳")
    account.set_password(PASSWORD)
    account.save()
    return account


def sign_in(client: Client, password: str = PASSWORD, name: str = "li.door", address: str = "203.0.113.1"):
    return client.post("/sign-in/", {"username": name, "password": password}, REMOTE_ADDR=address)


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


@pytest.mark.usefixtures("account")
def test_the_right_password_opens_and_signing_out_closes() -> None:
    client = Client()
    answer = sign_in(client)
    assert answer.status_code == 302
    assert is_in(client)
    client.post("/sign-out/")
    assert not is_in(client)


@pytest.mark.usefixtures("account")
def test_a_wrong_password_and_an_unknown_name_are_answered_alike() -> None:
    wrong, unknown = sign_in(Client(), "guess"), sign_in(Client(), "guess", name="nobody")
    assert wrong.status_code == unknown.status_code == 422
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    pages = [token.sub("", answer.content.decode()) for answer in (wrong, unknown)]
    assert pages[0].replace("li.door", "") == pages[1].replace("nobody", "")


@pytest.mark.usefixtures("account")
def test_guessing_from_many_addresses_is_refused_unseen() -> None:
    limit = sign_in_limits().per_name
    for number in range(limit):
        assert sign_in(Client(), "guess", address=f"198.51.100.{number}").status_code == 422
    assert sign_in(Client(), address="192.0.2.77").status_code == 429  # even the right password, from a stranger


@pytest.mark.usefixtures("account")
def test_the_owner_s_own_browser_is_not_shut_out_by_others_guessing() -> None:
    own = Client()
    assert sign_in(own).status_code == 302
    own.post("/sign-out/")
    for number in range(sign_in_limits().per_name + 5):
        sign_in(Client(), "guess", address=f"198.51.100.{number}")
    assert sign_in(own).status_code == 302


@pytest.mark.usefixtures("account")
def test_one_address_cannot_try_name_after_name() -> None:
    for number in range(sign_in_limits().per_address):
        sign_in(Client(), "guess", name=f"name{number}")
    assert sign_in(Client(), "guess", name="another").status_code == 429


@pytest.mark.usefixtures("account")
def test_a_forged_forwarding_header_is_not_believed() -> None:
    limit = sign_in_limits().per_address
    for number in range(limit):
        Client().post(
            "/sign-in/", {"username": f"n{number}", "password": "x"}, headers={"X-Forwarded-For": f"10.0.0.{number}"}
        )
    assert sign_in(Client(), address="127.0.0.1", name="x").status_code == 429


@pytest.mark.usefixtures("account")
def test_failures_hold_neither_name_nor_address() -> None:
    sign_in(Client(), "guess")
    failure = SignInFailure.objects.get()
    kept = bytes(failure.name_digest) + bytes(failure.address_digest)
    assert b"li.door" not in kept
    assert b"203.0" not in kept


def test_an_ended_account_is_out_at_its_next_request(account: Account) -> None:
    client = Client()
    sign_in(client)
    assert is_in(client)
    account.ended_at = timezone.now()
    account.save()
    assert not is_in(client)


@pytest.mark.usefixtures("account")
def test_signing_in_gives_a_new_session_id() -> None:
    client = Client()
    client.get("/sign-in/")
    client.session.save()
    before = client.cookies.get("sessionid")
    sign_in(client)
    assert client.cookies["sessionid"].value != (before.value if before else None)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
@pytest.mark.usefixtures("account")
def test_signing_in_never_leads_to_another_site(target: str) -> None:
    answer = Client().post("/sign-in/", {"username": "li.door", "password": PASSWORD, "next": target})
    assert answer.headers["Location"].startswith("/")
    assert not answer.headers["Location"].startswith("//")


class TwentyThousand(PBKDF2PasswordHasher):
    """Slow enough that a check left out would show, quick enough for a test."""

    algorithm = "pbkdf2_test"
    iterations = 20_000


def test_how_long_a_refusal_takes_tells_nothing_of_the_name(db: None) -> None:
    """Medians of interleaved tries: a wrong password, an unknown name, an ended account, one that has no password."""
    with override_settings(PASSWORD_HASHERS=[f"{__name__}.TwentyThousand"]):
        for name in ("known", "ended", "without"):
            account = Account(username=name, shown_name=name)
            account.set_password(PASSWORD)
            if name == "ended":
                account.is_active, account.ended_at = False, timezone.now()
            if name == "without":
                account.set_unusable_password()
            account.save()
        took_s: dict[str, list[float]] = {name: [] for name in ("known", "unknown", "ended", "without")}
        for number in range(35):
            for name, taken in took_s.items():
                SignInFailure.objects.all().delete()
                begun_s = time.process_time()  # what is done, not what else the machine did meanwhile
                assert sign_in(Client(), "guess", name=name, address=f"198.51.100.{number}").status_code == 422
                taken.append(time.process_time() - begun_s)
    medians_ms = {name: 1000 * statistics.median(taken) for name, taken in took_s.items()}
    assert max(medians_ms.values()) - min(medians_ms.values()) < 5, medians_ms
