"""Files people add to things of the rooms: checked, re-encoded, kept by content, served by the right of the thing they belong to.

A room names its things with :func:`access_rule`; platform knows them as an opaque kind and id.
"""

from .access import access_rule, may_see
from .keeping import attach, detach, list_attached

__all__ = ["access_rule", "attach", "detach", "list_attached", "may_see"]
