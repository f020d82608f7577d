"""The walking graph: checked once, stored in an order that keeps neighbours near each other in memory, then never changed.

Owns the checks of a graph's arrays and its islands. Does not own what a metre costs whom: ``length_m`` may just as well be
seconds or weighted metres, so long as limits and offsets are in the same unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from linli.kernel.errors import LinliError, define

from ._layout import adjacency, component_numbers, depth_first_order, mirrored
from ._search import Streets
from ._types import FloatArray, IntArray

SHAPE = define(
    "access.shape",
    zh="{name} 的形状或类型不对：应为 {expected}，实际为 {got}",
    en="{name} must be {expected}, got {got}",
    status=422,
)
LENGTH = define(
    "access.length",
    zh="{n_edges} 条边的长度不是有限的非负数，例如第 {edges} 条（值 {values}）；长度必须有限且 ≥ 0",
    en="{n_edges} edges have a length that is not finite and >= 0, such as edges {edges} (values {values})",
    status=422,
)
NODE = define(
    "access.node",
    zh="{name} 中有 {n_wrong} 处节点号不存在，例如第 {positions} 项（值 {values}）；应在 0 到 {last} 之间",
    en="{name} names {n_wrong} unknown nodes, such as at positions {positions} (values {values}); "
    "node numbers go from 0 to {last}",
    status=422,
)
OFFSET = define(
    "access.offset",
    zh="{name} 中有 {n_wrong} 个起步距离不是有限的非负数，例如第 {positions} 项（值 {values}）",
    en="{name} has {n_wrong} offsets that are not finite and >= 0, such as at positions {positions} (values {values})",
    status=422,
)
WEIGHT = define(
    "access.weight",
    zh="{n_wrong} 个节点的权重不是有限的数，例如节点 {positions}",
    en="{n_wrong} nodes have a weight that is not finite, such as nodes {positions}",
    status=422,
)
LIMIT = define(
    "access.limit",
    zh="{name} 必须 ≥ 0，实际为 {got}",
    en="{name} must be >= 0, got {got}",
    status=422,
)
N_LISTED = 20
"""How many wrong items an error names; the full count stands beside them."""


class GraphError(LinliError):
    """A graph, its facilities, offsets, weights or limit were refused. ``data`` lists the wrong items (the first 20)."""


class WalkGraph:
    """A network to walk on.

    ``tail, head: int[edges]`` node numbers from 0 to ``n_nodes - 1``; ``length_m: float64[edges]`` finite and >= 0.
    Undirected unless ``directed``: every edge can then be walked both ways. Of parallel edges the shortest counts; loops
    count for nothing; islands are allowed. Wrong arrays raise :class:`GraphError` naming the edges.

    Building costs O(nodes + edges). A graph is never changed afterwards and may be used from several threads at once.
    """

    __slots__ = ("_backward", "_head", "_length_m", "_rank", "_tail", "directed", "n_nodes")

    def __init__(
        self,
        n_nodes: int,
        tail: npt.ArrayLike,
        head: npt.ArrayLike,
        length_m: npt.ArrayLike,
        *,
        directed: bool = False,
    ) -> None:
        if isinstance(n_nodes, bool) or not isinstance(n_nodes, (int, np.integer)) or not 0 <= n_nodes < 2**31 - 1:
            raise GraphError(SHAPE, name="n_nodes", expected="an integer from 0 to 2147483646", got=repr(n_nodes))
        self.n_nodes = int(n_nodes)
        self.directed = bool(directed)
        self._tail = node_array(tail, self.n_nodes, name="tail")
        self._head = node_array(head, self.n_nodes, name="head")
        self._length_m = length_array(length_m)
        if not len(self._tail) == len(self._head) == len(self._length_m):
            got = f"{len(self._tail)}, {len(self._head)} and {len(self._length_m)}"
            raise GraphError(SHAPE, name="tail, head, length_m", expected="of one length", got=got)
        if len(self._tail) >= 2**30:
            raise GraphError(SHAPE, name="tail", expected="fewer than 1073741824 edges", got=str(len(self._tail)))
        for array in (self._tail, self._head, self._length_m):
            array.setflags(write=False)
        self._lay_out()

    @property
    def n_edges(self) -> int:
        return len(self._tail)

    @property
    def tail(self) -> IntArray:
        return self._tail

    @property
    def head(self) -> IntArray:
        return self._head

    @property
    def length_m(self) -> FloatArray:
        return self._length_m

    def __repr__(self) -> str:
        kind = "directed" if self.directed else "undirected"
        return f"WalkGraph({self.n_nodes} nodes, {self.n_edges} edges, {kind})"

    def _lay_out(self) -> None:
        """Number nodes depth first, so that a search touches memory in runs (a fifth to a third faster on real streets)."""
        both = mirrored(self._tail, self._head, self._length_m)
        order = depth_first_order(*adjacency(self.n_nodes, *both)[:2])
        self._rank = np.empty(self.n_nodes, dtype=np.int64)
        self._rank[order] = np.arange(self.n_nodes)
        tail, head = self._rank[self._tail], self._rank[self._head]
        # Searches run from facilities outward, against the direction of walking.
        edges = (head, tail, self._length_m.copy()) if self.directed else mirrored(tail, head, self._length_m)
        self._backward = Streets(*adjacency(self.n_nodes, *edges), _bucket_width(self._length_m), order, self._rank)


@dataclass(frozen=True, slots=True)
class Islands:
    """``component: int64[nodes]`` island of each node, numbered by the lowest node in it; ``sizes: int64[islands]`` nodes."""

    component: IntArray
    sizes: IntArray

    @property
    def main(self) -> int:
        """The largest island (the lowest number at a tie); -1 where there are no nodes."""
        return int(np.argmax(self.sizes)) if len(self.sizes) else -1


def islands(graph: WalkGraph) -> Islands:
    """The parts of a graph that no edge joins. Directions are left aside: a one-way edge joins. O(nodes + edges)."""
    both = mirrored(graph.tail, graph.head, graph.length_m)
    component = component_numbers(*adjacency(graph.n_nodes, *both)[:2])
    return Islands(component, np.bincount(component).astype(np.int64))


def node_array(values: npt.ArrayLike, n_nodes: int, *, name: str) -> IntArray:
    """``values`` as a fresh ``int64[n]`` of node numbers, or :class:`GraphError` naming the positions that are wrong."""
    array = np.asarray(values)
    if array.size == 0:
        array = array.astype(np.int64)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise GraphError(SHAPE, name=name, expected="a one-dimensional array of integers", got=describe(array))
    if array.size and (array.min() < 0 or array.max() >= n_nodes):
        wrong = np.flatnonzero((array < 0) | (array >= n_nodes))
        raise GraphError(NODE, name=name, last=n_nodes - 1, **wrong_items(wrong, array))
    return array.astype(np.int64)


def wrong_items(wrong: IntArray, array: npt.NDArray[Any]) -> dict[str, Any]:
    """The error data for the positions ``wrong`` of ``array``: the count, the first positions and their values."""
    listed = wrong[:N_LISTED]
    return {"n_wrong": len(wrong), "positions": listed.tolist(), "values": array[listed].tolist()}


def is_real(array: npt.NDArray[Any]) -> bool:
    return np.issubdtype(array.dtype, np.integer) or np.issubdtype(array.dtype, np.floating)


def describe(array: npt.NDArray[Any]) -> str:
    return f"{array.dtype}{list(array.shape)}"


def limit_or_inf(limit_m: float | None, *, name: str = "limit_m") -> float:
    """``None`` is no limit. Negative and nan are refused."""
    if limit_m is None:
        return float("inf")
    if not limit_m >= 0:
        raise GraphError(LIMIT, name=name, got=limit_m)
    return float(limit_m)


def length_array(values: npt.ArrayLike) -> FloatArray:
    """``values`` as a fresh ``float64[n]`` of lengths, or :class:`GraphError` naming the edges that are wrong."""
    array = np.asarray(values)
    if array.ndim != 1 or not is_real(array):
        raise GraphError(SHAPE, name="length_m", expected="a one-dimensional array of numbers", got=describe(array))
    lengths = array.astype(np.float64)
    wrong = np.flatnonzero(~(np.isfinite(lengths) & (lengths >= 0)))
    if len(wrong):
        listed = wrong[:N_LISTED]
        raise GraphError(LENGTH, n_edges=len(wrong), edges=listed.tolist(), values=lengths[listed].tolist())
    return lengths + 0.0  # a length of -0.0 becomes 0.0


def _bucket_width(length_m: FloatArray) -> float:
    """The width of a bucket of the search's queue; 0 where lengths differ so much that buckets do not pay.

    The mean length: between half and one and a half of it the time is flat (seen on Amsterdam and Wuhan). A few giant
    lengths (a penalty on a locked gate) would draw the mean away from the streets, hence the median's bound.
    """
    positive = length_m[length_m > 0]
    if not len(positive):
        return 1.0
    with np.errstate(over="ignore"):
        width = float(min(positive.mean(), 4 * np.median(positive)))
        usable = width > np.finfo(np.float64).tiny * 2**20 and positive.max() / width < 2**16
    return width if usable else 0.0
