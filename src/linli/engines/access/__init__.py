"""Walking access: how far it is, on foot, from every node of a network to the nearest facility of each category.

Owns the graph, the shortest-path searches over it, and the joining of homes and facilities to its edges. Does not own
what a step costs whom (callers give lengths already weighted) nor any standard's limit.
"""

from .changed import Changed, Link, lowered, raised
from .graph import GraphError, Islands, WalkGraph, islands
from .nearest import Nearest, nearest, nearest_m
from .prepared import PreparedGraph, prepare
from .reach import reach_sum
from .snap import Attached, Snap, snap_to_edges, with_points
from .warm import warm

__all__ = [
    "Attached",
    "Changed",
    "GraphError",
    "Islands",
    "Link",
    "Nearest",
    "PreparedGraph",
    "Snap",
    "WalkGraph",
    "islands",
    "lowered",
    "nearest",
    "nearest_m",
    "prepare",
    "raised",
    "reach_sum",
    "snap_to_edges",
    "warm",
    "with_points",
]
