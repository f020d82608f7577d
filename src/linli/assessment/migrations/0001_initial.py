"""Tables of assessment and what PostgreSQL refuses in them."""

import django.db.models.deletion
from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("system_id", models.CharField(max_length=100)),
                ("period", models.CharField(max_length=6)),
                ("file", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[("shown", "已预览"), ("taken", "已导入"), ("left", "已放弃")],
                        default="shown",
                        max_length=5,
                    ),
                ),
                ("started_by", models.UUIDField(blank=True, null=True)),
                ("started_at", models.DateTimeField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Warning",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("scheme", models.CharField(max_length=20)),
                ("system_id", models.CharField(max_length=100)),
                ("subject", models.CharField(max_length=100)),
                ("title_zh", models.CharField(max_length=160)),
                ("title_en", models.CharField(max_length=200)),
                ("colour", models.CharField(max_length=6)),
                ("period", models.CharField(max_length=6)),
                ("value", models.FloatField()),
                ("raised_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_at", None)),
                        fields=("community", "scheme", "subject"),
                        name="assessment_warned_once",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["community", "-raised_at"], name="assessment_warnings_of"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("measure", models.CharField(max_length=100)),
                (
                    "state",
                    models.CharField(
                        choices=[("due", "待写方案"), ("doing", "在办"), ("checking", "待复测"), ("closed", "已闭环")],
                        default="due",
                        max_length=8,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("written_at", models.DateTimeField(blank=True, null=True)),
                ("written_by", models.UUIDField(blank=True, null=True)),
                ("aim", models.CharField(blank=True, default="", max_length=200)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("value_before", models.FloatField()),
                ("value_after", models.FloatField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("n_rounds", models.SmallIntegerField(default=1)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("learned", models.CharField(blank=True, default="", max_length=300)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "warning",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plan", to="assessment.warning"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state", "due"), ("written_at__isnull", False), _connector="XOR"),
                        name="assessment_plan_written",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "closed"), ("closed_at", None), _connector="XOR"),
                        name="assessment_plan_closed_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WarningTurn",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("colour", models.CharField(blank=True, default="", max_length=6)),
                ("value", models.FloatField()),
                ("period", models.CharField(max_length=6)),
                ("at", models.DateTimeField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "warning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="turns", to="assessment.warning"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("measure", models.CharField(max_length=64)),
                ("period", models.CharField(max_length=6)),
                ("value", models.FloatField()),
                ("numerator", models.FloatField(blank=True, null=True)),
                ("denominator", models.FloatField(blank=True, null=True)),
                ("low", models.FloatField(blank=True, null=True)),
                ("high", models.FloatField(blank=True, null=True)),
                ("as_of", models.DateField()),
                (
                    "how",
                    models.CharField(choices=[("live", "取数"), ("hand", "录入"), ("import", "导入")], max_length=6),
                ),
                (
                    "quality",
                    models.CharField(
                        choices=[
                            ("counted", "全数"),
                            ("measured", "实测"),
                            ("sampled", "抽样"),
                            ("estimated", "估算"),
                            ("claimed", "自报"),
                        ],
                        max_length=9,
                    ),
                ),
                ("source", models.CharField(blank=True, default="", max_length=100)),
                ("rows_url", models.CharField(blank=True, default="", max_length=300)),
                ("evidence", models.CharField(blank=True, default="", max_length=300)),
                ("recorded_by", models.UUIDField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["community", "period", "measure", "-recorded_at"], name="assessment_newest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("denominator", None), ("denominator__gt", 0), _connector="OR"),
                        name="assessment_denominator_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("high", None), ("low", None)),
                            models.Q(("high__gte", models.F("value")), ("low__lte", models.F("value"))),
                            _connector="OR",
                        ),
                        name="assessment_value_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("how", "live"), models.Q(("evidence", ""), _negated=True), _connector="OR"),
                        name="assessment_typed_has_evidence",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanMeasure",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("deed", models.CharField(blank=True, default="", max_length=64)),
                ("title_zh", models.CharField(max_length=120)),
                ("title_en", models.CharField(max_length=160)),
                ("who", models.CharField(max_length=100)),
                ("due_on", models.DateField()),
                ("cost_fen", models.BigIntegerField(blank=True, null=True)),
                ("likely", models.FloatField(blank=True, null=True)),
                ("round", models.SmallIntegerField(default=1)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("evidence", models.CharField(blank=True, default="", max_length=300)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="measures", to="assessment.plan"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_at", None), models.Q(("evidence", ""), _negated=True), _connector="XOR"
                        ),
                        name="assessment_done_with_evidence",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoreRun",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("system_id", models.CharField(max_length=100)),
                ("system_version", models.IntegerField()),
                ("system_sha256", models.CharField(max_length=64)),
                ("system_zh", models.CharField(max_length=120)),
                ("system_en", models.CharField(max_length=160)),
                ("variant", models.CharField(blank=True, default="", max_length=64)),
                ("weight_set", models.CharField(max_length=64)),
                ("period", models.CharField(max_length=6)),
                ("score", models.FloatField(blank=True, null=True)),
                ("known_share", models.FloatField()),
                ("tree", models.JSONField()),
                ("computed_at", models.DateTimeField()),
                ("computed_by", models.UUIDField(blank=True, null=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("community", "system_id", "period"), name="assessment_closed_once")
                ],
            },
        ),
        # Closed periods may be read by anybody where the community is public; everything else stays with who works there.
        rls.scoped("assessment_scorerun", public=True),
        *(
            rls.scoped(f"assessment_{table}")
            for table in ("observation", "import", "warning", "warningturn", "plan", "planmeasure")
        ),
        *(rls.append_only(f"assessment_{table}") for table in ("observation", "scorerun", "warningturn")),
    ]
