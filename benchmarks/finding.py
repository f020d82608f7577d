"""What the search costs at 100,000 people, on a PostgreSQL of its own.

Peer, in the same run, as the same serving role under the same row-level security: ``ilike``, the search as it was before, ``name ILIKE '%…%'``
on the register's own rows, counted and the first eight by name. It answers characters only; for sound and initials there is no peer, and the
time alone is told. ``of_ilike`` is the ratio of medians.

Run: ``python benchmarks/finding.py``; prints one JSON object. Takes about a minute.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

N_PEOPLE = 100_000
ROUNDS = 15
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕单仇解"
GIVEN = "秀英伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文华建国红玉梅志海春燕小雨晨宇欣怡子涵梓轩浩然"
ASKED = ("秀英", "王秀英", "王", "wangxiuying", "wxy", "xy", "wangx", "王 5678", "5678", "xiu")
WRITTEN = ("秀英", "王秀英", "王")


def main() -> None:
    from linli.platform.testkit import TestDatabases, enter_test_home, using_database

    home = enter_test_home()
    import django

    django.setup()
    databases = TestDatabases(home)
    databases.start()
    try:
        from linli.platform.migrate import migrate

        databases.ensure_template("bench_finding", lambda: (migrate(), None)[1])
        with databases.copy("bench_finding", "bench") as name, using_database(name):
            print(json.dumps(_measure(), ensure_ascii=False, indent=1))
    finally:
        databases.stop()


def _measure() -> dict[str, Any]:
    from linli.kernel.clock import now
    from linli.platform.actors import Actor, Grant, System
    from linli.platform.db import acting
    from linli.platform.installation import be_born
    from linli.platform.search.kinds import found
    from linli.platform.search.readings import ask
    from linli.registry import bulk, queries
    from linli.registry import commands as do
    from linli.registry.models import Person, PersonRecord

    be_born("demo")
    chance = random.Random(7)
    day = dt.date(2024, 1, 1)
    with acting(System("bench")) as everywhere:
        parent = None
        for kind in ("province", "city", "district", "street", "community"):
            details = do.PlaceDetails(name_zh=f"示例{kind}")
            parent = do.register_place(
                kind, details, parent_id=parent, compound_id=None, actor=everywhere, on=day, synthetic=True
            ).place_id
        assert parent is not None
        persons = bulk.identities(Person, [{"community_id": parent, "synthetic": True}] * N_PEOPLE)
        records = [
            bulk.record(
                PersonRecord, person, day, None, community_id=parent, name=_name(chance), **_phone(person.pk, chance)
            )
            for person in persons
        ]
        began = time.perf_counter()
        bulk.write(persons)
        bulk.write(records)
        load_s = time.perf_counter() - began
    bulk.refresh_statistics()
    actor = Actor(kind="person", grants=(Grant("community_staff", parent, frozenset([parent])),))
    result: dict[str, Any] = {
        "n_people": N_PEOPLE,
        "load_with_words_s": round(load_s, 1),
        "at": now().isoformat(),
        "ms": {},
    }
    for text in ASKED:
        with acting(actor):
            groups = found(actor, ask(text), parent)
            result["ms"][text] = {"search": _median_ms(lambda text=text: found(actor, ask(text), parent))}
            result["ms"][text]["n"] = groups[0].n if groups else 0
            if text in WRITTEN:
                result["ms"][text]["ilike"] = _median_ms(lambda text=text: _by_ilike(queries, actor, parent, text))
                result["ms"][text]["of_ilike"] = round(result["ms"][text]["search"] / result["ms"][text]["ilike"], 2)
    return result


def _by_ilike(queries: Any, actor: Any, community_id: Any, text: str) -> None:
    rows = queries.list_people(actor, community_id=community_id, text=text)
    rows.count()
    list(rows[:8])


def _name(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2, 2))))


def _phone(person_id: Any, chance: random.Random) -> dict[str, Any]:
    from linli.registry.commands.people import sealed_phone

    return sealed_phone(person_id, f"13{chance.randrange(10**9):09d}")


def _median_ms(run: Callable[[], Any]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return round(statistics.median(times) * 1000, 1)


if __name__ == "__main__":
    main()
