"""Keys of other systems, of a community; which clocks of a round were told of, all of them."""

import django.db.models.deletion
from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("registry", "0011_bind_requests"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="overdue_for",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AlterField(
            model_name="case",
            name="warned_for",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.CreateModel(
            name="SystemKey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=80)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
            ],
        ),
        rls.scoped("cases_systemkey"),
    ]
