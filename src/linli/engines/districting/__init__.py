"""Districting: small areas put together into connected units whose people lie between two bounds, as compact as can be (:func:`split`), or into
blocks that share most of what they have (:func:`pool`).

Owns the search, the proof and the reasons why nothing fits; what the small areas are, and which of them touch, is the caller's.
"""

from .districts import split
from .pool import Pooled, pool
from .problem import DistrictingError, counts_that_fit
from .result import Districts

__all__ = ["DistrictingError", "Districts", "Pooled", "counts_that_fit", "pool", "split"]
