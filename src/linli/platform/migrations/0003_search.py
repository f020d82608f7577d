"""The search: words by which rows are found, and what each account has looked for."""

from __future__ import annotations

from typing import ClassVar

import django.utils.timezone
from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls


class Migration(migrations.Migration):
    dependencies: ClassVar = [("platform", "0002_backups")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "record_id", "token", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("record_id", models.UUIDField()),
                ("token", models.CharField(db_collation="C", max_length=80)),
                ("kind", models.CharField(max_length=24)),
                ("community_id", models.UUIDField(blank=True, null=True)),
                ("weight", models.SmallIntegerField()),
            ],
            options={
                "db_table": "platform_search_word",
                "indexes": [models.Index(fields=["kind", "token", "community_id"], name="platform_search_word_asked")],
            },
        ),
        migrations.CreateModel(
            name="Search",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("account_id", models.UUIDField()),
                ("words", models.BinaryField()),
                ("words_index", models.BinaryField(max_length=32)),
                ("is_saved", models.BooleanField(default=False)),
                ("used_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "db_table": "platform_search",
                "indexes": [models.Index(fields=["account_id", "-used_at"], name="platform_search_recent")],
                "constraints": [
                    models.UniqueConstraint(fields=["account_id", "words_index"], name="platform_search_once")
                ],
            },
        ),
        rls.scoped("platform_search_word", shared_when_null=True),
        rls.own("platform_search"),
        rls.TAKE_WORDS,
    ]
