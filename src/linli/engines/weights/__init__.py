"""Weights and scores over several criteria: judgements (AHP), data (entropy, CRITIC), rounds (Delphi), reliability (alpha), and what they rank."""

from ._types import WeightsError
from .alpha import Alpha, cronbach_alpha
from .data import combine, critic_weights, entropy_weights
from .delphi import Convergence, delphi_convergence
from .judgement import AHP, aggregate_judgements, ahp
from .ranking import Sensitivity, rank_stability, sensitivity, topsis, weighted_sum

__all__ = [
    "AHP",
    "Alpha",
    "Convergence",
    "Sensitivity",
    "WeightsError",
    "aggregate_judgements",
    "ahp",
    "combine",
    "critic_weights",
    "cronbach_alpha",
    "delphi_convergence",
    "entropy_weights",
    "rank_stability",
    "sensitivity",
    "topsis",
    "weighted_sum",
]
