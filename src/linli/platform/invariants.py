"""The invariants of the ground, found here by :mod:`linli.platform.verify`."""

from linli.platform.attachments import invariants as attachments

__all__ = ["attachments"]
