"""The limits of guessing in force, from the sign-in policy."""

from __future__ import annotations

import datetime as dt
from functools import cache

from linli.kernel.policyfile import find_policy

from .throttle import Limits


@cache
def sign_in_limits() -> Limits:
    body = find_policy("sign_in", "default").body
    return Limits(
        window=dt.timedelta(minutes=body["window_min"]),
        per_name=body["failures_per_name"],
        per_address=body["failures_per_address"],
        per_browser=body["failures_per_browser"],
    )


@cache
def tie_code_life() -> dt.timedelta:
    """How long the code holds by which an administrator ties an outside identity."""
    return dt.timedelta(hours=find_policy("sign_in", "default").body["tie_code_hours"])
