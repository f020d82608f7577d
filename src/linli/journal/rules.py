"""What may stand in a fact, decided without a database: ids, codes, numbers and dates; never names, phones or free text.

A payload value is None, a boolean, an integer of at most 2**53 - 1 in size, a finite number, an id, a date, an aware instant, a code (at
most 64 printable ASCII characters without a space), or a flat list of those. What is refused is told by its kind and size, not
by its value, which may be somebody's.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from linli.kernel.errors import LinliError, define

INSTALLATION = UUID(int=0)
"""The chain of facts that belong to no community."""
MAX_DEPTH = 8
"""A fact caused by a fact caused by … at most this often: stops alarm -> case -> alarm. Designed here: the longest
wanted loop (find, decide, act, feed back, assess, improve) has six steps."""
MAX_CODE_CHARACTERS = 64  # the hex digits of a SHA-256
MAX_LIST_ITEMS = 500
MAX_PAYLOAD_BYTES = 16_384
MAX_SAFE_INTEGER = 2**53 - 1  # RFC 8785 section 3.1, by way of RFC 7493: what every JSON reader keeps exactly

EVENT_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
CODE = re.compile(r"[\x21-\x7e]{0,64}")
LOOKS_PERSONAL = re.compile(
    r"(\+?86-?)?1[3-9]\d{9}|\d{17}[\dXx]|[^@]+@[^@]+\.[^@]+"
)  # mobile phone, identity card, e-mail

PAYLOAD_REFUSED = define(
    "journal.payload_refused",
    zh="事实 {event} 的字段 {field} 只能放编号、代码、数字和日期，收到 {got}",
    en="Field {field} of fact {event} may hold ids, codes, numbers and dates only, got {got}",
    status=500,
)
PAYLOAD_TOO_LARGE = define(
    "journal.payload_too_large",
    zh="事实 {event} 的内容有 {n_bytes} 字节，最多 {limit_bytes}；大量内容请只记条数和摘要",
    en="The payload of fact {event} has {n_bytes} bytes, at most {limit_bytes}; of bulk, record count and digest",
    status=500,
)
EVENT_REFUSED = define(
    "journal.event_refused",
    zh="{event} 不能作为事实：{why}",
    en="{event} cannot be a fact: {why}",
    status=500,
)
TOO_DEEP = define(
    "journal.too_deep",
    zh="事实 {event} 由一连串 {depth} 个事实引起，最多 {limit} 个；可能是两条规则互相触发",
    en="Fact {event} is caused by a row of {depth} facts, at most {limit}; two rules may be setting each other off",
    status=500,
)

Plain = None | bool | int | float | str | list["Plain"]
HEADER_FIELDS = ("community_id", "subject_id")
_FIELDS: dict[type[Any], tuple[str, ...]] = {}


def check_event(event: Any) -> None:
    """Refuse what is not a frozen dataclass with ``name``, ``version``, ``community_id`` and ``subject_id``."""
    payload_fields(type(event))
    if not isinstance(getattr(event, "subject_id", None), UUID):
        raise LinliError(EVENT_REFUSED, event=event.name, why="subject_id must be a UUID")
    if not isinstance(getattr(event, "community_id", 0), UUID | None):
        raise LinliError(EVENT_REFUSED, event=event.name, why="community_id must be a UUID or None")


def payload_fields(kind: type[Any]) -> tuple[str, ...]:
    """The fields of an event's payload; refuses a class that is no event. Looked at once for each class."""
    known = _FIELDS.get(kind)
    if known is None:
        known = _FIELDS[kind] = _read_fields(kind)
    return known


def _read_fields(kind: type[Any]) -> tuple[str, ...]:
    if not dataclasses.is_dataclass(kind) or not kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        raise LinliError(EVENT_REFUSED, event=kind.__name__, why="not a frozen dataclass")
    name, version = getattr(kind, "name", None), getattr(kind, "version", None)
    if not isinstance(name, str) or not EVENT_NAME.fullmatch(name) or len(name) > MAX_CODE_CHARACTERS:
        raise LinliError(EVENT_REFUSED, event=kind.__name__, why=f"name must read room.past_tense, got {name!r}")
    if not isinstance(version, int) or not 1 <= version < 2**15:
        raise LinliError(EVENT_REFUSED, event=name, why=f"version must be 1 or more, got {version!r}")
    return tuple(field.name for field in dataclasses.fields(kind) if field.name not in HEADER_FIELDS)


def plain_payload(event: Any) -> str:
    """The payload of ``event`` as JSON: every field but community and subject. Refuses free text and anything nested."""
    plain = {name: _plain(getattr(event, name), event.name, name) for name in payload_fields(type(event))}
    text = json.dumps(plain, allow_nan=False, separators=(",", ":"))
    if len(text) > MAX_PAYLOAD_BYTES:
        raise LinliError(PAYLOAD_TOO_LARGE, event=event.name, n_bytes=len(text), limit_bytes=MAX_PAYLOAD_BYTES)
    return text


def check_depth(event_name: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise LinliError(TOO_DEEP, event=event_name, depth=depth, limit=MAX_DEPTH)


def _plain(value: Any, event: str, field: str) -> Plain:
    if isinstance(value, list | tuple | set | frozenset):
        if len(value) > MAX_LIST_ITEMS:
            raise LinliError(PAYLOAD_REFUSED, event=event, field=field, got=f"{len(value)} items")
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [_scalar(item, event, field) for item in items]
    return _scalar(value, event, field)


def _scalar(value: Any, event: str, field: str) -> Plain:
    if isinstance(value, enum.Enum):
        value = value.value
    match value:
        case None | bool():
            plain: Plain = value
        case int() | float() if math.isfinite(value) and abs(value) <= MAX_SAFE_INTEGER:
            plain = value
        case UUID():
            plain = str(value)
        case dt.datetime() if value.tzinfo is not None:
            plain = instant(value)
        case dt.date() if not isinstance(value, dt.datetime):
            plain = value.isoformat()
        case str() if CODE.fullmatch(value) and not LOOKS_PERSONAL.fullmatch(value):
            plain = str(value)
        case _:
            raise LinliError(PAYLOAD_REFUSED, event=event, field=field, got=_kind(value))
    return plain


def _kind(value: Any) -> str:
    """What a refused value is, without saying it."""
    if isinstance(value, str):
        return f"text of {len(value)} characters" + (
            " that looks like a person's" if LOOKS_PERSONAL.fullmatch(value) else ""
        )
    if isinstance(value, int | float):
        return f"a {type(value).__name__} beyond ±(2**53 - 1) or not finite"
    return "a time without a zone" if isinstance(value, dt.datetime) else type(value).__name__


def instant(value: dt.datetime) -> str:
    """The one way a fact writes an instant: UTC, six decimals, ``Z``."""
    return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def free_text(payload: Mapping[str, Any]) -> Iterator[str]:
    """Keys of a stored payload whose values append would refuse today; for the invariant that watches it."""
    for key, value in payload.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict | list) or (isinstance(item, str) and not CODE.fullmatch(item)):
                yield key
                break
