"""Putting messages into the outbox, taking them back, and what stands in it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from linli.kernel.clock import local_day, start_of_day
from linli.kernel.clock import now as clock_now
from linli.kernel.errors import LinliError, define
from linli.kernel.ids import uuid7
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.privacy import blind_index, seal, unseal

from .tables import Channel, Outgoing

PURPOSE = "platform.delivery"
TABLE = "platform_outgoing"
MACHINE = System("delivery")
PHONE = re.compile(r"\+?[0-9]{5,15}")
EMAIL = re.compile(r"[^@\s<>\"',;:\\]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
LONGEST_CHARACTERS = {Channel.SMS: 500, Channel.EMAIL: 20_000}
DAY = dt.timedelta(days=1)

BAD_ADDRESS = define(
    "platform.delivery_address",
    zh="这不像{what}：短信要 5–15 位数字（可以 + 开头），邮件要 name@example.cn 的样子",
    en="That is no address for {what}: a text needs 5 to 15 digits (a + may lead), a mail name@example.cn",
    status=422,
)
TOO_LONG = define(
    "platform.delivery_too_long",
    zh="内容有 {n} 个字，{channel} 最多 {limit} 个",
    en="The text has {n} characters; {channel} takes {limit} at most",
    status=422,
)
CAPPED = define(
    "platform.delivery_capped",
    zh="今天的消息已经发到上限（{limit} 条），明天再发",
    en="The day's limit of {limit} messages is reached; send again tomorrow",
    status=429,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """An opened message, as an adapter carries it. ``id`` stays the same over all tries: a gateway may know it again."""

    id: UUID
    kind: str
    address: str
    subject: str
    text: str


def normal_address(channel: str, address: str) -> str:
    """The one spelling of an address: digits for a telephone (mainland numbers without +86), a mailbox in small letters."""
    if channel == Channel.SMS:
        digits = re.sub(r"[\s\-()]", "", address)
        digits = re.sub(r"^(\+|00)?86(?=1[0-9]{10}$)", "", digits)
        if not PHONE.fullmatch(digits):
            raise LinliError(BAD_ADDRESS, what="sms")
        return digits
    mailbox = address.strip().lower()
    if not EMAIL.fullmatch(mailbox) or len(mailbox) > 254:
        raise LinliError(BAD_ADDRESS, what="email")
    return mailbox


def queue(
    *,
    channel: str,
    address: str,
    text: Text,
    kind: str,
    community_id: UUID | None,
    subject: Text | None = None,
    lang: str = "zh",
    account_id: UUID | None = None,
    not_before: dt.datetime | None = None,
    lives: dt.timedelta | None = None,
    now: dt.datetime | None = None,
    is_wanted: bool = True,
) -> UUID:
    """Write a message in the running transaction; the worker sends it after the commit, and not at all after a rollback.

    ``is_wanted`` False: the same work, caps and row, called off at once: whoever watches from outside cannot tell a number that is known
    from one that is not. Such rows count against their own address, not against the day's whole.

    ``lives``: after that it is useless and dropped unsent (a code). ``not_before``: quiet hours. Raises ``platform.delivery_address``,
    ``platform.delivery_too_long`` and ``platform.delivery_capped`` (429). Waits for other transactions that write to the same address, so
    that its cap holds exactly; the caps for a whole day count what is committed, and may be passed by what is under way.
    """
    at = now or clock_now()
    channel, where = Channel(channel), normal_address(channel, address)
    said, headed = text.in_(lang), subject.in_(lang) if subject else ""
    if len(said) > LONGEST_CHARACTERS[channel]:
        raise LinliError(TOO_LONG, n=len(said), channel=channel.value, limit=LONGEST_CHARACTERS[channel])
    index = blind_index(PURPOSE, f"{channel}:{where}")
    with acting(MACHINE):
        _check_caps(channel, kind, index, at)
        row = Outgoing(
            id=uuid7(), community_id=community_id, account_id=account_id, channel=channel, kind=kind, address_index=index,
            created_at=at, due_at=not_before or at, until_at=at + lives if lives else None,
        )  # fmt: skip
        content = json.dumps({"subject": " ".join(headed.split()), "text": said}, ensure_ascii=False)
        row.address = seal(PURPOSE, where, table=TABLE, column="address", row=row.id)
        row.content = seal(PURPOSE, content, table=TABLE, column="content", row=row.id)
        if not is_wanted:
            row.state, row.address, row.content, row.ended_at = Outgoing.State.CALLED_OFF, b"", b"", at
        row.save(force_insert=True)
    return row.id


def _check_caps(channel: Channel, kind: str, index: bytes, at: dt.datetime) -> None:
    """Days are days in Asia/Shanghai. A kind with caps of its own counts against those and against its channel's."""
    body = find_policy("delivery", "default").body
    lock = int.from_bytes(hashlib.sha256(b"delivery" + index).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
    midnight = start_of_day(local_day(at))
    today = Outgoing.objects.filter(channel=channel, created_at__gte=midnight, created_at__lt=midnight + DAY)
    for caps, rows in ((body["channels"][channel.value], today), (body["kinds"].get(kind), today.filter(kind=kind))):
        if caps is None:
            continue
        if rows.filter(address_index=index).count() >= caps["per_address_day"]:
            raise LinliError(CAPPED, limit=caps["per_address_day"])
        if rows.exclude(state=Outgoing.State.CALLED_OFF).count() >= caps["per_day"]:
            raise LinliError(CAPPED, limit=caps["per_day"])


def forget_addressed(channel: str, address: str) -> int:
    """Delete every message to an address, sent or waiting; how many. For the erasure of whom it belongs to."""
    index = blind_index(PURPOSE, f"{Channel(channel)}:{normal_address(channel, address)}")
    with acting(MACHINE):
        return Outgoing.objects.filter(address_index=index).delete()[0]


def opened(row: Outgoing) -> Letter:
    content = json.loads(unseal(PURPOSE, bytes(row.content), table=TABLE, column="content", row=row.id))
    return Letter(row.id, row.kind, address_of(row), content["subject"], content["text"])


def address_of(row: Outgoing) -> str:
    return unseal(PURPOSE, bytes(row.address), table=TABLE, column="address", row=row.id)


def call_off(account_id: UUID, *, kinds: tuple[str, ...] = (), now: dt.datetime | None = None) -> int:
    """Take back what waits for an account (of some kinds only); how many. What a worker is sending at this moment still leaves."""
    with acting(MACHINE):
        rows = Outgoing.objects.filter(account_id=account_id, state__in=[Outgoing.State.WAITING, Outgoing.State.PARKED])
        rows = rows.filter(kind__in=kinds) if kinds else rows
        return rows.update(
            state=Outgoing.State.CALLED_OFF, address=b"", content=b"", ended_at=now or clock_now(), trouble=""
        )
