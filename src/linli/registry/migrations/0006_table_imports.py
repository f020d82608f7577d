"""Imports of tables, and the columns remembered for next time: private to the community."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("registry", "0005_kind_of_life"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="TableColumns",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("noun", models.CharField(max_length=12)),
                ("headings", models.BinaryField(max_length=32)),
                ("columns", models.JSONField(default=dict)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("community", "noun", "headings"), name="registry_table_columns")
                ],
            },
        ),
        migrations.CreateModel(
            name="TableImport",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("noun", models.CharField(choices=[("people", "居民"), ("facilities", "设施")], max_length=12)),
                ("file", models.CharField(max_length=200)),
                ("upload", models.CharField(max_length=80)),
                ("valid_from", models.DateField()),
                ("synthetic", models.BooleanField(default=False)),
                ("crs", models.CharField(blank=True, default="", max_length=12)),
                ("columns", models.JSONField(default=dict)),
                ("answers", models.JSONField(default=dict)),
                ("job_id", models.UUIDField(blank=True, null=True)),
                ("started_by", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sha256", models.BinaryField(blank=True, max_length=32, null=True)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("counts", models.JSONField(default=dict)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("replaced", models.JSONField(default=list)),
                ("ends", models.JSONField(default=dict)),
                ("discarded_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["community", "noun", "-created_at"], name="registry_table_import")],
            },
        ),
        rls.scoped("registry_tableimport"),
        rls.scoped("registry_tablecolumns"),
    ]
