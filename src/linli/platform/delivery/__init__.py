"""Delivery: short texts to telephones and mailboxes, written in the caller's transaction and carried out by the worker.

``queue(channel="sms", address=…, text=Text(…), kind="sign_in_code", community_id=…)`` is all that rooms need. What a text says, to whom
and when is theirs; that it leaves once, is tried again, gives up visibly and does not flood a number is done here.
"""

from .outbox import queue
from .tables import Channel

__all__ = ["Channel", "queue"]
