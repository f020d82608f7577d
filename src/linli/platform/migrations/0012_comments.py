"""Questions and answers: seen in the database only in the community's scope."""

import django.db.models.deletion
from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0011_phone_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("community_id", models.UUIDField()),
                ("kind", models.CharField(max_length=60)),
                ("holder_id", models.UUIDField()),
                ("note_id", models.UUIDField()),
                ("account_id", models.UUIDField()),
                ("person_id", models.UUIDField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                ("hidden_at", models.DateTimeField(blank=True, null=True)),
                ("hidden_by", models.UUIDField(blank=True, null=True)),
                ("hidden_because", models.CharField(blank=True, default="", max_length=24)),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="platform.comment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hidden_at", None), ("hidden_because", "")),
                            models.Q(("hidden_at__isnull", False), models.Q(("hidden_because", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="platform_comment_hidden_why",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["kind", "holder_id", "at"], name="platform_comment_thread"),
                    models.Index(fields=["account_id", "-at"], name="platform_comment_writer"),
                    models.Index(fields=["community_id", "-at"], name="platform_comment_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommentReport",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("community_id", models.UUIDField()),
                ("account_id", models.UUIDField()),
                ("reason", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reports", to="platform.comment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("comment", "account_id"), name="platform_comment_reported_once"),
                ],
            },
        ),
        rls.scoped("platform_comment"),
        rls.scoped("platform_commentreport"),
    ]
