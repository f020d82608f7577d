"""A measure may be handed to a desk as a case."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="planmeasure",
            name="case_id",
            field=models.UUIDField(blank=True, null=True, unique=True),
        ),
    ]
