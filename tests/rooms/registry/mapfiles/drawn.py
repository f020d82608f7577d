"""Small OSM files drawn by hand for the tests: nodes on a grid of about ten metres, ways by node numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

LON, LAT = 116.3, 40.0
STEP = 0.0001
"""Degrees between grid places: 11.1 m north, 8.5 m east."""


class Drawing:
    """An OSM file in the making. ``node(x, y)`` and ``way(nodes)`` give back their numbers."""

    def __init__(self) -> None:
        self._nodes: list[str] = []
        self._ways: list[str] = []
        self._relations: list[str] = []
        self._n = 0

    def node(self, x: float, y: float, *, number: int | None = None, **tags: str) -> int:
        self._n += 1
        ref = self._n if number is None else number
        place = f'lat="{LAT + y * STEP:.7f}" lon="{LON + x * STEP:.7f}"'
        self._nodes.append(f'<node id="{ref}" version="1" {place}>{_tags(tags)}</node>')
        return ref

    def way(self, nodes: list[int], *, number: int | None = None, **tags: str) -> int:
        self._n += 1
        ref = self._n if number is None else number
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        self._ways.append(f'<way id="{ref}" version="1">{refs}{_tags(tags)}</way>')
        return ref

    def box(self, x: float, y: float, wide: float, high: float, **tags: str) -> int:
        """A closed way around a rectangle."""
        corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
        nodes = [self.node(*corner) for corner in corners]
        return self.way([*nodes, nodes[0]], **tags)

    def path(self, *places: tuple[float, float], **tags: str) -> list[int]:
        """Nodes at the places and a way over them."""
        nodes = [self.node(*place) for place in places]
        self.way(nodes, **({"highway": "footway"} | tags))
        return nodes

    def relation(self, members: list[tuple[str, int, str]], **tags: str) -> int:
        self._n += 1
        inner = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        self._relations.append(f'<relation id="{self._n}" version="1">{inner}{_tags(tags)}</relation>')
        return self._n

    def text(self, *, ways_first: bool = False) -> str:
        parts = [self._ways, self._nodes] if ways_first else [self._nodes, self._ways]
        body = "\n".join([*parts[0], *parts[1], *self._relations])
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="drawn">\n{body}\n</osm>\n'

    def save(self, folder: Path, name: str = "map.osm", **options: Any) -> Path:
        path = folder / name
        path.write_text(self.text(**options), encoding="utf-8")
        return path

    def save_pbf(self, folder: Path, name: str = "map.osm.pbf", *, form: str = "pbf") -> Path:
        """The same as PBF, written by osmium."""
        import osmium

        source = self.save(folder, name + ".osm")
        path = folder / name
        with (
            osmium.SimpleWriter(osmium.io.File(str(path), form), overwrite=True) as writer,
            osmium.io.Reader(str(source)) as reader,
        ):
            osmium.apply(reader, writer)
        return path


def _tags(tags: dict[str, str]) -> str:
    """Keys are written with ``__`` for a colon: ``building__levels``."""
    return "".join(f"<tag k={quoteattr(key.replace('__', ':'))} v={quoteattr(value)}/>" for key, value in tags.items())
