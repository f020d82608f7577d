"""Which characters count, and as what: one number for every form of a letter, nothing for what carries no meaning."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from ._hans import SIMPLIFIED, TRADITIONAL
from ._types import CodeArray, IntArray

LETTER = np.uint32(1 << 31)
"""Marks a letter of a script written in words, such as latin."""
_LAST = 0x3FFFF
"""Beyond lie only private characters and variation marks."""


def _one(char: str) -> str:
    """The usual form of a character: full width to half width, capital to small."""
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 else char


def _is_ideograph(code: int) -> bool:
    return 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= _LAST or code == 0x3007


@lru_cache(maxsize=1)
def fold_table() -> CodeArray:
    """``fold[code point]``: 0 for what is passed over (digits, marks, blanks, emoji), else the code point to count, letters with :data:`LETTER`.

    Digits are passed over because in reports they are amounts, dates and house numbers; places have a reader of their own.
    """
    table = np.zeros(_LAST + 1, np.uint32)
    simplified = dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))
    for code in range(0x20000):
        if 0xD800 <= code <= 0xDFFF:
            continue
        char = chr(code)
        if not char.isalpha() and code != 0x3007:
            continue
        plain = ord(simplified.get(one := _one(char), one))
        table[code] = plain if _is_ideograph(plain) else np.uint32(plain) | LETTER
    table[0x20000:] = np.arange(0x20000, _LAST + 1, dtype=np.uint32)
    return table


def as_codes(texts: Sequence[str]) -> tuple[CodeArray, IntArray]:
    """All code points of the texts in one row, and where each text begins: ``codes[n]``, ``starts[texts + 1]``."""
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=starts[1:])
    encoding = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"
    return np.frombuffer("".join(texts).encode(encoding, "surrogatepass"), np.uint32), starts
