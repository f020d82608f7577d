"""A map file analysed against a standard: from MapData and policies to coverage, gaps and files. No Django, no database.

Owns the run from file to result and what is written of it. The thought is in :mod:`linli.lifecircle.rules`, the searches are
behind :mod:`linli.lifecircle.bridges`.
"""

from .run import Analysis, GroupResult, Place, analyse

__all__ = ["Analysis", "GroupResult", "Place", "analyse"]
