"""Tables of cases and what PostgreSQL refuses in them."""

import django.db.models.deletion
from django.db import migrations, models

import linli.kernel.ids
from linli.platform import rls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0009_invitations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.CharField(max_length=20)),
                ("type_id", models.CharField(max_length=64)),
                ("type_version", models.IntegerField()),
                ("type_sha256", models.CharField(max_length=64)),
                ("flow_id", models.CharField(max_length=64)),
                ("flow_version", models.IntegerField()),
                ("sphere", models.CharField(max_length=12)),
                ("state", models.CharField(max_length=64)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("waiting", "等人接手"),
                            ("working", "办理中"),
                            ("answered", "等确认"),
                            ("closed", "已结束"),
                        ],
                        max_length=10,
                    ),
                ),
                ("outcome", models.CharField(blank=True, default="", max_length=10)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("portal", "居民端"),
                            ("qr", "扫码"),
                            ("counter", "柜台代报"),
                            ("telephone", "电话代报"),
                            ("staff", "工作人员"),
                            ("open311", "Open311"),
                            ("api", "接口"),
                            ("sensor", "设备"),
                        ],
                        max_length=10,
                    ),
                ),
                ("where", models.CharField(blank=True, default="", max_length=200)),
                ("lon", models.FloatField(blank=True, null=True)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("answers", models.JSONField(default=dict)),
                ("is_sealed", models.BooleanField(default=False)),
                ("account_id", models.UUIDField(blank=True, null=True)),
                ("pseudonym", models.UUIDField(blank=True, null=True)),
                ("reporter", models.BinaryField(blank=True, default=b"")),
                ("reporter_index", models.BinaryField(blank=True, default=b"", max_length=32)),
                ("entered_by", models.UUIDField(blank=True, null=True)),
                ("desk", models.CharField(max_length=64)),
                ("level", models.SmallIntegerField(default=0)),
                ("handler_id", models.UUIDField(blank=True, null=True)),
                ("is_certain", models.BooleanField(default=True)),
                ("is_urgent", models.BooleanField(default=False)),
                ("public_title", models.CharField(blank=True, default="", max_length=80)),
                ("is_public", models.BooleanField(default=False)),
                ("round", models.SmallIntegerField(default=1)),
                ("n_supporters", models.IntegerField(default=0)),
                ("n_returns", models.SmallIntegerField(default=0)),
                ("n_extensions", models.SmallIntegerField(default=0)),
                ("n_urges", models.SmallIntegerField(default=0)),
                ("satisfaction", models.SmallIntegerField(blank=True, null=True)),
                ("received_at", models.DateTimeField()),
                ("round_at", models.DateTimeField()),
                ("responded_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("called_at", models.DateTimeField(blank=True, null=True)),
                ("changed_at", models.DateTimeField()),
                ("respond_due_at", models.DateTimeField()),
                ("answer_due_at", models.DateTimeField(blank=True, null=True)),
                ("handle_due_at", models.DateTimeField()),
                ("confirm_due_at", models.DateTimeField(blank=True, null=True)),
                ("callback_due_at", models.DateTimeField(blank=True, null=True)),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("paused_because", models.CharField(blank=True, default="", max_length=30)),
                ("paused_s", models.BigIntegerField(default=0)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("due_clock", models.CharField(blank=True, default="", max_length=10)),
                ("alarm_at", models.DateTimeField(blank=True, null=True)),
                ("warned_for", models.CharField(blank=True, default="", max_length=10)),
                ("overdue_for", models.CharField(blank=True, default="", max_length=10)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
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
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("community", "number"), name="cases_one_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_sealed", False),
                            models.Q(
                                ("account_id", None),
                                ("entered_by", None),
                                ("person", None),
                                ("pseudonym__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="cases_sealed_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("phase", "closed")),
                            models.Q(("phase", "closed"), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_closed_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phase", "closed"), _negated=True),
                            models.Q(("outcome", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cases_closed_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_public", False), models.Q(("public_title", ""), _negated=True), _connector="OR"
                        ),
                        name="cases_public_worded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("satisfaction", None), ("satisfaction__range", (1, 5)), _connector="OR"),
                        name="cases_stars",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paused_at", None), models.Q(("paused_because", ""), _negated=True), _connector="XOR"
                        ),
                        name="cases_paused_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at", None), ("closed_at__gte", models.F("received_at")), _connector="OR"
                        ),
                        name="cases_closed_after",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["community", "phase", "due_at"], name="cases_queue"),
                    models.Index(fields=["community", "-received_at", "-id"], name="cases_newest"),
                    models.Index(fields=["community", "type_id", "phase"], name="cases_of_type"),
                    models.Index(
                        condition=models.Q(("alarm_at__isnull", False)), fields=["alarm_at"], name="cases_alarm"
                    ),
                    models.Index(fields=["person", "-received_at"], name="cases_mine"),
                    models.Index(
                        condition=models.Q(("is_sealed", True)), fields=["reporter_index"], name="cases_mine_sealed"
                    ),
                    models.Index(fields=["handler_id", "phase"], name="cases_of_handler"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("account_id", models.UUIDField()),
                ("lon", models.FloatField(blank=True, null=True)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("text", models.TextField()),
                ("where", models.CharField(blank=True, default="", max_length=200)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("portal", "居民端"),
                            ("qr", "扫码"),
                            ("counter", "柜台代报"),
                            ("telephone", "电话代报"),
                            ("staff", "工作人员"),
                            ("open311", "Open311"),
                            ("api", "接口"),
                            ("sensor", "设备"),
                        ],
                        default="portal",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.place",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account_id", "-made_at"], name="cases_draft_mine"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("desk", models.CharField(max_length=64)),
                ("handler_id", models.UUIDField(blank=True, null=True)),
                ("asked_at", models.DateTimeField()),
                ("came_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="cases.case"
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "organisation",
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
                    models.UniqueConstraint(fields=("case", "desk"), name="cases_party_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("round", models.SmallIntegerField()),
                ("because", models.CharField(max_length=30)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pauses", to="cases.case"
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
        migrations.CreateModel(
            name="Said",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("report", "来件"),
                            ("reply", "回复"),
                            ("note", "内部备注"),
                            ("reason", "理由"),
                            ("proof", "办结说明"),
                            ("answer", "报事人回话"),
                        ],
                        max_length=10,
                    ),
                ),
                ("by", models.CharField(max_length=64)),
                ("account_id", models.UUIDField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                ("body", models.TextField()),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="words", to="cases.case"
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
                "indexes": [
                    models.Index(fields=["case", "at"], name="cases_said_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("account_id", models.UUIDField()),
                ("name", models.CharField(max_length=40)),
                ("query", models.CharField(max_length=1000)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account_id", "name"), name="cases_filter_name")],
            },
        ),
        migrations.CreateModel(
            name="Supporter",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="supporters", to="cases.case"
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "person"), name="cases_support_once"),
                ],
            },
        ),
        # What is public of a case is read by a machine that shows its public words alone; the database shows the public no row.
        rls.scoped("cases_case"),
        rls.scoped("cases_said"),
        rls.scoped("cases_supporter"),
        rls.scoped("cases_party"),
        rls.scoped("cases_pause"),
        rls.own("cases_draft"),
        rls.own("cases_savedfilter"),
    ]
