"""The journal's tables, and what makes them append-only.

Facts: the serving role may insert (never choosing order, transaction, time of recording or salt) and read all but the salt. Nobody may
update or delete, but for one form of UPDATE: taking payload and salt out of a sealed fact whose erasure is itself a fact.
Seals and heads: the sealer inserts and reads, the serving role reads.
"""

import django.utils.timezone
from django.db import migrations, models

from linli.platform import rls

FACT_TABLE = """
CREATE TABLE journal_fact (
    id uuid PRIMARY KEY,
    ord bigint GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    name varchar(64) NOT NULL,
    version smallint NOT NULL CHECK (version >= 1),
    community_id uuid NULL,
    subject_id uuid NOT NULL,
    actor varchar(100) NOT NULL,
    on_behalf_of uuid NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    causation_id uuid NULL,
    correlation_id uuid NOT NULL,
    depth smallint NOT NULL CHECK (depth >= 0),
    payload jsonb NULL,
    salt bytea NULL DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
    CONSTRAINT journal_fact_erased_whole CHECK ((payload IS NULL) = (salt IS NULL)),
    CONSTRAINT journal_fact_object CHECK (payload IS NULL OR jsonb_typeof(payload) = 'object'),
    -- RFC 8785 knows no larger numbers; one such fact would stop the sealer.
    CONSTRAINT journal_fact_numbers CHECK (
        NOT jsonb_path_exists(payload, '$.** ? (@ > 9007199254740991 || @ < -9007199254740991)'))
);
CREATE INDEX journal_fact_subject ON journal_fact (subject_id, ord);
CREATE INDEX journal_fact_xid ON journal_fact (xid);
"""

FACT_RIGHTS = """
REVOKE ALL ON journal_fact FROM linli_app, linli_sealer;
GRANT SELECT (id, ord, xid, name, version, community_id, subject_id, actor, on_behalf_of, occurred_at, recorded_at,
              causation_id, correlation_id, depth, payload) ON journal_fact TO linli_app;
GRANT INSERT (id, name, version, community_id, subject_id, actor, on_behalf_of, occurred_at,
              causation_id, correlation_id, depth, payload) ON journal_fact TO linli_app;
GRANT SELECT ON journal_fact TO linli_sealer;
CREATE POLICY journal_insert_installation ON journal_fact FOR INSERT WITH CHECK (community_id IS NULL);

CREATE FUNCTION journal_guard_fact() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept journal_fact;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.payload IS NULL AND NEW.salt IS NULL AND OLD.payload IS NOT NULL THEN
        kept := NEW;
        kept.payload := OLD.payload;
        kept.salt := OLD.salt;
        IF kept IS NOT DISTINCT FROM OLD
           AND OLD.name NOT LIKE 'journal.%'
           AND EXISTS (SELECT 1 FROM journal_seal s WHERE s.fact_id = OLD.id)
           AND EXISTS (SELECT 1 FROM journal_fact e
                       WHERE e.subject_id = OLD.subject_id AND e.name = 'journal.fact_erased'
                         AND e.payload ->> 'fact_id' = OLD.id::text) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the past is not rewritten: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER linli_append_only BEFORE UPDATE OR DELETE ON journal_fact
    FOR EACH ROW EXECUTE FUNCTION journal_guard_fact();
CREATE TRIGGER linli_no_truncate BEFORE TRUNCATE ON journal_fact
    FOR EACH STATEMENT EXECUTE FUNCTION linli_refuse_change();

CREATE FUNCTION journal_erase(erased uuid, reason text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE journal_fact f SET payload = NULL, salt = NULL
     WHERE f.id = erased AND f.payload IS NOT NULL
       AND EXISTS (SELECT 1 FROM journal_fact e
                   WHERE e.subject_id = f.subject_id AND e.name = 'journal.fact_erased'
                     AND e.payload ->> 'fact_id' = erased::text AND e.payload ->> 'reason' = journal_erase.reason);
    RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION journal_erase(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal_erase(uuid, text) TO linli_app;
"""

ZERO = "'00000000-0000-0000-0000-000000000000'::uuid"
CHAIN_SEEN = f"""(SELECT linli_everywhere()) OR chain = {ZERO} OR chain = ANY ((SELECT linli_scope())::uuid[])
    OR chain = ANY ((SELECT linli_public())::uuid[])"""


def sealed_only(table: str) -> str:
    """Written by the sealer alone; read in the chain's scope, the public communities and the installation's chain."""
    return f"""
    REVOKE ALL ON {table} FROM linli_app, linli_sealer;
    GRANT SELECT ON {table} TO linli_app;
    GRANT SELECT, INSERT ON {table} TO linli_sealer;
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY journal_read ON {table} FOR SELECT USING ({CHAIN_SEEN});
    CREATE POLICY journal_seal ON {table} FOR INSERT WITH CHECK ((SELECT linli_everywhere()));
    """


class Migration(migrations.Migration):
    initial = True

    dependencies = [("platform", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Fact",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("ord", models.BigIntegerField(editable=False)),
                        ("name", models.CharField(max_length=64)),
                        ("version", models.SmallIntegerField()),
                        ("community_id", models.UUIDField(null=True)),
                        ("subject_id", models.UUIDField()),
                        ("actor", models.CharField(max_length=100)),
                        ("on_behalf_of", models.UUIDField(null=True)),
                        ("occurred_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField(editable=False)),
                        ("causation_id", models.UUIDField(null=True)),
                        ("correlation_id", models.UUIDField()),
                        ("depth", models.SmallIntegerField()),
                        ("payload", models.JSONField(null=True)),
                    ],
                    options={
                        "ordering": ["ord"],
                        "indexes": [models.Index(fields=["subject_id", "ord"], name="journal_fact_subject")],
                    },
                ),
            ],
            database_operations=[migrations.RunSQL(FACT_TABLE, "DROP TABLE journal_fact")],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("fact_id", models.UUIDField(primary_key=True, serialize=False)),
                ("chain", models.UUIDField()),
                ("position", models.BigIntegerField()),
                ("commitment", models.BinaryField(max_length=32)),
                ("leaf", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("chain", "position"), name="journal_seal_place"),
                    models.CheckConstraint(condition=models.Q(("position__gte", 1)), name="journal_seal_from_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "chain", "position", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("chain", models.UUIDField()),
                ("position", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
                ("root", models.BinaryField(max_length=32)),
                ("frontier", models.BinaryField()),
                ("signed_at", models.DateTimeField()),
                ("key_id", models.CharField(max_length=64)),
                ("signature", models.BinaryField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Cursor",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "subscriber", "chain", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subscriber", models.CharField(max_length=80)),
                ("chain", models.UUIDField()),
                ("position", models.BigIntegerField(default=0)),
                ("holder", models.UUIDField(null=True)),
                ("moved_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "subscriber", "fact_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subscriber", models.CharField(max_length=80)),
                ("fact_id", models.UUIDField()),
                ("delivered_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Parked",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "subscriber", "fact_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subscriber", models.CharField(max_length=80)),
                ("fact_id", models.UUIDField()),
                ("chain", models.UUIDField()),
                ("position", models.BigIntegerField()),
                ("community_id", models.UUIDField(null=True)),
                ("subject_id", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[("retrying", "Retrying"), ("parked", "Parked"), ("waiting", "Waiting")], max_length=10
                    ),
                ),
                ("tries", models.SmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("error_code", models.CharField(default="", max_length=64)),
                ("parked_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["subscriber", "subject_id", "chain", "position"], name="journal_parked_subject"
                    )
                ],
            },
        ),
        rls.scoped("journal_fact", public=False, shared_when_null=True),
        migrations.RunSQL(
            FACT_RIGHTS,
            """
            DROP FUNCTION journal_erase(uuid, text);
            DROP TRIGGER linli_append_only ON journal_fact; DROP TRIGGER linli_no_truncate ON journal_fact;
            DROP FUNCTION journal_guard_fact(); DROP POLICY journal_insert_installation ON journal_fact;
            """,
        ),
        *(migrations.RunSQL(sealed_only(table), migrations.RunSQL.noop) for table in ("journal_seal", "journal_head")),
        rls.append_only("journal_seal"),
        rls.append_only("journal_head"),
        rls.scoped("journal_parked", shared_when_null=True),
    ]
