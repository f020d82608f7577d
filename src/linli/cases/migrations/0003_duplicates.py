"""A case may be a duplicate of another, its lead, and go where that one goes."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_system_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="lead",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followers",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="merged_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(condition=Q(lead=None) | ~Q(lead=F("id")), name="cases_not_its_own_lead"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=Q(lead=None, merged_at=None) | Q(lead__isnull=False, merged_at__isnull=False),
                name="cases_merged_when",
            ),
        ),
    ]
