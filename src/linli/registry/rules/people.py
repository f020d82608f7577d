"""What may be said of a person: names, births, phones, needs; ages by day."""

from __future__ import annotations

import datetime as dt
import re

from linli.kernel.errors import LinliError, define

PHONE_INDEX = "registry.phone"
"""The purpose of the key phones are sealed and blindly indexed with."""
OLDEST_YEARS = 130  # nobody has been shown to live longer; a birth before that is a slip of the pen

BAD_PHONE = define(
    "registry.bad_phone",
    zh="电话应是手机号、带区号的固话或五位短号，收到 {got} 个数字",
    en="A phone is a mobile number, a land line with area code or a five-digit number; got {got} digits",
    status=422,
)
BAD_NAME = define(
    "registry.bad_name",
    zh="名称不能为空，也不能超过 {limit} 个字",
    en="A name needs 1 to {limit} characters",
    status=422,
)
BAD_BIRTH = define(
    "registry.bad_birth",
    zh="出生日期 {born_on} 应在 {earliest} 与 {latest} 之间",
    en="The birth date {born_on} must lie between {earliest} and {latest}",
    status=422,
)
BAD_NEED = define(
    "registry.bad_need",
    zh="需要代码“{need}”不在目录里：{known}",
    en="The need {need!r} is not known: {known}",
    status=422,
)
CARE_NOTE_CHARACTERS = 500
BAD_CARE_NOTE = define(
    "registry.bad_care_note",
    zh="照应说明最多 {limit} 个字，收到 {got} 个",
    en="A note on care has at most {limit} characters, got {got}",
    status=422,
)
NOT_IN_DEMO = define(
    "registry.real_person_in_demo",
    zh="这是演示系统，只收虚构的人，不能登记真人",
    en="This is a demo: it takes made-up people only, never real ones",
    status=409,
)
NOT_IN_REAL = define(
    "registry.synthetic_person_in_real",
    zh="这是正式系统，不收虚构的人",
    en="This is a real installation: it does not take made-up people",
    status=409,
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LAND = re.compile(r"0\d{2,3}\d{7,8}")
_SHORT = re.compile(r"\d{5}|400\d{7}|800\d{7}")


def normal_phone(raw: str) -> str:
    """Digits only, without the country code 86: ``+86 138-0000-0000`` and ``138 0000 0000`` are one number.

    Taken are mobile numbers (11 digits beginning 13–19), land lines with area code, 400 and 800 numbers and five-digit service
    numbers, by the national numbering plan (电信网编号计划, 2017). Raises ``registry.bad_phone`` for anything else.
    """
    digits = re.sub(r"[\s()（）\-－]", "", raw)
    digits = re.sub(r"^(\+86|0086|86(?=1[3-9]\d{9}$))", "", digits)
    if not (_MOBILE.fullmatch(digits) or _LAND.fullmatch(digits) or _SHORT.fullmatch(digits)):
        raise LinliError(BAD_PHONE, got=sum(character.isdigit() for character in raw))
    return digits


def check_name(raw: str, *, limit: int = 80) -> str:
    """The name without outer spaces; ``registry.bad_name`` where nothing is left or it is too long."""
    name = " ".join(raw.split())
    if not 1 <= len(name) <= limit:
        raise LinliError(BAD_NAME, limit=limit)
    return name


def check_birth(born_on: dt.date | None, *, today: dt.date) -> dt.date | None:
    """A birth not after ``today`` and not more than :data:`OLDEST_YEARS` before it; None is "not known"."""
    earliest = latest_birth(OLDEST_YEARS, today)
    if born_on is not None and not earliest <= born_on <= today:
        raise LinliError(BAD_BIRTH, born_on=born_on, earliest=earliest, latest=today)
    return born_on


def check_needs(needs: list[str], *, known: frozenset[str]) -> list[str]:
    """The needs without repetition, sorted; each must be in the catalogue."""
    for need in needs:
        if need not in known:
            raise LinliError(BAD_NEED, need=need, known=", ".join(sorted(known)))
    return sorted(set(needs))


def check_care_note(raw: str) -> str:
    """The note without outer spaces, empty for none; ``registry.bad_care_note`` where it is too long."""
    note = raw.strip()
    if len(note) > CARE_NOTE_CHARACTERS:
        raise LinliError(BAD_CARE_NOTE, limit=CARE_NOTE_CHARACTERS, got=len(note))
    return note


def check_kind_of_life(*, synthetic: bool, installation: str | None) -> None:
    """A demo takes synthetic people only, a real installation real ones only; an unborn one takes neither."""
    if synthetic and installation != "demo":
        raise LinliError(NOT_IN_REAL)
    if not synthetic and installation != "real":
        raise LinliError(NOT_IN_DEMO)


def age_on(born_on: dt.date | None, day: dt.date) -> int | None:
    """Whole years on ``day``. One born on 29 February comes of age on 1 March in common years (民法典 gives no rule of its
    own; the day after 28 February is the first on which the full year has passed)."""
    if born_on is None:
        return None
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


MINOR_BELOW_YEARS = 14
"""All that is known of somebody younger is sensitive (个人信息保护法 28, 31)."""


def is_minor(born_on: dt.date | None, day: dt.date) -> bool:
    """Under 14 on ``day``. Somebody whose birth is not recorded is not taken for one."""
    age = age_on(born_on, day)
    return age is not None and age < MINOR_BELOW_YEARS


def latest_birth(age: int, day: dt.date) -> dt.date:
    """The latest birth of somebody who is at least ``age`` on ``day``."""
    try:
        return day.replace(year=day.year - age)
    except ValueError:  # 29 February in a common year: one born on 28 February has had the birthday
        return dt.date(day.year - age, 2, 28)


REVEAL_REASONS = ("visit", "emergency", "asked_by_person", "correction", "callback", "other")
"""Why a whole number may be looked at; kept in the fact as a code."""
BAD_REASON = define(
    "registry.bad_reveal_reason",
    zh="查看遮住的内容要说明缘由，应是以下之一：{known}",
    en="Looking at what is covered needs a reason, one of: {known}",
    status=422,
)


def check_reveal_reason(reason: str) -> str:
    if reason not in REVEAL_REASONS:
        raise LinliError(BAD_REASON, known=", ".join(REVEAL_REASONS))
    return reason
