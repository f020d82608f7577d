"""One hash for a whole neighbourhood: same parameters, same bytes, whatever the process, the hash seed or the machine's byte order."""

from __future__ import annotations

import datetime as dt
import hashlib
import struct
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry


def digest(value: Any) -> str:
    """SHA-256 (hex) over the canonical bytes of dataclasses, arrays, geometries and plain values."""
    state = hashlib.sha256()
    for chunk in canonical(value):
        state.update(chunk)
    return state.hexdigest()


def canonical(value: Any) -> Iterator[bytes]:
    """Bytes that tell values of different kind, shape or content apart. ``TypeError`` for what has no such form."""
    if isinstance(value, np.ndarray):
        little = value.astype(value.dtype.newbyteorder("<"), copy=False)
        yield f"a{little.dtype.str}{little.shape}".encode() + np.ascontiguousarray(little).tobytes()
    elif isinstance(value, BaseGeometry):
        yield b"g" + shapely.to_wkb(value, byte_order=1)
    elif is_dataclass(value) and not isinstance(value, type):
        yield f"d{type(value).__name__}".encode()
        for entry in fields(value):
            yield entry.name.encode() + b"="
            yield from canonical(getattr(value, entry.name))
    elif isinstance(value, Mapping):
        yield f"m{len(value)}".encode()
        for key in sorted(value):
            yield from canonical(key)
            yield from canonical(value[key])
    elif isinstance(value, list | tuple):
        yield f"l{len(value)}".encode()
        if value and all(isinstance(item, str) for item in value):
            yield "\x1f".join(value).encode()
        else:
            for item in value:
                yield from canonical(item)
    elif isinstance(value, str):
        yield b"s" + value.encode() + b"\0"
    elif value is None or isinstance(value, bool):
        yield repr(value).encode()
    elif isinstance(value, int | np.integer):
        yield f"i{int(value)};".encode()
    elif isinstance(value, float):
        yield b"f" + struct.pack("<d", value)
    elif isinstance(value, dt.date):
        yield b"t" + value.isoformat().encode()
    else:
        raise TypeError(f"no canonical bytes for {type(value)!r}")
