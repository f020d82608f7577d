"""Periods of assessment: ``2026Q3``, ``2026H1``, ``2026``. Days are those of Asia/Shanghai; intervals are half-open."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text

FORM = re.compile(r"(20\d\d)(?:Q([1-4])|H([12]))?")
N_MONTHS = {"quarter": 3, "half_year": 6, "year": 12}
BAD = define(
    "assessment.bad_period",
    zh="“{period}”不是评估期；应像 2026Q3、2026H1 或 2026",
    en="{period} is no period; write it as 2026Q3, 2026H1 or 2026",
    status=422,
)
OTHER_CADENCE = define(
    "assessment.other_cadence",
    zh="“{system}”按{cadence_zh}评，{period} 不是；现在这一期是 {present}",
    en="{system} is assessed by the {cadence_en}, which {period} is not; the present period is {present}",
    status=422,
)
NOT_YET = define(
    "assessment.period_ahead",
    zh="{period} 还没有开始（{first} 开始）",
    en="{period} has not begun yet (it begins on {first})",
    status=422,
)
CADENCES = {
    "quarter": Text("季度", "quarter"),
    "half_year": Text("半年", "half-year"),
    "year": Text("年", "year"),
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """``number`` counts from 1 within the year; 1 for a whole year."""

    year: int
    cadence: str
    number: int = 1

    @classmethod
    def parse(cls, code: str) -> Period:
        """From its code; ``assessment.bad_period`` for anything else."""
        found = FORM.fullmatch(code.strip().upper())
        if found is None:
            raise LinliError(BAD, period=code[:20])
        year, quarter, half = found.groups()
        if quarter:
            return cls(int(year), "quarter", int(quarter))
        return cls(int(year), "half_year", int(half)) if half else cls(int(year), "year")

    @classmethod
    def holding(cls, day: dt.date, cadence: str) -> Period:
        return cls(day.year, cadence, (day.month - 1) // N_MONTHS[cadence] + 1)

    @property
    def code(self) -> str:
        mark = {"quarter": f"Q{self.number}", "half_year": f"H{self.number}", "year": ""}[self.cadence]
        return f"{self.year}{mark}"

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, (self.number - 1) * N_MONTHS[self.cadence] + 1, 1)

    @property
    def end_day(self) -> dt.date:
        """The first day after the period."""
        return self.next().first_day

    @property
    def last_day(self) -> dt.date:
        return self.end_day - dt.timedelta(days=1)

    @property
    def text(self) -> Text:
        zh = {
            "quarter": f"第{'一二三四'[self.number - 1]}季度",
            "half_year": "上半年下半年"[self.number * 3 - 3 : self.number * 3],
            "year": "",
        }
        return Text(f"{self.year} 年{zh[self.cadence]}", self.code if self.cadence == "year" else f"{self.code[4:]} {self.year}")  # fmt: skip

    def next(self) -> Period:
        return self._shifted(1)

    def before(self) -> Period:
        return self._shifted(-1)

    def _shifted(self, n: int) -> Period:
        per_year = 12 // N_MONTHS[self.cadence]
        year, index = divmod(self.year * per_year + self.number - 1 + n, per_year)
        return Period(year, self.cadence, index + 1)

    def reading_day(self, today: dt.date) -> dt.date:
        """The day a live number of this period is read for: its last, or today while it runs."""
        return min(self.last_day, today)


def check_period(code: str, *, cadence: str, system: str, today: dt.date) -> Period:
    """The period named, refused where it is of another cadence or has not begun."""
    period = Period.parse(code)
    if period.cadence != cadence:
        words = CADENCES[cadence]
        raise LinliError(
            OTHER_CADENCE,
            system=system,
            period=period.code,
            cadence_zh=words.zh,
            cadence_en=words.en,
            present=Period.holding(today, cadence).code,
        )
    if period.first_day > today:
        raise LinliError(NOT_YET, period=period.code, first=f"{period.first_day:%Y-%m-%d}")
    return period
