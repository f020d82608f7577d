"""Files of things: seen in the database only in the community's scope; who may fetch one, the rule of its thing decides."""

from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0005_second_factor"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("community_id", models.UUIDField()),
                ("holder_kind", models.CharField(max_length=60)),
                ("holder_id", models.UUIDField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("media_type", models.CharField(max_length=40)),
                ("n_bytes", models.BigIntegerField()),
                ("width_px", models.IntegerField(blank=True, null=True)),
                ("height_px", models.IntegerField(blank=True, null=True)),
                ("name", models.CharField(max_length=120)),
                ("caption", models.CharField(blank=True, default="", max_length=200)),
                ("added_by", models.CharField(max_length=80)),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["holder_kind", "holder_id"], name="platform_attached_to")],
            },
        ),
        rls.scoped("platform_attachment"),
    ]
