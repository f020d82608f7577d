"""What a person or machine can do with cases. All take ``actor=`` and ``now=`` and run inside ``acting(actor)``."""

from ..models import Way
from .dispatching import ask_party, assign, escalate, give_back, join
from .handling import call_back, erase_words, extend, move, pause, publish, reply, resume, retype, urge
from .intake import (
    Report,
    add_photo,
    discard_draft,
    keep_draft,
    open_case,
    remove_photo,
    report_for,
    send_draft,
    support,
)
from .looking import forget_filter, keep_filter
from .merging import merge, part
from .ticking import tick

__all__ = [
    "Report",
    "Way",
    "add_photo",
    "ask_party",
    "assign",
    "call_back",
    "discard_draft",
    "erase_words",
    "escalate",
    "extend",
    "forget_filter",
    "give_back",
    "join",
    "keep_draft",
    "keep_filter",
    "merge",
    "move",
    "open_case",
    "part",
    "pause",
    "publish",
    "remove_photo",
    "reply",
    "report_for",
    "resume",
    "retype",
    "send_draft",
    "support",
    "tick",
    "urge",
]
