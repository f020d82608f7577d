"""Scheduling: works that wait for each other done by crews that are few, so that the last is done as early as can be."""

from .problem import ScheduleError, Work
from .schedule import Schedule, Wait, schedule

__all__ = ["Schedule", "ScheduleError", "Wait", "Work", "schedule"]
