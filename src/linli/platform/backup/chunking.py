"""Cutting a stream where its content says so, so that a changed line changes one piece and not all that follow.

A gear hash (Xia et al., FastCDC, USENIX ATC 2016) over the last 32 bytes; a cut where its upper 18 bits are zero, never below
:data:`MIN_BYTES` nor above :data:`MAX_BYTES` of a piece. The table of the hash is drawn from a secret, so that the lengths of pieces tell a
stranger nothing about known files. Cost: about 20 ms for a MiB.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

MIN_BYTES = 64 * 1024
MAX_BYTES = 1024 * 1024
CUT_BITS = 18  # a cut every 256 KiB on average beyond the least length
BUFFER_BYTES = 8 * 1024 * 1024
MASK = np.uint32(((1 << CUT_BITS) - 1) << (32 - CUT_BITS))


def gear_table(secret: bytes) -> NDArray[np.uint32]:
    """256 numbers drawn from ``secret``."""
    return np.frombuffer(hashlib.shake_256(b"linli gear" + secret).digest(1024), dtype="<u4").astype(np.uint32)


def cut(stream: Iterable[bytes], table: NDArray[np.uint32]) -> Iterator[bytes]:
    """The pieces of ``stream``, in order, which joined give it again. An empty stream has none."""
    held = bytearray()
    for block in stream:
        held += block
        if len(held) >= BUFFER_BYTES:
            done = yield from _pieces(held, table, is_last=False)
            del held[:done]
    yield from _pieces(held, table, is_last=True)


def _pieces(held: bytearray, table: NDArray[np.uint32], *, is_last: bool) -> Generator[bytes, None, int]:
    """Pieces from the start of ``held``; returns how many bytes they took."""
    whole = bytes(held)
    cuts = _cuts(whole, table)
    start = 0
    while start < len(whole):
        at = int(np.searchsorted(cuts, start + MIN_BYTES))
        end = min(int(cuts[at]), start + MAX_BYTES) if at < len(cuts) else start + MAX_BYTES
        if end > len(whole):
            if not is_last:
                break
            end = len(whole)
        yield whole[start:end]
        start = end
    return start


def _cuts(whole: bytes, table: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Positions after which a piece may end, ascending."""
    hashed = table[np.frombuffer(whole, dtype=np.uint8)]
    for width in (1, 2, 4, 8, 16):  # Σ table[b[i-k]] << k for k < 32, by doubling
        hashed[width:] += hashed[:-width] << np.uint32(width)
    return np.flatnonzero((hashed & MASK) == 0) + 1
