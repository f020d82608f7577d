"""What happened, written once: append-only facts, sealed into signed chains; subscribers follow them.

Rooms above use what is named here; importing it loads no model.
"""

from .appending import Cause, append, causing
from .subscription import subscriber

__all__ = ["Cause", "append", "causing", "subscriber"]
