"""What PostgreSQL itself refuses: foreign communities, a read or a consent unwritten, a read forgotten before its time."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from linli.platform import rls

READS = migrations.RunSQL(
    """
    REVOKE UPDATE, DELETE, TRUNCATE ON privacy_read FROM linli_app, linli_sealer;
    CREATE FUNCTION privacy_guard_read() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- Network logs are kept six months at least (网络安全法, 2016 text, 21(3)); nobody shortens that.
        IF TG_OP = 'DELETE' AND OLD.at < now() - interval '6 months' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the past is not rewritten: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER linli_append_only BEFORE UPDATE OR DELETE ON privacy_read
        FOR EACH ROW EXECUTE FUNCTION privacy_guard_read();
    CREATE TRIGGER linli_no_truncate BEFORE TRUNCATE ON privacy_read
        FOR EACH STATEMENT EXECUTE FUNCTION linli_refuse_change();
    CREATE FUNCTION privacy_forget_reads(before timestamptz) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE n bigint;
    BEGIN
        DELETE FROM privacy_read r WHERE r.at < before;
        GET DIAGNOSTICS n = ROW_COUNT;
        RETURN n;
    END $$;
    REVOKE ALL ON FUNCTION privacy_forget_reads(timestamptz) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION privacy_forget_reads(timestamptz) TO linli_app;
    """,
    """
    DROP FUNCTION privacy_forget_reads(timestamptz);
    DROP TRIGGER linli_append_only ON privacy_read; DROP TRIGGER linli_no_truncate ON privacy_read;
    DROP FUNCTION privacy_guard_read(); GRANT UPDATE, DELETE ON privacy_read TO linli_app;
    """,
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("privacy", "0001_initial"), ("platform", "0001_initial")]
    operations: ClassVar = [
        READS,
        rls.append_only("privacy_consent"),
        rls.update_only("privacy_note", ["text", "erased_at"]),
        rls.update_only("privacy_request", ["state", "decided_at", "decided_by", "answer_id", "outcome"]),
        *(rls.scoped(f"privacy_{table}") for table in ("read", "consent", "note", "request", "copy")),
    ]
