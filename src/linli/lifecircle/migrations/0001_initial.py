"""Tables of the life circle and what PostgreSQL refuses in them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="CoverageRun",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("standard_id", models.CharField(max_length=100)),
                ("standard_version", models.IntegerField()),
                ("standard_sha256", models.CharField(max_length=64)),
                ("standard_zh", models.CharField(max_length=120)),
                ("standard_en", models.CharField(max_length=160)),
                ("walkers_id", models.CharField(max_length=100)),
                ("walkers_version", models.IntegerField()),
                ("walkers_sha256", models.CharField(max_length=64)),
                ("estimate_id", models.CharField(max_length=100)),
                ("estimate_version", models.IntegerField()),
                ("estimate_sha256", models.CharField(max_length=64)),
                ("as_of", models.DateField()),
                ("computed_at", models.DateTimeField()),
                ("basis", models.CharField(max_length=24)),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), size=None),
                ),
                (
                    "groups",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), size=None),
                ),
                ("public", models.JSONField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.mapedition"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["community", "standard_id", "-computed_at"], name="lifecircle_run_latest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BuildingResidents",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("persons", models.JSONField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residents",
                        to="lifecircle.coveragerun",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("run", "place"), name="lifecircle_one_residents"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BuildingAccess",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("group", models.CharField(max_length=64)),
                ("is_joined", models.BooleanField()),
                ("has_door", models.BooleanField()),
                (
                    "walk_min",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None),
                ),
                (
                    "walk_m",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None),
                ),
                (
                    "facility_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(null=True), size=None),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="access", to="lifecircle.coveragerun"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("run", "place", "group"), name="lifecircle_one_access"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoverageFigures",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="figures",
                        serialize=False,
                        to="lifecircle.coveragerun",
                    ),
                ),
                ("figures", models.JSONField()),
                (
                    "community",
                    models.ForeignKey(
                        db_column="community_id",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.place",
                    ),
                ),
            ],
        ),
        # Runs are added, never changed. Minutes and shares may be read by anybody where the community is public; who lives where not.
        rls.scoped("lifecircle_coveragerun", public=True),
        rls.scoped("lifecircle_buildingaccess", public=True),
        rls.scoped("lifecircle_coveragefigures"),
        rls.scoped("lifecircle_buildingresidents"),
        *(
            rls.append_only(f"lifecircle_{table}")
            for table in ("coveragerun", "buildingaccess", "coveragefigures", "buildingresidents")
        ),
    ]
