"""Comments may mention colleagues: remarks of staff."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("platform", "0012_comments")]

    operations: ClassVar = [
        migrations.AddField("comment", "mentions", ArrayField(models.UUIDField(), default=list, blank=True)),
    ]
