"""The second step: enrolled with proof, asked for at every sign-in, each code good once, required of staff outside a demo."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

import pyotp
import pytest
from django.db import connections
from django.test import Client

from linli.kernel.clock import now
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.models import Account, OpenSession, RecoveryCode, SecondFactor
from linli.platform.signin import factor, sessions
from tests.world import World

pytestmark = pytest.mark.usefixtures("quick_hashes")
PASSWORD = "plum-rain-0412"
MACHINE = System("test")


@pytest.fixture
def account(db: None, quick_hashes: None) -> Account:
    account = Account(username="li.door", shown_name="李门")
    account.set_password(PASSWORD)
    account.save()
    return account


def sign_in(name: str = "li.door") -> tuple[Client, Any]:
    client = Client()
    return client, client.post("/sign-in/", {"username": name, "password": PASSWORD})


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def enrol(client: Client) -> tuple[str, list[str]]:
    """Through the page, as a person would: the secret and the recovery codes."""
    page = client.get("/me/security/factor/").content.decode()
    found = re.search(r'<p class="no">([A-Z2-7 ]+)</p>', page)
    assert found is not None
    secret = found[1].replace(" ", "")
    answer = client.post("/me/security/factor/", {"code": pyotp.TOTP(secret).now()})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return secret, re.findall(r'<li class="no">([a-z0-9-]+)</li>', client.get("/me/security/").content.decode())


def next_code(secret: str) -> str:
    """Of the step after the present one, which the door takes too: the present one was used to enrol."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30)


@pytest.mark.usefixtures("account")
def test_after_enrolling_the_password_alone_opens_nothing() -> None:
    client, _ = sign_in()
    secret, codes = enrol(client)
    assert len(codes) == factor.N_RECOVERY_CODES
    assert is_in(client)
    other, answer = sign_in()
    assert answer.headers["Location"] == "/sign-in/code/"
    assert not is_in(other)
    assert other.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    assert not is_in(other)
    assert other.post("/sign-in/code/", {"code": next_code(secret)}).status_code == 302
    assert is_in(other)


@pytest.mark.usefixtures("account")
def test_the_secret_is_sealed_and_never_in_the_page_afterwards() -> None:
    client, _ = sign_in()
    secret, _ = enrol(client)
    assert secret.encode() not in bytes(SecondFactor.objects.get().secret)
    assert client.get("/me/security/factor/").status_code == 302
    assert secret not in client.get("/me/security/").content.decode()


@pytest.mark.usefixtures("account")
def test_a_wrong_code_enrols_nothing() -> None:
    client, _ = sign_in()
    client.get("/me/security/factor/")
    answer = client.post("/me/security/factor/", {"code": "000000"})
    assert answer.status_code == 422
    assert "验证码不对" in answer.content.decode()
    assert not SecondFactor.objects.exists()


@pytest.mark.usefixtures("account")
def test_a_code_used_once_is_refused_and_so_is_an_older_one() -> None:
    client, _ = sign_in()
    secret, _ = enrol(client)
    code = next_code(secret)
    first, _ = sign_in()
    assert first.post("/sign-in/code/", {"code": code}).status_code == 302
    second, _ = sign_in()
    assert second.post("/sign-in/code/", {"code": code}).status_code == 422
    assert second.post("/sign-in/code/", {"code": pyotp.TOTP(secret).now()}).status_code == 422


@pytest.mark.usefixtures("account")
def test_a_recovery_code_opens_once_however_it_is_typed() -> None:
    client, _ = sign_in()
    _, codes = enrol(client)
    for number, expected in ((0, 302), (0, 422), (1, 302)):
        other, _ = sign_in()
        typed = codes[number].upper().replace("-", " ")
        assert other.post("/sign-in/code/", {"code": typed}).status_code == expected
    assert factor.n_codes_left(Account.objects.get().pk) == factor.N_RECOVERY_CODES - 2


@pytest.mark.usefixtures("account")
def test_new_recovery_codes_void_the_old_ones() -> None:
    client, _ = sign_in()
    _, old = enrol(client)
    client.post("/me/security/codes/")
    assert RecoveryCode.objects.count() == factor.N_RECOVERY_CODES
    other, _ = sign_in()
    assert other.post("/sign-in/code/", {"code": old[0]}).status_code == 422


@pytest.mark.usefixtures("account")
def test_guessing_codes_is_slowed_whatever_the_session() -> None:
    client, _ = sign_in()
    enrol(client)
    statuses = []
    for number in range(30):
        other, _ = sign_in()
        statuses.append(
            other.post("/sign-in/code/", {"code": f"{number:06d}"}, REMOTE_ADDR=f"198.51.100.{number}").status_code
        )
    assert 429 in statuses
    assert statuses.index(429) <= 10
    assert set(statuses[statuses.index(429) :]) == {429}


@pytest.mark.usefixtures("account")
def test_the_half_way_session_is_good_for_five_minutes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = sign_in()
    secret, _ = enrol(client)
    other, _ = sign_in()
    later = time.time() + 301
    monkeypatch.setattr("linli.platform.signin.pages.time.time", lambda: later)
    assert other.post("/sign-in/code/", {"code": next_code(secret)}).headers["Location"] == "/sign-in/"


@pytest.mark.usefixtures("account")
def test_enrolling_ends_sessions_that_knew_only_the_password() -> None:
    elsewhere, _ = sign_in()
    client, _ = sign_in()
    enrol(client)
    assert is_in(client)
    assert not is_in(elsewhere)


@pytest.mark.usefixtures("account")
def test_where_no_role_asks_for_it_it_is_taken_off_with_a_code() -> None:
    client, _ = sign_in()
    _, codes = enrol(client)
    assert client.post("/me/security/factor/off/", {"code": "000000"}).status_code == 422
    assert client.post("/me/security/factor/off/", {"code": codes[0]}).status_code == 302
    assert not factor.has_factor(Account.objects.get().pk)
    assert bytes(SecondFactor.objects.get().secret) == b""
    other, answer = sign_in()
    assert answer.status_code == 302
    assert is_in(other)


def test_of_twenty_that_bring_one_code_at_once_one_gets_in(database: str) -> None:
    """On real connections: each in a transaction of its own."""
    account = Account.objects.create(username="raced", shown_name="R")
    secret, at = factor.new_secret(), now()
    try:
        with acting(MACHINE) as actor:
            factor.enrol(account.pk, secret=secret, code=pyotp.TOTP(secret).at(at), actor=actor, now=at)
        code, gate = pyotp.TOTP(secret).at(int(at.timestamp()) + 30), threading.Barrier(20)
        opened: list[bool] = []

        def bring() -> None:
            try:
                gate.wait()
                with acting(MACHINE):
                    opened.append(factor.take_code(account.pk, code, now=at))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=bring) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(opened) == [False] * 19 + [True]
    finally:
        Account.objects.filter(pk=account.pk).delete()


@pytest.fixture
def in_real_life(in_world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small world, as if it had been born real: what a demo only offers is asked for."""
    monkeypatch.setattr("linli.platform.signin.factor.installation_kind", lambda: "real")
    return in_world


def test_outside_a_demo_staff_can_do_nothing_but_enrol(in_real_life: World) -> None:
    client = in_real_life.client("community_staff")
    for path in ("/console/people/", "/console/", "/me/"):
        answer = client.get(path)
        assert answer.status_code in (302, 401, 403), f"{path}: {answer.status_code}"
        if answer.status_code == 302:
            assert answer.headers["Location"] == "/me/security/factor/"
    enrol(client)
    assert client.get("/console/people/").status_code == 200
    page = client.get("/me/security/").content.decode()
    assert "/me/security/factor/off/" not in page
    assert client.post("/me/security/factor/off/", {"code": "000000"}).status_code == 422


def test_residents_are_not_asked_and_in_a_demo_nobody_is(in_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_world.client("community_staff").get("/console/people/").status_code == 200
    monkeypatch.setattr("linli.platform.signin.factor.installation_kind", lambda: "real")
    assert in_world.client("resident").get("/me/").status_code == 200


def test_another_administrator_resets_it_with_a_reason_and_everything_is_signed_out(in_world: World) -> None:
    owner = in_world.client("community_staff")
    enrol(owner)
    account = Account.objects.get(username="community_staff")
    admin = in_world.client("admin")
    where = f"/console/accounts/{account.pk}/second-factor/"
    assert admin.post(where, {"because": ""}).status_code == 422
    assert factor.has_factor(account.pk)
    assert admin.post(where, {"because": "手机丢失，当面核对过"}).status_code == 302
    ended = SecondFactor.objects.get(account=account)
    assert (ended.ended_because, bytes(ended.secret)) == ("手机丢失，当面核对过", b"")
    assert ended.ended_by.startswith("person:")
    assert not is_in(owner)
    mine = Account.objects.get(username="admin")
    enrol(admin)
    assert admin.post(f"/console/accounts/{mine.pk}/second-factor/", {"because": "图方便"}).status_code == 422
    assert factor.has_factor(mine.pk)


# My sessions


@pytest.mark.usefixtures("account")
def test_sessions_are_listed_and_one_or_all_others_are_ended() -> None:
    here, _ = sign_in()
    others = [sign_in()[0] for _ in range(3)]
    page = here.get("/me/security/").content.decode()
    assert page.count('name="session"') == 3
    which = re.search(r'name="session" value="([0-9a-f-]+)"', page)
    assert which is not None
    here.post("/me/security/sessions/end/", {"session": which[1]})
    assert sum(is_in(client) for client in others) == 2
    here.post("/me/security/sessions/end/")
    assert not any(is_in(client) for client in others)
    assert is_in(here)


def test_nobody_ends_another_s_session(account: Account) -> None:
    mine, _ = sign_in()
    other = Account.objects.create(username="other", shown_name="O")
    client = Client()
    client.force_login(other)
    theirs = OpenSession.objects.get(account=account)
    assert client.post("/me/security/sessions/end/", {"session": str(theirs.pk)}).status_code == 404
    assert client.post("/me/security/sessions/end/", {"session": "x"}).status_code == 404
    assert is_in(mine)


@pytest.mark.usefixtures("account")
def test_signing_out_ends_the_row_and_a_kept_cookie_opens_nothing() -> None:
    client, _ = sign_in()
    kept = client.cookies["sessionid"].value
    client.post("/sign-out/")
    assert OpenSession.objects.get().ended_because == "signed_out"
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert not is_in(thief)


@pytest.mark.usefixtures("account")
def test_a_session_ends_when_idle_and_in_any_case_after_its_whole_time(settings_s: dict[str, int]) -> None:
    client, _ = sign_in()
    session = client.session
    session["seen_s"] = int(time.time()) - settings_s["idle"] - 1
    session.save()
    assert not is_in(client)


@pytest.fixture
def settings_s() -> dict[str, int]:
    from django.conf import settings

    return {"idle": settings.SESSION_IDLE_S, "whole": settings.SESSION_COOKIE_AGE}


@pytest.mark.usefixtures("account")
def test_a_page_left_open_keeps_nobody_signed_in() -> None:
    """The event stream asks by itself; only what a person does counts as use."""
    client, _ = sign_in()
    session = client.session
    before = int(time.time()) - 600
    session["seen_s"] = before
    session.save()
    from django.test import RequestFactory

    from linli.platform.web.middleware import actor_of

    request: Any = RequestFactory().get("/live/")
    request.session = session
    assert actor_of(request).kind == "person"
    assert request.session["seen_s"] == before
    request = RequestFactory().get("/me/")
    request.session = session
    actor_of(request)
    assert request.session["seen_s"] > before


def test_ending_an_account_s_sessions_calls_its_messages_off(account: Account) -> None:
    from linli.kernel.text import Text
    from linli.platform.delivery import queue
    from linli.platform.delivery.tables import Outgoing

    message = queue(
        channel="sms",
        address="13812345678",
        text=Text("您好", "Hello"),
        kind="t",
        community_id=None,
        account_id=account.pk,
    )
    client, _ = sign_in()
    sessions.end_sessions(account.pk, because="test")
    assert not is_in(client)
    with acting(MACHINE):
        assert Outgoing.objects.get(pk=message).state == "called_off"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1 MicroMessenger/8.0", "微信 WeChat · iPhone"),
        ("<script>", ""),
    ],
)
def test_a_browser_is_named_plainly(agent: str, name: str) -> None:
    assert sessions.browser_name(agent) == name
