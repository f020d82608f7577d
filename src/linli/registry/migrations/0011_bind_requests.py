"""Requests to be bound, seen in the database only in the community's scope; decided once."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0010_retention"),
    ]

    operations = [
        migrations.CreateModel(
            name="BindRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("reference", models.CharField(max_length=12, unique=True)),
                ("relation", models.CharField(max_length=16)),
                ("said", models.BinaryField(default=b"")),
                ("lang", models.CharField(default="zh", max_length=2)),
                ("phone_index", models.BinaryField(max_length=32)),
                ("address_digest", models.BinaryField(max_length=32)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("bound", "Bound"), ("refused", "Refused")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("refusal", models.CharField(blank=True, default="", max_length=24)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, default="", max_length=80)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                ("invitation_id", models.UUIDField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["community", "state", "asked_at"], name="registry_bind_queue"),
                    models.Index(fields=["phone_index", "asked_at"], name="registry_bind_phone"),
                    models.Index(fields=["address_digest", "asked_at"], name="registry_bind_address"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("person", None), ("refusal", ""), ("state", "open")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("person__isnull", False),
                                ("refusal", ""),
                                ("said", b""),
                                ("state", "bound"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("person", None),
                                ("said", b""),
                                ("state", "refused"),
                                models.Q(("refusal", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="registry_bind_decided",
                    )
                ],
            },
        ),
        rls.scoped("registry_bindrequest"),
        rls.update_only(
            "registry_bindrequest",
            ["said", "state", "person_id", "invitation_id", "refusal", "decided_at", "decided_by"],
        ),
    ]
