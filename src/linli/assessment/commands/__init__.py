"""What a person or machine can do with an assessment: observe, import, close a period, and carry out plans.

All take ``actor=`` and ``now=``; they run inside ``acting(actor)``.
"""

from .closing import close_period
from .handing import hand_over
from .importing import leave_import, show_import, take_import
from .observing import Entry, collect, record
from .planning import check_plan, do_measure, write_plan

__all__ = [
    "Entry",
    "check_plan",
    "close_period",
    "collect",
    "do_measure",
    "hand_over",
    "leave_import",
    "record",
    "show_import",
    "take_import",
    "write_plan",
]
