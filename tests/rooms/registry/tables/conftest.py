"""Browsers signed in, as for the registry's other pages."""

from __future__ import annotations

from ..pages.conftest import enter

__all__ = ["enter"]
