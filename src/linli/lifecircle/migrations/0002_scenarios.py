"""Scenarios, their changes and what measuring them gave: read and written by those who work on the community."""

import django.db.models.deletion
from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls


class Migration(migrations.Migration):
    dependencies = [
        ("lifecircle", "0001_initial"),
        ("registry", "0009_invitations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Scenario",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("title", models.CharField(max_length=80)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "比较中"), ("chosen", "已选定"), ("dropped", "已放弃")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("made_by", models.UUIDField(blank=True, null=True)),
                ("made_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("because", models.CharField(blank=True, default="", max_length=200)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scenarios",
                        to="lifecircle.coveragerun",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("because", ""), ("decided_at", None), ("state", "draft")),
                            models.Q(
                                models.Q(("state", "draft"), _negated=True),
                                ("decided_at__isnull", False),
                                models.Q(("because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="lifecircle_decided_whole",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["community", "-made_at"], name="lifecircle_scenario_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScenarioChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("lon", models.FloatField(blank=True, null=True)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("to_lon", models.FloatField(blank=True, null=True)),
                ("to_lat", models.FloatField(blank=True, null=True)),
                ("category", models.CharField(blank=True, default="", max_length=64)),
                ("capacity", models.IntegerField(blank=True, null=True)),
                ("name_zh", models.CharField(blank=True, default="", max_length=160)),
                ("name_en", models.CharField(blank=True, default="", max_length=200)),
                ("filling", models.CharField(blank=True, default="", max_length=24)),
                ("cost_fen", models.BigIntegerField(blank=True, null=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.facility",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.place",
                    ),
                ),
                (
                    "scenario",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="lifecircle.scenario"
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.vacantspace",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "open_facility"),
                                ("lat__isnull", False),
                                ("lon__isnull", False),
                                models.Q(("category", ""), _negated=True),
                            ),
                            models.Q(("facility__isnull", False), ("kind", "close_facility")),
                            models.Q(
                                ("kind__in", ["open_gate", "block_gate"]),
                                ("lat__isnull", False),
                                ("lon__isnull", False),
                            ),
                            models.Q(
                                ("kind", "open_way"),
                                ("lat__isnull", False),
                                ("lon__isnull", False),
                                ("to_lat__isnull", False),
                                ("to_lon__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="lifecircle_change_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("capacity", None), ("capacity__gte", 0), _connector="OR"),
                            models.Q(("cost_fen", None), ("cost_fen__gte", 0), _connector="OR"),
                        ),
                        name="lifecircle_change_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScenarioResult",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("changes_sha256", models.CharField(max_length=64)),
                ("measured_at", models.DateTimeField()),
                ("figures", models.JSONField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "scenario",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="results", to="lifecircle.scenario"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["scenario", "-measured_at"], name="lifecircle_result_latest"),
                ],
            },
        ),
        rls.scoped("lifecircle_scenario"),
        rls.scoped("lifecircle_scenariochange"),
        rls.scoped("lifecircle_scenarioresult"),
        rls.append_only("lifecircle_scenarioresult"),
    ]
