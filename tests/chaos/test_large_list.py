"""50,000 residents from one workbook, end to end: looked through and written, by the clock and in memory. Run by ``make chaos``.

Beside it stand two bounds of the same machine in the same minute: the same rows by COPY into tables that guard nothing, and the time the
import's two processes had a processor (what the clock shows besides is other people's work).
"""

from __future__ import annotations

import datetime as dt
import os
import random
import resource
import time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.rooms.registry.conftest import town, town_database, town_template

__all__ = ["town", "town_database", "town_template"]
N_PEOPLE, N_BUILDINGS = int(os.environ.get("LINLI_PEOPLE", "50000")), 120
WRITTEN = (
    "registry_person", "registry_personrecord", "registry_household", "registry_residence", "registry_membership", "registry_tenure",
    "registry_tenurerecord", "registry_place", "registry_placerecord", "platform_search_word",
)  # fmt: skip


def write_list(path: Path) -> None:
    """Households of one to four in homes of three entrances, with telephones, relations and tenure. Seeded."""
    draw = random.Random(7)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("居民")
    sheet.append(["姓名", "性别", "出生日期", "手机号", "房号", "与户主关系", "住户类型"])
    made, home = 0, 0
    names = "安柏辰丹恩帆歌涵嘉可兰墨宁欧培晴如思桐维溪叶紫"
    while made < N_PEOPLE:
        building, place = home % N_BUILDINGS + 10, home // N_BUILDINGS
        unit = f"{building}-{place % 3 + 1}-{place // 3 // 4 + 1}{place // 3 % 4 + 1:02d}"
        for at in range(min(draw.choice((1, 2, 3, 3, 4)), N_PEOPLE - made)):
            born = dt.date(1930, 1, 1) + dt.timedelta(days=draw.randrange(33_000))
            name = "示" + "".join(draw.choice(names) for _ in range(3))
            role, tenure = ("户主", "业主") if at == 0 else ("其他亲属", "家属")
            sheet.append([name, draw.choice("男女"), born, f"138{made:08d}", unit, role, tenure])
            made += 1
        home += 1
    book.save(path)


def backend_s() -> float:
    """Processor seconds of the server process behind this connection so far."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def bare_copy() -> tuple[int, float]:
    """Rows, and the seconds COPY takes to write the same rows into tables that have no index, key, trigger or policy."""
    import psycopg
    from django.db import connection, connections, transaction

    owner = connections["owner"]
    n_rows, spent = 0, 0.0
    with transaction.atomic(using="owner"), psycopg.Cursor(connection.connection) as seen:
        with psycopg.Cursor(owner.connection) as bare:
            for table in WRITTEN:
                with seen.copy(f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT binary)") as out:
                    raw = b"".join(bytes(piece) for piece in out)
                bare.execute(f"CREATE TABLE bare_{table} (LIKE {table})")
                started = time.perf_counter()
                with bare.copy(f"COPY bare_{table} FROM STDIN (FORMAT binary)") as into:
                    into.write(raw)
                spent += time.perf_counter() - started
                n_rows += bare.rowcount
        transaction.set_rollback(True, using="owner")
    return n_rows, spent


def test_fifty_thousand_residents_in_under_a_minute(
    town: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from linli.platform.db import acting
    from linli.registry.commands.imports import import_people
    from linli.registry.models import PersonRecord, TableImport
    from tests.rooms.registry.town import LAYER, lay

    path = tmp_path / "50000.xlsx"
    write_list(path)
    with acting(LAYER):
        for number in range(10, 10 + N_BUILDINGS):
            lay("building", f"{number}号楼", town.east)
        done = TableImport.objects.create(
            community_id=town.community, noun="people", file=path.name, upload="x", valid_from=dt.date(2024, 6, 1), started_by="t",
            synthetic=True, columns={"name": 0, "sex": 1, "born_on": 2, "phone": 3, "home": 4, "role": 5, "tenure": 6},
        )  # fmt: skip
        started, mine, server = time.perf_counter(), time.process_time(), backend_s()
        seen = import_people(done, path, actor=LAYER, dry_run=True)
        looked = time.perf_counter() - started
        done.digest = seen.digest
        import_people(done, path, actor=LAYER, dry_run=False)
        took = time.perf_counter() - started
        mine, server = time.process_time() - mine, backend_s() - server
        assert PersonRecord.objects.filter(recorded_at=done.applied_at).count() == N_PEOPLE
        n_rows, copied = bare_copy()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with capsys.disabled():
        print(
            f"\n{N_PEOPLE} residents: preview {looked:.1f} s, preview and import {took:.1f} s; processor: {mine:.1f} s here and"
            f" {server:.1f} s in the server; {peak_mb:.0f} MB. {n_rows} rows bare by COPY: {copied:.1f} s. {done.counts}"
        )
    assert took < 60
