"""The cheapest set of measures that lifts every short indicator far enough, and the next cheapest that does without one of them."""

from .cheapest import Remedy, cheapest_sets

__all__ = ["Remedy", "cheapest_sets"]
