"""A value before it is kept: possible at all, of the period, and resting on something."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text

from .period import Period
from .system import Indicator

IMPOSSIBLE = define(
    "assessment.impossible_value",
    zh="{indicator}不可能是 {value}；应在 {least} 到 {most} 之间",
    en="{indicator} cannot be {value}; it lies between {least} and {most}",
    status=422,
)
NOT_A_SHARE = define(
    "assessment.not_a_share",
    zh="{numerator} ÷ {denominator} 是 {share}%，和填的 {value}% 对不上",
    en="{numerator} of {denominator} is {share} %, not the {value} % entered",
    status=422,
)
BAD_DENOMINATOR = define(
    "assessment.bad_denominator",
    zh="分母应大于 0，分子和分母要一起填；现在是 {numerator} / {denominator}",
    en="The denominator must be > 0 and come with a numerator, got {numerator} / {denominator}",
    status=422,
)
OUT_OF_PERIOD = define(
    "assessment.out_of_period",
    zh="数据日期 {day} 不在 {period}（{first} 到 {last}）里，也不能晚于今天",
    en="The date {day} is not in {period} ({first} to {last}), or is after today",
    status=422,
)
NO_EVIDENCE = define(
    "assessment.no_evidence",
    zh="请写依据：哪张表、谁报的、怎么数的（最多 300 字）",
    en="Say what it rests on: which table, who told it, how it was counted (at most 300 characters)",
    status=422,
)
BAD_INTERVAL = define(
    "assessment.bad_interval",
    zh="可能范围 {low} 到 {high} 应把 {value} 包在里面",
    en="The range {low} to {high} must hold the value {value}",
    status=422,
)
ROUNDING = 0.06
"""A share typed with one decimal may be off by half of that, and a little for typing; in percentage points."""
MOST_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody enters. ``value`` in the indicator's unit; ``numerator`` and ``denominator`` together or not at all."""

    measure: str
    value: float
    as_of: dt.date
    quality: str
    evidence: str
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None


def check_entry(entry: Entry, indicator: Indicator, period: Period, *, today: dt.date) -> str:
    """Refuse what cannot be; the evidence, trimmed."""
    check_value(entry.value, indicator)
    _check_parts(entry, indicator)
    if not period.first_day <= entry.as_of <= min(period.last_day, today):
        raise LinliError(
            OUT_OF_PERIOD, day=f"{entry.as_of}", period=period.code, first=f"{period.first_day}", last=f"{period.last_day}"
        )  # fmt: skip
    if entry.low is not None or entry.high is not None:
        low, high = entry.low, entry.high
        if low is None or high is None or not low <= entry.value <= high:
            raise LinliError(BAD_INTERVAL, low=_said(low), high=_said(high), value=_said(entry.value))
    evidence = " ".join(entry.evidence.split())
    if not 1 <= len(evidence) <= MOST_CHARACTERS:
        raise LinliError(NO_EVIDENCE)
    return evidence


def check_value(value: float, indicator: Indicator) -> None:
    low, high = indicator.least, indicator.most
    if not math.isfinite(value) or (low is not None and value < low) or (high is not None and value > high):
        title = indicator.title
        raise LinliError(
            IMPOSSIBLE, indicator=f"{title.zh} {title.en}", value=_said(value), least=_said(low), most=_said(high)
        )  # fmt: skip


def _check_parts(entry: Entry, indicator: Indicator) -> None:
    top, bottom = entry.numerator, entry.denominator
    if top is None and bottom is None:
        return
    if top is None or bottom is None or not math.isfinite(top) or not math.isfinite(bottom) or bottom <= 0:
        raise LinliError(BAD_DENOMINATOR, numerator=_said(top), denominator=_said(bottom))
    if indicator.is_percent and abs(100 * top / bottom - entry.value) > ROUNDING:
        share = f"{100 * top / bottom:.4g}"
        raise LinliError(
            NOT_A_SHARE, numerator=_said(top), denominator=_said(bottom), share=share, value=_said(entry.value)
        )


def _said(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"


QUALITIES = {
    "counted": Text("全数统计", "Counted in full"),
    "measured": Text("实地或仪器测得", "Measured"),
    "sampled": Text("抽样", "Sampled"),
    "estimated": Text("估算", "Estimated"),
    "claimed": Text("有关方自报，未核实", "Claimed, not verified"),
}
HOWS = {"live": Text("取数", "Live"), "hand": Text("手工录入", "By hand"), "import": Text("导入", "Imported")}
