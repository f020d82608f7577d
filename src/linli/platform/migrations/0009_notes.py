"""Words of people: seen in the database only in the community's scope, emptied but never changed."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0008_inbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("community_id", models.UUIDField()),
                ("kind", models.CharField(max_length=60)),
                ("holder_id", models.UUIDField()),
                (
                    "person_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                ("text", models.BinaryField(null=True)),
                ("written_by", models.CharField(max_length=80)),
                ("written_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "holder_id"], name="platform_note_of"),
                    django.contrib.postgres.indexes.GinIndex(fields=["person_ids"], name="platform_note_persons"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_at__isnull", False), ("text", None)),
                            models.Q(("erased_at", None), ("text__isnull", False)),
                            _connector="OR",
                        ),
                        name="platform_note_erased_whole",
                    )
                ],
            },
        ),
        rls.update_only("platform_note", ["text", "erased_at"]),
        rls.scoped("platform_note"),
        migrations.RunSQL(
            """
            CREATE FUNCTION platform_note_only_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF current_user = 'linli_app' AND (OLD.text IS NULL OR NEW.text IS NOT NULL) THEN
                    RAISE EXCEPTION 'a note is emptied, never changed' USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER linli_only_emptied BEFORE UPDATE ON platform_note
                FOR EACH ROW EXECUTE FUNCTION platform_note_only_emptied();
            """,
            "DROP TRIGGER linli_only_emptied ON platform_note; DROP FUNCTION platform_note_only_emptied();",
        ),
    ]
