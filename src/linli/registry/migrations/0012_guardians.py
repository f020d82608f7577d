"""A mandate may be a guardian's: by what relation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0011_bind_requests"),
    ]

    operations = [
        migrations.AddField(
            model_name="mandate",
            name="relation",
            field=models.CharField(blank=True, default="", max_length=24),
        ),
    ]
