"""``/healthz``: the process lives. ``/readyz``: what it depends on answers; 503 and the name of what does not, otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable

from django.db import connections
from django.db.utils import DatabaseError
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from linli.kernel.errors import LinliError, define
from linli.platform.postgres import ROLES
from linli.platform.web.page import Rule
from linli.platform.web.request import Request

UNSAFE_DATABASE = define(
    "platform.unsafe_database",
    zh="数据库不能这样用：{wrong}。停电会丢掉已经答应保存的东西，或者权限太大，所以没有启动",
    en="The database cannot be used like this: {wrong}. A power cut would lose what was acknowledged, or the role may do too much; not started",
    status=503,
)
UNSAFE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@require_safe
def healthz(request: Request) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def database_answers() -> str:
    """Empty if the serving role is the right one and the server keeps what it acknowledges; otherwise what is wrong."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper OR rolbypassrls, current_setting('fsync'), current_setting('full_page_writes'),"
            " current_setting('synchronous_commit') FROM pg_roles WHERE rolname = current_user"
        )
        user, unbounded, *durability = cursor.fetchone()
    if unbounded or user == ROLES[0]:
        return f"serving as {user}, which may do too much"
    if os.environ.get("LINLI_UNSAFE_STORAGE") == "1":  # set by the test kit alone, whose databases may be lost
        return ""
    off = [name for (name, bad), value in zip(UNSAFE.items(), durability, strict=True) if value == bad]
    return f"{', '.join(off)} is off" if off else ""


def refuse_unsafe_database() -> None:
    """Refuse to start on a database that may forget what it acknowledged, or as a role that may do too much. One that does not answer (yet)
    is left to ``/readyz``."""
    try:
        wrong = database_answers()
    except DatabaseError:
        return
    if wrong:
        raise LinliError(UNSAFE_DATABASE, wrong=wrong)


def migrations_applied() -> str:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["default"])
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} migrations are not applied" if missing else ""


CHECKS: dict[str, Callable[[], str]] = {"database": database_answers, "migrations": migrations_applied}


def _outcome(check: Callable[[], str]) -> str:
    try:
        return check() or "ok"
    except DatabaseError as error:
        return f"no answer: {type(error).__name__}"


@require_safe
def readyz(request: Request) -> HttpResponse:
    outcomes = {name: _outcome(check) for name, check in CHECKS.items()}
    ready = all(outcome == "ok" for outcome in outcomes.values())
    return JsonResponse({"ready": ready, "checks": outcomes}, status=200 if ready else 503)


# Both must answer when the database does not, so they are not wrapped by @page; the rule is for the matrix.
for _view in (healthz, readyz):
    _view.linli_rule = Rule("public", None, ("GET", "HEAD"))  # type: ignore[attr-defined]
