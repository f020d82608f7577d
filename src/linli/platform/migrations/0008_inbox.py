"""Inboxes: entries, seen in the database only in the community's scope, and how each account wants to hear of them."""

import django.contrib.postgres.fields
from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0007_outside_identity"),
    ]

    operations = [
        migrations.CreateModel(
            name="InboxWish",
            fields=[
                ("account_id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "muted",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                ("address", models.BinaryField(blank=True, default=b"")),
                ("lang", models.CharField(default="zh", max_length=2)),
                ("digested_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="InboxEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("community_id", models.UUIDField()),
                ("account_id", models.UUIDField()),
                ("kind", models.CharField(max_length=60)),
                ("subject_id", models.UUIDField()),
                ("cause_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("digested_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account_id", "-at"], name="platform_inbox_newest"),
                    models.Index(fields=["kind", "subject_id"], name="platform_inbox_about"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account_id", "cause_id"), name="platform_one_entry_a_fact")
                ],
            },
        ),
        rls.scoped("platform_inboxentry"),
    ]
