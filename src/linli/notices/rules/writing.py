"""What an announcement must say before it may go out, and what may still be done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text

from .policy import NoticesPolicy

BAD_TITLE = define(
    "notices.bad_title",
    zh="标题要有 1 到 {most} 个字，现在 {n} 个",
    en="The title needs 1 to {most} characters, got {n}",
    status=422,
)
BAD_BODY = define(
    "notices.bad_body",
    zh="正文要有 1 到 {most} 个字，现在 {n} 个",
    en="The text needs 1 to {most} characters, got {n}",
    status=422,
)
HALF_ENGLISH = define(
    "notices.half_english",
    zh="英文的标题和正文要么都写，要么都不写",
    en="Write both title and text in English, or neither",
    status=422,
)
NOT_DRAFT = define(
    "notices.not_a_draft",
    zh="这条通知已经发出，不能当草稿改；请用更正",
    en="This announcement has gone out; correct it instead of editing it",
    status=409,
)
NOT_OUT = define(
    "notices.not_published",
    zh="这条通知现在是“{state}”，只有已发布的才能这样做",
    en="This announcement is {state}; only a published one can be treated so",
    status=409,
)
NO_REASON = define(
    "notices.no_reason",
    zh="请写明原因，让看过的人明白（最多 200 字）",
    en="Say why, so that those who have read it understand (at most 200 characters)",
    status=422,
)
SAME_TEXT = define(
    "notices.nothing_corrected",
    zh="和现在的文字一样，没有更正什么",
    en="The text is what it was; nothing was corrected",
    status=422,
)
NOBODY = define(
    "notices.reaches_nobody",
    zh="这样选，一户也到不了；请换地方或人群",
    en="This reaches nobody; choose other places or groups",
    status=422,
)
TOO_SOON = define(
    "notices.reminded_lately",
    zh="{hours} 小时内提醒过一次了，{when} 以后才能再提醒",
    en="They were reminded within {hours} hours; the next time is after {when}",
    status=409,
)
REMINDED_ENOUGH = define(
    "notices.reminded_enough",
    zh="已经提醒过 {n} 次，按规定不再提醒；可以上门或打电话",
    en="They were reminded {n} times, which is all the policy allows; call or visit them",
    status=409,
)
EVERYBODY_READ = define(
    "notices.everybody_read", zh="都看过了，没有人要提醒", en="Everybody has read it; nobody to remind", status=409
)


def check_words(policy: NoticesPolicy, *, title_zh: str, body_zh: str, title_en: str, body_en: str) -> dict[str, str]:
    """The four texts, trimmed; refused where one is empty, too long, or half of the English is missing."""
    said = {
        "title_zh": " ".join(title_zh.split()),
        "title_en": " ".join(title_en.split()),
        "body_zh": _lines(body_zh),
        "body_en": _lines(body_en),
    }
    for name, most, code in (("title", policy.title_max_chars, BAD_TITLE), ("body", policy.body_max_chars, BAD_BODY)):
        n_zh, n_en = len(said[f"{name}_zh"]), len(said[f"{name}_en"])
        if not 1 <= n_zh <= most:
            raise LinliError(code, most=most, n=n_zh)
        if n_en > most * 3:  # the same sentence in English has about three times the characters
            raise LinliError(code, most=most * 3, n=n_en)
    if bool(said["title_en"]) != bool(said["body_en"]):
        raise LinliError(HALF_ENGLISH)
    return said


def check_reason(because: str) -> str:
    reason = " ".join(because.split())
    if not 1 <= len(reason) <= 200:
        raise LinliError(NO_REASON)
    return reason


def may_remind_at(policy: NoticesPolicy, reminded_at: Sequence[dt.datetime]) -> dt.datetime | None:
    """The first instant at which people may be reminded (again); None: never more. ``reminded_at`` in any order."""
    if len(reminded_at) >= policy.reminders_most:
        return None
    if not reminded_at:
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    return max(reminded_at) + dt.timedelta(hours=policy.reminder_gap_hours)


STATE_WORDS = {
    "draft": Text("草稿", "Draft"),
    "published": Text("已发布", "Published"),
    "withdrawn": Text("已撤回", "Withdrawn"),
}


def _lines(text: str) -> str:
    """Line ends as one character; at most one empty line in a row; no control characters."""
    clean = "".join(
        mark for mark in text.replace("\r\n", "\n").replace("\r", "\n") if mark == "\n" or mark.isprintable()
    )
    paragraphs = [line.rstrip() for line in clean.strip().split("\n")]
    return "\n".join(line for n, line in enumerate(paragraphs) if line or paragraphs[n - 1])
