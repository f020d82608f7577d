"""Shapes between degrees and the flat metres the analysis works in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from linli.kernel.geo import LocalMetres
from linli.kernel.mapdata import MapData


def plane_of(data: MapData) -> LocalMetres:
    """The flat metres around the middle of the map. ``ValueError`` for an empty map."""
    west, south, east, north = data.bounds()
    return LocalMetres((west + east) / 2, (south + north) / 2)


def flatten(plane: LocalMetres, shape: BaseGeometry) -> BaseGeometry:
    """``shape`` in degrees as the same shape in the metres of ``plane``."""
    return shapely.transform(shape, lambda at: np.column_stack(plane.to_xy_m(at[:, 0], at[:, 1])))


def unflatten(plane: LocalMetres, shape: BaseGeometry) -> BaseGeometry:
    """``shape`` in the metres of ``plane`` as the same shape in degrees."""
    return shapely.transform(shape, lambda at: np.column_stack(plane.to_lonlat(at[:, 0], at[:, 1])))


def middles(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """The middle of each shape, ``float64[shapes, 2]``: its centroid where that lies inside, else a point inside it."""
    if not len(shapes):
        return np.zeros((0, 2))
    middle = shapely.centroid(shapes)
    inside = shapely.covers(shapes, middle)
    middle = np.where(inside, middle, shapely.point_on_surface(shapes))
    return np.column_stack((shapely.get_x(middle), shapely.get_y(middle)))
