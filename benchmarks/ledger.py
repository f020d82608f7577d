"""Durable transfers a second, the fact of each included, beside pgbench's TPC-B on the same server in the same run; and in batches of 1,000.

Peer: ``pgbench -c 16 -j 2 -s 20 -M prepared`` (TPC-B of the PostgreSQL that Linli brings). Bound: commits a second that the disk syncs,
which both share. Goal: single ≥ 0.7 × TPC-B, batches ≥ 20 × single. A server of its own with fsync and synchronous_commit on.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linli.platform.postgres import Server

SECONDS = int(os.environ.get("LINLI_BENCH_SECONDS", "20"))
N_ACCOUNTS, BATCH = 20_000, 1000
CALL = "ledger_transfer({id}, {book}, 'direct', 'gift', NULL, NULL, ARRAY[{giver}, {taker}], ARRAY[-{n}::bigint, {n}::bigint], NULL, 'system:bench', NULL, now(), '\\x00')"
FACT = """INSERT INTO journal_fact (id, name, version, community_id, subject_id, actor, occurred_at, correlation_id, depth, payload)
VALUES (gen_random_uuid(), 'ledger.transferred', 1, '{community}', gen_random_uuid(), 'system:bench', now(), gen_random_uuid(), 0, '{{"kind":"direct","reason":"gift"}}')"""


@contextmanager
def installation() -> Iterator[tuple[Server, dict[str, str]]]:
    """A migrated database with a book of :data:`N_ACCOUNTS` accounts, on a server of its own."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {
            "LINLI_HOME": f"{folder}/home",
            "LINLI_KEY_FILE": f"{folder}/keys/k",
            "DJANGO_SETTINGS_MODULE": "linli.platform.settings",
        }
        import django

        from linli.platform.home import current_home
        from linli.platform.postgres import Server

        home = current_home()
        home.make()
        server = Server(home)
        server.start()
        try:
            django.setup()
            from linli.platform.migrate import migrate

            migrate()
            yield server, lay(server)
        finally:
            server.stop(mode="fast")


def lay(server: Server) -> dict[str, str]:
    """A community, a book, accounts that may owe without end, so that every transfer succeeds as TPC-B's do."""
    from linli.platform.installation import be_born

    be_born("demo")
    with server.superuser("linli") as root:
        root.execute(
            "INSERT INTO registry_place (id, kind, path, synthetic, community_id, created_at) SELECT i, 'community', ARRAY[i], true, i, now() FROM (SELECT gen_random_uuid() AS i) t"
        )
        community = str(root.execute("SELECT id FROM registry_place").fetchone()[0])
        book = str(
            root.execute(
                "INSERT INTO ledger_book (id, community_id, policy_id, policy_version, opened_at) VALUES (gen_random_uuid(), %s, 'bench', 1, now()) RETURNING id",
                [community],
            ).fetchone()[0]
        )
        root.execute("CREATE TABLE bench_account (n serial PRIMARY KEY, id uuid NOT NULL DEFAULT gen_random_uuid())")
        root.execute("INSERT INTO bench_account SELECT FROM generate_series(1, %s)", [N_ACCOUNTS])
        root.execute(
            "INSERT INTO registry_person (id, community_id, synthetic, created_at) SELECT id, %s, true, now() FROM bench_account",
            [community],
        )
        root.execute(
            "INSERT INTO ledger_account (id, book_id, community_id, person_id, is_source, balance, held, n_entries, opened_at) SELECT id, %s, %s, id, false, 0, 0, 0, now() FROM bench_account",
            [book, community],
        )
        root.execute("GRANT SELECT ON bench_account TO linli_app")
        root.execute("VACUUM ANALYZE")
    return {"community": community, "book": book}


def script(ids: dict[str, str]) -> str:
    call = CALL.format(
        id="gen_random_uuid()", book=f"'{ids['book']}'", n=":amount",
        giver="(SELECT id FROM bench_account WHERE n = :giver)", taker="(SELECT id FROM bench_account WHERE n = :taker)",
    )  # fmt: skip
    lines = [
        f"\\set giver random(1, {N_ACCOUNTS // 2})", f"\\set taker random({N_ACCOUNTS // 2 + 1}, {N_ACCOUNTS})", "\\set amount random(1, 5000)",
        "BEGIN;", f"SELECT set_config('linli.scope', '{ids['community']}', true), set_config('linli.actor', 'system:bench', true);",
        f"SELECT {call};", FACT.format(**ids) + ";", "COMMIT;",
    ]  # fmt: skip
    return "\n".join(lines).replace(
        "'system:bench'", "concat('system', chr(58), 'bench')"
    )  # to pgbench a colon begins a variable


def pgbench(server: Server, role: str, *words: str) -> float:
    """Transactions a second; 0 of what only prepares."""
    from linli.platform.postgres import SUPERUSER, binaries

    login = server.login(SUPERUSER if role == "root" else role, "linli")
    done = subprocess.run(
        [str(binaries() / "pgbench"), *words, login.url()], stdout=subprocess.PIPE, text=True, check=True
    )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    return float(found[1]) if found else 0.0


def batches(server: Server, ids: dict[str, str]) -> float:
    """Transfers a second where 1,000 are one transaction, one fact each."""
    call = CALL.format(id="gen_random_uuid()", book="%(book)s", giver="g.id", taker="t.id", n="(1 + g.n %% 100)")
    statement = f"""SELECT count({call}) FROM generate_series(1, {BATCH}) AS s (i)
        JOIN bench_account g ON g.n = 1 + (s.i * 7 + %(at)s) %% {N_ACCOUNTS // 2} JOIN bench_account t ON t.n = {N_ACCOUNTS // 2} + 1 + (s.i * 13 + %(at)s) %% {N_ACCOUNTS // 2 - 1}"""
    facts = FACT.format(**ids).replace("VALUES (", "SELECT ").rsplit(")", 1)[0] + f" FROM generate_series(1, {BATCH})"
    import psycopg

    n, began = 0, time.perf_counter()
    with psycopg.connect(server.login("linli_app", "linli").url()) as connection:
        while time.perf_counter() - began < SECONDS:
            connection.execute(
                "SELECT set_config('linli.scope', %s, true), set_config('linli.actor', 'system:bench', true)",
                [ids["community"]],
            )
            connection.execute(statement, {"book": ids["book"], "at": n})
            connection.execute(facts)  # no parameters: its signs of percent are none
            connection.commit()
            n += BATCH
    return n / (time.perf_counter() - began)


def main() -> None:
    with installation() as (server, ids):
        pgbench(server, "root", "-i", "-q", "-s", "20")
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            Path(file.name).chmod(0o644)
            file.write(script(ids))
            file.flush()
            rates: dict[str, list[float]] = {"TPC-B": [], "transfer": []}
            for _ in range(2):  # in turn, so that both meet the same machine
                rates["TPC-B"].append(
                    pgbench(server, "root", "-c", "16", "-j", "2", "-M", "prepared", "-T", str(SECONDS))
                )
                rates["transfer"].append(pgbench(server, "linli_app", "-n", "-f", file.name, "-c", "16", "-j", "2", "-M", "prepared", "-T", str(SECONDS)))  # fmt: skip
        peer, single = (sum(one) / len(one) for one in rates.values())
        batch = batches(server, ids)
        print(f"TPC-B {peer:,.0f} /s · transfers with their fact {single:,.0f} /s: {single / peer:.2f}x (goal 0.7)")
        print(f"batches of {BATCH}: {batch:,.0f} /s: {batch / single:.1f}x of single (goal 20)")


if __name__ == "__main__":
    main()
