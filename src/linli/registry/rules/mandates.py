"""What a mandate may say: the acts, consents and longest time of the ``mandates`` policy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text

from .people import age_on

NOT_AN_ACT = define(
    "registry.mandate_acts",
    zh="委托要写明办哪些事；可选：{known}，收到：{got}",
    en="A mandate names its acts; there are: {known}; got: {got}",
    status=422,
)
NOT_A_CONSENT = define(
    "registry.mandate_consent",
    zh="写明本人是怎么同意的；可选：{known}",
    en="Say how the person agreed; there are: {known}",
    status=422,
)
TOO_LONG = define(
    "registry.mandate_period",
    zh="委托从 {start} 起最长 {max_days} 天，到期可以再委托；收到的截止日是 {end}",
    en="A mandate from {start} lasts at most {max_days} days and may be given anew; it would end {end}",
    status=422,
)
NOT_A_RELATION = define(
    "registry.guardian_relation",
    zh="写明凭什么是监护人；可选：{known}",
    en="Say what makes them the guardian; there are: {known}",
    status=422,
)
NOT_A_MINOR = define(
    "registry.guardian_of_adult",
    zh="满 {years} 岁的人自己做主；别人替他办要本人委托。出生日期没登记的，先补上",
    en="Who is {years} decides alone; others act by their consent. A birth that is not recorded is recorded first",
    status=422,
)
NOT_OF_AGE = define(
    "registry.guardian_age",
    zh="监护人要登记在册，并且满 {years} 岁",
    en="A guardian is a registered person of {years} or older",
    status=422,
)
NO_EVIDENCE = define(
    "registry.guardian_evidence",
    zh="写明凭什么证件核对的，如 户口簿、出生医学证明、法院判决（2 到 120 个字）",
    en="Say which paper you saw: household book, birth certificate, court decision (2 to 120 characters)",
    status=422,
)


@dataclass(frozen=True, slots=True)
class MandatePolicy:
    version: int
    max_days: int
    acts: Mapping[str, Text]
    consents: Mapping[str, Text]
    majority_years: int
    guardian_acts: tuple[str, ...]
    relations: Mapping[str, Text]

    @classmethod
    def read(cls, version: int, body: Mapping[str, Any]) -> MandatePolicy:
        def coded(entries: Sequence[Mapping[str, Any]]) -> dict[str, Text]:
            return {str(entry["id"]): Text.from_mapping(entry["title"]) for entry in entries}

        return cls(
            version, int(body["max_days"]), coded(body["acts"]), coded(body["consents"]),
            int(body["guardianship"]["majority_years"]), tuple(body["guardianship"]["acts"]), coded(body["guardianship"]["relations"]),
        )  # fmt: skip


def check_mandate(
    policy: MandatePolicy, *, acts: Sequence[str], consent: str, start: dt.datetime, end: dt.datetime
) -> None:
    """Refuse unknown or no acts, an unknown consent, and a time that is empty or longer than the policy allows."""
    unknown = sorted(set(acts) - set(policy.acts))
    if unknown or not acts:
        raise LinliError(NOT_AN_ACT, known=", ".join(policy.acts), got=", ".join(unknown) or "–")
    if consent not in policy.consents:
        raise LinliError(NOT_A_CONSENT, known=", ".join(policy.consents))
    if not start < end <= start + dt.timedelta(days=policy.max_days):
        raise LinliError(TOO_LONG, start=start.date(), max_days=policy.max_days, end=end.date())


def comes_of_age(policy: MandatePolicy, born_on: dt.date | None, day: dt.date) -> dt.date:
    """The day a minor comes of age: until then a guardian acts. ``registry.guardian_of_adult`` for others, and where no birth is recorded."""
    age = age_on(born_on, day)
    if born_on is None or age is None or age >= policy.majority_years:
        raise LinliError(NOT_A_MINOR, years=policy.majority_years)
    year = born_on.year + policy.majority_years
    try:
        return born_on.replace(year=year)
    except ValueError:  # born on 29 February
        return dt.date(year, 3, 1)


def check_guardian(
    policy: MandatePolicy, *, relation: str, evidence: str, born_on: dt.date | None, day: dt.date
) -> None:
    """Refuse an unknown relation, no evidence, and a guardian who is not of age by the register (``born_on``)."""
    if relation not in policy.relations:
        raise LinliError(NOT_A_RELATION, known=", ".join(policy.relations))
    if not 2 <= len(evidence.strip()) <= 120:
        raise LinliError(NO_EVIDENCE)
    age = age_on(born_on, day)
    if age is None or age < policy.majority_years:
        raise LinliError(NOT_OF_AGE, years=policy.majority_years)
