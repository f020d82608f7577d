"""What a table is made of. Declared once per table, at import; holds no rows and no request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from linli.kernel.text import Text

Kind = Literal[
    "text", "number", "percent", "money", "wan", "area", "length", "minutes", "day", "moment", "badge", "flag", "plate"
]
RESERVED = frozenset({"q", "sort", "page", "format"})
ROWS = Text("条", "rows")
RIGHT_ALIGNED = frozenset({"number", "percent", "money", "wan", "area", "length", "minutes"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``value`` takes the row; without it ``key`` is read as attribute, mapping key or ``__`` path.

    Kinds say the unit of the value: ``percent`` a share 0–1, ``money`` and ``wan`` fen, ``area`` dm², ``length`` metres,
    ``minutes`` minutes; ``badge`` a pair (shape, Text); ``flag`` a boolean; ``plate`` a number of identity.
    ``sort`` is the ordering expression (``True``: the key); ``sub`` a second, quieter line; ``narrow`` hides it on phones.
    """

    key: str
    label: Text
    kind: Kind = "text"
    value: Callable[[Any], Any] | None = None
    link: Callable[[Any], str | None] | None = None
    sub: Callable[[Any], Any] | None = None
    sort: str | bool = False
    decimals: int | None = None
    narrow: bool = False

    @property
    def is_right(self) -> bool:
        return self.kind in RIGHT_ALIGNED

    @property
    def is_short(self) -> bool:
        """Kept on one line."""
        return self.kind in ("day", "moment", "plate", "badge", "flag")

    def order_by(self) -> str:
        return self.sort if isinstance(self.sort, str) else self.key


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: Text


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter chip. ``choice`` takes any of its choices (repeat the key in the URL); ``number`` and ``day`` take
    ``<key>_from`` and ``<key>_to``, both inclusive.

    ``field`` is the column of a queryset or the attribute of a row (default: the key). ``apply`` replaces the built-in narrowing:
    it gets the rows and the read value (a list of choice values, or a pair with ``None`` for an open end).
    """

    key: str
    label: Text
    kind: Literal["choice", "number", "day"] = "choice"
    choices: Sequence[Choice] | Callable[[], Sequence[Choice]] = ()
    field: str = ""
    apply: Callable[[Any, Any], Any] | None = None
    unit: Text | None = None

    def all_choices(self) -> Sequence[Choice]:
        return self.choices() if callable(self.choices) else self.choices

    def column(self) -> str:
        return self.field or self.key


@dataclass(frozen=True, slots=True)
class BulkAction:
    """A deed on the selected rows: their keys go as ``row`` to ``url_name`` by POST, which shows a preview before anything changes."""

    url_name: str
    text: Text
    icon: str = "check"


@dataclass(frozen=True, slots=True)
class TableSpec:
    """``search`` are lookups for ``q`` (any may match); ``order`` the order without ``?sort``; ``group`` the heading of a row,
    whose rows must come together; ``is_open_search``: what is searched stands in the address as typed, for tables nobody looks for a
    person in; ``thing`` the counted noun of a row (件, matters); ``row_key`` what selection sends.
    """

    key: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()
    is_open_search: bool = False
    order: str = ""
    page_size: int = 50
    group: Callable[[Any], Text] | None = None
    bulk: tuple[BulkAction, ...] = ()
    row_key: Callable[[Any], str] = lambda row: str(row.pk)
    thing: Text = ROWS
    max_export: int = 100_000

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys):
            raise ValueError(f"table {self.key!r} names a column twice: {keys}")
        clash = RESERVED & {one.key for one in self.filters}
        if clash:
            raise ValueError(f"table {self.key!r}: filter keys {sorted(clash)} are taken by the table itself")

    @property
    def title_key(self) -> str:
        """The column that names a row where rows become cards (phones): the first that is shown there."""
        return next((column.key for column in self.columns if not column.narrow), self.columns[0].key)

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)
