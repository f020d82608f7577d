"""The policy of a table that people send in, ready to ask: its columns, the headings and words they go by, its limits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from linli.kernel.policyfile import Policy, find_policy
from linli.kernel.text import Text

KIND = "table_import"
ValueKind = Literal[
    "text", "choice", "day", "phone", "share", "number", "whole", "degrees", "identifier", "flag"
]  # fmt: skip
WORDS_OF: Mapping[str, Callable[[], Any]] = {
    "facility_categories": lambda: find_policy("facility_categories", "cn-community").body["categories"],
    "catalogue/duties": lambda: find_policy("catalogue", "duties").body["entries"],
}
"""Policies whose entries a column takes, by the name a layout calls them."""
_ASIDE = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_MARKS = re.compile(r"[\s*＊:：、,，./／_\-'’‘\"“”]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``headings`` and ``words`` (word → code) are in their :func:`folded` form."""

    id: str
    title: Text
    kind: ValueKind
    headings: frozenset[str]
    examples: tuple[str, ...]
    is_required: bool = False
    is_private: bool = False
    help: Text | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, Text] = field(default_factory=dict)
    """Code → how it is written in a file of ours."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Above these a file is refused. ``unpacked_times``: how many times its packed size a part of a workbook may unpack to."""

    file_bytes: int
    unpacked_bytes: int
    unpacked_times: int
    rows: int
    columns: int
    cell_characters: int
    faults_told: int


@dataclass(frozen=True, slots=True)
class Questions:
    """When moved positions are questioned: metres, and the share of matched rows."""

    shift_from_m: float
    shift_share: float
    same_place_m: float


@dataclass(frozen=True, slots=True)
class Layout:
    id: str
    title: Text
    columns: tuple[Column, ...]
    limits: Limits
    questions: Questions | None

    def column(self, id: str) -> Column:
        return next(column for column in self.columns if column.id == id)


def folded(words: str) -> str:
    """Headings and words as they are compared: NFKC, lower case, without what stands in brackets, spaces and marks."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    return _MARKS.sub("", _ASIDE.sub("", plain)) or _MARKS.sub("", plain)


@cache
def load_layout(id: str) -> Layout:
    """The highest version of the policy ``table_import/<id>``. Read once a process."""
    return _layout(find_policy(KIND, id))


def _layout(policy: Policy) -> Layout:
    limits = {key: value for key, value in policy.body["limits"].items() if key != "reason"}
    asked = policy.body.get("questions")
    questions = Questions(**{key: value for key, value in asked.items() if key != "reason"}) if asked else None
    columns = tuple(_column(raw) for raw in policy.body["columns"])
    return Layout(policy.id, policy.title, columns, Limits(**limits), questions)


def _column(raw: Mapping[str, Any]) -> Column:
    words, said = _words(raw)
    title = Text.from_mapping(raw["title"])
    return Column(
        id=raw["id"],
        title=title,
        kind=raw["kind"],
        headings=frozenset(folded(one) for one in (raw["id"], title.zh, title.en, *raw["headings"])),
        examples=tuple(raw["examples"]),
        is_required=raw.get("is_required", False),
        is_private=raw.get("is_private", False),
        help=Text.from_mapping(raw["help"]) if "help" in raw else None,
        words=words,
        said=said,
    )


def _words(raw: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Text]]:
    """Word → code, and code → its words in a file of ours: the first Chinese and the first English one listed."""
    if "words_of" in raw:
        said = {entry["id"]: Text.from_mapping(entry["title"]) for entry in WORDS_OF[raw["words_of"]]()}
        words = {
            folded(word): code for code, title in said.items() for word in (code, title.zh, title.en)
        }  # fmt: skip
        return words, said
    listed: Mapping[str, Any] = raw.get("words", {})
    words = {folded(word): code for code, known in listed.items() for word in (code, *known)}
    said = {code: Text(_first(known, latin=False), _first(known, latin=True)) for code, known in listed.items()}
    return words, said


def _first(words: Any, *, latin: bool) -> str:
    return next((word for word in words if word.isascii() == latin and not word.isdigit()), words[0])
