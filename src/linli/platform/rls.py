"""What migrations say to PostgreSQL beyond Django's words: scopes, append-only tables, dated intervals that must not overlap.

Each function returns one migration operation. Row-level security is FORCEd, so that not even the owner of a table sees foreign
rows without a scope.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.migrations import RunSQL


def scoped(
    table: str,
    *,
    public: bool = False,
    public_when: str = "true",
    shared_when_null: bool = False,
    column: str = "community_id",
) -> RunSQL:
    """Rows belong to the community in ``column``: seen and written only in its scope.

    ``public``: also read (never written) where the community is in the actor's public list, and ``public_when`` (SQL) holds of the row.
    ``shared_when_null``: rows of no community (a province, a national organisation) are read by all, written only everywhere.
    """
    inside = f"(SELECT linli_everywhere()) OR {column} = ANY ((SELECT linli_scope())::uuid[])"
    reads = inside
    if public:
        reads += f" OR ({column} = ANY ((SELECT linli_public())::uuid[]) AND {public_when})"
    if shared_when_null:
        reads += f" OR {column} IS NULL"
    forward = f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY linli_read ON {table} FOR SELECT USING ({reads});
        CREATE POLICY linli_insert ON {table} FOR INSERT WITH CHECK ({inside});
        CREATE POLICY linli_update ON {table} FOR UPDATE USING ({inside}) WITH CHECK ({inside});
        CREATE POLICY linli_delete ON {table} FOR DELETE USING ({inside});
    """
    backward = "".join(f"DROP POLICY linli_{verb} ON {table};" for verb in ("read", "insert", "update", "delete"))
    return RunSQL(forward, f"{backward} ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")


def append_only(table: str) -> RunSQL:
    """The database refuses UPDATE, DELETE and TRUNCATE: to the serving roles by right, to everybody by trigger."""
    forward = f"""
        REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM linli_app, linli_sealer;
        CREATE TRIGGER linli_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION linli_refuse_change();
        CREATE TRIGGER linli_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION linli_refuse_change();
    """
    return RunSQL(forward, f"DROP TRIGGER linli_append_only ON {table}; DROP TRIGGER linli_no_truncate ON {table};")


def update_only(table: str, columns: Sequence[str]) -> RunSQL:
    """The serving role may add rows and change only ``columns``; nothing is deleted. For dated rows, which end but are not overwritten."""
    forward = f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM linli_app; GRANT UPDATE ({', '.join(columns)}) ON {table} TO linli_app;"
    return RunSQL(forward, f"GRANT UPDATE, DELETE ON {table} TO linli_app;")


def no_overlap(table: str, *, key: str, name: str, where: str = "retracted_at IS NULL") -> RunSQL:
    """Rows of one ``key`` (an integer column below 2**31) must not overlap in ``[valid_from, valid_to)``.

    Without btree_gist an exclusion on two columns is not to be had; key and days go into one ``int8range`` instead.
    """
    day = "(%s - DATE '1900-01-01')::bigint"
    low = f"(({key}::bigint << 32) | {day % 'valid_from'})"
    high = f"(({key}::bigint << 32) | coalesce({day % 'valid_to'}, 4294967295))"
    forward = f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist (int8range({low}, {high}) WITH &&) WHERE ({where});"
    return RunSQL(forward, f"ALTER TABLE {table} DROP CONSTRAINT {name};")


def no_overlap_by_boxes(table: str, *, key: str, name: str, where: str = "retracted_at IS NULL") -> RunSQL:
    """What :func:`no_overlap` holds, held by boxes in place of ranges: across, the key; upwards, the days, the last day included.

    To find where a new row belongs, a tree of boxes compares four numbers, one of ranges calls functions for each neighbour: 50,000 rows
    took 0.6 s of processor against 2.3 s. Whole numbers below 2**53 are exact in the doubles a box is made of, and boxes count as overlapping
    from one millionth on (PostgreSQL 18, ``geo_decls.h``), so that neighbouring days and keys stay apart.
    """
    day = "(%s - DATE '1900-01-01')::float8"
    low = f"point({key}::float8, {day % 'valid_from'})"
    high = f"point({key}::float8, coalesce({day % 'valid_to'} - 1, 4294967295))"
    ranges = no_overlap(table, key=key, name=name, where=where).sql
    drop = f"ALTER TABLE {table} DROP CONSTRAINT {name};"
    forward = f"{drop} ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist (box({low}, {high}) WITH &&) WHERE ({where});"
    return RunSQL(forward, f"{drop} {ranges}")


def own(table: str, *, column: str = "account_id") -> RunSQL:
    """Rows belong to the account in ``column``: nobody else sees or writes them, whatever their role. Machines do."""
    mine = f"(SELECT linli_everywhere()) OR 'person:' || {column} = current_setting('linli.actor', true)"
    forward = f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY linli_own ON {table} USING ({mine}) WITH CHECK ({mine});
    """
    return RunSQL(forward, f"DROP POLICY linli_own ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")


def unfindable(table: str, columns: Sequence[str], *, gone: str = "NEW.retracted_at IS NOT NULL") -> RunSQL:
    """The search's words of a row go when the row is deleted, when ``gone`` becomes true of it, and when one of ``columns`` (what it is
    called by) is changed in place, as erasure does. Whoever changes a name in place and wants it found writes its words anew."""
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    forward = f"""
        CREATE TRIGGER linli_unfindable_deleted AFTER DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION linli_take_words();
        CREATE TRIGGER linli_unfindable_changed AFTER UPDATE ON {table}
            FOR EACH ROW WHEN ({gone} OR {changed}) EXECUTE FUNCTION linli_take_words();
    """
    backward = f"DROP TRIGGER linli_unfindable_deleted ON {table}; DROP TRIGGER linli_unfindable_changed ON {table};"
    return RunSQL(forward, backward)


TAKE_WORDS = RunSQL(
    """
    CREATE FUNCTION linli_take_words() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN DELETE FROM platform_search_word WHERE record_id = OLD.id; RETURN NULL; END $$;
    """,
    "DROP FUNCTION linli_take_words();",
)
GROUND = RunSQL(
    """
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO linli_app, linli_sealer;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO linli_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO linli_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO linli_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO linli_app;
    CREATE FUNCTION linli_everywhere() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT coalesce(current_setting('linli.everywhere', true), 'off') = 'on' $$;
    CREATE FUNCTION linli_scope() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT string_to_array(nullif(current_setting('linli.scope', true), ''), ',')::uuid[] $$;
    CREATE FUNCTION linli_public() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
        $$ SELECT string_to_array(nullif(current_setting('linli.public', true), ''), ',')::uuid[] $$;
    CREATE FUNCTION linli_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the past is not rewritten: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
    """,
    """
    DROP FUNCTION linli_refuse_change(); DROP FUNCTION linli_public(); DROP FUNCTION linli_scope();
    DROP FUNCTION linli_everywhere();
    """,
)
