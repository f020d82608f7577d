"""Who holds a home: kinds and exact shares. Owners' shares never exceed the whole on any day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from linli.kernel.errors import LinliError, define

from .periods import Period

OWNING = frozenset({"owner", "co_owner"})
MAX_DENOMINATOR = 1_000_000

BAD_SHARE = define(
    "registry.bad_share",
    zh="份额 {share} 不对：业主与共有人在 0 与 1 之间（不含 0），租户与家属没有份额",
    en="The share {share} is not right: owners and co-owners hold more than 0 and at most 1, tenants and family none",
    status=422,
)
SHARES_EXCEED = define(
    "registry.shares_exceed_whole",
    zh="{on} 起各业主份额合计为 {total}，超过了整套房屋",
    en="From {on} the owners' shares add up to {total}, more than the whole home",
    status=409,
)
NOT_A_HOME = define(
    "registry.not_a_home",
    zh="只有房屋可以有权属和住户，{kind} 不可以",
    en="Only a unit can be held or lived in, not a {kind}",
    status=422,
)


def check_share(kind: str, share: Fraction) -> Fraction:
    """The share of an owner in (0, 1], of others 0; denominators up to a million (a share is a fraction, not a measurement)."""
    fits = 0 < share <= 1 if kind in OWNING else share == 0
    if not fits or share.denominator > MAX_DENOMINATOR:
        raise LinliError(BAD_SHARE, share=share)
    return share


def check_shares(held: Sequence[tuple[Period, Fraction]]) -> None:
    """On no day do the shares add up to more than 1. Looks at the days a period starts: only there can a sum grow."""
    for day in sorted({period.start for period, _ in held}):
        total = total_on(held, day)
        if total > 1:
            raise LinliError(SHARES_EXCEED, on=day, total=total)


def total_on(held: Sequence[tuple[Period, Fraction]], day: dt.date) -> Fraction:
    return sum((share for period, share in held if period.holds(day)), Fraction(0))
