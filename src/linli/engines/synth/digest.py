"""One hash for a whole neighbourhood: same parameters, same bytes, whatever the process, the hash seed or the machine's byte order."""

from __future__ import annotations

import datetime as dt
import hashlib
import struct
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import singledispatch
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry


def digest(value: Any) -> str:
    """SHA-256 (hex) over the canonical bytes of dataclasses, arrays, geometries and plain values."""
    state = hashlib.sha256()
    for chunk in canonical(value):
        state.update(len(chunk).to_bytes(8, "little"))
        state.update(chunk)
    return state.hexdigest()


@singledispatch
def canonical(value: Any) -> Iterator[bytes]:
    """Chunks that tell values of different kind, shape or content apart. ``TypeError`` for what has no such form."""
    if not is_dataclass(value):
        raise TypeError(f"no canonical bytes for {type(value)!r}")
    yield f"d{type(value).__name__}".encode()
    for entry in fields(value):
        yield entry.name.encode()
        yield from canonical(getattr(value, entry.name))


@canonical.register
def _array(value: np.ndarray) -> Iterator[bytes]:
    little: npt.NDArray[Any] = value.astype(value.dtype.newbyteorder("<"), copy=False)
    yield f"a{little.dtype.str}{little.shape}".encode()
    yield np.ascontiguousarray(little).tobytes()


@canonical.register
def _geometry(value: BaseGeometry) -> Iterator[bytes]:
    yield b"g" + shapely.to_wkb(value, byte_order=1)


@canonical.register(list)
@canonical.register(tuple)
def _sequence(value: list[Any]) -> Iterator[bytes]:
    yield f"l{len(value)}".encode()
    for item in value:
        yield from canonical(item)


@canonical.register
def _mapping(value: dict) -> Iterator[bytes]:  # type: ignore[type-arg]
    yield from _sequence(sorted(value.items()))


@canonical.register
def _words(value: str) -> Iterator[bytes]:
    yield b"s" + value.encode()


@canonical.register(type(None))
@canonical.register(bool)
@canonical.register(int)
@canonical.register(dt.date)
def _plain(value: Any) -> Iterator[bytes]:
    yield f"{type(value).__name__}{value}".encode()


@canonical.register
def _number(value: float) -> Iterator[bytes]:
    yield b"f" + struct.pack("<d", value)
