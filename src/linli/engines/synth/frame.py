"""A plan in metres laid on the earth: x to the right, y up, turned a little, centred on a point."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from linli.kernel.geo import LocalMetres, geodesic_m

Floats = npt.NDArray[np.float64]
DECIMALS = 7  # 1e-7 degree is about 1 cm, what OpenStreetMap stores; it also makes the last bit of a sine on another machine harmless


class Frame:
    """``lon, lat``: the centre in degrees; ``centre_m``: the plan's point that falls on it; ``turn_rad``: turned anticlockwise."""

    def __init__(self, lon: float, lat: float, centre_m: tuple[float, float], turn_rad: float) -> None:
        self._local = LocalMetres(lon, lat)
        self._centre = centre_m
        self._cos, self._sin = math.cos(turn_rad), math.sin(turn_rad)

    def degrees(self, xy_m: Floats) -> Floats:
        """``xy_m: float64[n, 2]`` to ``float64[n, 2]`` longitude and latitude, rounded to 1e-7 degree."""
        x, y = xy_m[:, 0] - self._centre[0], xy_m[:, 1] - self._centre[1]
        lon, lat = self._local.to_lonlat(self._cos * x - self._sin * y, self._sin * x + self._cos * y)
        return np.asarray(np.round(np.column_stack([lon, lat]), DECIMALS), np.float64)


def lengths_m(lon: Floats, lat: Floats, tail: npt.NDArray[np.int64], head: npt.NDArray[np.int64]) -> Floats:
    """Metres on the ellipsoid between the ends of each edge, to the millimetre."""
    return np.round(geodesic_m(lon[tail], lat[tail], lon[head], lat[head]), 3)
