"""The synthetic sample: a neighbourhood made by :mod:`linli.engines.synth`, registered in a demo with its whole recorded past.

Owns turning columns into rows. Everything it writes is marked synthetic; an installation that is not a demo refuses it.
"""

from .loading import LoadedCommunity, lay_street, load_neighbourhood

__all__ = ["LoadedCommunity", "lay_street", "load_neighbourhood"]
