"""Timetable: uses put into rooms by the hour, so that the most wanted find one, nobody is disturbed and rooms are not changed more than need be.

Owns the search, the proof and why a use finds nothing; what rooms and uses are is the caller's.
"""

from .allot import allot
from .problem import Obstacle, Room, TimetableError, Use
from .result import Placed, Timetable

__all__ = ["Obstacle", "Placed", "Room", "Timetable", "TimetableError", "Use", "allot"]
