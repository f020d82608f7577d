"""Tables of announcements and what PostgreSQL refuses in them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls

OUT = "is_public AND state <> 'draft'"
OF_ONE_OUT = (
    "EXISTS (SELECT 1 FROM notices_announcement a WHERE a.id = announcement_id AND a.is_public AND a.state <> 'draft')"
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("title_zh", models.CharField(max_length=120)),
                ("title_en", models.CharField(blank=True, default="", max_length=160)),
                ("body_zh", models.TextField()),
                ("body_en", models.TextField(blank=True, default="")),
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "place_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), blank=True, default=list, size=None
                    ),
                ),
                ("is_public", models.BooleanField(default=False)),
                ("is_important", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "草稿"), ("published", "已发布"), ("withdrawn", "已撤回")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("n_editions", models.SmallIntegerField(default=0)),
                ("written_by", models.UUIDField(blank=True, null=True)),
                ("written_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_because", models.CharField(blank=True, default="", max_length=200)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("n_editions", 0), ("published_at", None), ("state", "draft")),
                            models.Q(
                                models.Q(("state", "draft"), _negated=True),
                                ("n_editions__gte", 1),
                                ("published_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="notices_published_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "withdrawn"),
                            models.Q(("withdrawn_at", None), ("withdrawn_because", "")),
                            _connector="XOR",
                        ),
                        name="notices_withdrawn_whole",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["community", "-published_at"], name="notices_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Addressee",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("added_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "read_how",
                    models.CharField(
                        blank=True,
                        choices=[("", "还没看"), ("self", "自己看的"), ("told", "上门或电话告知")],
                        default="",
                        max_length=4,
                    ),
                ),
                ("left_on", models.DateField(blank=True, null=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.household",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addressees",
                        to="notices.announcement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("announcement", "household"), name="notices_one_household"),
                    models.UniqueConstraint(fields=("announcement", "person"), name="notices_one_person"),
                    models.CheckConstraint(
                        condition=models.Q(("household", None), ("person", None), _connector="XOR"),
                        name="notices_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("read_at", None), models.Q(("read_how", ""), _negated=True), _connector="XOR"
                        ),
                        name="notices_read_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("title_zh", models.CharField(max_length=120)),
                ("title_en", models.CharField(blank=True, default="", max_length=160)),
                ("body_zh", models.TextField()),
                ("body_en", models.TextField(blank=True, default="")),
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.SmallIntegerField()),
                ("at", models.DateTimeField()),
                ("written_by", models.UUIDField(blank=True, null=True)),
                ("because", models.CharField(blank=True, default="", max_length=200)),
                (
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="notices.announcement"
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("announcement", "number"), name="notices_one_edition"),
                    models.CheckConstraint(
                        condition=models.Q(("number", 1), models.Q(("because", ""), _negated=True), _connector="XOR"),
                        name="notices_correction_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
                ("n_addressees", models.IntegerField()),
                (
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="notices.announcement"
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
            ],
        ),
        # Drafts are never public; whom an announcement reaches and who has read it never leaves the community.
        rls.scoped("notices_announcement", public=True, public_when=OUT),
        rls.scoped("notices_edition", public=True, public_when=OF_ONE_OUT),
        rls.scoped("notices_addressee"),
        rls.scoped("notices_reminder"),
        rls.append_only("notices_edition"),
        rls.append_only("notices_reminder"),
    ]
