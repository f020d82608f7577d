"""What a mandate may say: the acts, consents and longest time of the ``mandates`` policy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text

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


@dataclass(frozen=True, slots=True)
class MandatePolicy:
    version: int
    max_days: int
    acts: Mapping[str, Text]
    consents: Mapping[str, Text]

    @classmethod
    def read(cls, version: int, body: Mapping[str, Any]) -> MandatePolicy:
        def coded(entries: Sequence[Mapping[str, Any]]) -> dict[str, Text]:
            return {str(entry["id"]): Text.from_mapping(entry["title"]) for entry in entries}

        return cls(version, int(body["max_days"]), coded(body["acts"]), coded(body["consents"]))


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
