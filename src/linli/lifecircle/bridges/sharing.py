"""Rooms and uses of a day → :func:`linli.engines.timetable.allot`. A session is worth the people it is for."""

from __future__ import annotations

from collections.abc import Sequence

from linli.engines.timetable import Room, Timetable, Use, allot

from ..rules.sharing import Shareable, Sharing, UseKind, near_of

TIME_LIMIT_S = 6.0

__all__ = ["Timetable", "allot_rooms"]


def allot_rooms(sharing: Sharing, rooms: Sequence[Shareable], sessions: Sequence[UseKind]) -> Timetable:
    """One entry of ``sessions`` for each session; slots are the hours of the policy's day."""
    near = near_of(rooms)
    first = sharing.first_hour
    return allot(
        [Room(room.open, room.area_m2, room.holds, room.has, near[n]) for n, room in enumerate(rooms)],
        [
            Use(
                kind.id, kind.length_hours, tuple(hour - first for hour in kind.starts if hour >= first), worth=float(kind.persons), persons=kind.persons,
                needs=kind.needs, noise=kind.noise, bears=kind.bears, change=kind.change_hours,
            )
            for kind in sessions
        ],
        time_limit_s=TIME_LIMIT_S,
    )  # fmt: skip
