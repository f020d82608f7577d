"""Packing: modules put into a rectangular plot in rows, so that what they serve together is most."""

from .rows import Module, PackingError, Placed, Plan, pack

__all__ = ["Module", "PackingError", "Placed", "Plan", "pack"]
