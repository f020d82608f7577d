from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from linli.kernel.mapdata import MapData
from linli.registry.mapfiles import OsmMapping, load_mapping, read_map

from .drawn import Drawing

Read = Callable[[Drawing], MapData]


@pytest.fixture(scope="session")
def mapping() -> OsmMapping:
    return load_mapping("default")


@pytest.fixture
def read(mapping: OsmMapping, tmp_path: Path) -> Read:
    """Reads a drawing as XML, with a path far away added so that every drawing has something to walk on."""

    def reading(drawing: Drawing) -> MapData:
        drawing.path((-500, -500), (-501, -500))
        return read_map(drawing.save(tmp_path), mapping=mapping)

    return reading
