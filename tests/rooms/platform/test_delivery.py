"""Messages leave after the commit, once, are tried again, give up visibly, and never flood a number."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from linli.kernel.clock import now
from linli.kernel.errors import LinliError
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.delivery import queue
from linli.platform.delivery.adapters import SendError, carriers, http_sms, smtp
from linli.platform.delivery.outbox import call_off
from linli.platform.delivery.sending import send_due
from linli.platform.delivery.tables import Outgoing
from linli.platform.home import Home
from linli.platform.retention.rules import terms

pytestmark = pytest.mark.usefixtures("db")
NUMBER = "13812345678"
LIMITS = find_policy("delivery", "default").body


def say(**changed: Any) -> Any:
    told = {"channel": "sms", "address": NUMBER, "text": Text("您好", "Hello"), "kind": "notice", "community_id": None}
    return queue(**told | changed)


def row(message: Any) -> Outgoing:
    with acting(System("test")):
        return Outgoing.objects.get(id=message)


class Gateway:
    """An adapter that fails as told and keeps what it carried."""

    def __init__(self, *troubles: SendError) -> None:
        self.troubles = list(troubles)
        self.sent: list[Any] = []

    def __call__(self, letter: Any) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.sent.append(letter)

    def through(self) -> dict[str, Any]:
        return {"sms": ("test", self), "email": ("test", self)}


def test_a_message_leaves_once_and_its_words_and_number_are_wiped() -> None:
    message, gateway = say(), Gateway()
    assert NUMBER.encode() not in bytes(row(message).address) + bytes(row(message).content)
    assert send_due(now=now(), through=gateway.through()) == 1
    assert send_due(now=now(), through=gateway.through()) == 0
    assert [(letter.address, letter.text) for letter in gateway.sent] == [(NUMBER, "您好")]
    left = row(message)
    assert (left.state, bytes(left.address), bytes(left.content)) == ("sent", b"", b"")


def test_a_rolled_back_command_sends_nothing() -> None:
    with transaction.atomic():
        say()
        transaction.set_rollback(True)
    assert send_due(now=now(), through=Gateway().through()) == 0


def test_a_failing_gateway_is_tried_again_later_and_later() -> None:
    start = now()
    message = say(now=start)
    gateway = Gateway(*[SendError("http 503")] * 3)
    waits = []
    at = start
    for _ in range(3):
        send_due(now=at, through=gateway.through())
        waits.append((row(message).due_at - at).total_seconds())
        at = row(message).due_at
    assert waits == [LIMITS["first_wait_s"] * factor for factor in (1, 2, 4)]
    send_due(now=at, through=gateway.through())
    assert row(message).state == "sent"


def test_after_enough_tries_it_is_parked_and_keeps_its_address() -> None:
    message = say()
    gateway = Gateway(*[SendError("http 503")] * 99)
    for _ in range(LIMITS["tries"]):
        send_due(now=row(message).due_at, through=gateway.through())
    parked = row(message)
    assert (parked.state, parked.tries, parked.trouble) == ("parked", LIMITS["tries"], "http 503")
    assert bytes(parked.address)


def test_a_final_refusal_is_not_tried_again() -> None:
    message = say()
    send_due(now=now(), through=Gateway(SendError("http 400", is_final=True)).through())
    assert (row(message).state, row(message).tries) == ("parked", 1)


def test_a_worker_killed_while_sending_leaves_a_message_that_is_sent_later() -> None:
    message = say()

    def killed(letter: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_due(now=now(), through={"sms": ("test", killed)})
    assert row(message).state == "waiting"
    gateway = Gateway()
    assert send_due(now=now(), through=gateway.through()) == 0  # another worker might still be at it
    send_due(now=row(message).due_at, through=gateway.through())
    assert len(gateway.sent) == 1


def test_a_code_that_came_too_late_is_not_sent() -> None:
    message = say(lives=dt.timedelta(minutes=10))
    gateway = Gateway()
    send_due(now=now() + dt.timedelta(minutes=11), through=gateway.through())
    assert (row(message).state, gateway.sent) == ("lapsed", [])


def test_what_waits_for_an_ended_account_is_called_off() -> None:
    account = uuid4()
    message, other = say(account_id=account), say(account_id=uuid4())
    assert call_off(account) == 1
    gateway = Gateway()
    send_due(now=now(), through=gateway.through())
    assert (row(message).state, row(other).state) == ("called_off", "sent")


def test_one_number_gets_no_more_codes_a_day_than_the_policy_says() -> None:
    noon = now().replace(hour=4, minute=0)  # noon in Shanghai
    for _ in range(LIMITS["kinds"]["sign_in_code"]["per_address_day"]):
        say(kind="sign_in_code", now=noon)
    with pytest.raises(LinliError) as refused:
        say(kind="sign_in_code", address="+86 138-1234-5678", now=noon)  # the same number, spelt otherwise
    assert refused.value.code == "platform.delivery_capped"
    say(kind="sign_in_code", address="13900000000", now=noon)
    say(kind="sign_in_code", now=noon + dt.timedelta(hours=12, minutes=1))  # the next day there


@pytest.mark.parametrize(
    ("channel", "address"),
    [("sms", "hello"), ("sms", "138;1234"), ("email", "a@b"), ("email", "a@example.cn\r\nBcc: x@y.cn")],
)
def test_what_is_no_address_is_refused(channel: str, address: str) -> None:
    with pytest.raises(LinliError) as refused:
        say(channel=channel, address=address)
    assert refused.value.code == "platform.delivery_address"


def test_old_rows_are_forgotten() -> None:
    message = say()
    send_due(now=now(), through=Gateway().through())
    [forgetting] = [term for term in terms() if term.rule.id == "messages"]
    for late_days, n_due in ((-1, 0), (1, 1)):
        with acting(System("test")):
            assert forgetting.rule.carry_out(now() + dt.timedelta(days=late_days), 50) == n_due
    with acting(System("test")):
        assert not Outgoing.objects.filter(id=message).exists()


@pytest.fixture
def gateway() -> Iterator[Any]:
    """A real HTTP server; ``answers`` are the status codes it gives in turn."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.heard.append((json.loads(body), dict(self.headers)))  # type: ignore[attr-defined]
            self.send_response(server.answers.pop(0))  # type: ignore[attr-defined]
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.heard, server.answers = [], []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_the_sms_gateway_hears_json_with_an_idempotency_key(gateway: Any) -> None:
    send = http_sms(f"http://127.0.0.1:{gateway.server_port}/sms", headers={"Authorization": "Bearer t"})
    gateway.answers += [202]
    message = say()
    send_due(now=now(), through={"sms": ("http", send)})
    body, headers = gateway.heard[0]
    assert body == {"id": str(message), "to": NUMBER, "text": "您好", "kind": "notice"}
    assert (headers["Idempotency-Key"], headers["Authorization"]) == (str(message), "Bearer t")
    assert row(message).state == "sent"


@pytest.mark.parametrize(("status", "is_final"), [(503, False), (429, False), (400, True), (302, True)])
def test_what_a_gateway_answers_decides_over_another_try(gateway: Any, status: int, is_final: bool) -> None:
    send = http_sms(f"http://127.0.0.1:{gateway.server_port}/sms")
    gateway.answers += [status]
    message = say()
    send_due(now=now(), through={"sms": ("http", send)})
    assert row(message).state == ("parked" if is_final else "waiting")
    assert row(message).trouble == f"http {status}"
    assert len(gateway.heard) == 1  # a redirect is not followed


def test_a_gateway_that_does_not_listen_is_tried_again() -> None:
    message = say()
    send_due(now=now(), through={"sms": ("http", http_sms("http://127.0.0.1:9/sms", timeout_s=1))})
    assert row(message).state == "waiting"


class _Mailbox(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs to hand over one mail."""

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.mails.append(b"".join(lines).decode())  # type: ignore[attr-defined]
            refused = verb == b"RCPT" and b"nobody@" in line
            self.wfile.write(
                b"550 no such box\r\n" if refused else b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n"
            )
            if verb == b"QUIT":
                return


def test_mail_is_handed_to_an_smtp_server_and_an_unknown_box_is_final() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mailbox) as server:
        server.mails = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        send = smtp("127.0.0.1", port=server.server_address[1], security="none", sender="linli@example.cn")
        mail = say(channel="email", address="Li@Example.cn", subject=Text("停水\n通知", "Water"), kind="notice")
        lost = say(channel="email", address="nobody@example.cn", subject=Text("停水", "Water"))
        send_due(now=now(), through={"email": ("smtp", send)})
        server.shutdown()
    assert row(mail).state == "sent"
    assert "To: li@example.cn" in server.mails[0]  # type: ignore[attr-defined]
    assert (row(lost).state, row(lost).trouble) == ("parked", "smtp 550")


def test_without_settings_messages_are_kept_in_a_file_for_the_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", tmp_path / "keys")
    say()
    send_due(now=now(), through=carriers(home))
    kept = home.path / "outbox" / "sms.jsonl"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert json.loads(kept.read_text())["to"] == NUMBER


@pytest.mark.parametrize(
    "text", ["sms: {adapter: pigeon}", "sms: {adapter: http, uri: x}", "fax: {adapter: file}", "sms: [", "- sms"]
)
def test_wrong_settings_name_their_file_and_put_the_message_off(tmp_path: Path, text: str) -> None:
    home = Home(tmp_path / "home", tmp_path / "keys")
    home.path.mkdir()
    file = home.path / "delivery.yaml"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(LinliError) as refused:
        carriers(home)
    assert refused.value.code == "platform.delivery_file"
    assert str(file) in refused.value.text.zh


def test_settings_others_can_read_are_refused(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", tmp_path / "keys")
    home.path.mkdir()
    (home.path / "delivery.yaml").write_text("sms: {adapter: file}")
    (home.path / "delivery.yaml").chmod(0o644)
    with pytest.raises(LinliError):
        carriers(home)
