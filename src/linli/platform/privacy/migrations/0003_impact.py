"""Impact assessments: signed once, never changed."""

from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("community_id", models.UUIDField()),
                ("purpose", models.CharField(max_length=40)),
                ("number", models.SmallIntegerField()),
                ("policy_version", models.IntegerField()),
                ("grading_version", models.IntegerField()),
                ("grading_sha256", models.BinaryField(max_length=32)),
                ("facts", models.JSONField()),
                ("answers", models.JSONField()),
                ("risk", models.CharField(max_length=12)),
                (
                    "decision",
                    models.CharField(
                        choices=[("go_on", "Go On"), ("with_measures", "With Measures"), ("stop", "Stop")],
                        max_length=14,
                    ),
                ),
                ("signed_by", models.UUIDField()),
                ("signed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("community_id", "purpose", "number"), name="privacy_assessment_once"
                    )
                ],
            },
        ),
        rls.append_only("privacy_assessment"),
        rls.scoped("privacy_assessment"),
    ]
