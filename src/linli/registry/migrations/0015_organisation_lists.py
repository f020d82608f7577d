"""Lists of organisations and duties are imported too: their noun is longer than the column was."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("registry", "0014_erase_ties")]

    operations: ClassVar = [
        migrations.AlterField("tablecolumns", "noun", models.CharField(max_length=16)),
        migrations.AlterField(
            "tableimport",
            "noun",
            models.CharField(
                choices=[("people", "居民"), ("facilities", "设施"), ("organisations", "单位和职责")], max_length=16
            ),
        ),
    ]
