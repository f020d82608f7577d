"""What carries messages out of the house: a file (the default: nothing leaves the machine), SMTP, or an SMS gateway spoken to by HTTP.

Which one is used for a channel stands in ``LINLI_HOME/delivery.yaml`` (mode 0600: it holds passwords); see ``docs/delivery.md``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import os
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import IO, Any

import yaml

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, define
from linli.platform.home import Home

from .outbox import Letter
from .tables import Channel

TIMEOUT_S = 15.0
BAD_FILE = define(
    "platform.delivery_file",
    zh="投递设置 {path} 不对：{why}",
    en="The delivery settings {path} are wrong: {why}",
    status=503,
)


class SendError(Exception):
    """A try that failed. ``is_final``: trying again would not help. ``why`` is a short code without address or content."""

    def __init__(self, why: str, *, is_final: bool = False) -> None:
        super().__init__(why)
        self.why = why[:120]
        self.is_final = is_final


Send = Callable[[Letter], None]


def file_sink(path: Path) -> Send:
    """Append each message as one line of JSON to ``path`` (mode 0600): for a demo, for tests, and for a room without a gateway."""

    def send(letter: Letter) -> None:
        line = {
            "id": str(letter.id), "at": now().isoformat(), "kind": letter.kind, "to": letter.address,
            "subject": letter.subject, "text": letter.text,
        }  # fmt: skip
        with _locked(path) as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    return send


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[IO[str]]:
    """The file to append to, and nobody else's meanwhile; opened again where it was replaced while this waited."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    while True:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "a+", encoding="utf-8")
        fcntl.flock(file, fcntl.LOCK_EX)
        if path.exists() and os.fstat(file.fileno()).st_ino == path.stat().st_ino:
            break
        file.close()
    with file:
        yield file


def sink_files(home: Home) -> list[Path]:
    return [path for channel in Channel if (path := home.path / "outbox" / f"{channel.value}.jsonl").is_file()]


def forget_lines(path: Path, before: dt.datetime) -> int:
    """Take messages written before an instant out of a sink; how many. Killed midway, the file is as it was."""
    with _locked(path) as file:
        file.seek(0)
        lines = file.readlines()
        kept = [line for line in lines if dt.datetime.fromisoformat(json.loads(line)["at"]) >= before]
        if len(kept) < len(lines):
            half = path.with_suffix(".half")
            half.touch(mode=0o600)
            half.write_text("".join(kept), encoding="utf-8")
            half.replace(path)
    return len(lines) - len(kept)


def http_sms(url: str, *, headers: dict[str, str] | None = None, timeout_s: float = TIMEOUT_S) -> Send:
    """POST ``{"id", "to", "text", "kind"}`` as JSON with ``Idempotency-Key``; any 2xx means the gateway has taken it.

    408, 425, 429 and 5xx are tried again; any other answer is final.
    """

    if not url.startswith(("https://", "http://")):
        raise TypeError("url")

    def send(letter: Letter) -> None:
        body = json.dumps({"id": str(letter.id), "to": letter.address, "text": letter.text, "kind": letter.kind})
        request = urllib.request.Request(url, body.encode(), method="POST")  # noqa: S310  # the scheme was looked at
        for name, value in {
            "Content-Type": "application/json; charset=utf-8", "Idempotency-Key": str(letter.id), **(headers or {}),
        }.items():  # fmt: skip
            request.add_header(name, value)
        try:
            with _NO_REDIRECTS.open(request, timeout=timeout_s):
                return
        except urllib.error.HTTPError as error:
            error.close()
            raise SendError(
                f"http {error.code}", is_final=error.code < 500 and error.code not in (408, 425, 429)
            ) from None
        except (OSError, ValueError) as error:
            raise SendError(type(error).__name__) from None

    return send


class _Refuse(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """A gateway that redirects would be sent the number and the text somewhere nobody named."""


_NO_REDIRECTS = urllib.request.build_opener(_Refuse, urllib.request.ProxyHandler({}))


def smtp(
    host: str,
    *,
    sender: str,
    port: int = 587,
    security: str = "starttls",
    username: str = "",
    password: str = "",
    timeout_s: float = TIMEOUT_S,
) -> Send:
    """One mail a connection. ``security``: ``starttls`` (587), ``tls`` (465) or ``none`` (a relay on this machine). 5xx answers are final."""

    def send(letter: Letter) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, letter.address, letter.subject or "邻里"
        message["Date"], message["Message-ID"] = format_datetime(now()), make_msgid(letter.id.hex, "linli.invalid")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        try:
            with _connect() as connection:
                if username:
                    connection.login(username, password)
                connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise SendError(f"smtp {code}", is_final=code >= 500) from None
        except smtplib.SMTPResponseException as error:
            is_final = error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError)
            raise SendError(f"smtp {error.smtp_code}", is_final=is_final) from None
        except (OSError, smtplib.SMTPException) as error:
            raise SendError(type(error).__name__) from None

    def _connect() -> smtplib.SMTP:
        context = ssl.create_default_context()
        if security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=timeout_s, context=context)
        connection = smtplib.SMTP(host, port, timeout=timeout_s)
        if security == "starttls":
            connection.starttls(context=context)
        return connection

    return send


MAKERS: dict[str, dict[str, Callable[..., Send]]] = {
    Channel.SMS: {"http": http_sms},
    Channel.EMAIL: {"smtp": smtp},
}


def settings_path(home: Home) -> Path:
    return home.path / "delivery.yaml"


def carriers(home: Home) -> dict[str, tuple[str, Send]]:
    """By channel: the adapter's name and how it sends. A channel not named in the file goes to ``LINLI_HOME/outbox``."""
    asked = _read(settings_path(home))
    found: dict[str, tuple[str, Send]] = {}
    for channel in Channel:
        wanted = dict(asked.get(channel.value) or {"adapter": "file"})
        name = str(wanted.pop("adapter", ""))
        if name == "file" and not wanted:
            found[channel.value] = name, file_sink(home.path / "outbox" / f"{channel.value}.jsonl")
            continue
        try:
            found[channel.value] = name, MAKERS[channel][name](**wanted)
        except (KeyError, TypeError):
            known = ", ".join(["file", *MAKERS[channel]])
            raise LinliError(BAD_FILE, path=str(settings_path(home)), why=f"{channel.value}: {known}") from None
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_mode & 0o077:
            raise LinliError(BAD_FILE, path=str(path), why=f"chmod 600 {path}")
        asked = yaml.safe_load(path.read_text()) or {}
    except FileNotFoundError:
        return {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise LinliError(BAD_FILE, path=str(path), why=f"line {mark.line + 1}" if mark else "yaml") from None
    unknown = set(asked) - {channel.value for channel in Channel} if isinstance(asked, dict) else {"?"}
    if unknown or not all(isinstance(value, dict) for value in asked.values()):
        raise LinliError(BAD_FILE, path=str(path), why=", ".join(sorted(map(str, unknown))) or "sms: {adapter: …}")
    return asked
