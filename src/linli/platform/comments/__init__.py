"""What people write under a thing of any room: questions and answers for those it reaches, and remarks of staff among themselves.

Owns threads, their limits and their moderation; words are notes (:mod:`linli.platform.notes`). What a thing is, who sees it and who answers for
it, its room says by a :class:`~.kinds.ThreadKind`; whose remarks it takes, by a :class:`~.kinds.RemarkKind`. To neighbours nobody has a name
here; staff see who asks, and each other.
"""

from .kinds import Colleague, RemarkKind, ThreadKind, remark_kind, thread_kind

__all__ = ["Colleague", "RemarkKind", "ThreadKind", "remark_kind", "thread_kind"]
