"""The database refuses by itself what Linli promises: it serves without power, and the past stays."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, connections

pytestmark = pytest.mark.usefixtures("db")


def test_the_serving_role_has_no_power_over_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user::text, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("linli_app", False, False, False)


def test_every_connection_needs_a_password() -> None:
    settings = connection.settings_dict
    import psycopg

    with pytest.raises(psycopg.OperationalError, match=r"no password supplied|password authentication failed"):
        psycopg.connect(host=settings["HOST"], user="linli_owner", dbname=settings["NAME"], password="guess")


def test_every_table_with_a_community_is_under_row_level_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'community_id' AND NOT a.attisdropped"
            " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        )
        tables = dict(cursor.fetchall())
    assert tables, "no scoped table found: the query is wrong"
    assert [name for name, guarded in tables.items() if not guarded] == []


def test_an_adopted_policy_cannot_be_changed_even_by_the_owner() -> None:
    for alias in ("default", "owner"):
        with pytest.raises(DatabaseError, match=r"permission denied|past is not rewritten"):
            connections[alias].cursor().execute("TRUNCATE platform_policyversion")
