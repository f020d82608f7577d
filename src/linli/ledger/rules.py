"""The policy of a book and what it decides, as pure functions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal
from uuid import UUID

from linli.kernel.errors import LinliError, define
from linli.kernel.policyfile import Policy, find_policy
from linli.kernel.text import Text

Way = Literal["earn", "spend"]
MOST = 10**15
GIFT = "gift"
CODES = {
    GIFT: Text("赠送家人", "Gift within the family"),
    "correction": Text("记错更正", "Correction of an error"),
    "not_needed": Text("用不着了", "No longer needed"),
    "timeout": Text("到期未兑现", "Not settled in time"),
    "done": Text("已办完", "Done"),
}
UNKNOWN_REASON = define(
    "ledger.unknown_reason", zh="这本账没有“{reason}”这一项；可选：{known}",
    en="This book has no reason {reason}; there are: {known}", status=422,
)  # fmt: skip
NOT_AN_AMOUNT = define(
    "ledger.not_an_amount", zh="“{given}”不是这本账能记的数：要大于 0，最细到 1/{per}",
    en="{given} cannot be booked here: more than 0 is needed, in steps of 1/{per}", status=422,
)  # fmt: skip
TOO_MUCH = define(
    "ledger.too_much", zh="一次最多 {most}", en="At most {most} at once", status=422,
)  # fmt: skip
CAPPED = define(
    "ledger.capped", zh="这一项 {days} 天内最多 {most}，已经记了 {had}",
    en="At most {most} for this reason within {days} days; {had} were booked", status=409,
)  # fmt: skip
NOT_ENOUGH = define("ledger.not_enough", zh="余额不够", en="The balance does not suffice", status=409)
OVER_CEILING = define(
    "ledger.over_ceiling", zh="超过了账户的上限", en="This is more than the account may hold", status=409
)
ID_REUSED = define(
    "ledger.id_reused", zh="这个编号已经记过另一笔账，请重新打开表单", en="This id stands for another transfer; open the form anew", status=409,
)  # fmt: skip
SETTLED = define("ledger.settled", zh="这一笔已经兑现或取消过", en="This promise was already settled", status=409)
REVERSED = define("ledger.reversed", zh="这一笔已经冲正过", en="This transfer was already reversed", status=409)
EXPIRED = define("ledger.promise_expired", zh="这一笔预留已经过期", en="This promise has expired", status=409)
NOT_OPEN = define(
    "ledger.account_not_open", zh="有一个账户不在这本账里，或者已经销户", en="An account is not of this book, or is closed", status=409,
)  # fmt: skip
BOOK_CLOSED = define("ledger.book_closed", zh="这本账已经结账", en="This book is closed", status=409)
NOT_REVERSIBLE = define(
    "ledger.not_reversible", zh="只有已经入账的才能冲正", en="Only what was booked can be reversed", status=409,
)  # fmt: skip
NOT_PENDING = define("ledger.not_pending", zh="这一笔不是预留", en="This is not a promise", status=409)
LEGS = define(
    "ledger.legs", zh="一笔账至少两个不同的账户，金额不为 0，合计为 0",
    en="A transfer has two or more different accounts, no amount of 0, and sums to 0", status=422,
)  # fmt: skip
NO_GIFTS = define("ledger.no_gifts", zh="这本账不能赠送", en="This book knows no gifts", status=409)
NOT_FAMILY = define(
    "ledger.not_family", zh="只能送给同一户的家人", en="Gifts go to people of the same household only", status=422
)
SELF = define("ledger.self", zh="不能转给自己", en="A transfer to oneself is none", status=422)
WRONG_HOLDER = define(
    "ledger.wrong_holder", zh="这本账不给这一类开户", en="This book keeps no accounts for holders of that kind", status=422,
)  # fmt: skip
OWN_ACCOUNT = define(
    "ledger.own_account", zh="不能给自己记账，请同事来记", en="You cannot book for yourself; ask a colleague", status=403,
)  # fmt: skip
REFUSALS = {  # constraints of the database, as people are told of them
    "ledger_enough": NOT_ENOUGH,
    "ledger_not_too_much": OVER_CEILING,
    "ledger_settled_once": SETTLED,
    "ledger_reversed_once": REVERSED,
    "ledger_promise_expired": EXPIRED,
    "ledger_account_open": NOT_OPEN,
    "ledger_legs_whole": LEGS,
    "ledger_once_each": LEGS,
}
ANSWERS = {
    "id_reused": ID_REUSED,
    "book_closed": BOOK_CLOSED,
    "not_reversible": NOT_REVERSIBLE,
    "not_pending": NOT_PENDING,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """``most`` booked units at once, ``most_in_days`` within ``days`` (None: no cap)."""

    id: str
    title: Text
    way: Way
    most: int
    most_in_days: int | None
    days: int


@dataclass(frozen=True, slots=True)
class BookPolicy:
    id: str
    version: int
    sha256: str
    title: Text
    unit: Text
    per_shown: int
    holders: tuple[str, ...]
    floor: int
    ceiling: int | None
    promise_days: int
    gives_to: Literal["nobody", "household", "anybody"]
    gives_most: int
    is_public: bool
    public_from_accounts: int
    reasons: Mapping[str, Reason]

    def reason(self, reason_id: str, way: Way | None = None) -> Reason:
        """The reason; ``ledger.unknown_reason`` for one the book does not have (in that way)."""
        found = self.reasons.get(reason_id)
        if found is None or (way is not None and found.way != way):
            known = [one.id for one in self.reasons.values() if way in (None, one.way)]
            raise LinliError(UNKNOWN_REASON, reason=reason_id, known=", ".join(known))
        return found

    def amount(self, given: str) -> int:
        """Booked units of what a person wrote ("1.5"); ``ledger.not_an_amount`` where it is no positive multiple of a unit."""
        wrong = LinliError(NOT_AN_AMOUNT, given=given[:30], per=self.per_shown)
        try:
            units = Decimal(given.strip()) * self.per_shown
        except InvalidOperation:
            raise wrong from None
        if not units.is_finite() or not 0 < units < MOST or units != units.to_integral_value():
            raise wrong
        return int(units)

    def shown(self, amount: int) -> str:
        """An amount in the unit people know, with its sign where negative: 90 minutes are "1.5"."""
        units = (Decimal(amount) / self.per_shown).quantize(Decimal("0.01"))
        text = f"{units:,.2f}".rstrip("0").rstrip(".")
        return text.replace("-", "\N{MINUS SIGN}")

    def title_of(self, reason_id: str) -> Text:
        if reason_id in self.reasons:
            return self.reasons[reason_id].title
        return CODES.get(reason_id, Text(reason_id, reason_id))


@cache
def book_policy(policy_id: str) -> BookPolicy:
    """The newest version there is; an open book stays with its own (``queries.policy_of``)."""
    return read_book(find_policy("ledger_book", policy_id))


def read_book(policy: Policy) -> BookPolicy:
    body = policy.body
    return BookPolicy(
        id=policy.id, version=policy.version, sha256=policy.sha256, title=policy.title,
        unit=Text.from_mapping(body["unit"]["title"]), per_shown=body["unit"]["per_shown"], holders=tuple(body["holders"]),
        floor=body["limits"]["floor"], ceiling=body["limits"]["ceiling"], promise_days=body["limits"]["promise_days"], gives_to=body["gives"]["to"], gives_most=body["gives"]["most"],
        is_public=body["openness"]["to"] == "public", public_from_accounts=body["openness"]["from_accounts"],
        reasons={one["id"]: _reason(one) for one in body["reasons"]},
    )  # fmt: skip


def _reason(entry: Mapping[str, Any]) -> Reason:
    return Reason(
        entry["id"], Text.from_mapping(entry["title"]), entry["way"], entry["most"], entry.get("most_in_days"), entry["days"],
    )  # fmt: skip


def check_award(policy: BookPolicy, reason: Reason, amount: int, *, had: int) -> None:
    """Refuse what is over the reason's limits; ``had`` was booked for it within its days."""
    if amount > reason.most:
        raise LinliError(TOO_MUCH, most=policy.shown(reason.most))
    if reason.most_in_days is not None and had + amount > reason.most_in_days:
        raise LinliError(CAPPED, days=reason.days, most=policy.shown(reason.most_in_days), had=policy.shown(had))


def check_legs(accounts: Sequence[UUID], amounts: Sequence[int]) -> None:
    """Refuse what is no transfer, before the database does: fewer than two accounts, one twice, nothing, huge, or a sum other than 0."""
    whole = all(isinstance(one, int) and not isinstance(one, bool) and 0 < abs(one) < MOST for one in amounts)
    if not whole or len(accounts) != len(amounts) or len(set(accounts)) != len(accounts) or len(accounts) < 2:
        raise LinliError(LEGS)
    if sum(amounts) != 0:
        raise LinliError(LEGS)


def digest_of(*said: object) -> bytes:
    """What two requests of one id must agree in to be the same request."""
    return hashlib.sha256("\x1f".join(map(str, said)).encode()).digest()
