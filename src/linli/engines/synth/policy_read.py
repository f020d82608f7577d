"""A mapping read into frozen dataclasses by their type hints, with every fault told. Owns no meaning."""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar

from linli.kernel.errors import FaultList
from linli.kernel.text import Text

Shape = TypeVar("Shape")
PASSED_OVER = frozenset({"source", "designed_here", "note"})
HEADER = frozenset({"kind", "id", "version", "title", "effective_from", "effective_to", "scope"})


class _Missing:
    pass


_BAD = _Missing()


def read(shape: type[Shape], raw: Mapping[str, Any], faults: FaultList) -> Shape | None:
    """``raw`` as a ``shape``; ``None`` if anything was wrong, told in ``faults`` by the path of the value."""
    value = _dataclass(shape, {key: raw[key] for key in raw if key not in HEADER}, "", faults)
    return None if isinstance(value, _Missing) else typing.cast(Shape, value)


def _wrong(faults: FaultList, path: str, want: str, got: Any) -> _Missing:
    faults.add(f"应是 {want}，现在是 {got!r}", f"must be {want}, got {got!r}", feature=path or None)
    return _BAD


def _dataclass(shape: Any, raw: Any, path: str, faults: FaultList) -> Any:
    if not isinstance(raw, Mapping):
        return _wrong(faults, path, "a mapping", raw)
    hints = typing.get_type_hints(shape)
    values: dict[str, Any] = {}
    for entry in fields(shape):
        here = f"{path}.{entry.name}" if path else entry.name
        if entry.name in raw:
            values[entry.name] = _value(hints[entry.name], raw[entry.name], here, faults)
        elif entry.default is MISSING:
            faults.add("缺少这一项", "is missing", feature=here)
            values[entry.name] = _BAD
    for key in sorted(raw.keys() - {entry.name for entry in fields(shape)} - PASSED_OVER):
        faults.add("不认识的键", "unknown key", feature=f"{path}.{key}" if path else key)
    if any(isinstance(value, _Missing) for value in values.values()):
        return _BAD
    return shape(**values)


def _value(hint: Any, raw: Any, path: str, faults: FaultList) -> Any:  # noqa: PLR0911 one answer for each shape
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return None if raw is None else _value(arguments[0], raw, path, faults)
    if origin is tuple:
        return _tuple(arguments, raw, path, faults)
    if origin is dict:
        return _dict(arguments[1], raw, path, faults)
    if hint is Text:
        if isinstance(raw, Mapping) and all(isinstance(raw.get(key), str) and raw[key].strip() for key in ("zh", "en")):
            return Text.from_mapping(raw)
        return _wrong(faults, path, "a text with zh and en", raw)
    if is_dataclass(hint):
        return _dataclass(hint, raw, path, faults)
    if hint is dt.date:
        try:
            return raw if isinstance(raw, dt.date) else dt.date.fromisoformat(raw)
        except (TypeError, ValueError):
            return _wrong(faults, path, "a date such as 2026-11-20", raw)
    if hint is float and isinstance(raw, int | float) and not isinstance(raw, bool):
        return float(raw)
    if isinstance(raw, hint) and not (hint is int and isinstance(raw, bool)):
        return raw
    return _wrong(faults, path, hint.__name__, raw)


def _tuple(arguments: tuple[Any, ...], raw: Any, path: str, faults: FaultList) -> Any:
    if isinstance(raw, Mapping) and "items" in raw and not raw.keys() - PASSED_OVER - {"items"}:
        raw, path = raw["items"], f"{path}.items"  # a list that says where its numbers come from
    if not isinstance(raw, list | tuple):
        return _wrong(faults, path, "a list", raw)
    hints = [arguments[0]] * len(raw) if arguments[-1] is Ellipsis else list(arguments)
    if len(hints) != len(raw):
        return _wrong(faults, path, f"a list of {len(hints)}", raw)
    items = [_value(hint, item, f"{path}[{i}]", faults) for i, (hint, item) in enumerate(zip(hints, raw, strict=True))]
    return _BAD if any(isinstance(item, _Missing) for item in items) else tuple(items)


def _dict(hint: Any, raw: Any, path: str, faults: FaultList) -> Any:
    if not isinstance(raw, Mapping):
        return _wrong(faults, path, "a mapping", raw)
    items = {str(key): _value(hint, raw[key], f"{path}.{key}", faults) for key in raw if key not in PASSED_OVER}
    return _BAD if any(isinstance(item, _Missing) for item in items.values()) else items
