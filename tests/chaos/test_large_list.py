"""50,000 residents from one workbook, end to end: looked through and written, by the clock and in memory. Run by ``make chaos``."""

from __future__ import annotations

import datetime as dt
import os
import random
import resource
import time
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.rooms.registry.conftest import town, town_database, town_template

__all__ = ["town", "town_database", "town_template"]
N_PEOPLE, N_BUILDINGS = int(os.environ.get("LINLI_PEOPLE", "50000")), 120


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


def test_fifty_thousand_residents_in_under_a_minute(town, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
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
        started, cpu = time.perf_counter(), time.process_time()
        seen = import_people(done, path, actor=LAYER, dry_run=True)
        looked = time.perf_counter() - started
        done.digest = seen.digest
        import_people(done, path, actor=LAYER, dry_run=False)
        took = time.perf_counter() - started
        assert PersonRecord.objects.filter(recorded_at=done.applied_at).count() == N_PEOPLE
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with capsys.disabled():
        print(
            f"\n{N_PEOPLE} residents: preview {looked:.1f} s, preview and import {took:.1f} s ({time.process_time() - cpu:.1f} s of this process), {peak_mb:.0f} MB; {done.counts}"
        )
    assert took < 60
