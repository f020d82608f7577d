"""Maps and rows ↔ the arrays of :mod:`linli.engines.access` and :mod:`linli.engines.siting`: the only package of the room that imports
engines.

``walks`` measures; ``field`` answers what a change would do; ``links`` looks for ways that could open.
"""

from .field import Field, HouseChange
from .walks import Measured, measure_walks

__all__ = ["Field", "HouseChange", "Measured", "measure_walks"]
