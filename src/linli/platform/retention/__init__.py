"""How long things are kept, and that it is so: what is past its term by the policy ``retention`` goes every night.

A room says in ``<room>/retention.py`` what ends and how (:mod:`.rules`); the terms are the policy's. Erasure on request is
:mod:`linli.platform.privacy.carrying`. Importing this loads no model.
"""

from .rules import Rule, deleting, keep_days, retention_rule

__all__ = ["Rule", "deleting", "keep_days", "retention_rule"]
