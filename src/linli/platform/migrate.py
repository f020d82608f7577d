"""Bringing the database to this version: migrations run as the owner, then the shipped policies are adopted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

MIGRATION_LOCK = 0x4C494E4C49  # "LINLI"


@contextmanager
def _alone() -> Iterator[None]:
    """Two starts at once migrate one after the other."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def migrate(*, verbosity: int = 0) -> int:
    """Apply what is missing; the number of migrations applied. Each is one transaction: killed midway, it is done again."""
    with _alone():
        executor = MigrationExecutor(connections["owner"])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            call_command("migrate", database="owner", verbosity=verbosity, interactive=False)
        return len(plan)
