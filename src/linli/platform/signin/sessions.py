"""The browsers signed in to an account: begun at sign-in, seen with each request, ended by their owner, by an administrator, or by time.

The row is what counts: a session whose row is ended or missing is nobody's at its next request, and an open event stream looks again
every few seconds.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.auth.signals import user_logged_in, user_logged_out

from linli.kernel.clock import now as clock_now
from linli.platform.delivery.outbox import call_off
from linli.platform.models import Account, OpenSession

SLOT = "session_id"
SEEN_EVERY_S = 60
BROWSERS = (("MicroMessenger", "微信 WeChat"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("OPR", "Opera"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"))  # fmt: skip


def browser_name(user_agent: str) -> str:
    """Enough for its owner to know it again, too little to be told apart by: ``Chrome · Android``."""
    parts = [next((name for mark, name in known if mark in user_agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(part for part in parts if part)


def begin(sender: Any, request: Any, user: Account, **_: Any) -> None:
    """At every sign-in, by whatever way: a row, and its id in the fresh session."""
    row = OpenSession.objects.create(account=user, browser=browser_name(request.META.get("HTTP_USER_AGENT", "")))
    request.session[SLOT] = str(row.id)


def close(sender: Any, request: Any, user: Account | None, **_: Any) -> None:
    """At sign-out."""
    known = getattr(request, "session", {}).get(SLOT)
    if known:
        OpenSession.objects.filter(id=known, ended_at=None).update(ended_at=clock_now(), ended_because="signed_out")


def listen() -> None:
    user_logged_in.connect(begin, dispatch_uid="linli.session.begin")
    user_logged_out.connect(close, dispatch_uid="linli.session.close")


def is_open(session: Any, account: Account) -> bool:
    """Whether the browser's session still stands, by its row."""
    known = session.get(SLOT)
    return bool(known) and OpenSession.objects.filter(id=known, account_id=account.pk, ended_at=None).exists()


def note_seen(session: Any) -> None:
    OpenSession.objects.filter(id=session.get(SLOT)).update(seen_at=clock_now())


def list_open(account_id: UUID, *, idle: dt.timedelta, whole: dt.timedelta, now: dt.datetime) -> list[OpenSession]:
    """Those whose next request would still be answered, the last seen first."""
    rows = OpenSession.objects.filter(account_id=account_id, ended_at=None)
    return list(rows.filter(seen_at__gt=now - idle, begun_at__gt=now - whole).order_by("-seen_at"))


def end_sessions(
    account_id: UUID, *, because: str, only: UUID | None = None, but: UUID | None = None, now: dt.datetime | None = None
) -> int:
    """End the account's sessions (``only`` one, or all ``but`` one); how many. All of them: messages on their way are called off too."""
    rows = OpenSession.objects.filter(account_id=account_id, ended_at=None)
    if only is not None:
        rows = rows.filter(id=only)
    elif but is not None:
        rows = rows.exclude(id=but)
    else:
        call_off(account_id)
    return rows.update(ended_at=now or clock_now(), ended_because=because)
