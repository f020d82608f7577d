"""Services done at the counter."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls

CHANGING = (
    "person_id", "state", "way", "code", "n_tries", "signature", "witness", "ended_at", "doubt", "based_on", "note", "who", "change",
)  # fmt: skip


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0004_findable"),
    ]

    operations = [
        migrations.CreateModel(
            name="Service",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.CharField(max_length=20)),
                ("matter", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("undecided", "待定是谁"),
                            ("open", "待确认"),
                            ("done", "已办"),
                            ("cancelled", "没办"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        blank=True,
                        choices=[("", "—"), ("code", "确认码"), ("signature", "签名"), ("witness", "见证")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("note", models.BinaryField(blank=True, default=b"")),
                ("who", models.BinaryField(blank=True, default=b"")),
                ("change", models.BinaryField(blank=True, default=b"")),
                ("based_on", models.UUIDField(blank=True, null=True)),
                ("code", models.BinaryField(blank=True, default=b"")),
                ("n_tries", models.SmallIntegerField(default=0)),
                ("signature", models.BinaryField(blank=True, default=b"")),
                ("served_by", models.UUIDField()),
                ("witness", models.UUIDField(blank=True, null=True)),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("entry_key", models.UUIDField(blank=True, null=True)),
                ("entry_digest", models.BinaryField(blank=True, default=b"", max_length=32)),
                ("written_at", models.CharField(blank=True, default="", max_length=25)),
                ("doubt", models.CharField(blank=True, default="", max_length=20)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["community", "-begun_at"], name="counter_service_day"),
                    models.Index(fields=["person", "-begun_at"], name="counter_service_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("community", "number"), name="counter_one_number"),
                    models.UniqueConstraint(fields=("served_by", "entry_key"), name="counter_entry_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["undecided", "cancelled"]), ("person__isnull", False), _connector="OR"
                        ),
                        name="counter_for_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(("way", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="counter_done_is_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), ("way", "witness"), _negated=True),
                            models.Q(
                                ("witness__isnull", False), models.Q(("witness", models.F("served_by")), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="counter_witness_is_another",
                    ),
                ],
            },
        ),
        rls.scoped("counter_service"),
        rls.update_only("counter_service", CHANGING),
    ]
