"""Siting: which of many possible places to open so that everybody's way is short, or most people have one within reach.

Owns the search and the proof; costs, weights and what is allowed are the caller's. The only clock is the time limit's.
"""

from .cover import max_cover
from .median import p_median
from .problem import SitingError
from .result import MedianSiting, Siting
from .warm import warm

__all__ = ["MedianSiting", "Siting", "SitingError", "max_cover", "p_median", "warm"]
