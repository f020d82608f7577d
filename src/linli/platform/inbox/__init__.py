"""One list for each account of what happened that concerns it. Entries hold ids; what they say, their room says when they are shown."""

from .entries import count_unread, mark_read, tell_accounts, tell_these
from .kinds import Shown, inbox_kind

__all__ = ["Shown", "count_unread", "inbox_kind", "mark_read", "tell_accounts", "tell_these"]
