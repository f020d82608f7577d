"""Districting: small areas put together into connected units whose people lie between two bounds, as compact as can be.

Owns the search, the proof and the reasons why nothing fits; what the small areas are, and which of them touch, is the caller's.
"""

from .districts import split
from .problem import DistrictingError, counts_that_fit
from .result import Districts

__all__ = ["DistrictingError", "Districts", "counts_that_fit", "split"]
