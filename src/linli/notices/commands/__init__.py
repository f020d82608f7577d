"""What a person or machine can do with announcements: write, publish, correct, withdraw, read, tell, remind.

All take ``actor=`` and, where the time matters, ``now=``; they run inside ``acting(actor)``.
"""

from .files import add_file, remove_file
from .readers import note_read, remind_readers, tell_households
from .writing import Writing, correct, discard_draft, draft, publish, rewrite, withdraw

__all__ = [
    "Writing",
    "add_file",
    "correct",
    "discard_draft",
    "draft",
    "note_read",
    "publish",
    "remind_readers",
    "remove_file",
    "rewrite",
    "tell_households",
    "withdraw",
]
