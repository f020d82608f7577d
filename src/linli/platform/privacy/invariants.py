"""What must hold of personal data, for ``linli verify privacy``: nothing that should be sealed lies open, what is sealed opens, consents rest on
words that stand, the erased are gone, every graded table has a room that tells and erases it, and terms are carried out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from psycopg import sql

from linli.kernel.clock import now
from linli.kernel.errors import LinliError
from linli.kernel.identity import check_character
from linli.kernel.policyfile import find_policy, known_policies
from linli.kernel.text import Text
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.models import Installation, RetentionRun
from linli.platform.verify import Finding, invariant

from .consents import notice_of
from .holdings import holdings
from .models import Consent
from .rotation import SealedColumn, sealed_columns
from .sealing import unseal

NUMBER = r"(?:^|[^0-9A-Za-z])([1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx])(?:[^0-9A-Za-z]|$)"
"""A citizen number (GB 11643): six digits of a division, the birth, three of order, a check character."""
LATE = dt.timedelta(days=2)
FETCH = 2000


@invariant("privacy.no_plain_number", Text("证件号没有明文存在任何一列", "No citizen number stands open in any column"))
def no_plain_number() -> Iterator[Finding]:
    text = Text(
        "{table}.{column} 里有 {n} 行带着明文证件号", "{n} rows of {table}.{column} hold a citizen number in the clear"
    )
    for table, column in _readable_columns():
        with acting(System("verify")), connection.cursor() as cursor:
            name, where = sql.Identifier(column), sql.Identifier(table)
            cursor.execute(sql.SQL("SELECT {0}::text FROM {1} WHERE {0}::text ~ %s").format(name, where), [NUMBER])
            n = 0
            while rows := cursor.fetchmany(FETCH):
                n += sum(_is_number(row[0]) for row in rows)
        if n:
            data = {"table": table, "column": column, "n": n}
            yield Finding("privacy.plain_number", text.fill(**data), data)


def _readable_columns() -> Iterator[tuple[str, str]]:
    """Every column a person could read in a dump: text, lists and JSON of ours."""
    with acting(System("verify")), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'ARRAY') AND table_name = ANY(%s)"
            " ORDER BY 1, 2",
            [[model._meta.db_table for model in apps.get_models() if model.__module__.startswith("linli.")]],
        )
        found = cursor.fetchall()
    yield from found


def _is_number(text: str) -> bool:
    return any(check_character(found[:17]) == found[17].upper() for found in re.findall(NUMBER, text))


@invariant("privacy.sealed_opens", Text("密封的值都打得开", "Everything sealed opens with a key that is here"))
def sealed_opens() -> Iterator[Finding]:
    text = Text("{table}.{column} 里有 {n} 个打不开的值", "{n} values of {table}.{column} do not open")
    for one in sealed_columns():
        if n := _unopened(one):
            data = {"table": one.table, "column": one.column, "purpose": one.purpose, "n": n}
            yield Finding("privacy.sealed_shut", text.fill(**data), data)


def _unopened(one: SealedColumn) -> int:
    n = 0
    names = {name: sql.Identifier(getattr(one, name)) for name in ("row", "column", "table")}
    with acting(System("verify")), connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {row}, {column} FROM {table} WHERE length({column}) > 0").format(**names))
        while rows := cursor.fetchmany(FETCH):
            n += sum(not _opens(one, row, value) for row, value in rows)
    return n


def _opens(one: SealedColumn, row: Any, value: Any) -> bool:
    try:
        unseal(one.purpose, bytes(value), table=one.bound_table, column=one.bound_column, row=row)
    except LinliError:
        return False
    return True


@invariant("privacy.consents", Text("每个同意都指着当时的原文", "Every consent points at words as they stood"))
def consents() -> Iterator[Finding]:
    words = {
        (entry["id"], policy.version): notice_of(dict(entry), policy.version).text_sha256
        for policy in known_policies("consent")
        for entry in policy.body["kinds"]
    }
    text = Text(
        "{n} 个对“{kind}”第 {version} 版的决定，不是对那一版文字作的",
        "{n} decisions about {kind!r} version {version} are not about the words of that version",
    )
    with acting(System("verify")):
        rows = Consent.objects.values_list("kind", "policy_version", "text_sha256")
        wrong: dict[tuple[str, int], int] = {}
        for kind, version, digest in rows.iterator(chunk_size=FETCH):
            if words.get((kind, version)) != bytes(digest):
                wrong[kind, version] = wrong.get((kind, version), 0) + 1
    for (kind, version), n in sorted(wrong.items()):
        data = {"kind": kind, "version": version, "n": n}
        yield Finding("privacy.consent_without_words", text.fill(**data), data)


ERASED = """
    WITH erased AS (SELECT person_id, max(decided_at) AS at FROM privacy_request
                    WHERE kind = 'erase' AND state = 'done' GROUP BY person_id)
    SELECT 'privacy_note' AS what, e.person_id FROM erased e JOIN privacy_note n
        ON n.person_id = e.person_id AND n.text IS NOT NULL AND n.written_at < e.at
    UNION SELECT 'platform_note', e.person_id FROM erased e JOIN platform_note n
        ON n.person_ids @> ARRAY[e.person_id] AND n.text IS NOT NULL AND n.written_at < e.at
    UNION SELECT 'privacy_copy', e.person_id FROM erased e JOIN privacy_copy c ON c.person_id = e.person_id AND c.made_at < e.at
    UNION SELECT 'platform_account', e.person_id FROM erased e JOIN platform_account a
        ON a.person_id = e.person_id AND a.created_at < e.at
"""


@invariant("privacy.erased", Text("删除过的人没有留下文字和账号", "Of the erased no words and no account are left"))
def erased() -> Iterator[Finding]:
    text = Text("{what} 里还有已删除的人 {person_id}", "{what} still holds {person_id}, who was erased")
    with acting(System("verify")), connection.cursor() as cursor:
        cursor.execute(ERASED)
        found = cursor.fetchall()
    for what, person_id in found:
        data = {"what": what, "person_id": person_id}
        yield Finding("privacy.still_held", text.fill(**data), data)


@invariant(
    "privacy.holdings",
    Text("每张个人信息表都有人告诉、有人删除", "Every table of persons is told and erased, or says why not"),
)
def covered() -> Iterator[Finding]:
    text = Text(
        "{table}：没有房间{verb}，政策也没有说原因", "{table}: no room {verb} it, and the policy gives no reason"
    )
    for verb, reason in (("tells", "untold"), ("erases", "unerased")):
        done = {table for one in holdings() for table in getattr(one, verb)}
        for table in find_policy("personal_data", "default").body["tables"]:
            if table["id"] not in done and reason not in table:
                data = {"table": table["id"], "verb": verb}
                yield Finding("privacy.not_covered", text.fill(**data), data)


@invariant("privacy.terms", Text("保存期限每晚都执行了", "Terms are carried out every night"))
def carried_out() -> Iterator[Finding]:
    with acting(System("verify")):
        installation = Installation.objects.first()
        last = RetentionRun.objects.exclude(ended_at=None).order_by("-ended_at").first()
    if installation is None or now() - installation.born_at < LATE:
        return
    ended_at = last.ended_at if last else None
    if last is None or ended_at is None or now() - ended_at > LATE:
        text = Text(
            "两天没有执行保存期限了；后台进程在运行吗？", "No terms were carried out for two days; does the worker run?"
        )
        yield Finding("privacy.terms_late", text, {"last": ended_at.isoformat() if ended_at else ""})
    elif last.failed:
        text = Text("没能执行：{rules}", "Could not be carried out: {rules}")
        yield Finding(
            "privacy.terms_failed", text.fill(rules=", ".join(last.failed)), {"rules": ", ".join(last.failed)}
        )
