"""What must hold of the books, for ``linli verify``: nothing made or lost, balances as their entries say, promises held as they stand."""

from __future__ import annotations

from collections.abc import Iterator

from linli.kernel.text import Text
from linli.platform.verify import Finding, findings_of, invariant

UNBALANCED = """
SELECT t.id AS transfer_id, coalesce(sum(e.amount), 0) AS amount FROM ledger_transfer t LEFT JOIN ledger_entry e ON e.transfer_id = t.id
WHERE t.kind IN ('direct', 'post', 'reversal') GROUP BY t.id
HAVING coalesce(sum(e.amount), 0) <> 0 OR count(e.id) <> cardinality(min(t.accounts))
"""
WRONG = """
SELECT a.id AS account_id, a.balance, coalesce(e.total, 0) AS total, a.n_entries, coalesce(e.n, 0) AS n
FROM ledger_account a LEFT JOIN (
    SELECT account_id, sum(amount) AS total, count(*) AS n, max(number) AS newest FROM ledger_entry GROUP BY account_id
) e ON e.account_id = a.id
WHERE NOT a.is_source AND (a.balance <> coalesce(e.total, 0) OR a.n_entries <> coalesce(e.n, 0) OR a.n_entries <> coalesce(e.newest, 0))
"""
RUNNING = """
SELECT e.id AS entry_id FROM (
    SELECT id, balance, sum(amount) OVER (PARTITION BY account_id ORDER BY number) AS running FROM ledger_entry WHERE number IS NOT NULL
) e WHERE e.balance <> e.running
"""
HELD = """
SELECT a.id AS account_id, a.held, coalesce(p.held, 0) AS promised
FROM ledger_account a LEFT JOIN (
    SELECT l.account_id, -sum(l.amount) AS held FROM ledger_transfer t CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS l (account_id, amount)
    WHERE t.kind = 'pending' AND l.amount < 0 AND NOT EXISTS (SELECT 1 FROM ledger_transfer s WHERE s.of_id = t.id AND s.kind IN ('post', 'void'))
    GROUP BY l.account_id
) p ON p.account_id = a.id
WHERE NOT a.is_source AND a.held <> coalesce(p.held, 0)
"""


@invariant("ledger.sums_to_zero", Text("每一笔账合计为零", "Every transfer sums to zero"))
def sums_to_zero() -> Iterator[Finding]:
    yield from findings_of(
        UNBALANCED, "ledger.unbalanced",
        Text("{transfer_id} 的分录合计为 {amount} 或不齐", "The entries of {transfer_id} sum to {amount} or are not all there"),
    )  # fmt: skip


@invariant("ledger.balances", Text("余额等于分录之和", "Balances are the sums of their entries"))
def balances() -> Iterator[Finding]:
    yield from findings_of(
        WRONG, "ledger.wrong_balance",
        Text("{account_id} 余额 {balance}，分录合计 {total}（{n_entries} / {n} 笔）", "{account_id} shows {balance}, its entries {total} ({n_entries} / {n})"),
    )  # fmt: skip
    yield from findings_of(
        RUNNING, "ledger.wrong_running_balance", Text("分录 {entry_id} 的余额不连续", "The running balance at entry {entry_id} is wrong"),
    )  # fmt: skip


@invariant("ledger.promises", Text("预留与未兑现的一致", "What is held is what is promised"))
def promises() -> Iterator[Finding]:
    yield from findings_of(
        HELD, "ledger.wrong_held", Text("{account_id} 预留 {held}，未兑现 {promised}", "{account_id} holds {held}, promised are {promised}"),
    )  # fmt: skip
