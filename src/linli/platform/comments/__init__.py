"""Questions and answers under a thing of any room: asked by who may see it, answered and kept decent by who answers for it.

Owns threads, their limits and their moderation; words are notes (:mod:`linli.platform.notes`). What a thing is, who sees it and who answers for
it, its room says by a :class:`~.kinds.ThreadKind`. To neighbours nobody has a name here; staff see who asks.
"""

from .kinds import ThreadKind, thread_kind

__all__ = ["ThreadKind", "thread_kind"]
