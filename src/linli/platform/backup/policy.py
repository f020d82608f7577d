"""How long backups are kept and when they are made, from the backup policy."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from linli.kernel.policyfile import find_policy


@dataclass(frozen=True, slots=True)
class Keeping:
    """How many days, weeks and months keep their newest backup; at which hour one is made; after how long without one people are told."""

    daily: int
    weekly: int
    monthly: int
    hour: int
    overdue: dt.timedelta
    check_every: dt.timedelta


def keeping(policy_id: str = "default") -> Keeping:
    body = find_policy("backup", policy_id).body
    return Keeping(
        daily=body["keep_days"],
        weekly=body["keep_weeks"],
        monthly=body["keep_months"],
        hour=body["hour"],
        overdue=dt.timedelta(hours=body["overdue_h"]),
        check_every=dt.timedelta(days=body["check_every_days"]),
    )
