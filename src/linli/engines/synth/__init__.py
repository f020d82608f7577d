"""A deterministic generator of a believable Chinese neighbourhood, or of people inside an imported map. Nobody in it is real.

Question, method, sources and limits: ``docs/engines/synth.md``.
"""

from .imported import people_for_map
from .model import Neighbourhood
from .neighbourhood import make_neighbourhood
from .policy import SynthPolicy
from .population import Population

__all__ = ["Neighbourhood", "Population", "SynthPolicy", "make_neighbourhood", "people_for_map"]
