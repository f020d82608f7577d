"""A plan in metres laid on the earth: x to the right, y up, turned a little, centred on a point.

The plan is small (a few kilometres), so one tangent scale serves: degrees from the radii of curvature of WGS-84 at the centre.
The scale is off by less than 0.1 % at 3 km; lengths are therefore measured anew on the ellipsoid from the coordinates given out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import Geod

Floats = npt.NDArray[np.float64]
GEOD = Geod(ellps="WGS84")
_A_M = 6378137.0  # WGS 84 semi-major axis, NIMA TR8350.2
_E2 = 6.69437999014e-3  # WGS 84 first eccentricity squared, same
_DECIMALS = 7  # 1e-7 degree is about 1 cm, what OpenStreetMap stores


@dataclass(frozen=True, slots=True)
class Frame:
    """``lon, lat``: the centre in degrees; ``centre_x_m, centre_y_m``: the plan's point that falls on it; ``turn_rad`` anticlockwise."""

    lon: float
    lat: float
    centre_x_m: float = 0.0
    centre_y_m: float = 0.0
    turn_rad: float = 0.0

    def degrees(self, xy_m: Floats) -> Floats:
        """``xy_m: float64[n, 2]`` to ``float64[n, 2]`` longitude and latitude, rounded to 1e-7 degree."""
        x = xy_m[:, 0] - self.centre_x_m
        y = xy_m[:, 1] - self.centre_y_m
        cos, sin = math.cos(self.turn_rad), math.sin(self.turn_rad)
        phi = math.radians(self.lat)
        bend = 1.0 - _E2 * math.sin(phi) ** 2
        east_m = _A_M / math.sqrt(bend) * math.cos(phi)
        north_m = _A_M * (1.0 - _E2) / bend**1.5
        lon = self.lon + np.degrees((cos * x - sin * y) / east_m)
        lat = self.lat + np.degrees((sin * x + cos * y) / north_m)
        return np.round(np.column_stack([lon, lat]), _DECIMALS)


def lengths_m(lon: Floats, lat: Floats, tail: npt.NDArray[np.int64], head: npt.NDArray[np.int64]) -> Floats:
    """Metres on the ellipsoid between the ends of each edge, to the millimetre."""
    if not len(tail):
        return np.zeros(0)
    _, _, metres = GEOD.inv(lon[tail], lat[tail], lon[head], lat[head])
    return np.round(np.asarray(metres, dtype=np.float64), 3)
