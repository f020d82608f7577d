"""Numbers, dates, money and areas as people read them, in Chinese and English.

Pure functions of a value, a language and, where the words depend on today, ``now``. Chinese writes 1140 and 31904.25 without
separators, English 1,140; the space between 汉字 and figures is made by the browser (``text-autospace``), so none is typed.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from linli.kernel.clock import SHANGHAI
from linli.kernel.text import Text

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NOTHING = "—"


def is_english(language: str) -> bool:
    return language.lower().startswith("en")


def words(value: Any, language: str) -> str:
    """A :class:`Text` or ``{"zh", "en"}`` in the language; anything else as it is; ``None`` as nothing."""
    if isinstance(value, dict) and {"zh", "en"} <= value.keys():
        value = Text.from_mapping(value)
    if isinstance(value, Text):
        return close_dots(value.in_(language))
    return "" if value is None else str(value)


def close_dots(sentence: str) -> str:
    """The separator stands without spaces: the middle dot of our type is a full width wide."""
    return sentence.replace(" · ", "·")


def number(value: Any, language: str, *, decimals: int | None = None) -> str:
    """Half-up to ``decimals`` places; without it, whole numbers whole and others as they are written."""
    if value is None or value == "":
        return NOTHING
    exact = Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{exact:{',' if is_english(language) else ''}f}"


def percent(share: Any, language: str, *, decimals: int = 1) -> str:
    """``share`` is 0–1."""
    if share is None:
        return NOTHING
    return f"{number(Decimal(str(share)) * 100, language, decimals=decimals)}%"


def money(fen: int | None, language: str) -> str:
    """To the fen, for ballots and ledgers: 815.36 元, ¥815.36."""
    if fen is None:
        return NOTHING
    yuan = number(Decimal(fen) / 100, language, decimals=2)
    return _yen(yuan) if is_english(language) else f"{yuan} 元"


def money_wan(fen: int | None, language: str) -> str:
    """In 万元 with two places, whole yuan in English: 46.78 万元, ¥467,800."""
    if fen is None:
        return NOTHING
    if is_english(language):
        return _yen(number(Decimal(fen) / 100, language, decimals=0))
    return f"{number(Decimal(fen) / 1_000_000, language, decimals=2)} 万元"


def _yen(figure: str) -> str:
    return f"-¥{figure[1:]}" if figure.startswith("-") else f"¥{figure}"


def area(area_dm2: int | None, language: str) -> str:
    """Integer dm² as square metres with two places."""
    if area_dm2 is None:
        return NOTHING
    return f"{number(Decimal(area_dm2) / 100, language, decimals=2)} {'m²' if is_english(language) else '㎡'}"


def length(length_m: float | None, language: str) -> str:
    """Metres below one kilometre, then kilometres with one place."""
    if length_m is None:
        return NOTHING
    if length_m < 1000:
        return f"{number(length_m, language, decimals=0)} {'m' if is_english(language) else '米'}"
    return f"{number(length_m / 1000, language, decimals=1)} {'km' if is_english(language) else '公里'}"


def minutes(walk_min: float | None, language: str) -> str:
    if walk_min is None:
        return NOTHING
    return f"{number(walk_min, language, decimals=1)} {'min' if is_english(language) else '分'}"


def local(value: dt.datetime) -> dt.datetime:
    return value.astimezone(SHANGHAI) if value.tzinfo else value


def day(value: dt.date | dt.datetime | None, language: str, *, now: dt.datetime) -> str:
    """11月20日, 20 Nov; with the year when it is another one than now's."""
    if value is None:
        return NOTHING
    date = local(value).date() if isinstance(value, dt.datetime) else value
    other_year = date.year != local(now).year
    if is_english(language):
        return f"{date.day} {MONTHS[date.month - 1]}" + (f" {date.year}" if other_year else "")
    return (f"{date.year}年" if other_year else "") + f"{date.month}月{date.day}日"


def weekday(value: dt.date | dt.datetime, language: str) -> str:
    date = local(value).date() if isinstance(value, dt.datetime) else value
    return WEEKDAYS_EN[date.weekday()] if is_english(language) else f"周{WEEKDAYS_ZH[date.weekday()]}"


def clock(value: dt.datetime | dt.time | None) -> str:
    if value is None:
        return NOTHING
    return f"{local(value) if isinstance(value, dt.datetime) else value:%H:%M}"


def moment(value: dt.datetime | None, language: str, *, now: dt.datetime) -> str:
    """今天 15:52, 昨天 15:52, 11月18日 15:52; Today 15:52, 18 Nov 15:52."""
    if value is None:
        return NOTHING
    days = (local(now).date() - local(value).date()).days
    near = {0: Text("今天", "Today"), 1: Text("昨天", "Yesterday"), -1: Text("明天", "Tomorrow")}.get(days)
    return f"{near.in_(language) if near else day(value, language, now=now)} {clock(value)}"


def span(seconds: float, language: str) -> str:
    """Two largest units: 1 小时 28 分, 3 天 4 小时; 1 h 28 min, 3 d 4 h. Under a minute: 不到 1 分."""
    total_min = int(abs(seconds)) // 60
    days, rest = divmod(total_min, 1440)
    hours, mins = divmod(rest, 60)
    english = is_english(language)
    if days:
        parts = [(days, "d" if english else "天"), (hours, "h" if english else "小时")]
    elif hours:
        parts = [(hours, "h" if english else "小时"), (mins, "min" if english else "分")]
    else:
        parts = [(mins, "min" if english else "分")]
    said = " ".join(f"{n} {unit}" for n, unit in parts if n)
    return said or ("under 1 min" if english else "不到 1 分")
