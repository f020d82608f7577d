"""Bilingual text. Chinese comes first, English stands beside it, so a missing translation cannot exist.

Owns the pair and the choice between its halves; which language a person reads is decided by the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

Language = Literal["zh-hans", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages. ``{name}`` marks stand for values given to :meth:`fill`."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh.strip() or not self.en.strip():
            raise ValueError(f"a text needs both languages, got zh={self.zh!r}, en={self.en!r}")

    def fill(self, **values: Any) -> Text:
        """The same text with its ``{name}`` marks replaced, by the fitting half of a value that is a text itself.

        A mark without a value is an error (``KeyError``).
        """
        zh = {name: value.zh if isinstance(value, Text) else value for name, value in values.items()}
        en = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
        return Text(self.zh.format(**zh), self.en.format(**en))

    def in_(self, language: str) -> str:
        """English for any ``en*`` language code, Chinese for every other."""
        return self.en if language.lower().startswith("en") else self.zh

    @classmethod
    def from_mapping(cls, raw: Mapping[str, str]) -> Self:
        """From ``{"zh": …, "en": …}``, as policies write it."""
        return cls(zh=raw["zh"], en=raw["en"])

    def as_mapping(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}

    def __str__(self) -> str:
        return self.zh
