"""Signing in by an outside identity: nobody gets in who was not tied by an administrator, nor by a token that is not for us, now."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client
from joserfc.jwk import RSAKey

from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.home import current_home
from linli.platform.models import Account
from linli.platform.signin import oidc

from .oidc_provider import CLIENT, SECRET, Idp, provider

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def idp(monkeypatch: pytest.MonkeyPatch) -> Iterator[Idp]:
    with provider() as idp:
        monkeypatch.setenv("LINLI_OIDC_ISSUER", idp.url)
        monkeypatch.setenv("LINLI_OIDC_CLIENT_ID", CLIENT)
        secret = current_home().secrets / "oidc_client_secret"
        secret.write_text(SECRET)
        oidc._known.clear()
        yield idp
        secret.unlink()


def new_browser() -> Client:
    return Client(SERVER_NAME="127.0.0.1")


@pytest.fixture
def account() -> Account:
    return Account.objects.create(username="wang.fang", shown_name="王芳")


def visit(browser: Client, idp: Idp, **changed: str) -> object:
    """Out to the provider and back, as a browser would."""
    out = browser.get("/sign-in/outside/")
    assert out.status_code == 302
    assert out["Location"].startswith(f"{idp.url}/auth?")
    back = urlsplit(idp.authorize(out["Location"]))
    return browser.get(f"{back.path}?{changed.get('query', back.query)}")


def tie(code: str, account: Account) -> None:
    from linli.kernel.clock import now
    from linli.platform.signin.identities import tie as tied

    with acting(System("test")) as actor:
        tied(code, account.pk, actor=actor, now=now())


def code_on(page: object) -> str:
    import re

    found = re.search(r'class="no big">([A-Z0-9]{4} [A-Z0-9]{4})<', page.content.decode())  # type: ignore[attr-defined]
    assert found is not None
    return found.group(1)


def test_an_identity_nobody_tied_opens_nothing_and_one_tied_opens_its_account(idp: Idp, account: Account) -> None:
    browser = new_browser()
    first = visit(browser, idp)
    assert first.status_code == 403  # type: ignore[attr-defined]
    assert "_auth_user_id" not in browser.session
    tie(code_on(first), account)
    assert visit(browser, idp).status_code == 302  # type: ignore[attr-defined]
    assert browser.session["_auth_user_id"] == str(account.pk)


def test_another_identity_of_the_same_provider_opens_nothing(idp: Idp, account: Account) -> None:
    tie(code_on(visit(new_browser(), idp)), account)
    idp.subject = "somebody-else"
    browser = new_browser()
    assert visit(browser, idp).status_code == 403  # type: ignore[attr-defined]
    assert "_auth_user_id" not in browser.session


def test_an_ended_account_stays_shut(idp: Idp, account: Account) -> None:
    from django.utils import timezone

    tie(code_on(visit(new_browser(), idp)), account)
    account.ended_at = timezone.now()
    account.save()
    browser = new_browser()
    assert visit(browser, idp).status_code == 403  # type: ignore[attr-defined]
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-client"},
        {"exp": 1},
        {"exp": None},
        {"nonce": "of another visit"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
    ],
)
def test_a_token_that_is_not_for_us_now_is_refused(idp: Idp, account: Account, lies: dict[str, object]) -> None:
    tie(code_on(visit(new_browser(), idp)), account)
    idp.lies = lies
    browser = new_browser()
    assert visit(browser, idp).status_code == 403  # type: ignore[attr-defined]
    assert "_auth_user_id" not in browser.session


def test_a_token_signed_by_another_key_is_refused(idp: Idp, account: Account) -> None:
    tie(code_on(visit(new_browser(), idp)), account)
    idp.forged = RSAKey.generate_key(2048, parameters={"kid": "1"})
    assert visit(new_browser(), idp).status_code == 403  # type: ignore[attr-defined]


def test_state_of_another_visit_a_code_twice_and_no_visit_at_all_are_refused(idp: Idp, account: Account) -> None:
    tie(code_on(visit(new_browser(), idp)), account)
    browser = new_browser()
    assert visit(browser, idp, query="code=code-1&state=forged").status_code == 403  # type: ignore[attr-defined]
    out = browser.get("/sign-in/outside/")
    back = urlsplit(idp.authorize(out["Location"]))
    assert new_browser().get(f"{back.path}?{back.query}").status_code == 403  # another browser
    assert browser.get(f"{back.path}?{back.query}").status_code == 302
    assert new_browser().get(f"{back.path}?{back.query}").status_code == 403
    browser.post("/sign-out/")
    assert browser.get(f"{back.path}?{back.query}").status_code == 403  # the same again


def test_a_provider_that_does_not_answer_is_told(idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_OIDC_ISSUER", "http://127.0.0.1:9")
    answer = new_browser().get("/sign-in/outside/")
    assert answer.status_code == 502
    assert "用户名和密码" in answer.content.decode()
    monkeypatch.setenv("LINLI_OIDC_ISSUER", "http://plain.example")
    assert new_browser().get("/sign-in/outside/").status_code == 403


def test_without_a_provider_there_is_no_such_door() -> None:
    assert new_browser().get("/sign-in/outside/").status_code == 400
    assert "统一身份" not in new_browser().get("/sign-in/").content.decode()
