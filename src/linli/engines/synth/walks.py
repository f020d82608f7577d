"""The walk network while it is drawn: nodes and edges in metres, and straight tracks that doors and gates join where they meet.

Owns the drawing only; the finished network is :class:`linli.kernel.mapdata.WalkNetwork`.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np

from linli.kernel.mapdata import EDGE_KINDS, WalkNetwork

from .frame import Frame, lengths_m

KIND = {name: number for number, name in enumerate(EDGE_KINDS)}


@dataclass(slots=True)
class Walks:
    """Nodes are shared by place: two within the same centimetre are one."""

    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    edges: list[tuple[int, int, int, bool]] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)
    _at: dict[tuple[int, int], int] = field(default_factory=dict)

    def node(self, x: float, y: float) -> int:
        key = (round(x * 100), round(y * 100))
        number = self._at.get(key)
        if number is None:
            number = self._at[key] = len(self.x)
            self.x.append(x)
            self.y.append(y)
        return number

    def edge(self, tail: int, head: int, kind: str, *, locked: bool = False) -> int:
        """Join two nodes; returns the edge's number."""
        self.edges.append((tail, head, KIND[kind], locked))
        return len(self.edges) - 1

    def path(self, points: list[tuple[float, float]], kind: str = "path") -> list[int]:
        """A line through ``points``; returns its nodes."""
        nodes = [self.node(*point) for point in points]
        for tail, head in itertools.pairwise(nodes):
            if tail != head:
                self.edge(tail, head, kind)
        return nodes

    def track(self, x0: float, y0: float, x1: float, y1: float, kind: str = "path") -> Track:
        """A straight line that others may meet; its edges are drawn by :meth:`finish`."""
        track = Track(self, x0, y0, x1, y1, kind)
        self.tracks.append(track)
        return track

    def finish(self, frame: Frame) -> WalkNetwork:
        """Draw the tracks and lay everything on the earth. Node and way numbers of a source there are none: 0."""
        for track in self.tracks:
            track.draw()
        degrees = frame.degrees(np.column_stack([np.asarray(self.x), np.asarray(self.y)]))
        lon, lat = np.ascontiguousarray(degrees[:, 0]), np.ascontiguousarray(degrees[:, 1])
        table = np.asarray([(tail, head, kind, locked) for tail, head, kind, locked in self.edges], dtype=np.int64)
        tail, head = np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])
        return WalkNetwork(
            lon=lon,
            lat=lat,
            node_ref=np.zeros(len(lon), np.int64),
            tail=tail,
            head=head,
            length_m=lengths_m(lon, lat, tail, head),
            kind=table[:, 2].astype(np.uint8),
            locked=table[:, 3].astype(np.bool_),
            way_ref=np.zeros(len(tail), np.int64),
        )


@dataclass(slots=True)
class Track:
    """A straight way along an axis. Whoever meets it gets a node on it; stretches may be of another kind (steps on a bridge)."""

    walks: Walks
    x0: float
    y0: float
    x1: float
    y1: float
    kind: str
    met: list[tuple[float, float]] = field(default_factory=list)
    stretches: list[tuple[float, float, str]] = field(default_factory=list)

    @property
    def level(self) -> bool:
        """Whether it runs along x."""
        return abs(self.y1 - self.y0) < 1e-9

    def meet(self, x: float, y: float) -> int:
        """The node of this track nearest to the point (within its ends)."""
        if self.level:
            x, y = min(max(x, min(self.x0, self.x1)), max(self.x0, self.x1)), self.y0
        else:
            x, y = self.x0, min(max(y, min(self.y0, self.y1)), max(self.y0, self.y1))
        self.met.append((x, y))
        return self.walks.node(x, y)

    def becomes(self, start: float, end: float, kind: str) -> None:
        """From ``start`` to ``end`` along its axis the way is of ``kind``."""
        self.stretches.append((min(start, end), max(start, end), kind))
        for at in (start, end):
            self.meet(*((at, self.y0) if self.level else (self.x0, at)))

    def draw(self) -> None:
        axis = 0 if self.level else 1
        points = sorted({(self.x0, self.y0), (self.x1, self.y1), *self.met}, key=lambda point: point[axis])
        for here, there in itertools.pairwise(points):
            tail, head = self.walks.node(*here), self.walks.node(*there)
            if tail != head:
                middle = (here[axis] + there[axis]) / 2
                kind = next((k for low, high, k in self.stretches if low < middle < high), self.kind)
                self.walks.edge(tail, head, kind)
