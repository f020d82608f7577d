"""Tables of the ledger and what PostgreSQL does and refuses in them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import linli.kernel.ids
from linli.ledger import database
from linli.platform import rls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Book",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("policy_id", models.CharField(max_length=64)),
                ("policy_version", models.SmallIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("community", "policy_id"),
                        name="ledger_one_open_book",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("is_source", models.BooleanField(default=False)),
                ("floor", models.BigIntegerField(blank=True, null=True)),
                ("ceiling", models.BigIntegerField(blank=True, null=True)),
                ("balance", models.BigIntegerField(default=0)),
                ("held", models.BigIntegerField(default=0)),
                ("n_entries", models.BigIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
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
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="accounts", to="ledger.book"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("book", "person"), name="ledger_account_of_person"),
                    models.UniqueConstraint(fields=("book", "household"), name="ledger_account_of_household"),
                    models.UniqueConstraint(fields=("book", "organisation"), name="ledger_account_of_organisation"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_source", True)), fields=("book",), name="ledger_one_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("household", None), ("is_source", True), ("organisation", None), ("person", None)
                            ),
                            models.Q(
                                ("household", None),
                                ("is_source", False),
                                ("organisation", None),
                                ("person__isnull", False),
                            ),
                            models.Q(
                                ("household__isnull", False),
                                ("is_source", False),
                                ("organisation", None),
                                ("person", None),
                            ),
                            models.Q(
                                ("household", None),
                                ("is_source", False),
                                ("organisation__isnull", False),
                                ("person", None),
                            ),
                            _connector="OR",
                        ),
                        name="ledger_one_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("floor", None),
                            (
                                "balance__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("floor"), "+", models.F("held")
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="ledger_enough",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ceiling", None), ("balance__lte", models.F("ceiling")), _connector="OR"),
                        name="ledger_not_too_much",
                    ),
                    models.CheckConstraint(condition=models.Q(("held__gte", 0)), name="ledger_held_whole"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_source", False),
                            models.Q(("balance", 0), ("ceiling", None), ("floor", None), ("held", 0), ("n_entries", 0)),
                            _connector="OR",
                        ),
                        name="ledger_source_bare",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("direct", "入账"),
                            ("pending", "预留"),
                            ("post", "兑现"),
                            ("void", "取消"),
                            ("reversal", "冲正"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(max_length=64)),
                ("rests_on", models.UUIDField(blank=True, null=True)),
                ("accounts", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("amounts", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("made_by", models.CharField(max_length=80)),
                ("on_behalf_of", models.UUIDField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "book",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="ledger.book",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.place",
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transfer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["post", "void"])), fields=("of",), name="ledger_settled_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "reversal")), fields=("of",), name="ledger_reversed_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["direct", "pending"]), ("of", None)),
                            models.Q(("kind__in", ["post", "void", "reversal"]), ("of__isnull", False)),
                            _connector="OR",
                        ),
                        name="ledger_of_whole",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["book", "-at"], name="ledger_newest"),
                    models.Index(condition=models.Q(("kind", "pending")), fields=["due_at"], name="ledger_due"),
                    models.Index(
                        condition=models.Q(("rests_on__isnull", False)), fields=["rests_on"], name="ledger_rests_on"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                ("number", models.BigIntegerField(blank=True, null=True)),
                ("balance", models.BigIntegerField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="ledger.account",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.place",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="ledger.transfer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "number"), name="ledger_in_order"),
                    models.UniqueConstraint(fields=("transfer", "account"), name="ledger_once_each"),
                    models.CheckConstraint(condition=models.Q(("amount", 0), _negated=True), name="ledger_not_nothing"),
                ],
            },
        ),
        migrations.RunSQL(database.SUM, database.NO_SUM),
        migrations.RunSQL(database.TRANSFER, database.NO_TRANSFER),
        migrations.RunSQL(database.BEGIN, database.NO_BEGIN),
        rls.scoped("ledger_book", public=True),
        rls.scoped("ledger_account"),
        rls.scoped("ledger_transfer"),
        rls.scoped("ledger_entry"),
        rls.append_only("ledger_transfer"),
        rls.append_only("ledger_entry"),
    ]
