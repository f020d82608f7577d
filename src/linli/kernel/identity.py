"""The numbers people are known by: the citizen identification number and its check digit, and what other documents look like.

Citizen number: GB 11643-1999 (公民身份号码), 18 characters: six digits of the division of first registration (GB/T 2260), the day of
birth as YYYYMMDD, a sequence of three digits whose last is odd for men and even for women, and a check character by ISO 7064 MOD 11-2.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from .errors import LinliError, define

Kind = Literal["resident", "passport", "other"]
KINDS: tuple[Kind, ...] = ("resident", "passport", "other")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643-1999, 5.2: W(i) = 2^(i-1) mod 11 for the places 18 … 2."""
CHECK_CHARACTERS = "10X98765432"
"""GB 11643-1999, 5.3: by the weighted sum of the first 17 digits mod 11."""

BAD_LENGTH = define(
    "kernel.identity_length",
    zh="身份证号应是 18 位，收到 {got} 位；15 位的旧号 2013 年起停用",
    en="A citizen number has 18 characters, got {got}; the old ones of 15 ended in 2013",
    status=422,
)
BAD_FORM = define(
    "kernel.identity_form",
    zh="身份证号前 17 位应都是数字，末位是数字或 X",
    en="A citizen number has 17 digits and then a digit or X",
    status=422,
)
BAD_CHECK = define(
    "kernel.identity_check",
    zh="身份证号的校验码不对：多半有一位写错，或两位颠倒了",
    en="The check character does not fit: most likely one digit is wrong, or two are swapped",
    status=422,
)
BAD_BIRTH = define(
    "kernel.identity_birth",
    zh="身份证号第 7 到 14 位不是一个日子",
    en="Characters 7 to 14 of the citizen number are not a day",
    status=422,
)
BAD_DIVISION = define(
    "kernel.identity_division",
    zh="身份证号前两位不是任何省级区划的代码",
    en="The first two digits of the citizen number are no province's code",
    status=422,
)
BAD_PASSPORT = define(
    "kernel.passport_form",
    zh="护照号应是 5 到 12 位字母和数字，收到 {got} 位",
    en="A passport number has 5 to 12 letters and digits, got {got}",
    status=422,
)
BAD_OTHER = define(
    "kernel.document_form",
    zh="证件号应是 4 到 30 位字母、数字、短横或括号，收到 {got} 位",
    en="A document number has 4 to 30 letters, digits, hyphens or brackets, got {got}",
    status=422,
)
BAD_KIND = define(
    "kernel.document_kind",
    zh="证件种类应是 {known} 之一",
    en="The kind of document is one of {known}",
    status=422,
)
_PASSPORT = re.compile(r"[A-Z0-9]{5,12}")
_OTHER = re.compile(r"[A-Z0-9()\-一-鿿]{4,30}")


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """What a valid number says. ``sex`` as the registry writes it."""

    number: str
    division: str
    born_on: dt.date
    sex: Literal["female", "male"]


def check_character(first_17: str) -> str:
    """The last character of a citizen number, from its 17 digits (GB 11643-1999, clause 5)."""
    if len(first_17) != 17 or not (first_17.isascii() and first_17.isdigit()):
        raise LinliError(BAD_FORM)
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_17, strict=True))
    return CHECK_CHARACTERS[total % 11]


def read_citizen_number(raw: str, *, provinces: Collection[str] | None = None) -> CitizenNumber:
    """What ``raw`` says, spaces and full-width forms forgiven. ``provinces``: the two-digit codes taken; any, if None.

    Raises one of the ``kernel.identity_*`` errors; none of them repeats the number.
    """
    number = _plain(raw)
    if len(number) != 18:
        raise LinliError(BAD_LENGTH, got=len(number))
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise LinliError(BAD_FORM)
    if number[-1] != check_character(number[:17]):
        raise LinliError(BAD_CHECK)
    try:
        born_on = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise LinliError(BAD_BIRTH) from None
    if provinces is not None and number[:2] not in provinces:
        raise LinliError(BAD_DIVISION)
    return CitizenNumber(number, number[:6], born_on, "male" if int(number[16]) % 2 else "female")


def normal_number(kind: str, raw: str) -> str:
    """The number of a document as it is kept and compared: upper case, without spaces. For ``resident`` see :func:`read_citizen_number`."""
    readers: dict[str, Callable[[str], str]] = {
        "resident": lambda text: read_citizen_number(text).number,
        "passport": lambda text: _formed(text, _PASSPORT, BAD_PASSPORT),
        "other": lambda text: _formed(text, _OTHER, BAD_OTHER),
    }
    if kind not in readers:
        raise LinliError(BAD_KIND, known=", ".join(KINDS))
    return readers[kind](raw)


def mask_number(number: str, *, beside_birth: bool = False) -> str:
    """A number as it is shown without a reason: ``110101********1234``; of others, the last four at most.

    ``beside_birth``: the day of birth stands beside it. Then six digits in front and four behind would be the whole number, so
    province and two last characters are all that is shown: ``11**************34``.
    """
    if len(number) == 18:
        return f"{number[:2]}{'*' * 14}{number[-2:]}" if beside_birth else f"{number[:6]}{'*' * 8}{number[-4:]}"
    shown = min(4, len(number) // 3)
    return "*" * (len(number) - shown) + number[len(number) - shown :]


def _plain(raw: str) -> str:
    """ASCII, upper case, no spaces: full-width ``１Ｘ`` becomes ``1X``."""
    narrow = "".join(chr(ord(one) - 0xFEE0) if 0xFF01 <= ord(one) <= 0xFF5E else one for one in raw)
    return re.sub(r"\s", "", narrow).upper()


def _formed(raw: str, form: re.Pattern[str], error: str) -> str:
    number = _plain(raw)
    if not form.fullmatch(number):
        raise LinliError(error, got=len(number))
    return number
