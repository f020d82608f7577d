"""Codes sent to telephones, for signing in. No community: at the door nobody is anybody's yet."""

import django.utils.timezone
from django.db import migrations, models

import linli.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0010_retention"),
    ]

    operations = [
        migrations.CreateModel(
            name="PhoneCode",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("number_index", models.BinaryField(max_length=32)),
                ("address_digest", models.BinaryField(max_length=32)),
                ("digest", models.BinaryField(max_length=32)),
                ("tries", models.SmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["number_index", "asked_at"], name="platform_phonecode_number"),
                    models.Index(fields=["address_digest", "asked_at"], name="platform_phonecode_address"),
                ],
            },
        ),
    ]
