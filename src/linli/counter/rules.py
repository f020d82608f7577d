"""What may be said and confirmed at the counter, decided from arguments alone."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.errors import LinliError, define

PURPOSE = "counter.service"
"""The purpose of the key what was said and signed is sealed with."""
MAX_NOTE = 500
MAX_SIGNATURE_BYTES = 60_000
MIN_SIGNATURE_BYTES = 300  # an empty canvas compresses to less
MAX_TRIES = 5
CODE_DIGITS = 6
PNG = b"\x89PNG\r\n\x1a\n"
NEEDS = {"phone": "registry.person.change"}
"""The permission a worker needs besides ``counter.serve``, by matter: what is changed on somebody's behalf is still changed by the worker."""

NO_MATTER = define(
    "counter.no_such_matter",
    zh="没有“{matter}”这种代办事项",
    en="There is no matter {matter!r} at the counter",
    status=422,
)
NO_NOTE = define(
    "counter.no_note",
    zh="请写下办了什么，最多 {limit} 个字",
    en="Say what is done, in at most {limit} characters",
    status=422,
)
NOT_OPEN = define(
    "counter.not_open",
    zh="这件事已经办完或取消，不能再改",
    en="This is done or cancelled and stays as it is",
    status=409,
)
WRONG_CODE = define(
    "counter.wrong_code",
    zh="确认码不对，还可以试 {left} 次",
    en="That is not the code; {left} tries are left",
    status=422,
)
NO_MORE_TRIES = define(
    "counter.no_more_tries",
    zh="确认码错了太多次，请改用签名或见证",
    en="Too many wrong codes; confirm by signature or witness",
    status=409,
)
BAD_SIGNATURE = define(
    "counter.bad_signature",
    zh="没有收到签名，请在框里签字",
    en="No signature was received; sign in the frame",
    status=422,
)
WITNESS_IS_SERVER = define(
    "counter.witness_is_server",
    zh="见证人要是另一位工作人员",
    en="The witness must be another worker than the one who serves",
    status=409,
)
SELF = define(
    "counter.not_for_oneself",
    zh="自己的事请另一位工作人员代办",
    en="Your own matter is served by another worker",
    status=409,
)
CHANGED_MEANWHILE = define(
    "counter.changed_meanwhile",
    zh="这个人的资料在此期间改过，请重新开始，按现在的资料核对",
    en="The person's record changed meanwhile; begin anew and check against what it says now",
    status=409,
)
BAD_ENTRY = define(
    "counter.bad_entry",
    zh="第 {number} 条离线记录不完整：{field}",
    en="Offline entry {number} is not whole: {field}",
    status=422,
)
ENTRY_DIFFERS = define(
    "counter.entry_differs",
    zh="第 {number} 条离线记录的编号已经用于另一份内容",
    en="The key of offline entry {number} was used for different content",
    status=409,
)


def check_matter(matter: str, *, known: frozenset[str]) -> str:
    if matter not in known:
        raise LinliError(NO_MATTER, matter=matter[:40])
    return matter


def check_note(note: str, *, needed: bool) -> str:
    said = " ".join(note.replace("\x00", " ").split())
    if len(said) > MAX_NOTE or (needed and not said):
        raise LinliError(NO_NOTE, limit=MAX_NOTE)
    return said


def check_signature(data_url: str) -> str:
    """The base64 of a PNG as a canvas gives it, without its head; refused where it is no picture, empty or too large."""
    head, _, body = data_url.partition(",")
    if head != "data:image/png;base64" or len(body) > MAX_SIGNATURE_BYTES * 4 // 3 + 4:
        raise LinliError(BAD_SIGNATURE)
    try:
        picture = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise LinliError(BAD_SIGNATURE) from None
    if not picture.startswith(PNG) or not MIN_SIGNATURE_BYTES <= len(picture) <= MAX_SIGNATURE_BYTES:
        raise LinliError(BAD_SIGNATURE)
    return body


@dataclass(frozen=True, slots=True)
class Entry:
    """Something written down without the network. ``written_at`` is the counter's own clock, told but not believed."""

    key: UUID
    name: str
    home: str
    matter: str
    note: str
    signature: str
    written_at: str


def read_entry(said: object, number: int) -> Entry:
    """One entry as the counter's page sends it; a refusal names the field."""
    if not isinstance(said, dict):
        raise LinliError(BAD_ENTRY, number=number, field="entry")
    text = {name: said.get(name, "") for name in ("key", "name", "home", "matter", "note", "signature", "written_at")}
    for name, value in text.items():
        if (
            not isinstance(value, str)
            or (name in ("name", "home") and not 1 <= len(value.strip()) <= 80)
            or "\x00" in value
        ):
            raise LinliError(BAD_ENTRY, number=number, field=name)
    try:
        key = UUID(text["key"])
    except ValueError:
        raise LinliError(BAD_ENTRY, number=number, field="key") from None
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?|", text["written_at"]):
        raise LinliError(BAD_ENTRY, number=number, field="written_at")
    return Entry(
        key, text["name"].strip(), text["home"].strip(), text["matter"], check_note(text["note"], needed=True),
        check_signature(text["signature"]) if text["signature"] else "", text["written_at"][:25],
    )  # fmt: skip
