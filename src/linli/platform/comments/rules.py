"""The limits and words of threads, by the policy ``comments``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db import connection

from linli.kernel.errors import LinliError, define
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text

from .kinds import REMARK
from .tables import Comment

DAY = dt.timedelta(days=1)
NO_WORDS = define("platform.comment_empty", zh="写一句话再发", en="Write something before you send it", status=422)
TOO_LONG = define("platform.comment_too_long", zh="最多 {most} 个字，现在 {got} 个", en="At most {most} characters, got {got}", status=422)  # fmt: skip
TOO_MANY = define(
    "platform.comment_too_many",
    zh="一天最多写 {most} 条，明天再写，或打社区电话",
    en="At most {most} a day; write again tomorrow, or telephone the office",
    status=429,
)
NO_REASON = define(
    "platform.comment_reason", zh="选一个原因：{known}", en="Choose a reason: {known}", status=422
)  # fmt: skip
CLOSED = define("platform.comment_closed", zh="这里不能再提问了", en="Nothing can be asked here any more", status=409)


@dataclass(frozen=True, slots=True)
class Limits:
    most_characters: int
    per_day: int
    reasons: dict[str, Text]


@cache
def limits() -> Limits:
    body = find_policy("comments", "default").body
    reasons = {one["id"]: Text.from_mapping(one["title"]) for one in body["reasons"]}
    return Limits(body["most_characters"], body["per_day"], reasons)


def check_words(text: str) -> str:
    words, most = text.strip().replace("\x00", ""), limits().most_characters
    if not words:
        raise LinliError(NO_WORDS)
    if len(words) > most:
        raise LinliError(TOO_LONG, most=most, got=len(words))
    return words


def check_reason(reason: str) -> str:
    known = limits().reasons
    if reason not in known:
        raise LinliError(NO_REASON, known=", ".join(known))
    return reason


def check_pace(account_id: UUID, *, now: dt.datetime) -> None:
    """At most the policy's questions of an account in a day; two sent at once wait for each other here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 41))", [str(account_id)])
    most = limits().per_day
    if (
        Comment.objects.filter(account_id=account_id, parent=None, at__gt=now - DAY)
        .exclude(kind__startswith=REMARK)
        .count()
        >= most
    ):
        raise LinliError(TOO_MANY, most=most)
