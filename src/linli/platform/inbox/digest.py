"""The worker's part: one message a day to whoever asked for one, with what is new and unread, never in the quiet hours."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from functools import cache
from typing import Any

from linli.kernel.clock import SHANGHAI, local_day
from linli.kernel.clock import now as clock_now
from linli.kernel.errors import LinliError
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.db import acting
from linli.platform.delivery.outbox import queue
from linli.platform.web.middleware import actor_of_account

from .entries import MACHINE, address_of, lines
from .tables import InboxEntry, InboxWish

EVERY_S = 60.0
KIND = "digest"
log = logging.getLogger("linli.inbox")


@cache
def inbox_policy() -> Any:
    return find_policy("inbox", "default").body


def run_digests(stop: threading.Event) -> None:
    """Until told to stop."""
    while not stop.is_set():
        send_digests(now=clock_now())
        stop.wait(EVERY_S)


def is_due(now: dt.datetime, digested_on: dt.date | None) -> bool:
    """Once a day, after the policy's hour, outside the quiet hours."""
    rule, here = inbox_policy(), now.astimezone(SHANGHAI)
    if digested_on is not None and digested_on >= here.date():
        return False
    start = dt.time(rule["digest"]["hour"], rule["digest"]["minute"])
    return here.time() >= start and not is_quiet(here.hour, rule["quiet"]["from_hour"], rule["quiet"]["to_hour"])


def is_quiet(hour: int, from_hour: int, to_hour: int) -> bool:
    """From inclusive to exclusive, over midnight where ``from_hour`` is the later."""
    if from_hour <= to_hour:
        return from_hour <= hour < to_hour
    return hour >= from_hour or hour < to_hour


def send_digests(*, now: dt.datetime) -> int:
    """Queue the digests that are due; how many. Each is marked in the transaction that queues it: killed between, it is whole or not there."""
    with acting(MACHINE):
        wishes = list(InboxWish.objects.exclude(address=b""))
    return sum(_send(wish, now) for wish in wishes if is_due(now, wish.digested_on))


def _send(wish: InboxWish, now: dt.datetime) -> bool:
    actor = actor_of_account(wish.account_id)
    if actor.kind != "person":
        return False
    with acting(MACHINE):
        taken = InboxWish.objects.filter(pk=wish.pk, digested_on=wish.digested_on).update(digested_on=local_day(now))
        rows = InboxEntry.objects.filter(account_id=wish.account_id, read_at=None, digested_at=None).order_by("-at")
        entries = list(rows)
        if not taken or not entries:
            return False
        with acting(actor):
            told = [line.shown.text for line in lines(actor, entries) if line.shown is not None]
        if not told:
            return False
        try:
            queue(
                channel="email", address=address_of(wish), kind=KIND, account_id=wish.account_id, community_id=entries[0].community_id,
                subject=Text(f"邻里：{len(told)} 条新消息", f"Linli: {len(told)} new messages"), text=_text(told), lang=wish.lang, now=now,
            )  # fmt: skip
        except LinliError as refused:
            log.warning("digest of %s not queued: %s", wish.account_id, refused.code)
            return False
        rows.update(digested_at=now)
    return True


def _text(told: list[Text]) -> Text:
    most = inbox_policy()["digest"]["most_lines"]
    zh = [f"· {one.zh}" for one in told[:most]]
    en = [f"· {one.en}" for one in told[:most]]
    if len(told) > most:
        zh.append(f"还有 {len(told) - most} 条。")
        en.append(f"And {len(told) - most} more.")
    return Text(
        "\n".join(["今天有这些新消息：", "", *zh, "", "登录邻里就能看。不想再收，在“消息设置”里去掉邮箱。"]),
        "\n".join(
            ["New today:", "", *en, "", "Sign in to Linli to read. To stop this, clear the address in your settings."]
        ),
    )
